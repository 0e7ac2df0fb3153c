import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { storeContract } from '../../../test/contract/store.contract.ts'
import { type LmdbStore, openLmdbStore } from './lmdb.ts'

storeContract('lmdb', () => openInScratch('here'))
storeContract('lmdb, written on a thread', () => openInScratch('thread'))

/** A store in a folder that goes with it. */
async function openInScratch(writing: 'here' | 'thread'): Promise<LmdbStore> {
  const path = await mkdtemp(join(tmpdir(), 'waymark-store-'))
  const store = await openLmdbStore({ path, writing })
  const close = store[Symbol.asyncDispose].bind(store)
  store[Symbol.asyncDispose] = async () => {
    await close()
    await rm(path, { recursive: true })
  }
  return store
}
