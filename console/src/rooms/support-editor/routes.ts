import { mayOnNode } from '../../api/me.ts'
import type { RoomRoute } from '../../frame/room.ts'

export const routes: readonly RoomRoute[] = [
  {
    path: '/support/editor',
    for: (me) => mayOnNode(me, 'policy.read'),
    page: () => import('./list-page.tsx'),
  },
  {
    path: '/support/editor/$id',
    for: (me) => mayOnNode(me, 'policy.read'),
    page: () => import('./draft-page.tsx'),
  },
  {
    path: '/support/simulate',
    for: (me) => mayOnNode(me, 'policy.draft'),
    page: () => import('./simulate-page.tsx'),
  },
  {
    path: '/support/evaluation',
    frame: 'open',
    page: () => import('./evaluation-page.tsx'),
  },
  {
    path: '/support/rules/$id',
    frame: 'open',
    page: () => import('./versions-page.tsx'),
  },
]
