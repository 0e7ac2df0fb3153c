import { runSearchWorker } from './identifiers/search/worker.ts'
import { openLmdbStore } from './identifiers/store/lmdb.ts'
import { yieldToOthers } from './lib/thread-priority.ts'

/** Behind imports too: what is derived says how far it is, and catches up. */
const NICE = 19

yieldToOthers(NICE)

/** The thread of the search: the same store as the node's, opened once more for reading. */
await runSearchWorker({
  openStore: (path) => openLmdbStore({ path: String(path), readOnly: true }),
})
