import type { Text } from '../../lib/text.ts'
import type { Documents, DocumentWrite, Stored } from '../documents/documents.ts'
import { formatAmount, isAmount, readAmount } from './amount.ts'
import {
  type Account,
  type EntryKind,
  LEDGER_ENTRIES,
  LEDGER_MATTERS,
  LEDGERS,
  type Ledger,
  type LedgerEntry,
  type LedgerMatter,
} from './collections.ts'
import type { Planned } from './moves.ts'
import { byId } from './quotas.ts'

/** Which account each kind of entry takes from and which it gives to, and whether it belongs to a matter. */
export const POSTINGS: Readonly<
  Record<
    EntryKind,
    { readonly credit: Account; readonly debit: Account; readonly ofMatter: boolean }
  >
> = {
  appropriation: { credit: 'source', debit: 'available', ofMatter: false },
  withdrawal: { credit: 'available', debit: 'source', ofMatter: false },
  commitment: { credit: 'available', debit: 'committed', ofMatter: true },
  decommitment: { credit: 'committed', debit: 'available', ofMatter: true },
  payment: { credit: 'committed', debit: 'paid', ofMatter: true },
  return: { credit: 'paid', debit: 'available', ofMatter: true },
}

export type Posting = {
  readonly kind: EntryKind
  /** Good for one entry of the ledger: a repeat is the same as once. */
  readonly key: string
  /** Above zero. */
  readonly amount: bigint
  /** What it is about, for example an award: nothing is paid for it beyond what was committed for it. */
  readonly matter?: string
  /** Number of the paper it rests on. */
  readonly reference?: string
}

export type LedgerRefusal = { readonly text: Text; readonly key: string } & (
  | { readonly code: 'no-ledger' | 'wrong-amount' | 'matter-missing' | 'key-used-otherwise' }
  | {
      /** An account holds less than is to be taken from it: the ledger's, or the matter's own share of it. */
      readonly code: 'not-covered'
      readonly account: Account
      readonly matter?: string
      readonly holds: bigint
      readonly asked: bigint
    }
)

export type LedgerFacts = {
  readonly ledger: Stored<Ledger> | undefined
  /** By matter and by key. */
  readonly matters: ReadonlyMap<string, Stored<LedgerMatter>>
  readonly entries: ReadonlyMap<string, Stored<LedgerEntry>>
}

/** The write that makes a ledger with nothing in it. */
export function openLedger(name: string, unit: Text): DocumentWrite {
  const balances = { source: '0', available: '0', committed: '0', paid: '0' }
  const put: Ledger = { unit, balances, entries: 0 }
  return { collection: LEDGERS, id: name, expected: 0, put }
}

/** Reads what the postings are about and plans them (see `planPostings`). Once a commit for one ledger. */
export async function planLedger(
  documents: Documents,
  name: string,
  postings: readonly Posting[],
  at: number,
): Promise<Planned<LedgerRefusal>> {
  const matters = new Set(postings.map((it) => it.matter).filter((it) => it !== undefined))
  const keys = new Set(postings.map((it) => it.key))
  const [ledger, ofMatters, entries] = await Promise.all([
    documents.get(LEDGERS, name),
    Promise.all([...matters].map((it) => documents.get(LEDGER_MATTERS, ledgerId(name, it)))),
    Promise.all([...keys].map((it) => documents.get(LEDGER_ENTRIES, ledgerId(name, it)))),
  ])
  const facts = { ledger, matters: byId(ofMatters), entries: byId(entries) }
  return planPostings(facts, name, postings, at)
}

/**
 * What postings come to, one after the other, all or none. Pure. Each becomes an entry that is never edited: what was wrong is
 * set right by another entry. No account but the source falls below zero, nor does a matter's share of one.
 */
export function planPostings(
  facts: LedgerFacts,
  name: string,
  postings: readonly Posting[],
  at: number,
): Planned<LedgerRefusal> {
  if (facts.ledger === undefined) {
    const text = { en: 'There is no such ledger', zh: '没有该账簿' }
    return { kind: 'refused', reasons: [{ code: 'no-ledger', key: postings[0]?.key ?? '', text }] }
  }
  const draft = new LedgerDraft({ facts, ledger: facts.ledger, name, at })
  const reasons = postings.map((it) => draft.post(it)).filter((it) => it !== undefined)
  return reasons.length > 0
    ? { kind: 'refused', reasons }
    : { kind: 'planned', writes: draft.writes() }
}

export function ledgerId(ledger: string, rest: string): string {
  return `${ledger}~${rest}`
}

type Shares = Partial<Record<Account, bigint>>

class LedgerDraft {
  readonly #facts: LedgerFacts
  readonly #stored: Stored<Ledger>
  readonly #name: string
  readonly #at: number
  readonly #balances: Record<Account, bigint>
  readonly #matters = new Map<string, Shares>()
  readonly #entries = new Map<string, LedgerEntry>()

  constructor(of: {
    readonly facts: LedgerFacts
    readonly ledger: Stored<Ledger>
    readonly name: string
    readonly at: number
  }) {
    this.#facts = of.facts
    this.#stored = of.ledger
    this.#name = of.name
    this.#at = of.at
    this.#balances = balancesOf(of.ledger.body)
  }

