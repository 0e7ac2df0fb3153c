import { mayOnNode } from '../../api/me.ts'
import type { RoomRoute } from '../../frame/room.ts'

export const routes: readonly RoomRoute[] = [
  {
    path: '/support/batches',
    for: (me) => mayOnNode(me, 'policy.read'),
    page: () => import('./batches-page.tsx'),
  },
]
