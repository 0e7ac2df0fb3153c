/**
 * Commits pairs of documents to the SQLite file named by the first argument until it is killed, and tells the number of
 * each pair on standard output once its commit is acknowledged. The second argument is the first number.
 */
import { writeSync } from 'node:fs'
import { openSqliteDocuments } from '../../src/kernel/documents/sqlite.ts'
import { author, put } from '../contract/documents.contract.ts'

const [path = '', first = '0'] = process.argv.slice(2)
const documents = await openSqliteDocuments({ path, clock: Date.now })
let next = Number(first)

async function commitPairs(): Promise<never> {
  for (;;) {
    const number = next++
    const pair = ['x', 'y'].map((it) => put(`${it}-${number}`, { serial: `${it}${number}` }, 0))
    await documents.commit(pair, { author })
    writeSync(1, `${number}\n`)
  }
}

await Promise.all(Array.from({ length: 8 }, commitPairs))
