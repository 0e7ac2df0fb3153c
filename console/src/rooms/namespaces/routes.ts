import { may } from '../../api/me.ts'
import type { RoomRoute } from '../../frame/room.ts'

export const routes: readonly RoomRoute[] = [
  {
    path: '/prefixes/$prefix/namespace',
    for: (me) => may(me, 'templates.write'),
    page: () => import('./namespace-page.tsx'),
  },
]
