import { setTimeout as sleep } from 'node:timers/promises'
import type { JsonCase } from '../src/policy/columns/synthetic.ts'
import type { Rules } from '../src/policy/rules.ts'
import type { Measured } from './rows.ts'
import { type NodeProcess, perCpuNote, startNodeProcess } from './support/node.ts'
import type { Applicant } from './support/policy-applicants.ts'
import { type Asker, openAsker } from './support/policy-asker.ts'

const PER_S = 200
const RECEIPT_MS_MAX = 2_000
const TICK_MS = 5
/** Of those that come whether others are answered or not. */
const CONNECTIONS_MAX = 512
/** Of those at the end that come as fast as they are answered. */
const PRESSING = 16
const PRESSING_MS = 2_000
const EACH_MAX = 1_000
const PAGE_ROWS = 100
const DAY_MS = 86_400_000

export type WindowWish = {
  readonly rules: Rules
  readonly written: readonly JsonCase[]
  readonly dataFolder: string
  readonly office: string
  readonly applicants: readonly Applicant[]
  readonly windowS: number
  readonly tell: (line: string) => void
}

type Field = { readonly name: string; readonly by: 'applicant' | 'office' }
type Call = { readonly id: string; readonly fields: readonly Field[] }
type Handed = { readonly receipt: string; readonly ms: number }

/**
 * Applications come in at a fixed rate, each waiting from when it was due; then as fast as they are taken, and amidst these the node is
 * killed. Every receipt that was given is looked for in the node that is started again.
 */
export async function windowRows(node: NodeProcess, wish: WindowWish): Promise<Measured[]> {
  const { windowS, tell } = wish
  const call = await openCall(node.url, wish)
  const next = applications(call, wish)
  tell(`${PER_S} applications a second for ${windowS} s`)
  const cpuFrom = node.cpuMs() ?? Number.NaN
  const steady = await comeSteadily(node.url, windowS, next)
  const cpuMs = (node.cpuMs() ?? Number.NaN) - cpuFrom
  tell('as many as it takes, then kill -9')
  const pressed = await pressUntilKilled(node, next)
  await using again = await startNodeProcess({ dataFolder: wish.dataFolder })
  tell('every receipt is looked for')
  const found = await receiptsOf(again.url, wish.office, call.id)
  const receipts = [...steady, ...pressed].map((it) => it.receipt)
  const lost = receipts.filter((it) => !found.has(it)).length
  const soon = steady.filter((it) => it.ms <= RECEIPT_MS_MAX).length
  return [
    {
      ...{ what: 'last hour of a window: receipts within 2 s', value: soon / windowS, unit: '/s' },
      target: { of: 'value', atLeast: PER_S },
      note: `${steady.length} came in ${windowS} s, ${perCpuNote(steady.length, cpuMs)}; the whole ten minutes: --seconds 600`,
    },
    {
      ...{ what: 'longest wait for a receipt', unit: 'ms' },
      value: steady.reduce((most, it) => Math.max(most, it.ms), 0),
      target: { of: 'value', atMost: RECEIPT_MS_MAX },
    },
    {
      ...{ what: `over ${PRESSING} connections as many as it takes`, unit: '/s' },
      value: (pressed.length / PRESSING_MS) * 1_000,
    },
    {
      ...{ what: 'receipts that are lost after kill -9', value: lost, unit: '' },
      target: { of: 'value', atMost: 0 },
      note: `${receipts.length} were given, ${found.size} applications are there`,
    },
  ]
}

/** On the first measure of the packs; a pilot takes one that is not in force, too. */
async function openCall(url: string, { rules, office }: WindowWish): Promise<Call> {
  using asker = openAsker(url, 1)
  const [measure = ''] = rules.measures.keys()
  const body = JSON.stringify({
    title: { en: 'Bench', zh: '基准测试' },
    ...{ measures: [measure], mode: 'pilot', papers: [], perApplicantMax: EACH_MAX },
    opensAt: new Date(Date.now() - 1_000).toISOString(),
    closesAt: new Date(Date.now() + DAY_MS).toISOString(),
    procedure: { stages: [] },
  })
  const path = '/api/v1/policy/calls'
  const asked = { method: 'POST', path, key: office, idempotencyKey: 'call', body } as const
  return JSON.parse(await asker.ask(asked)) as Call
}

type Next = (asker: Asker) => Promise<string>

/** The next application, of the next applicant, filled in as far as the made-up case goes; answers its receipt. */
function applications({ id, fields }: Call, { rules, written, applicants }: WindowWish): Next {
  const [measure = ''] = rules.measures.keys()
  const own = fields.filter((it) => it.by === 'applicant').map((it) => it.name)
  let next = 0
  return async (asker) => {
    const at = next++
    const { id: enterprise, key } = nthOf(applicants, at)
    const { facts } = nthOf(written, at)
    const known = own.filter((it) => facts[it] !== undefined && facts[it] !== null)
    const filled = Object.fromEntries(known.map((it) => [it, facts[it]]))
    const form = { project: `project ${at}`, measures: [measure], facts: filled }
    const body = JSON.stringify({ call: id, enterprise, form })
    const path = '/api/v1/policy/applications'
    const asked = { method: 'POST', path, key, idempotencyKey: `k${at}`, body } as const
    return (JSON.parse(await asker.ask(asked)) as { receipt: string }).receipt
  }
}

function nthOf<T>(all: readonly T[], at: number): T {
  const it = all[at % all.length]
  if (it === undefined) throw new RangeError('there are none')
  return it
}

async function comeSteadily(url: string, windowS: number, next: Next): Promise<Handed[]> {
  using asker = openAsker(url, CONNECTIONS_MAX)
  const under: Promise<Handed>[] = []
  const begun = performance.now()
  const one = async (dueMs: number): Promise<Handed> => {
    const receipt = await next(asker)
    return { receipt, ms: performance.now() - begun - dueMs }
  }
  while (under.length < PER_S * windowS) {
    const isMs = performance.now() - begun
    while (under.length < PER_S * windowS && under.length * (1_000 / PER_S) <= isMs) {
      const handed = one(under.length * (1_000 / PER_S))
      // heard of below, once all have come
      handed.catch(() => undefined)
      under.push(handed)
    }
    await sleep(TICK_MS)
  }
  return await Promise.all(under)
}

async function pressUntilKilled(node: NodeProcess, next: Next): Promise<Handed[]> {
  using asker = openAsker(node.url, PRESSING)
  const handed: Handed[] = []
  let isOver = false
  const press = async () => {
    while (!isOver) {
      const from = performance.now()
      try {
        const receipt = await next(asker)
        handed.push({ receipt, ms: performance.now() - from })
      } catch (error) {
        if (!isOver) throw error
      }
    }
  }
  const over = async () => {
    await sleep(PRESSING_MS)
    isOver = true
    await node.kill()
  }
  await Promise.all([over(), ...Array.from({ length: PRESSING }, press)])
  return handed
}

async function receiptsOf(url: string, key: string, call: string): Promise<Set<string>> {
  using asker = openAsker(url, 1)
  const found = new Set<string>()
  let after: string | undefined
  do {
    const query = new URLSearchParams({ call, limit: String(PAGE_ROWS) })
    if (after !== undefined) query.set('after', after)
    const path = `/api/v1/policy/cases?${query}`
    const page = JSON.parse(await asker.ask({ method: 'GET', path, key })) as {
      readonly items: readonly { readonly receipt: string }[]
      readonly next?: string
    }
    for (const it of page.items) found.add(it.receipt)
    after = page.next
  } while (after !== undefined)
  return found
}
