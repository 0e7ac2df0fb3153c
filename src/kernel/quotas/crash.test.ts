import assert from 'node:assert/strict'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { seeded } from '../../../test/contract/documents.histories.ts'
import { linesUntilKilled } from '../../../test/support/write-until-killed.ts'
import { openSqliteDocuments } from '../documents/sqlite.ts'
import { checkLedger } from './check-ledger.ts'
import { LEDGER_ENTRIES, LEDGERS, QUOTA_HOLDS, QUOTAS } from './collections.ts'
import { takenOf } from './moves.ts'
import { checkQuota } from './quotas.ts'

const TAKER = fileURLToPath(new URL('../../../test/support/take-for-ever.ts', import.meta.url))
const KILLS = process.env.WAYMARK_TEST_LONG === '1' ? 50 : 4

test('SQLite: killed at any moment, what was taken and acknowledged is there, and the sums agree', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-crash-'))
  const path = join(folder.path, 'documents.sqlite')
  const random = seeded(23)
  const acknowledged = new Set<string>()
  for (let kill = 0; kill < KILLS || acknowledged.size < KILLS * 4; kill++) {
    const told = await linesUntilKilled(TAKER, [path, `${1_000_000 * kill}`], random(120))
    for (const key of told) acknowledged.add(key)
    await using documents = await openSqliteDocuments({ path, clock: Date.now })
    for (const key of told) {
      assert.equal((await documents.get(QUOTA_HOLDS, `places~${key}`))?.body.state, 'confirmed')
      assert.ok(await documents.get(LEDGER_ENTRIES, `ledger~${key}-c`), `${key} is lost`)
    }
    assert.deepEqual(await checkQuota(documents, 'places'), [])
    assert.deepEqual(await checkLedger(documents, 'ledger'), [])
    const quota = await documents.get(QUOTAS, 'places')
    const ledger = await documents.get(LEDGERS, 'ledger')
    assert.ok(quota && ledger)
    assert.equal(takenOf(quota.body) * 5n, BigInt(ledger.body.balances.committed))
    assert.ok(takenOf(quota.body) >= acknowledged.size)
  }
})
