import { type Me, meQuery } from '../api/me.ts'
import { queries } from './queries.ts'
import type { RoomRoute } from './room.ts'

/** As soon as it is known that the page is for whoever is signed in; the page itself tells what went wrong. */
export function askSoon(
  { ask, for: isFor }: RoomRoute,
  search: Readonly<Record<string, string>>,
): void {
  if (ask === undefined) return
  const known = queries.getQueryData(meQuery.queryKey)
  const asked = (me: Me | null) => me !== null && isFor?.(me) !== false && ask(search, me)
  if (known !== undefined) asked(known)
  else void queries.ensureQueryData(meQuery).then(asked, () => {})
}
