import { yieldToOthers } from './lib/thread-priority.ts'

/** Behind imports too: what is derived says how far it is, and catches up. */
const NICE = 19

// before anything else is loaded, which takes a while
yieldToOthers(NICE)
const { runSearchWorker } = await import('./identifiers/search/worker.ts')
const { openLmdbStore } = await import('./identifiers/store/lmdb.ts')

/** The thread of the search: the same store as the node's, opened once more for reading. */
await runSearchWorker({
  openStore: (path) => openLmdbStore({ path: String(path), readOnly: true }),
})
