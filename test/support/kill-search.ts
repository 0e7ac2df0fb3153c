import { join } from 'node:path'
import { type HandleKey, type PrefixKey, parseHandle } from '../../src/identifiers/handle.ts'
import { SearchIndex } from '../../src/identifiers/search/search-index.ts'
import { openLmdbStore } from '../../src/identifiers/store/lmdb.ts'
import type { RecordWrite } from '../../src/identifiers/store/store.ts'
import { Dice } from './records.ts'

/*
 * Commits and derives for ever, to be killed: `node kill-search.ts FOLDER SEED`. Prints a line once each batch is derived.
 */
export const KILLED_PREFIX = '88.1' as PrefixKey
const AUTHOR = { kind: 'system', id: 'kill' } as const
const KEYS = 30_000

const [, program = '', folder = '', seed = ''] = process.argv
if (program.endsWith('kill-search.ts')) {
  await using store = await openLmdbStore({ path: join(folder, 'store') })
  await using index = await SearchIndex.open(join(folder, 'search'), store)
  const dice = new Dice(Number(seed))
  for (let job = 1; ; job++) {
    const keys = new Set<HandleKey>()
    for (let i = 0; i < 400; i++) {
      keys.add(parseHandle(`${KILLED_PREFIX}/K${dice.below(KEYS)}`).key)
    }
    const writes = [...keys].map((key): RecordWrite => {
      const expected = store.get(key)?.version ?? 0
      const values = [{ index: 1, type: 'T', data: `泵${dice.below(50)}号 batch ${seed}-${job}` }]
      return { expected, next: { key, spelled: key, state: 'registered', held: false, values } }
    })
    await store.commit({ author: AUTHOR, at: Date.UTC(2026, 0, 5), writes })
    await index.catchUp()
    process.stdout.write(`${job}\n`)
  }
}
