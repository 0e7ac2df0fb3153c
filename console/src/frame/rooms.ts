import type { RoomRoute } from './room.ts'

const found = import.meta.glob<{ routes: readonly RoomRoute[] }>('../rooms/*/routes.ts', {
  eager: true,
})

export const routes: readonly RoomRoute[] = Object.values(found).flatMap((it) => it.routes)
