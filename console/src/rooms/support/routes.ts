import type { RoomRoute } from '../../frame/room.ts'

export const routes: readonly RoomRoute[] = [
  { path: '/support', frame: 'open', page: () => import('./hub-page.tsx') },
]
