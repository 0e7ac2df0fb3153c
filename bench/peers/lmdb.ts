import { open } from 'lmdb'
import { folderBytes, type OpenPeer } from './peer.ts'

export const openLmdbPeer: OpenPeer = async (folder) => {
  const database = open<string, string>({ path: folder, encoding: 'string', noSubdir: false })
  return {
    name: 'LMDB row by row',
    commit: async (rows) => {
      database.transactionSync(() => {
        for (const { key, json } of rows) database.putSync(key, json)
      })
      await database.flushed
    },
    settle: async () => void (await database.flushed),
    readAll: (keys) => keys.map((key) => JSON.parse(database.get(key) ?? '')),
    sizeBytes: () => folderBytes(folder),
    [Symbol.asyncDispose]: () => database.close(),
  }
}
