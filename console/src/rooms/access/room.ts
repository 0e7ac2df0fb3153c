import type { Room } from '../../frame/room.ts'

export const room: Room = {
  routes: [{ path: '/sign-in', frame: 'plain', page: () => import('./sign-in-page.tsx') }],
}
