import { join } from 'node:path'
import type { SearchWish } from '../src/identifiers/registration/list-routes.ts'
import { SearchIndex } from '../src/identifiers/search/search-index.ts'
import { type LmdbStore, openLmdbStore } from '../src/identifiers/store/lmdb.ts'
import type { RecordDraft } from '../src/identifiers/store/store.ts'
import { type DataSetOptions, dataSet, type LineBatch, sortedDrafts } from './data-sets.ts'
import type { Measured } from './rows.ts'
import type { BenchOptions } from './run.ts'
import { BENCH_AUTHOR } from './store.ts'
import { randomFrom } from './support/random.ts'

const COMMIT_WRITES = 20_000
const COMMITS_EVERY_MS = 600_000
const QUESTIONS = 100
const PAGE = 50
const P95_MS_MAX = { of: 'value', atMost: 50 } as const
const AT = Date.UTC(2026, 0, 5)

type Random = () => number
type Question = Partial<SearchWish>

/** The index over a store: how fast it is derived, how large it is, and how soon questions of each kind are answered. */
export async function benchSearch({ count, set, folder, tell }: BenchOptions): Promise<Measured[]> {
  tell('loading')
  await using store = await openLmdbStore({ path: join(folder, 'store') })
  await load(store, { set, count })
  tell('deriving the index')
  await using index = await SearchIndex.open(join(folder, 'search'), store)
  const from = performance.now()
  const cpu = process.cpuUsage()
  await index.catchUp()
  const { user, system } = process.cpuUsage(cpu)
  const derivedMs = performance.now() - from
  const { pairBytes, groupBytes, fileBytes } = index.sizes()
  const rows: Measured[] = [
    { what: 'identifiers derived', value: count / (derivedMs / 1_000), unit: '/s' },
    { what: 'identifiers derived, of CPU', value: count / ((user + system) / 1e6), unit: '/s' },
    { what: 'index, bytes per identifier', value: (pairBytes + groupBytes) / count, unit: 'B' },
    { what: 'index on disk, bytes per identifier', value: fileBytes / count, unit: 'B' },
  ]
  const batches = dataSet(set, { count })
  for (const [kind, make] of Object.entries(KINDS)) {
    tell(kind)
    rows.push(...measure(index, kind, (random) => make(batches, random)))
  }
  return rows
}

async function load(
  store: LmdbStore,
  { set, count }: DataSetOptions & Pick<BenchOptions, 'set'>,
): Promise<void> {
  let drafts: RecordDraft[] = []
  let at = AT
  const commit = async () => {
    const writes = drafts.map((next) => ({ expected: 0, next }))
    await store.commit({ author: BENCH_AUTHOR, at, writes })
    at += COMMITS_EVERY_MS
    drafts = []
  }
  for (const draft of sortedDrafts(dataSet(set, { count }))) {
    drafts.push(draft)
    if (drafts.length === COMMIT_WRITES) await commit()
  }
  if (drafts.length > 0) await commit()
}

/** Questions of one kind, each another one. */
const KINDS: Record<string, (batches: readonly LineBatch[], random: Random) => Question> = {
  'a common word': (_, random) => ({ q: pick(['轴承', '电机', 'pump', 'valve', 'mm'], random) }),
  'a rare word': (batches, random) => ({ q: line(batches, random).fields.batch ?? 'B2' }),
  'two words': (batches, random) => ({
    q: `${pick(['轴承', '齿轮泵', 'drive'], random)} ${line(batches, random).fields.batch ?? 'mm'}`,
  }),
  'a whole name': (batches, random) => ({ q: line(batches, random).suffix }),
  'the beginning of a name': (batches, random) => ({
    q: line(batches, random).suffix.slice(0, 6),
  }),
  'the last six of a name': (batches, random) => ({ q: line(batches, random).suffix.slice(-6) }),
  'the last four of a name': (batches, random) => ({ q: line(batches, random).suffix.slice(-4) }),
  'a state and a time': (_, random) => ({ state: 'registered', ...someTime(random) }),
  'a template, a prefix and a time': (batches, random) => ({
    template: 'product',
    scope: [line(batches, random).prefix],
    ...someTime(random),
  }),
  'a state of none': () => ({ state: 'retired' }),
  'a word, a template and a time': (_, random) => ({
    q: '轴承',
    template: 'product@1',
    ...someTime(random),
  }),
  nothing: (_, random) => ({ q: `xq${Math.floor(random() * 1e9)}` }),
}

function someTime(random: Random) {
  const from = AT + Math.floor(random() * 20 * COMMITS_EVERY_MS)
  return { from, to: from + Math.floor(random() * 20 * COMMITS_EVERY_MS) }
}

function pick<T>(list: readonly T[], random: Random): T {
  return list[Math.floor(random() * list.length)] as T
}

function line(batches: readonly LineBatch[], random: Random) {
  const batch = pick(batches, random)
  return batch.line(Math.floor(random() * batch.count))
}

function measure(index: SearchIndex, kind: string, make: (random: Random) => Question): Measured[] {
  const random = randomFrom(5)
  const times: number[] = []
  const cpuTimes: number[] = []
  let full = 0
  for (let n = 0; n < QUESTIONS; n++) {
    const wish = { scope: 'all', limit: PAGE, ...make(random) } as const
    const from = performance.now()
    const cpu = process.cpuUsage()
    const { items, next } = index.answer(wish, 'protected')
    const { user, system } = process.cpuUsage(cpu)
    times.push(performance.now() - from)
    cpuTimes.push((user + system) / 1_000)
    if (items.length === PAGE || next === undefined) full++
  }
  const row = (what: string, share: number): Measured => {
    const at = (list: number[]) => list.sort((a, b) => a - b)[Math.floor(share * QUESTIONS)] ?? 0
    const note = `${at(cpuTimes).toPrecision(3)} ms of CPU`
    return { what: `${kind}, ${what}`, value: at(times), unit: 'ms', note }
  }
  return [
    row('p50', 0.5),
    { ...row('p95', 0.95), target: P95_MS_MAX },
    { what: `${kind}, pages complete`, value: (100 * full) / QUESTIONS, unit: '%' },
  ]
}
