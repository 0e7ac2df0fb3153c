import { may } from '../../api/me.ts'
import type { RoomRoute } from '../../frame/room.ts'

export const routes: readonly RoomRoute[] = [
  { path: '/audit', for: (me) => may(me, 'audit.read'), page: () => import('./audit-page.tsx') },
  {
    path: '/audit/entry',
    for: (me) => may(me, 'audit.read'),
    page: () => import('./entry-page.tsx'),
  },
  {
    path: '/access-log',
    for: (me) => may(me, 'audit.read'),
    page: () => import('./access-page.tsx'),
  },
]
