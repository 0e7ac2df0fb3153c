import { may } from '../../api/me.ts'
import type { RoomRoute } from '../../frame/room.ts'

export const routes: readonly RoomRoute[] = [
  {
    path: '/identifiers',
    for: (me) => may(me, 'identifiers.read'),
    page: () => import('./list-page.tsx'),
  },
  {
    path: '/identifiers/register',
    for: (me) => may(me, 'identifiers.write'),
    page: () => import('./register-page.tsx'),
  },
  {
    path: '/identifier',
    for: (me) => may(me, 'identifiers.read'),
    page: () => import('./identifier-page.tsx'),
  },
]
