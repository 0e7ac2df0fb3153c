import { type Me, may } from '../../api/me.ts'
import { queries } from '../../frame/queries.ts'
import { type Prefix, prefixesQuery, templatesQuery } from './records.ts'

/** Under these the person may register now. */
export function isOpen(me: Me, { enterprise, state, hosting }: Prefix): boolean {
  return (
    state === 'active' && hosting.kind === 'here' && may(me, 'identifiers.write', enterprise ?? '')
  )
}

/** Asks for the prefixes, and for the templates of the one that the form begins with. */
export async function askForRegister(
  search: Readonly<Record<string, string>>,
  me: Me,
): Promise<void> {
  const known = await queries.fetchQuery(prefixesQuery).catch(() => undefined)
  const open = (known?.items ?? []).filter((it) => isOpen(me, it)).map((it) => it.prefix)
  const first = open.find((it) => it === search.prefix) ?? open[0]
  if (first !== undefined) await queries.prefetchQuery(templatesQuery(first))
}
