import { may } from '../../api/me.ts'
import type { RoomRoute } from '../../frame/room.ts'

export const routes: readonly RoomRoute[] = [
  {
    path: '/prefixes/$prefix/keys',
    for: (me) => may(me, 'keys.write'),
    page: () => import('./keys-page.tsx'),
  },
]
