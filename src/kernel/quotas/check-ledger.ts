import type { Documents, Stored } from '../documents/documents.ts'
import { walkDocuments } from '../documents/walk.ts'
import { readAmount } from './amount.ts'
import {
  ACCOUNTS,
  type Account,
  LEDGER_ENTRIES,
  LEDGER_MATTERS,
  LEDGERS,
  type LedgerEntry,
} from './collections.ts'
import { balancesOf, ledgerId, POSTINGS } from './ledger.ts'

/** What does not agree in a ledger. */
export type LedgerFault = {
  readonly code:
    | 'no-ledger'
    | 'number-missing' // entries are not numbered 1, 2, 3 …
    | 'entry-edited' // an entry was written more than once
    | 'entry-misposted' // its accounts are not those of its kind
    | 'balance-differs'
    | 'balance-negative'
    | 'matter-differs'
  /** Of an entry. */
  readonly number?: number
  readonly account?: Account
  readonly matter?: string
}

type Sums = Record<Account, bigint>

/**
 * Proves a ledger by its entries alone: numbered without gaps, each written once and posted as its kind is, and together what
 * the head and every matter say. Empty: all agrees. For a ledger nobody writes to meanwhile.
 */
export async function checkLedger(
  documents: Documents,
  name: string,
): Promise<readonly LedgerFault[]> {
  const head = await documents.get(LEDGERS, name)
  if (head === undefined) return [{ code: 'no-ledger' }]
  const faults: LedgerFault[] = []
  const sums = noSums()
  const matters = new Map<string, Sums>()
  let number = 0
  const query = { where: { ledger: name }, order: { by: 'number' } }
  for await (const entry of walkDocuments(documents, LEDGER_ENTRIES, query)) {
    faults.push(...entryFaults(entry, ++number))
    number = entry.body.number
    add(sums, entry.body)
    if (entry.body.matter !== undefined) add(sumsOf(matters, entry.body.matter), entry.body)
  }
  if (number !== head.body.entries) faults.push({ code: 'number-missing', number: number + 1 })
  faults.push(...balanceFaults(sums, balancesOf(head.body)))
  return [...faults, ...(await matterFaults(documents, name, matters))]
}

function entryFaults(
  { body, version }: Stored<LedgerEntry>,
  expected: number,
): readonly LedgerFault[] {
  const { number, kind, credit, debit } = body
  const posting = POSTINGS[kind]
  return [
    ...(number === expected ? [] : [{ code: 'number-missing', number: expected } as const]),
    ...(version === 1 ? [] : [{ code: 'entry-edited', number } as const]),
    ...(credit === posting.credit && debit === posting.debit
      ? []
      : [{ code: 'entry-misposted', number } as const]),
  ]
}

function add(sums: Sums, { credit, debit, amount }: LedgerEntry): void {
  sums[credit] -= readAmount(amount)
  sums[debit] += readAmount(amount)
}

function balanceFaults(sums: Sums, stored: Sums): readonly LedgerFault[] {
  return ACCOUNTS.flatMap((account): readonly LedgerFault[] => {
    if (sums[account] !== stored[account]) return [{ code: 'balance-differs', account }]
    const isBelow = account !== 'source' && sums[account] < 0n
    return isBelow ? [{ code: 'balance-negative', account }] : []
  })
}

async function matterFaults(
  documents: Documents,
  name: string,
  matters: ReadonlyMap<string, Sums>,
): Promise<readonly LedgerFault[]> {
  const faults: LedgerFault[] = []
  for (const [matter, sums] of matters) {
    const stored = (await documents.get(LEDGER_MATTERS, ledgerId(name, matter)))?.body
    const [committed, paid] = [stored?.committed ?? '0', stored?.paid ?? '0']
    const isSame = readAmount(committed) === sums.committed && readAmount(paid) === sums.paid
    if (!isSame) faults.push({ code: 'matter-differs', matter })
    if (sums.committed < 0n || sums.paid < 0n) faults.push({ code: 'balance-negative', matter })
  }
  if ((await documents.count(LEDGER_MATTERS, { ledger: name })) !== matters.size) {
    faults.push({ code: 'matter-differs' })
  }
  return faults
}

function noSums(): Sums {
  return { source: 0n, available: 0n, committed: 0n, paid: 0n }
}

function sumsOf(matters: Map<string, Sums>, matter: string): Sums {
  const known = matters.get(matter) ?? noSums()
  matters.set(matter, known)
  return known
}
