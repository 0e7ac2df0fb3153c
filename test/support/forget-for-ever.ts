/**
 * Commits documents to the SQLite file named by the first argument and forgets the oldest of them until it is killed; tells
 * the number of each on standard output once its commit is acknowledged. The second argument is the first number.
 */
import { writeSync } from 'node:fs'
import { openSqliteDocuments } from '../../src/kernel/documents/sqlite.ts'
import { author, READINGS_STEP, readings } from '../contract/documents.contract.ts'

const [path = '', first = '0'] = process.argv.slice(2)
const documents = await openSqliteDocuments({ path, clock: Date.now })

for (let number = Number(first); ; number++) {
  const write = { collection: readings, id: `${number}`, expected: 0, put: { of: 'pump' } }
  await documents.commit([write], { author })
  writeSync(1, `${number}\n`)
  if ((await documents.count(readings)) < 2 * READINGS_STEP) continue
  await documents.forget(readings, { to: Date.now(), limit: READINGS_STEP })
}
