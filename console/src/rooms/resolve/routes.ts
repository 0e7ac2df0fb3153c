import type { RoomRoute } from '../../frame/room.ts'

export const routes: readonly RoomRoute[] = [
  { path: '/resolve', page: () => import('./resolve-page.tsx') },
]
