import { type Me, may } from '../../api/me.ts'
import type { RoomRoute } from '../../frame/room.ts'

const canImport = (me: Me) => may(me, 'identifiers.write')

export const routes: readonly RoomRoute[] = [
  { path: '/imports', for: canImport, page: () => import('./list-page.tsx') },
  { path: '/imports/new', for: canImport, page: () => import('./new-page.tsx') },
  { path: '/imports/$id', for: canImport, page: () => import('./import-page.tsx') },
]
