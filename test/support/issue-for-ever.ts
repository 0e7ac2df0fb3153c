/**
 * Issues vouchers in the SQLite file named by the first argument until it is killed, and tells the id of each on standard output
 * once it is acknowledged. The second argument begins the keys of this run.
 */
import { randomBytes } from 'node:crypto'
import { writeSync } from 'node:fs'
import { openSqliteDocuments } from '../../src/kernel/documents/sqlite.ts'
import { doOnce } from '../../src/policy/money/deeds.ts'
import { VOUCHER_RANDOM_BYTES } from '../../src/policy/money/voucher-code.ts'
import { issueVoucher, readSeries } from '../../src/policy/money/vouchers.ts'

const [path = '', run = '', series = ''] = process.argv.slice(2)
const documents = await openSqliteDocuments({ path, clock: Date.now })
const caller = { kind: 'user', id: 'u', name: 'u', nodeRoles: [], memberships: [] } as const

async function issueForEver(lane: number): Promise<never> {
  for (let next = 0; ; next++) {
    const key = `${run}-${lane}-${next}`
    const id = await doOnce({ documents, clock: Date.now }, caller, {
      asked: { deed: 'issue-voucher', key, asked: series },
      decide: async (deed) =>
        issueVoucher({ documents }, await readSeries({ documents }, series), {
          enterprise: 'e1',
          deed,
          chance: randomBytes(VOUCHER_RANDOM_BYTES),
        }),
    })
    writeSync(1, `${id}\n`)
  }
}

await Promise.all([0, 1, 2].map(issueForEver))
