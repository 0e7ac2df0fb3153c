import type { RoomRoute } from '../../frame/room.ts'
import { askForHome } from './queries.ts'

export const routes: readonly RoomRoute[] = [
  { path: '/', ask: askForHome, page: () => import('./home-page.tsx') },
]
