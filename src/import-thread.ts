import { runImportWorker } from './identifiers/imports/worker.ts'
import { openLmdbStore } from './identifiers/store/lmdb.ts'
import { yieldToOthers } from './lib/thread-priority.ts'
import { readHandleJson } from './protocols/handle/record-json.ts'

const NICE = 15

yieldToOthers(NICE)

/** The thread of one import: the same store as the node's, opened once more. */
await runImportWorker({
  openStore: (path, gate) => openLmdbStore({ path: String(path), ...(gate && { gate }) }),
  readHandleJson,
})
