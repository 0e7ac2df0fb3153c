import type { Documents } from '../../kernel/documents/documents.ts'
import { POLICY_AWARDS } from '../awards/collections.ts'
import { determinacyShare } from '../determinacy.ts'
import type { Catalogue } from './catalogue.ts'

const PAGE = 1_000
const AWARDS_MAX = 100_000
const KEPT_MS = 60_000

type Money = {
  readonly decidedFen: string
  readonly exactFen: string
  readonly awards: number
  readonly isWhole: boolean
}
type Deps = { readonly documents: Documents; readonly clock: () => number }

const kept = new WeakMap<Documents, { readonly at: number; readonly money: Promise<Money> }>()

/** Shares of the amount lines that the papers fix, and of the money that was decided; the money is as it was within the last minute. */
export async function determinacyNow(deps: Deps, catalogue: Catalogue) {
  const measures = catalogue.measures.map((it) => it.measure)
  const papers = new Map(catalogue.measures.map((it) => [it.measure.document, it.paper]))
  const documents = [...Map.groupBy(measures, (it) => it.document)].map(([document, of]) => {
    const paper = papers.get(document)
    return { document, ...(paper !== undefined && { paper }), ...determinacyShare(of) }
  })
  return { ...determinacyShare(measures), documents, ...(await moneyOf(deps)) }
}

/** Asked for by everybody: counted once a minute. */
function moneyOf({ documents, clock }: Deps): Promise<Money> {
  const known = kept.get(documents)
  const now = clock()
  if (known !== undefined && now - known.at < KEPT_MS && now >= known.at) return known.money
  const money = countMoney(documents)
  kept.set(documents, { at: now, money })
  money.catch(() => kept.delete(documents))
  return money
}

async function countMoney(documents: Documents): Promise<Money> {
  let decided = 0n
  let exact = 0n
  let awards = 0
  let after: string | undefined
  do {
    const page = await documents.query(POLICY_AWARDS, {
      limit: PAGE,
      ...(after !== undefined && { after }),
    })
    for (const { body } of page.items) {
      if (body.state === 'revoked') continue
      awards++
      decided += BigInt(body.amountFen)
      if (body.basis === 'exact') exact += BigInt(body.amountFen)
    }
    after = page.next
  } while (after !== undefined && awards < AWARDS_MAX)
  return {
    decidedFen: decided.toString(),
    exactFen: exact.toString(),
    awards,
    isWhole: after === undefined,
  }
}
