import type { RoomRoute } from '../../frame/room.ts'

export const routes: readonly RoomRoute[] = [
  { path: '/sign-in', frame: 'plain', page: () => import('./sign-in-page.tsx') },
]
