import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { javaProject } from './java.ts'

/** The Handle.Net server 9.2, whose setup, storage and answers are its own. */
export const handleNet = javaProject(fileURLToPath(new URL('../handle-net', import.meta.url)))

const READY_MS_MAX = 120_000
const POLL_MS = 50
const HEAP_MIB = 512

/** In the JSON form of the Handle JSON API. */
export type PeerRecord = {
  readonly handle: string
  readonly values: readonly {
    readonly index: number
    readonly type: string
    readonly data: string | { readonly format: string; readonly value: unknown }
    readonly permissions?: string
    readonly ttl?: number
    readonly timestamp?: string
  }[]
}

export type HandleNetServer = AsyncDisposable & {
  /** Of TCP and UDP, on 127.0.0.1. */
  readonly port: number
  /** Of HTTP, HTTPS (by a certificate of its own making) and the tunnel. */
  readonly httpPort: number
  /** Of the key `300:0.NA/PREFIX`, which may do everything. */
  readonly secret: string
  /** Its HS_SITE, in JSON. */
  readonly siteFile: string
  readonly child: ChildProcess
  readonly stop: () => Promise<void>
  /** All that it stores, as its own tool writes it down, once it is stopped. Answers the file. */
  readonly dump: () => Promise<string>
}

export type HandleNetWish = {
  /** An empty folder of its own. */
  readonly folder: string
  /** It answers for all of them; the first one's administrator has a secret key. */
  readonly prefixes: readonly [string, ...string[]]
  readonly records: Iterable<PeerRecord>
  /** Lines of its `server_config`, such as `"allow_recursion" = "yes"`. */
  readonly settings?: readonly string[]
  readonly heapMib?: number
}

/** A server with these records, ready when this resolves. It asks nobody: no prefix of others is known to it. */
export async function startHandleNet(wish: HandleNetWish): Promise<HandleNetServer> {
  const { folder, prefixes, heapMib = HEAP_MIB } = wish
  const programs = join(folder, 'programs')
  const data = join(folder, 'server')
  await mkdir(programs, { recursive: true })
  const classpath = await handleNet.compile(programs, ['Fill.java'])
  const [port, httpPort] = [await freePort(), await freePort()]
  const java = (...args: string[]) =>
    spawn('java', [`-Xmx${heapMib}m`, '-cp', classpath, ...args], { cwd: folder })
  await ended(java('net.handle.server.SimpleSetup', data), SETUP_ANSWERS)
  await mendSetup(data, { port, httpPort }, wish)
  const secret = randomBytes(16).toString('hex')
  await ended(
    java('Fill', data, '0.NA', ...prefixes),
    linesOf([administrator(prefixes[0], secret), ...wish.records]),
  )
  const child = java('net.handle.server.Main', data)
  child.stdout?.resume()
  const complaints = text(child.stderr)
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const closed = once(child, 'close')
      // It takes its time to stop, and what it holds is thrown away.
      child.kill('SIGKILL')
      await closed
    }
  }
  try {
    await opened([port, httpPort], child)
  } catch (error) {
    await stop()
    throw new Error(`the server did not start: ${await complaints}`, { cause: error })
  }
  return {
    ...{ port, httpPort, secret, child, siteFile: join(data, 'siteinfo.json') },
    stop,
    async dump() {
      const file = join(folder, 'dump.json')
      await ended(java('net.handle.apps.tools.StorageToJson', data, file), '')
      return file
    },
    [Symbol.asyncDispose]: stop,
  }
}

/** What its setup asks, in its order; see its manual. It takes no loopback address and no high port. */
const SETUP_ANSWERS = [
  ...['y', 'n', '192.0.2.10', '127.0.0.1', '2641', '8000', 'n', '1', 'peer', 'Org', '', ''],
  ...['ops@example.org', 'n', 'n', 'n', ''],
].join('\n')

async function mendSetup(
  data: string,
  { port, httpPort }: Pick<HandleNetServer, 'port' | 'httpPort'>,
  { prefixes, settings = [] }: Pick<HandleNetWish, 'prefixes' | 'settings'>,
): Promise<void> {
  const config = join(data, 'config.dct')
  const homed = ['0.NA', ...prefixes].map((it) => `"0.NA/${it}"`).join('\n')
  const mended = (await readFile(config, 'utf8'))
    .replace(/(auto_homed_prefixes" = \(\s*)"0.NA\/YOUR_PREFIX"/, `$1${homed}`)
    .replaceAll('YOUR_PREFIX', prefixes[0])
    .replaceAll('"2641"', `"${port}"`)
    .replaceAll('"8000"', `"${httpPort}"`)
    .replace('"server_config" = {', ['"server_config" = {', ...settings].join('\n'))
    // By default it goes to a public root server by itself.
    .replace('{', '{\n"auto_update_root_info" = "no"')
  await writeFile(config, mended)
  const file = join(data, 'siteinfo.json')
  const site = JSON.parse(await readFile(file, 'utf8'))
  for (const server of site.servers) {
    // It finds itself by this record when it verifies a key.
    server.address = '127.0.0.1'
    for (const it of server.interfaces) {
      it.admin = true
      it.port = it.port === 2641 ? port : httpPort
    }
  }
  await writeFile(file, JSON.stringify(site))
}

function administrator(prefix: string, secret: string): PeerRecord {
  const handle = `0.NA/${prefix}`
  const admin = { handle, index: 300, permissions: '111111111111' }
  return {
    handle,
    values: [
      { index: 100, type: 'HS_ADMIN', data: { format: 'admin', value: admin } },
      {
        ...{ index: 300, type: 'HS_SECKEY', permissions: '1100' },
        data: { format: 'string', value: secret },
      },
    ],
  }
}

const LINES_A_TURN = 1_000

function* linesOf(records: Iterable<PeerRecord>): Generator<string> {
  let turn: string[] = []
  for (const it of records) {
    turn.push(`${JSON.stringify(it)}\n`)
    if (turn.length < LINES_A_TURN) continue
    yield turn.join('')
    turn = []
  }
  yield turn.join('')
}

/** @throws Error with what it said, where it failed */
async function ended(child: ChildProcess, input: string | Iterable<string>): Promise<void> {
  const { stdin, stdout, stderr } = child
  if (stdin === null || stdout === null || stderr === null) throw new Error('no pipes')
  stdin.on('error', () => undefined)
  const said = Promise.all([text(stdout), text(stderr)])
  const closed = once(child, 'close')
  for (const it of typeof input === 'string' ? [input] : input) {
    if (!stdin.write(it) && !stdin.destroyed) {
      await Promise.race([once(stdin, 'drain'), closed])
    }
  }
  stdin.end()
  await closed
  if (child.exitCode !== 0) throw new Error((await said).join('\n'))
}

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

async function opened(ports: readonly number[], child: ChildProcess): Promise<void> {
  const until = Date.now() + READY_MS_MAX
  for (const port of ports) {
    while (!(await isOpen(port))) {
      if (child.exitCode !== null || Date.now() > until) throw new Error(`port ${port} is closed`)
      await sleep(POLL_MS)
    }
  }
}

async function isOpen(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1' })
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
