import { may } from '../../api/me.ts'
import type { RoomRoute } from '../../frame/room.ts'
import { askForTop } from './levels.ts'

export const routes: readonly RoomRoute[] = [
  {
    path: '/prefixes',
    for: (me) => may(me, 'prefixes.read'),
    ask: askForTop,
    page: () => import('./tree-page.tsx'),
  },
  {
    path: '/prefixes/requests',
    for: (me) => may(me, 'prefixes.read'),
    page: () => import('./requests-page.tsx'),
  },
  {
    path: '/prefixes/$prefix',
    for: (me) => may(me, 'prefixes.read'),
    page: () => import('./prefix-page.tsx'),
  },
]
