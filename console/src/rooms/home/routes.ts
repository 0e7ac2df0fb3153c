import type { RoomRoute } from '../../frame/room.ts'

export const routes: readonly RoomRoute[] = [{ path: '/', page: () => import('./home-page.tsx') }]
