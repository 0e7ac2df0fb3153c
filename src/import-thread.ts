import { yieldAtOnce } from './lib/thread-priority.ts'

const NICE = 15

// before anything else is loaded: a thread that begins reads the program for half a second, beside answers that wait
yieldAtOnce(NICE)
const { runImportWorker } = await import('./identifiers/imports/worker.ts')
const { openLmdbStore } = await import('./identifiers/store/lmdb.ts')
const { readHandleJson } = await import('./protocols/handle/record-json.ts')

/** A thread for imports: the same store as the node's, opened once more. */
runImportWorker({
  openStore: (path, gate) => openLmdbStore({ path: String(path), ...(gate && { gate }) }),
  readHandleJson,
})
