import { mayOnNode } from '../../api/me.ts'
import type { RoomRoute } from '../../frame/room.ts'

export const routes: readonly RoomRoute[] = [
  { path: '/support', frame: 'open', page: () => import('./hub-page.tsx') },
  { path: '/support/fits', frame: 'open', page: () => import('./fits-page.tsx') },
  { path: '/support/measures', frame: 'open', page: () => import('./measures-page.tsx') },
  { path: '/support/measures/$id', frame: 'open', page: () => import('./measure-page.tsx') },
  {
    path: '/support/batches/$id/lines/$line',
    for: (me) => mayOnNode(me, 'policy.draft'),
    page: () => import('./line-page.tsx'),
  },
]
