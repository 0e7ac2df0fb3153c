import type { MenuEntry, MenuGroup, Room, RoomRoute } from './room.ts'

const found = import.meta.glob<{ room: Room }>('../rooms/*/room.ts', { eager: true })
const rooms = Object.values(found).map((it) => it.room)

export const routes: readonly RoomRoute[] = rooms.flatMap((it) => it.routes)

const GROUPS: readonly MenuGroup[] = ['start', 'identifiers', 'people', 'trust']

export const menu: readonly MenuEntry[] = rooms
  .flatMap((it) => it.menu ?? [])
  .toSorted((a, b) => GROUPS.indexOf(a.group) - GROUPS.indexOf(b.group) || a.order - b.order)
