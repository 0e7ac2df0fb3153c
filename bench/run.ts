import { rmSync } from 'node:fs'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { EXIT_DONE, EXIT_FAILED, EXIT_WRONG_USE, type Io } from '../src/cli/io.ts'
import type { DataSetName } from './data-sets.ts'
import { formatTable, judge, type Measured, thisMachine } from './rows.ts'

export type BenchOptions = {
  /** Identifiers. */
  readonly count: number
  readonly set: DataSetName
  /** How long applications come in at the end of a window; undefined for what the bench thinks enough. */
  readonly seconds?: number | undefined
  /** Nothing is fetched from a registry: peers that are not here are left out. */
  readonly isOffline?: boolean | undefined
  /** An empty folder of this run's own; removed after it. */
  readonly folder: string
  /** Says what is being done, for who waits. */
  readonly tell: (line: string) => void
}

export type Bench = (options: BenchOptions) => Promise<Measured[]>

type Entry = { readonly about: string; readonly count: number; readonly load: () => Promise<Bench> }

const BENCHES: Readonly<Record<string, Entry>> = {
  store: {
    about: 'the block store alone, beside SQLite, PostgreSQL, LMDB and RocksDB',
    count: 10_000_000,
    load: async () => (await import('./store.ts')).benchStore,
  },
  inserts: {
    about: 'random single inserts, a thousand a commit, while packing goes on',
    count: 1_000_000,
    load: async () => (await import('./inserts.ts')).benchInserts,
  },
  registration: {
    about: 'a file through the HTTP stream, CSV and NDJSON',
    count: 10_000_000,
    load: async () => (await import('./registration.ts')).benchRegistration,
  },
  resolve: {
    about: 'GET /api/handles/… beside a bare node:http server',
    count: 10_000_000,
    load: async () => (await import('./resolve.ts')).benchResolve,
  },
  handle: {
    about: 'the Handle protocol over TCP and UDP beside servers that give fixed answers',
    count: 10_000_000,
    load: async () => (await import('./handle.ts')).benchHandle,
  },
  'handle-attack': {
    about: 'what bad clients of the Handle protocol do to good ones, and to memory',
    count: 1_000_000,
    load: async () => (await import('./handle-attack.ts')).benchHandleAttack,
  },
  'handle-peer': {
    about: 'processor time a request of the official Handle client, beside Handle.Net',
    count: 1_000_000,
    load: async () => (await import('./handle-peer.ts')).benchHandlePeer,
  },
  'import-latency': {
    about: 'resolution at half its maximum rate while a file is imported',
    count: 2_000_000,
    load: async () => (await import('./import-latency.ts')).benchImportLatency,
  },
  search: {
    about: 'the search index: deriving it, its size, and questions of many kinds',
    count: 1_000_000,
    load: async () => (await import('./search.ts')).benchSearch,
  },
  list: {
    about: "what the console's list asks: a page of each kind, cold and warm, and its count",
    count: 10_000_000,
    load: async () => (await import('./list.ts')).benchList,
  },
  console: {
    about: 'the console in Chromium: first load, changes of page, the long list, memory',
    count: 10_000_000,
    load: async () => (await import('./console.ts')).benchConsole,
  },
  policy: {
    about: 'support measures: one case, columns, variants, replay, a window over HTTP, a bundle',
    count: 50_000,
    load: async () => (await import('./policy.ts')).benchPolicy,
  },
  start: {
    about: 'from the start of the process to its first right answer',
    count: 10_000_000,
    load: async () => (await import('./start.ts')).benchStart,
  },
}

const HELP = `Usage: waymark bench BENCH [--count N] [--set regular|irregular] [--seconds N] [--offline] [--json] [--check]

${Object.entries(BENCHES)
  .map(
    ([name, { about, count }]) => `  ${name.padEnd(15)} ${about} (${count.toLocaleString('en')})`,
  )
  .join('\n')}

  --count N   identifiers; the targets are meant for the number in brackets
  --set S     regular (default) or irregular
  --seconds N policy: how long applications come in at the end of a window
  --offline   policy: no engine beside it is fetched from a registry
  --json      {bench, machine, rows} on standard output
  --check     exit code 1 where a target is missed
`

const OPTIONS = {
  count: { type: 'string' },
  set: { type: 'string' },
  seconds: { type: 'string' },
  offline: { type: 'boolean' },
  json: { type: 'boolean' },
  check: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

const COUNT_MIN = 1_000
const COUNT_MAX = 1_000_000_000
const SECONDS_MAX = 3_600

/** `waymark bench …`; exit code 0 when it ran, with `--check` only if every target holds. */
export async function runBench(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true })
  const name = positionals[0] ?? ''
  const entry = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined
  const set = values.set ?? 'regular'
  const count = Number(values.count ?? entry?.count)
  const seconds = secondsOf(values.seconds)
  const isRight =
    positionals.length === 1 &&
    (set === 'regular' || set === 'irregular') &&
    Number.isInteger(count) &&
    count >= COUNT_MIN &&
    count <= COUNT_MAX &&
    isSeconds(seconds)
  if (values.help || entry === undefined || !isRight) {
    const out = values.help ? io.stdout : io.stderr
    out.write(HELP)
    return values.help ? EXIT_DONE : EXIT_WRONG_USE
  }
  const bench = await entry.load()
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-bench-'))
  using _tidy = tidyAtExit(folder.path)
  const from = performance.now()
  const tell = (line: string) => {
    const s = ((performance.now() - from) / 1_000).toFixed(1)
    io.stderr.write(`${s.padStart(7)} s  ${line}\n`)
  }
  const isOffline = values.offline
  const rows = judge(await bench({ count, set, seconds, isOffline, folder: folder.path, tell }))
  const machine = thisMachine()
  const title = `${name}, ${set}, ${count.toLocaleString('en')} identifiers`
  io.stdout.write(
    values.json
      ? `${JSON.stringify({ bench: name, set, count, machine, rows })}\n`
      : formatTable(title, machine, rows),
  )
  return values.check && rows.some((it) => it.holds === false) ? EXIT_FAILED : EXIT_DONE
}

function secondsOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text)
}

function isSeconds(seconds = 1): boolean {
  return Number.isInteger(seconds) && seconds >= 1 && seconds <= SECONDS_MAX
}

/** A bench that is interrupted or fails leaves no folder; its processes go with the exit. */
function tidyAtExit(folder: string): Disposable {
  const tidy = () => rmSync(folder, { recursive: true, force: true })
  const stop = () => process.exit(EXIT_FAILED)
  process.once('exit', tidy)
  for (const name of SIGNALS) process.once(name, stop)
  return {
    [Symbol.dispose]: () => {
      process.off('exit', tidy)
      for (const name of SIGNALS) process.off(name, stop)
    },
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
