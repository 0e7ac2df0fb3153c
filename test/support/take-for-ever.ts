/**
 * Takes places of a quota and commits amounts in a ledger, both in one commit, in the SQLite file named by the first argument
 * until it is killed, and tells the key of each on standard output once its commit is acknowledged. The second argument is the
 * first key's number.
 */
import { writeSync } from 'node:fs'
import { openSqliteDocuments } from '../../src/kernel/documents/sqlite.ts'
import { openLedger, planLedger } from '../../src/kernel/quotas/ledger.ts'
import { planQuotas } from '../../src/kernel/quotas/quotas.ts'
import { isStale } from '../contract/quotas.races.ts'

const [path = '', first = '0'] = process.argv.slice(2)
const documents = await openSqliteDocuments({ path, clock: Date.now })
const author = { kind: 'system', id: 'take-for-ever' } as const
const YEAR = { quota: 'places', opens: { unit: { en: 'places', zh: '个名额' }, limit: 10n ** 9n } }
let next = Number(first)

const ledger = openLedger('ledger', { en: 'fen', zh: '分' })
await documents.commit([ledger], { author }).catch((error: unknown) => {
  if (!isStale(error)) throw error
})

async function takeForEver(): Promise<never> {
  for (;;) {
    const key = `${next++}`
    for (let isTaken = false; !isTaken; ) isTaken = await take(key)
    writeSync(1, `${key}\n`)
  }
}

/** False: somebody else was faster. */
async function take(key: string): Promise<boolean> {
  const places = await planQuotas(documents, [{ do: 'take', key, amount: 1n, ...YEAR }], Date.now())
  const money = await planLedger(
    documents,
    'ledger',
    [
      { kind: 'appropriation', key: `${key}-a`, amount: 7n },
      { kind: 'commitment', key: `${key}-c`, amount: 5n, matter: key },
    ],
    Date.now(),
  )
  if (places.kind === 'refused' || money.kind === 'refused') throw new Error('refused')
  try {
    await documents.commit([...places.writes, ...money.writes], { author })
    return true
  } catch (error) {
    if (isStale(error)) return false
    throw error
  }
}

await Promise.all(Array.from({ length: 4 }, takeForEver))
