import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { Client } from 'pg'
import {
  openPostgresDatabase,
  POSTGRES_MISSING,
  postgresSkip,
} from '../../test/support/postgres.ts'
import type { OpenPeer, PeerRow } from './peer.ts'

/** Rows by COPY through psql, read by a prepared statement over one connection. */
export const openPostgresPeer: OpenPeer = async () => {
  if (await postgresSkip()) return { absent: POSTGRES_MISSING }
  await using stack = new AsyncDisposableStack()
  const { url } = stack.use(await openPostgresDatabase())
  const client = new Client({ connectionString: url })
  await client.connect()
  stack.defer(() => client.end())
  await client.query('CREATE TABLE record (key text COLLATE "C" PRIMARY KEY, json text NOT NULL)')
  const copying = stack.use(openCopying(url))
  const owned = stack.move()
  return {
    name: 'PostgreSQL by COPY',
    commit: (rows) => copying.copy(rows),
    settle: async () => {
      await client.query('VACUUM ANALYZE record')
      await client.query('CHECKPOINT')
    },
    readAll: async (keys) => {
      const records: unknown[] = []
      for (const key of keys) {
        const { rows } = await client.query({
          name: 'one',
          text: 'SELECT json FROM record WHERE key = $1',
          values: [key],
        })
        records.push(JSON.parse(rows[0].json))
      }
      return records
    },
    sizeBytes: async () => {
      const { rows } = await client.query("SELECT pg_total_relation_size('record') AS bytes")
      return Number(rows[0].bytes)
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

function openCopying(url: string) {
  const psql = spawn('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', url], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface(psql.stdout)
  const ended = once(psql, 'exit')
  return {
    async copy(rows: readonly PeerRow[]): Promise<void> {
      const text = rows
        .map(({ key, json }) => `${key}\t${json.replaceAll('\\', '\\\\')}\n`)
        .join('')
      const done = Promise.race([
        once(lines, 'line'),
        ended.then(() => {
          throw new Error('psql ended')
        }),
      ])
      psql.stdin.write(`COPY record FROM STDIN;\n${text}\\.\n\\echo done\n`)
      await done
    },
    async [Symbol.asyncDispose]() {
      psql.stdin.end()
      await ended
    },
  }
}