  post(posting: Posting): LedgerRefusal | undefined {
    const { kind, key, amount, matter } = posting
    const { credit, debit, ofMatter } = POSTINGS[kind]
    if (!isAmount(amount)) return refused(key, 'wrong-amount')
    if (ofMatter !== (matter !== undefined)) return refused(key, 'matter-missing')
    const known = this.#entries.get(key) ?? this.#facts.entries.get(ledgerId(this.#name, key))?.body
    if (known !== undefined) {
      return isSame(known, posting) ? undefined : refused(key, 'key-used-otherwise')
    }
    const short = this.#notCovered(posting, credit)
    if (short !== undefined) return short
    move(this.#balances, { credit, debit, amount })
    if (matter !== undefined) {
      const shares = { ...this.#shares(matter) }
      move(shares, { credit, debit, amount })
      this.#matters.set(matter, shares)
    }
    this.#entries.set(key, {
      ledger: this.#name,
      number: this.#stored.body.entries + this.#entries.size + 1,
      key,
      kind,
      amount: formatAmount(amount),
      debit,
      credit,
      at: this.#at,
      ...(matter !== undefined && { matter }),
      ...(posting.reference !== undefined && { reference: posting.reference }),
    })
    return undefined
  }

  writes(): readonly DocumentWrite[] {
    if (this.#entries.size === 0) return []
    const { id, version, body } = this.#stored
    const put: Ledger = {
      unit: body.unit,
      balances: formatBalances(this.#balances),
      entries: body.entries + this.#entries.size,
    }
    const matters = [...this.#matters].map(([matter, shares]) => {
      const matterId = ledgerId(this.#name, matter)
      return {
        collection: LEDGER_MATTERS,
        id: matterId,
        expected: this.#facts.matters.get(matterId)?.version ?? 0,
        put: {
          ledger: this.#name,
          matter,
          committed: formatAmount(shares.committed ?? 0n),
          paid: formatAmount(shares.paid ?? 0n),
        },
      }
    })
    const entries = [...this.#entries].map(([key, entry]) => {
      return {
        collection: LEDGER_ENTRIES,
        id: ledgerId(this.#name, key),
        expected: 0,
        put: entry,
      }
    })
    return [{ collection: LEDGERS, id, expected: version, put }, ...matters, ...entries]
  }

  #notCovered({ key, amount, matter }: Posting, account: Account): LedgerRefusal | undefined {
    if (account === 'source') return undefined
    const all = this.#balances[account]
    // what is available belongs to no matter yet
    const own =
      matter === undefined || account === 'available' ? all : (this.#shares(matter)[account] ?? 0n)
    const holds = own < all ? own : all
    if (holds >= amount) return undefined
    const { unit } = this.#stored.body
    const text = {
      en: `${amount} ${unit.en} were to be taken from “${account}”, which holds ${holds}`,
      zh: `需从“${NAMES[account]}”支出 ${amount} ${unit.zh}，余额为 ${holds}`,
    }
    return {
      code: 'not-covered',
      key,
      account,
      holds,
      asked: amount,
      ...(matter !== undefined && { matter }),
      text,
    }
  }

  #shares(matter: string): Shares {
    const known = this.#matters.get(matter)
    if (known !== undefined) return known
    const stored = this.#facts.matters.get(ledgerId(this.#name, matter))?.body
    return stored === undefined
      ? {}
      : { committed: readAmount(stored.committed), paid: readAmount(stored.paid) }
  }
}

const NAMES: Readonly<Record<Account, string>> = {
  source: '资金来源',
  available: '可用',
  committed: '已承诺',
  paid: '已拨付',
}

export function balancesOf({ balances }: Ledger): Record<Account, bigint> {
  return {
    source: readAmount(balances.source),
    available: readAmount(balances.available),
    committed: readAmount(balances.committed),
    paid: readAmount(balances.paid),
  }
}

function formatBalances(balances: Record<Account, bigint>): Ledger['balances'] {
  return {
    source: formatAmount(balances.source),
    available: formatAmount(balances.available),
    committed: formatAmount(balances.committed),
    paid: formatAmount(balances.paid),
  }
}

function move(
  balances: Shares,
  { credit, debit, amount }: { credit: Account; debit: Account; amount: bigint },
): void {
  balances[credit] = (balances[credit] ?? 0n) - amount
  balances[debit] = (balances[debit] ?? 0n) + amount
}

function isSame(entry: LedgerEntry, { kind, amount, matter, reference }: Posting): boolean {
  return (
    entry.kind === kind &&
    readAmount(entry.amount) === amount &&
    entry.matter === matter &&
    entry.reference === reference
  )
}

function refused(
  key: string,
  code: 'wrong-amount' | 'matter-missing' | 'key-used-otherwise',
): LedgerRefusal {
  return { code, key, text: TEXTS[code] }
}

const TEXTS = {
  'wrong-amount': { en: 'The amount must be above zero', zh: '金额必须大于零' },
  'matter-missing': {
    en: 'Commitments, payments and returns name their matter, and nothing else does',
    zh: '承诺、拨付与退回须注明所属事项，其他分录不得注明',
  },
  'key-used-otherwise': {
    en: 'This key was used for another entry',
    zh: '该键已用于另一分录',
  },
} as const satisfies Record<string, Text>
