import { mayOnNode } from '../../api/me.ts'
import type { RoomRoute } from '../../frame/room.ts'

export const routes: readonly RoomRoute[] = [
  { path: '/papers', frame: 'open', page: () => import('./papers-page.tsx') },
  { path: '/papers/drafts', frame: 'open', page: () => import('./drafts-page.tsx') },
  { path: '/papers/drafts/$id', frame: 'open', page: () => import('./consultation-page.tsx') },
  { path: '/papers/proposals', frame: 'open', page: () => import('./proposals-page.tsx') },
  { path: '/papers/proposals/$id', frame: 'open', page: () => import('./proposal-page.tsx') },
  { path: '/papers/plans', frame: 'open', page: () => import('./plans-page.tsx') },
  {
    path: '/papers/write',
    for: (me) => mayOnNode(me, 'policy.publish'),
    page: () => import('./write-page.tsx'),
  },
  {
    path: '/papers/edit/$id',
    for: (me) => mayOnNode(me, 'policy.read'),
    page: () => import('./work-page.tsx'),
  },
  { path: '/papers/$id', frame: 'open', page: () => import('./paper-page.tsx') },
  { path: '/letters', frame: 'open', page: () => import('./letters-page.tsx') },
  {
    path: '/letters/queue',
    for: (me) => mayOnNode(me, 'policy.read'),
    page: () => import('./queue-page.tsx'),
  },
  {
    path: '/letters/$id',
    for: (me) => mayOnNode(me, 'policy.read'),
    page: () => import('./letter-page.tsx'),
  },
]
