import { may, mayOnNode } from '../../api/me.ts'
import type { RoomRoute } from '../../frame/room.ts'

export const routes: readonly RoomRoute[] = [
  { path: '/support/calls', frame: 'open', page: () => import('./calls-page.tsx') },
  {
    path: '/support/calls/new',
    for: (me) => mayOnNode(me, 'policy.review'),
    page: () => import('./new-call-page.tsx'),
  },
  { path: '/support/calls/$id', frame: 'open', page: () => import('./call-page.tsx') },
  {
    path: '/support/calls/$id/apply',
    for: (me) => may(me, 'applications.write'),
    page: () => import('./apply-page.tsx'),
  },
  {
    path: '/support/applications',
    for: (me) => may(me, 'applications.read'),
    page: () => import('./applications-page.tsx'),
  },
  {
    path: '/support/cases',
    for: (me) => mayOnNode(me, 'policy.read'),
    page: () => import('./cases-page.tsx'),
  },
  {
    path: '/support/cases/$id',
    for: (me) =>
      may(me, 'applications.read') || mayOnNode(me, 'policy.read') || mayOnNode(me, 'policy.score'),
    page: () => import('./case-page.tsx'),
  },
]
