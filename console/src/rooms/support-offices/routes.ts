import { mayOnNode } from '../../api/me.ts'
import type { RoomRoute } from '../../frame/room.ts'

export const routes: readonly RoomRoute[] = [
  {
    path: '/support/offices',
    for: (me) => mayOnNode(me, 'policy.review') || mayOnNode(me, 'node.configure'),
    page: () => import('./offices-page.tsx'),
  },
  {
    path: '/support/calendars',
    for: (me) => mayOnNode(me, 'policy.read') || mayOnNode(me, 'policy.review'),
    page: () => import('./calendars-page.tsx'),
  },
]
