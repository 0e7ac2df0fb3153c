import { may } from '../../api/me.ts'
import type { RoomRoute } from '../../frame/room.ts'
import { askForList } from './list-query.ts'
import { askForRegister } from './register-query.ts'

export const routes: readonly RoomRoute[] = [
  {
    path: '/identifiers',
    for: (me) => may(me, 'identifiers.read'),
    ask: askForList,
    page: () => import('./list-page.tsx'),
  },
  {
    path: '/identifiers/register',
    for: (me) => may(me, 'identifiers.write'),
    ask: askForRegister,
    page: () => import('./register-page.tsx'),
  },
  {
    path: '/identifier',
    for: (me) => may(me, 'identifiers.read'),
    page: () => import('./identifier-page.tsx'),
  },
]
