import type { Me } from '../../api/me.ts'
import { routes } from '../../frame/rooms.ts'

/** Whether there is such a page, and for this person. */
export function isOpenTo(me: Me, path: string): boolean {
  const route = routes.find((it) => it.path === path)
  return route !== undefined && (route.for === undefined || route.for(me))
}

/** The first of these pages that is open to this person. */
export function openOf(me: Me, ...paths: readonly string[]): string | undefined {
  return paths.find((it) => isOpenTo(me, it))
}
