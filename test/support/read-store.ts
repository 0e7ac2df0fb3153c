import { openLmdbStore } from '../../src/identifiers/store/lmdb.ts'
import { PREFIXES } from './kill-store.ts'

/*
 * A reader in a process of its own: `node read-store.ts FOLDER`. It reads without a pause until its input ends, then
 * prints how often, and fails where it saw half of anything.
 */
const [, , folder = ''] = process.argv
await using store = await openLmdbStore({ path: folder, readOnly: true })
let reads = 0
let highest = 0
let isOver = false
process.stdin.on('end', () => {
  isOver = true
})
process.stdin.resume()
process.stdout.write('reading\n')
while (!isOver) {
  for (let i = 0; i < 20; i++) readOnce()
  await new Promise(setImmediate)
}
process.stdout.write(`${reads} ${highest}\n`)

/** The batch says what it wrote: all of it must be there, in this or a later version, in one place each. */
function readOnce(): void {
  const last = store.changes(Math.max(0, highest - 1), 1_000).at(-1)
  if (last === undefined) return
  if (last.sequence < highest) throw new Error(`batch ${highest} is gone`)
  highest = last.sequence
  const keys = store.batchKeys(highest)
  if (keys.length !== last.count) throw new Error(`${keys.length} keys of ${last.count}`)
  for (const [i, record] of store.getMany(keys).entries()) {
    if (record === undefined) throw new Error(`${keys[i]} of batch ${highest} is missing`)
    if (record.batch < highest) throw new Error(`${keys[i]} is older than its batch`)
  }
  for (const prefix of PREFIXES) {
    const page = store.scan(prefix, { limit: 300 })
    for (let i = 1; i < page.length; i++) {
      if (page[i - 1]?.key === page[i]?.key) throw new Error(`${page[i]?.key} is seen twice`)
    }
  }
  reads++
}
