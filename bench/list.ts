import { setTimeout as sleep } from 'node:timers/promises'
import { callNode } from '../src/cli/api.ts'
import { foldAscii, type HandleKey } from '../src/identifiers/handle.ts'
import { formatCursor } from '../src/identifiers/registration/listing.ts'
import type { LineBatch } from './data-sets.ts'
import type { Measured } from './rows.ts'
import type { BenchOptions } from './run.ts'
import { forgetFiles } from './support/forget-files.ts'
import { type Imported, importNode } from './support/imported.ts'
import { type NodeProcess, startNodeProcess } from './support/node.ts'
import { randomFrom } from './support/random.ts'
import { addSpares, SPARE_TEMPLATE } from './support/spares.ts'

/** What the console asks for at a time, and how often it asks again for a count. */
const PAGE_ROWS = 50
const COUNT_AGAIN_MS = 1_500
const QUESTIONS = 40
const COUNTED_MS_MAX = 120_000
/** Of the 300 ms to the first rows, what the line and a slow screen leave. */
const P95 = { of: 'value', atMost: 50 } as const
const FIRST = { of: 'value', atMost: 300 } as const

type Random = () => number
/** The query of one question, without what every question has. */
type Question = Readonly<Record<string, string>>
type World = Pick<Imported, 'batches' | 'beganAt' | 'endedAt'>

/** What the console's list asks of a node: each kind of question once after a start, then again and again. */
export async function benchList(options: BenchOptions): Promise<Measured[]> {
  const { tell } = options
  const stock = await importNode(options)
  tell('another template, some held, some retired')
  await addSpares(stock)
  return await askAll(stock, tell)
}

/** @param tell says what is being asked */
export async function askAll(stock: Imported, tell: BenchOptions['tell']): Promise<Measured[]> {
  const rows: Measured[] = []
  for (const [kind, make] of Object.entries(KINDS)) {
    tell(kind)
    const isForgotten = await forgetFiles(stock.dataFolder)
    await using node = await startNodeProcess({ dataFolder: stock.dataFolder })
    const ask = askerOf(node, stock.key)
    const random = randomFrom(5)
    const first = await ask(make(stock, random))
    const from = isForgotten ? 'from the disk' : 'the system may have kept files in memory'
    rows.push({ what: `${kind}: first`, value: first.ms, unit: 'ms', target: FIRST, note: from })
    rows.push(await again(kind, { node, ask, make: () => make(stock, random) }))
  }
  return [...rows, ...(await counting(stock, tell))]
}

const CHINESE = ['轴承', '齿轮', '电机', '伺服', '减速', '液压', '精密']
const COMMON = ['pump', 'valve', 'drive', 'mm', 'bearing']

const KINDS: Readonly<Record<string, (world: World, random: Random) => Question>> = {
  'the page as it opens': () => ({}),
  'a page in the middle': (world, random) => ({ after: cursorAt(world, random) }),
  'a word of two Chinese characters': (_, random) => ({ q: pick(CHINESE, random) }),
  'the same, in the middle': (world, random) => ({
    q: pick(CHINESE, random),
    after: `2.${cursorAt(world, random)}`,
  }),
  'one Chinese character': (_, random) => ({ q: pick([...CHINESE.join('')], random) }),
  'a common word': (_, random) => ({ q: pick(COMMON, random) }),
  'a word while it is typed': (_, random) => {
    const word = pick(COMMON, random)
    return { q: word.slice(0, 1 + Math.floor(random() * word.length)) }
  },
  'a rare word': ({ batches }, random) => ({ q: line(batches, random).fields.batch ?? 'B2' }),
  'two words that no record has together': () => ({ q: '齿轮泵 主轴电机' }),
  'a whole name': ({ batches }, random) => ({ q: line(batches, random).suffix }),
  'the beginning of a name': ({ batches }, random) => ({
    q: line(batches, random).suffix.slice(0, 6),
  }),
  'the last six of a name': ({ batches }, random) => ({
    q: line(batches, random).suffix.slice(-6),
  }),
  'what is not there': (_, random) => ({ q: `xq${Math.floor(random() * 1e9)}` }),
  registered: () => ({ state: 'registered' }),
  'registered, in the middle': (world, random) => ({
    state: 'registered',
    after: cursorAt(world, random),
  }),
  held: () => ({ state: 'held' }),
  retired: () => ({ state: 'retired' }),
  'a template of most': () => ({ template: 'product' }),
  'a template of few': () => ({ template: SPARE_TEMPLATE }),
  'a time': (world, random) => timeIn(world, random),
  'a time before all': ({ beganAt }) => ({ to: new Date(beganAt).toISOString() }),
  'a prefix': ({ batches }, random) => ({ prefix: line(batches, random).prefix }),
  'a word, a template and a time': (world, random) => ({
    q: pick(CHINESE, random),
    template: 'product',
    ...timeIn(world, random),
  }),
  'a common word of what is held': (_, random) => ({ q: pick(COMMON, random), state: 'held' }),
}

