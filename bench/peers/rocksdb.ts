import { createRequire } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import { folderBytes, type OpenPeer } from './peer.ts'

/** The part of the binding that is used; it brings no types. */
type Rocks = {
  open(options: object): Promise<void>
  close(): Promise<void>
  batch(): { put(key: Buffer, value: Buffer): void; write(options: object): Promise<void> }
  _getManySync(keys: readonly Buffer[], options: object): (Buffer | undefined)[]
  getProperty(name: string): string
}

/**
 * RocksDB as its binding offers it for this: zstd with a trained dictionary on every level, blocks of 16 KiB, filters,
 * and a cache of 256 MiB.
 */
const OPTIONS = {
  createIfMissing: true,
  compression: true,
  blockSize: 16_384,
  cacheSize: 256 << 20,
  memtableMemoryBudget: 256 << 20,
  optimize: 'point-lookup',
}
const KEYS_AT_ONCE = 1
const SETTLE_MS_MAX = 300_000

export const openRocksdbPeer: OpenPeer = async (folder) => {
  let make: (path: string) => Rocks
  try {
    const { RocksLevel } = createRequire(import.meta.url)('@nxtedition/rocksdb')
    make = (path) => new RocksLevel(path, OPTIONS)
  } catch (error) {
    return { absent: `@nxtedition/rocksdb does not load here: ${(error as Error).message}` }
  }
  let database = make(folder)
  await database.open(OPTIONS)
  return {
    name: 'RocksDB, zstd + dictionary',
    commit: async (rows) => {
      const batch = database.batch()
      for (const { key, json } of rows) batch.put(Buffer.from(key), Buffer.from(json))
      await batch.write({ sync: true })
    },
    settle: async () => {
      // Opening again writes what was in memory and its log into tables, as everything else is by then.
      await database.close()
      database = make(folder)
      await database.open(OPTIONS)
      const until = Date.now() + SETTLE_MS_MAX
      const busy = () =>
        ['compaction-pending', 'num-running-compactions', 'num-running-flushes'].some(
          (it) => database.getProperty(`rocksdb.${it}`) !== '0',
        )
      while (busy() && Date.now() < until) await sleep(50)
    },
    readAll: (keys) => {
      const records: unknown[] = []
      for (let i = 0; i < keys.length; i += KEYS_AT_ONCE) {
        const [value] = database._getManySync([Buffer.from(keys[i] ?? '')], {
          valueEncoding: 'buffer',
        })
        records.push(JSON.parse(String(value)))
      }
      return records
    },
    sizeBytes: () => folderBytes(folder),
    [Symbol.asyncDispose]: () => database.close(),
  }
}
