import { may, mayOnNode } from '../../api/me.ts'
import type { RoomRoute } from '../../frame/room.ts'

export const routes: readonly RoomRoute[] = [
  {
    path: '/support/plans',
    page: () => import('./plans-page.tsx'),
    for: (me) => mayOnNode(me, 'policy.read'),
  },
  {
    path: '/support/plans/$id',
    page: () => import('./plan-page.tsx'),
    for: (me) => mayOnNode(me, 'policy.read'),
  },
  {
    path: '/support/panel',
    page: () => import('./panel-page.tsx'),
    for: (me) => may(me, 'policy.score'),
  },
  {
    path: '/support/results',
    page: () => import('./results-page.tsx'),
    for: (me) => may(me, 'applications.read'),
  },
  { path: '/support/awards', frame: 'open', page: () => import('./awards-page.tsx') },
  { path: '/support/awards/$id', frame: 'open', page: () => import('./award-page.tsx') },
  { path: '/support/notices/$id', frame: 'open', page: () => import('./notice-page.tsx') },
  { path: '/support/verify', frame: 'open', page: () => import('./verify-page.tsx') },
]
