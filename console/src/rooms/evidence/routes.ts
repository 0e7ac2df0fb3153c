import type { RoomRoute } from '../../frame/room.ts'

export const routes: readonly RoomRoute[] = [
  { path: '/evidence', page: () => import('./log-page.tsx') },
  { path: '/evidence/$index', page: () => import('./entry-page.tsx') },
]
