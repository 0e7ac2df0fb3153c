import { may } from '../../api/me.ts'
import type { RoomRoute } from '../../frame/room.ts'

export const routes: readonly RoomRoute[] = [
  {
    path: '/users',
    for: (me) => may(me, 'users.read'),
    page: () => import('./users-page.tsx'),
  },
  {
    path: '/users/$id',
    for: (me) => may(me, 'users.read'),
    page: () => import('./user-page.tsx'),
  },
  {
    path: '/roles',
    for: (me) => may(me, 'users.read'),
    page: () => import('./roles-page.tsx'),
  },
  {
    path: '/keys',
    for: (me) => may(me, 'keys.write'),
    page: () => import('./keys-page.tsx'),
  },
]
