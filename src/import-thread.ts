import { runImportWorker } from './identifiers/imports/worker.ts'
import { openLmdbStore } from './identifiers/store/lmdb.ts'
import { yieldAtOnce } from './lib/thread-priority.ts'
import { readHandleJson } from './protocols/handle/record-json.ts'

const NICE = 15

yieldAtOnce(NICE)

/** A thread for imports: the same store as the node's, opened once more. */
runImportWorker({
  openStore: (path, gate) => openLmdbStore({ path: String(path), ...(gate && { gate }) }),
  readHandleJson,
})
