import { runSearchWorker } from './identifiers/search/worker.ts'
import { openLmdbStore } from './identifiers/store/lmdb.ts'

/** The thread of the search: the same store as the node's, opened once more for reading. */
await runSearchWorker({
  openStore: (path) => openLmdbStore({ path: String(path), readOnly: true }),
})