function cursorAt({ batches }: World, random: Random): string {
  const { prefix, suffix } = line(batches, random)
  return formatCursor(foldAscii(`${prefix}/${suffix}`) as HandleKey)
}

function timeIn({ beganAt, endedAt }: World, random: Random): Question {
  const from = beganAt + random() * (endedAt - beganAt)
  const to = from + (random() * (endedAt - beganAt)) / 4
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() }
}

function pick<T>(list: readonly T[], random: Random): T {
  return list[Math.floor(random() * list.length)] as T
}

function line(batches: readonly LineBatch[], random: Random) {
  const batch = pick(batches, random)
  return batch.line(Math.floor(random() * batch.count))
}

type Page = {
  readonly items: readonly unknown[]
  readonly next?: string
  readonly found?: { readonly exact: boolean; readonly total: number }
}
type Asked = { readonly page: Page; readonly ms: number }
type Ask = (question: Question, limit?: number) => Promise<Asked>

function askerOf({ url }: NodeProcess, key: string): Ask {
  const env = { WAYMARK_URL: url, WAYMARK_API_KEY: key }
  return async (question, limit = PAGE_ROWS) => {
    const query = new URLSearchParams({ ...question, limit: String(limit), content: 'row' })
    const from = performance.now()
    const page = await callNode({ env }, { method: 'GET', path: `/api/v1/identifiers?${query}` })
    return { page: page as Page, ms: performance.now() - from }
  }
}

type Asking = { readonly node: NodeProcess; readonly ask: Ask; readonly make: () => Question }

/** Questions of one kind, one after the other. */
async function again(kind: string, { node, ask, make }: Asking): Promise<Measured> {
  const times: number[] = []
  const cpuFrom = node.cpuMs() ?? Number.NaN
  let whole = 0
  for (let i = 0; i < QUESTIONS; i++) {
    const { page, ms } = await ask(make())
    times.push(ms)
    if (page.items.length === PAGE_ROWS || page.next === undefined) whole++
  }
  const cpuMs = ((node.cpuMs() ?? Number.NaN) - cpuFrom) / QUESTIONS
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.floor(share * QUESTIONS)] ?? Number.NaN
  const median = `median ${at(0.5).toFixed(1)} ms`
  const isWhole = `${Math.round((100 * whole) / QUESTIONS)} % of pages complete`
  const note = `${median}, ${cpuMs.toFixed(1)} ms of CPU a question, ${isWhole}`
  return { what: `${kind}: p95`, value: at(0.95), unit: 'ms', target: P95, note }
}

/** How long the page asks until a count is exact, and what that takes of the node. */
async function counting(stock: Imported, tell: BenchOptions['tell']): Promise<Measured[]> {
  const rows: Measured[] = []
  await using node = await startNodeProcess({ dataFolder: stock.dataFolder })
  const ask = askerOf(node, stock.key)
  for (const q of ['轴承', 'mm']) {
    tell(`counting ${q}`)
    const cpuFrom = node.cpuMs() ?? Number.NaN
    const from = performance.now()
    let { page } = await ask({ q })
    while (page.found?.exact === false && performance.now() - from < COUNTED_MS_MAX) {
      await sleep(COUNT_AGAIN_MS)
      page = (await ask({ q }, 1)).page
    }
    const isExact = page.found?.exact === true
    const cpuMs = (node.cpuMs() ?? Number.NaN) - cpuFrom
    const total = `${page.found?.total.toLocaleString('en')} found`
    rows.push({
      what: `${q}: until the count is exact`,
      value: isExact ? performance.now() - from : undefined,
      unit: 'ms',
      note: `${total}, ${Math.round(cpuMs)} ms of CPU${isExact ? '' : '; not exact by then'}`,
    })
  }
  return rows
}
