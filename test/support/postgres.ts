import assert from 'node:assert/strict'
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, globSync } from 'node:fs'
import { chown, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Client } from 'pg'

const run = promisify(execFile)

export const POSTGRES_MISSING =
  'PostgreSQL was not found; install it with: apt-get install -y postgresql'

/** A server of our own in a temporary folder, reached over loopback by the user `waymark`. */
export type PostgresServer = AsyncDisposable & {
  /** Of a database `postgres`. */
  readonly url: string
  /** A new, empty database; answers its URL. */
  createDatabase(): Promise<string>
  /** Stops as a crash would (SIGQUIT); `start` brings it back with what was durable. */
  crash(): Promise<void>
  start(): Promise<void>
}

/** Whether tests that need PostgreSQL can run: false to run, or why not. Throws where skipping is not allowed. */
export async function postgresSkip(): Promise<string | false> {
  if (process.env.WAYMARK_TEST_POSTGRES_URL !== undefined) return false
  if ((await findBinaries()) !== undefined) return false
  assert.notEqual(process.env.WAYMARK_TEST_STRICT, '1', POSTGRES_MISSING)
  return POSTGRES_MISSING
}

/**
 * A new database: on the server named by WAYMARK_TEST_POSTGRES_URL, which a test run starts once for all its files, or
 * else on one server for this process, which is stopped when the last of its databases is given back.
 */
export async function openPostgresDatabase(): Promise<AsyncDisposable & { readonly url: string }> {
  const named = process.env.WAYMARK_TEST_POSTGRES_URL
  if (named !== undefined) {
    return { url: await createDatabase(named), [Symbol.asyncDispose]: async () => {} }
  }
  users++
  own ??= startPostgres()
  const server = await own
  return {
    url: await server.createDatabase(),
    async [Symbol.asyncDispose]() {
      users--
      if (users > 0) return
      own = undefined
      await server[Symbol.asyncDispose]()
    },
  }
}

let own: Promise<PostgresServer> | undefined
let users = 0

export async function startPostgres(): Promise<PostgresServer> {
  const binaries = await findBinaries()
  assert.ok(binaries, POSTGRES_MISSING)
  const folder = await mkdtemp(join(tmpdir(), 'waymark-postgres-'))
  const user = await serverUser()
  if (user !== undefined) await chown(folder, user.uid, user.gid)
  const data = join(folder, 'data')
  const made = [
    '-D',
    data,
    '-U',
    'waymark',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C.UTF-8',
    '--no-sync',
  ]
  await run(join(binaries, 'initdb'), made, { ...user, cwd: folder })
  const port = await freePort()
  const url = `postgresql://waymark@127.0.0.1:${port}/postgres`
  let server: ChildProcess | undefined
  const start = async () => {
    const settings = [
      '-D',
      data,
      '-p',
      `${port}`,
      '-h',
      '127.0.0.1',
      '-k',
      folder,
      '-c',
      'fsync=on',
    ]
    server = spawn(join(binaries, 'postgres'), settings, { ...user, cwd: folder, stdio: 'ignore' })
    process.once('exit', killServer)
    for (const signal of SIGNALS) process.once(signal, killServer)
    await untilAnswers(url, server)
  }
  // Whatever ends the tests ends the server: an exit, or the runner's signal when a time limit is reached.
  const killServer = (why: number | NodeJS.Signals) => {
    server?.kill('SIGQUIT')
    if (typeof why === 'string') process.exit(1)
  }
  const stop = async (signal: 'SIGINT' | 'SIGQUIT') => {
    process.off('exit', killServer)
    for (const signal of SIGNALS) process.off(signal, killServer)
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return
    const gone = once(server, 'exit')
    server.kill(signal)
    await gone
  }
  await start()
  return {
    url,
    start,
    createDatabase: () => createDatabase(url),
    crash: () => stop('SIGQUIT'),
    async [Symbol.asyncDispose]() {
      await stop('SIGINT')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function createDatabase(server: string): Promise<string> {
  const name = `t${crypto.randomUUID().replaceAll('-', '')}`
  const client = new Client(server)
  await client.connect()
  try {
    await client.query(`CREATE DATABASE ${name}`)
  } finally {
    await client.end()
  }
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}

const SIGNALS = ['SIGTERM', 'SIGINT'] as const
const START_MS_MAX = 60_000

async function untilAnswers(url: string, server: ChildProcess): Promise<void> {
  const until = Date.now() + START_MS_MAX
  for (;;) {
    assert.equal(server.exitCode, null, 'PostgreSQL ended while starting')
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
    client.on('error', () => undefined)
    try {
      await client.connect()
      await client.end()
      return
    } catch (error) {
      if (Date.now() > until) throw error
      await sleep(50)
    }
  }
}

async function findBinaries(): Promise<string | undefined> {
  const told = await run('pg_config', ['--bindir']).then(
    ({ stdout }) => [stdout.trim()],
    () => [],
  )
  const usual = globSync('/usr/lib/postgresql/*/bin').toSorted().toReversed()
  return [...told, ...usual].find((it) => existsSync(join(it, 'initdb')))
}

/** PostgreSQL refuses to run as root: then as the account its package makes. */
async function serverUser(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const id = async (which: '-u' | '-g') => Number((await run('id', [which, 'postgres'])).stdout)
  return { uid: await id('-u'), gid: await id('-g') }
}

async function freePort(): Promise<number> {
  const probe = createServer()
  probe.listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  assert.ok(typeof address === 'object' && address !== null)
  return address.port
}
