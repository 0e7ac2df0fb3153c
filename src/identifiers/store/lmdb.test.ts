import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { storeContract } from '../../../test/contract/store.contract.ts'
import { type LmdbStore, openLmdbStore } from './lmdb.ts'

storeContract('lmdb', openInScratch)

/** A store in a folder that goes with it. */
async function openInScratch(): Promise<LmdbStore> {
  const path = await mkdtemp(join(tmpdir(), 'waymark-store-'))
  const store = await openLmdbStore({ path })
  const close = store[Symbol.asyncDispose].bind(store)
  store[Symbol.asyncDispose] = async () => {
    await close()
    await rm(path, { recursive: true })
  }
  return store
}
