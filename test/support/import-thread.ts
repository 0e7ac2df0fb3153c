import { runImportWorker } from '../../src/identifiers/imports/worker.ts'
import { openLmdbStore } from '../../src/identifiers/store/lmdb.ts'
import { readHandleJson } from '../../src/protocols/handle/record-json.ts'

runImportWorker({
  openStore: (options, gate) =>
    openLmdbStore({ ...(options as { path: string }), ...(gate && { gate }) }),
  readHandleJson,
})
