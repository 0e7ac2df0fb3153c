import type { Documents, DocumentWrite } from '../../kernel/documents/documents.ts'
import { afterAct, type PrefixAct } from './acts.ts'
import { PREFIXES, type StoredPrefix } from './prefix.ts'

const PAGE = 500
/** Tells a suspension that came with the enterprise's from one of the prefix's own. */
const MARK = '[enterprise] '

export type HaltedEnterprise = { readonly id: string; readonly reason: string }

type Deps = { readonly documents: Documents; readonly clock: () => number }

/** The writes that suspend every active prefix of an enterprise, for the commit that suspends the enterprise. */
export async function suspensionWrites(
  deps: Deps,
  { id, reason }: HaltedEnterprise,
): Promise<readonly DocumentWrite[]> {
  const active = (await prefixesOf(deps, id)).filter(({ body }) => body.state === 'active')
  return active.map((it) => acted(deps, it, { act: 'suspend', reason: `${MARK}${reason}` }))
}

/** The writes that undo `suspensionWrites`; prefixes that were suspended for themselves stay so. */
export async function resumptionWrites(
  deps: Deps,
  { id }: Pick<HaltedEnterprise, 'id'>,
): Promise<readonly DocumentWrite[]> {
  const halted = (await prefixesOf(deps, id)).filter(
    ({ body }) => body.suspension?.reason.startsWith(MARK) === true && body.release === undefined,
  )
  return halted.map((it) => acted(deps, it, { act: 'resume' }))
}

function acted({ clock }: Deps, { id, version, body }: StoredPrefix, act: PrefixAct) {
  return { collection: PREFIXES, id, expected: version, put: afterAct(body, act, clock()) }
}

async function prefixesOf({ documents }: Deps, enterprise: string): Promise<StoredPrefix[]> {
  const found: StoredPrefix[] = []
  let after: string | undefined
  do {
    const page = await documents.query(PREFIXES, {
      where: { enterprise },
      limit: PAGE,
      ...(after !== undefined && { after }),
    })
    found.push(...page.items)
    after = page.next
  } while (after !== undefined)
  return found
}
