import { statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** A row as the peers store it: the key, and the record as JSON in UTF-8. */
export type PeerRow = { readonly key: string; readonly json: string }

/** Another store that is given the same records. Every commit is as durable as ours. */
export type PeerStore = AsyncDisposable & {
  readonly name: string
  /** One durable commit. */
  commit(rows: readonly PeerRow[]): Promise<void> | void
  /** What comes after a load before it is read: checkpoints, compaction, indexes. */
  settle(): Promise<void>
  /** The record of each key, read and parsed one by one. */
  readAll(keys: readonly string[]): Promise<unknown[]> | unknown[]
  /** Bytes on the disk. */
  sizeBytes(): Promise<number> | number
}

/** Opens a peer in a folder of its own; undefined where it is not installed, `why` in its place. */
export type OpenPeer = (folder: string) => Promise<PeerStore | { readonly absent: string }>

export async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((it) => it.isFile())
    .reduce((sum, it) => sum + statSync(join(it.parentPath, it.name)).size, 0)
}
