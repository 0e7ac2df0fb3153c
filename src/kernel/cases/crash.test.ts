import assert from 'node:assert/strict'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { seeded } from '../../../test/contract/documents.histories.ts'
import { linesUntilKilled } from '../../../test/support/write-until-killed.ts'
import { openSqliteDocuments } from '../documents/sqlite.ts'
import { CALL_COUNTS, CASE_CONTENTS, CASE_ENTRIES, CASES } from './collections.ts'
import { readContent } from './content.ts'
import { readCase } from './desk.ts'

const WRITER = fileURLToPath(new URL('../../../test/support/submit-for-ever.ts', import.meta.url))
const KILLS = process.env.WAYMARK_TEST_LONG === '1' ? 50 : 4

test('SQLite: killed at any moment, it has every application whose receipt was given, and half of none', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-crash-'))
  const path = join(folder.path, 'documents.sqlite')
  const random = seeded(31)
  let receipts = 0
  for (let kill = 0; kill < KILLS || receipts < KILLS * 8; kill++) {
    const told = await linesUntilKilled(WRITER, [path, `${1_000_000 * kill}`], random(120))
    await using documents = await openSqliteDocuments({ path, clock: Date.now })
    for (const line of told) {
      const [id = '', receipt, applicant] = line.split(' ')
      const { body } = await readCase(documents, id)
      assert.deepEqual([body.receipt, body.applicant], [receipt, applicant])
      assert.deepEqual((await readContent(documents, id, 1)).form, { name: applicant })
    }
    receipts += told.length
    const counts = [CASES, CASE_CONTENTS, CASE_ENTRIES, CALL_COUNTS].map((it) =>
      documents.count(it),
    )
    const [cases = 0, ...others] = await Promise.all(counts)
    assert.deepEqual(others, [cases, cases, cases])
    assert.ok(cases >= receipts)
  }
})
