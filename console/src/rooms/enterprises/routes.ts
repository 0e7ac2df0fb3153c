import { mayOnNode } from '../../api/me.ts'
import type { RoomRoute } from '../../frame/room.ts'

export const routes: readonly RoomRoute[] = [
  { path: '/apply', frame: 'plain', page: () => import('./apply-page.tsx') },
  { path: '/application', frame: 'plain', page: () => import('./status-page.tsx') },
  {
    path: '/enterprises',
    for: (me) => mayOnNode(me, 'enterprises.read'),
    page: () => import('./list-page.tsx'),
  },
  {
    path: '/enterprises/queue',
    for: (me) => mayOnNode(me, 'enterprises.review'),
    page: () => import('./queue-page.tsx'),
  },
  {
    path: '/enterprises/$id',
    for: (me) => mayOnNode(me, 'enterprises.read') || me.memberships.length > 0,
    page: () => import('./enterprise-page.tsx'),
  },
  {
    path: '/enterprise',
    for: (me) => me.memberships.length > 0,
    page: () => import('./own-page.tsx'),
  },
]
