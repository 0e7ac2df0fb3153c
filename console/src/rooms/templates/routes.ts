import { may } from '../../api/me.ts'
import type { RoomRoute } from '../../frame/room.ts'
import { askForTemplates } from './list-query.ts'

export const routes: readonly RoomRoute[] = [
  {
    path: '/templates',
    for: (me) => may(me, 'templates.read'),
    ask: askForTemplates,
    page: () => import('./list-page.tsx'),
  },
  {
    path: '/templates/new',
    for: (me) => may(me, 'templates.write'),
    page: () => import('./new-page.tsx'),
  },
  {
    path: '/templates/$prefix/$name',
    for: (me) => may(me, 'templates.read'),
    page: () => import('./template-page.tsx'),
  },
]
