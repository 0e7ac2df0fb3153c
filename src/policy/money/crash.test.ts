import assert from 'node:assert/strict'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { seeded } from '../../../test/contract/documents.histories.ts'
import { enterprise, LEDGER } from '../../../test/support/money-world.ts'
import { linesUntilKilled } from '../../../test/support/write-until-killed.ts'
import { openSqliteDocuments } from '../../kernel/documents/sqlite.ts'
import { checkLedger } from '../../kernel/quotas/check-ledger.ts'
import { LEDGERS } from '../../kernel/quotas/collections.ts'
import { openLedger, planLedger } from '../../kernel/quotas/ledger.ts'
import { checkQuota, openQuota } from '../../kernel/quotas/quotas.ts'
import { type Series, VOUCHER_SERIES, VOUCHERS } from './collections.ts'
import { placesOf } from './vouchers.ts'

const ISSUER = fileURLToPath(new URL('../../../test/support/issue-for-ever.ts', import.meta.url))
const KILLS = 3
const AUTHOR = { kind: 'system', id: 'test' } as const
const FACE = 10n

test('killed at any moment, every voucher that was acknowledged is there with its place and its money', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-money-crash-'))
  const path = join(folder.path, 'documents.sqlite')
  await begin(path)
  const random = seeded(5)
  const issued = new Set<string>()
  for (let kill = 0; kill < KILLS || issued.size < KILLS; kill++) {
    for (const id of await linesUntilKilled(ISSUER, [path, `run${kill}`, 's1'], random(120))) {
      issued.add(id)
    }
    await using documents = await openSqliteDocuments({ path, clock: Date.now })
    for (const id of issued) assert.ok(await documents.get(VOUCHERS, id), `${id} is lost`)
    assert.deepEqual(await checkLedger(documents, LEDGER), [])
    assert.deepEqual(await checkQuota(documents, placesOf('s1')), [])
    const count = BigInt(await documents.count(VOUCHERS, { series: 's1' }))
    const committed = (await documents.get(LEDGERS, LEDGER))?.body.balances.committed
    assert.equal(BigInt(committed ?? ''), count * FACE)
    assert.ok(count >= issued.size)
  }
})

/** A series without end, with its ledger. */
async function begin(path: string): Promise<void> {
  await using documents = await openSqliteDocuments({ path, clock: Date.now })
  const series: Series = {
    ...{ title: 'x', measure: 'x', ledger: LEDGER, reference: 'x', faceFen: `${FACE}` },
    ...{ share: '1/1', count: 1_000_000, perEnterpriseMax: 1_000, state: 'open' },
    ...{ regions: [], sectors: [], providers: [], validFrom: 0, validUntil: 1e14 },
  }
  const opening = { unit: { en: 'vouchers', zh: '张券' }, limit: 1_000_000n }
  await documents.commit(
    [
      openLedger(LEDGER, { en: 'fen', zh: '分' }),
      openQuota(placesOf('s1'), opening),
      { collection: VOUCHER_SERIES, id: 's1', expected: 0, put: series },
      enterprise(1, '440306'),
    ],
    { author: AUTHOR },
  )
  const posting = { kind: 'appropriation', key: 'a', amount: 10n ** 12n } as const
  const planned = await planLedger(documents, LEDGER, [posting], Date.now())
  assert.equal(planned.kind, 'planned')
  if (planned.kind === 'planned') await documents.commit(planned.writes, { author: AUTHOR })
}
