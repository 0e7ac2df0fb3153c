import { type Static, Type } from 'typebox'
import type { Text } from '../../lib/text.ts'
import { literals } from '../access/collections.ts'
import type { Collection, DocumentWrite } from '../documents/documents.ts'
import { AmountSchema, formatAmount, readAmount } from '../quotas/amount.ts'
import { IdSchema, NoteSchema } from './collections.ts'
import { digestOf } from './content.ts'

export const CANDIDATES_MAX = 10_000

/** Milliseconds since 1970. */
const Time = Type.Integer({ minimum: 0 })

export const CandidateSchema = Type.Object({
  id: IdSchema,
  receivedAt: Type.Optional(Time),
  /** A mean that is never rounded: `sum / count`. */
  score: Type.Optional(
    Type.Object({ sum: Type.Integer(), count: Type.Integer({ minimum: 1, maximum: 1_000 }) }),
  ),
  /** What it takes of what there is; 1 when not said. */
  takes: Type.Optional(AmountSchema),
})

export type Candidate = Static<typeof CandidateSchema>

export const ORDERS = ['received_at_asc', 'score_desc'] as const

export const RunRuleSchema = Type.Object({
  /** The second is asked where the first does not tell two apart. */
  order: Type.Array(literals(ORDERS), { minItems: 1, maxItems: 2, uniqueItems: true }),
  /** What becomes of those behind one that does not fit; needed where they take different amounts. */
  overrun: Type.Optional(literals(['stop', 'skip'])),
})

export type RunRule = Static<typeof RunRuleSchema>

const Ids = Type.Array(IdSchema, { maxItems: CANDIDATES_MAX })

/** How a tie was settled outside the rule: by whom stands in the thread, by what here (a draw’s seed, a minute’s number). */
const Settled = Type.Object({ order: Ids, reason: NoteSchema })

/** One run over a quota: what went in, frozen, and what came out. Written once. */
export const CASE_RUNS = {
  name: 'case-runs',
  schema: Type.Object({
    call: IdSchema,
    rule: RunRuleSchema,
    capacity: AmountSchema,
    candidates: Type.Array(CandidateSchema, { maxItems: CANDIDATES_MAX }),
    settled: Type.Array(Settled, { maxItems: 100 }),
    /** SHA-256 of all that went in, as canonical JSON (RFC 8785). */
    digest: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    at: Time,
    result: Type.Object({
      /** The best first. */
      selected: Ids,
      notSelected: Ids,
      /** Equal by the rule, and not all of them fit. */
      tied: Ids,
      /** Behind a tie that leaves open how much is left. */
      undecided: Ids,
      left: AmountSchema,
    }),
  }),
  indexes: { call: 'text' },
} as const satisfies Collection

export type Run = Static<typeof CASE_RUNS.schema>
export type RunInput = Pick<Run, 'rule' | 'capacity' | 'candidates' | 'settled'>

export type RunRefusal = {
  readonly code: 'no-order' | 'no-overrun-rule' | 'incomplete' | 'repeated' | 'wrong-settlement'
  readonly ids: readonly string[]
  readonly text: Text
}

/** The write that keeps a run with what went into it, or why it cannot be run. */
export function planRun(
  id: string,
  call: string,
  input: RunInput,
  at: number,
): DocumentWrite | RunRefusal {
  const candidates = input.candidates.toSorted(byId)
  const frozen = { ...input, candidates }
  const result = runOver(frozen)
  if ('code' in result) return result
  const put: Run = { call, ...frozen, digest: digestOf(frozen), at, result }
  return { collection: CASE_RUNS, id, expected: 0, put }
}

/** Whether a run kept is what comes of what went in: anybody can ask it of what is published. */
export function isRecomputed(run: Run): boolean {
  const { rule, capacity, candidates, settled } = run
  const frozen = { rule, capacity, candidates, settled }
  return digestOf(frozen) === run.digest && digestOf(runOver(frozen)) === digestOf(run.result)
}

/**
 * Takes candidates in the order of the rule while there is room. Pure; their order as given changes nothing. Those that the rule
 * does not tell apart, and of whom only some fit, are a tie: it is told and never broken here.
 */
export function runOver(input: RunInput): Run['result'] | RunRefusal {
  const wrong = refusalOf(input)
  if (wrong !== undefined) return wrong
  const groups = settledGroups(groupsOf(input), input.settled)
  if ('code' in groups) return groups
  const taken = new Taking(readAmount(input.capacity), input.rule)
  for (const group of groups) taken.take(group)
  return taken.result()
}

type Group = readonly Candidate[]

class Taking {
  readonly #skips: boolean
  #left: bigint
  #isFull = false
  #isOpen = false
  readonly #selected: string[] = []
  readonly #notSelected: string[] = []
  readonly #tied: string[] = []
  readonly #undecided: string[] = []

  constructor(capacity: bigint, { overrun }: RunRule) {
    this.#left = capacity
    this.#skips = overrun === 'skip'
  }

  take(group: Group): void {
    const ids = group.map((it) => it.id)
    if (this.#isOpen) this.#undecided.push(...ids)
    else if (this.#isFull) this.#notSelected.push(...ids)
    else if (sumOf(group) <= this.#left) {
      this.#left -= sumOf(group)
      this.#selected.push(...ids)
    } else if (group.every((it) => takes(it) > this.#left)) {
      this.#notSelected.push(...ids)
      this.#isFull = !this.#skips
    } else this.#tie(group)
  }

  /** Some of them fit. Where all take the same, whoever they are, it is clear what is left for those behind. */
  #tie(group: Group): void {
    this.#tied.push(...group.map((it) => it.id))
    const each = takes(group[0])
    const isEven = group.every((it) => takes(it) === each)
    this.#isOpen = !isEven
    if (!isEven) return
    this.#left -= (this.#left / each) * each
    this.#isFull = !this.#skips
  }

  result(): Run['result'] {
    return {
      selected: this.#selected,
      notSelected: this.#notSelected,
      tied: this.#tied,
      undecided: this.#undecided,
      left: formatAmount(this.#left),
    }
  }
}

function takes(candidate: Candidate | undefined): bigint {
  return readAmount(candidate?.takes ?? '1')
}

function sumOf(group: Group): bigint {
  return group.reduce((sum, it) => sum + takes(it), 0n)
}

/** Candidates whom the rule does not tell apart, the best first. */
function groupsOf({ rule, candidates }: RunInput): readonly Group[] {
  const compare = (a: Candidate, b: Candidate) => {
    for (const order of rule.order) {
      const difference = order === 'score_desc' ? byScore(a, b) : byTime(a, b)
      if (difference !== 0) return difference
    }
    return 0
  }
  const groups: Candidate[][] = []
  for (const candidate of candidates.toSorted((a, b) => compare(a, b) || byId(a, b))) {
    const before = groups.at(-1)?.[0]
    if (before !== undefined && compare(before, candidate) === 0) groups.at(-1)?.push(candidate)
    else groups.push([candidate])
  }
  return groups
}

/** Higher means first; fractions are compared by multiplying out. */
function byScore(a: Candidate, b: Candidate): number {
  const [left, right] = [a.score, b.score]
  if (left === undefined || right === undefined) return 0
  const difference = BigInt(right.sum) * BigInt(left.count) - BigInt(left.sum) * BigInt(right.count)
  return difference === 0n ? 0 : difference < 0n ? -1 : 1
}

function byTime(a: Candidate, b: Candidate): number {
  return (a.receivedAt ?? 0) - (b.receivedAt ?? 0)
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0
}

/** Ties that were settled, in the order that was settled; only whole ties can be. */
function settledGroups(
  groups: readonly Group[],
  settled: RunInput['settled'],
): readonly Group[] | RunRefusal {
  const orders = new Map(settled.map((it) => [it.order.toSorted().join('\n'), it.order]))
  const used = new Set<string>()
  const apart = groups.flatMap((group) => {
    const key = group
      .map((it) => it.id)
      .toSorted()
      .join('\n')
    const order = orders.get(key)
    if (order === undefined) return [group]
    used.add(key)
    return order.map((id) => group.filter((it) => it.id === id))
  })
  if (used.size === settled.length) return apart
  const ids = [...orders].filter(([key]) => !used.has(key)).flatMap(([, order]) => order)
  return {
    code: 'wrong-settlement',
    ids,
    text: {
      en: 'What was settled is not the whole of a tie',
      zh: '所确定的次序与并列名单不一致',
    },
  }
}

function refusalOf({ rule, candidates }: RunInput): RunRefusal | undefined {
  const ids = candidates.map((it) => it.id)
  const once = new Set<string>()
  const repeated = ids.filter((it) => once.size === once.add(it).size)
  if (repeated.length > 0) {
    const text = { en: 'A candidate is there twice', zh: '候选名单有重复' }
    return { code: 'repeated', ids: repeated, text }
  }
  if (rule.order.length === 0) {
    const text = { en: 'No rule says who comes first', zh: '未规定排序规则' }
    return { code: 'no-order', ids: [], text }
  }
  const lacking = candidates.filter(
    (it) =>
      (rule.order.includes('score_desc') && it.score === undefined) ||
      (rule.order.includes('received_at_asc') && it.receivedAt === undefined),
  )
  if (lacking.length > 0) {
    const text = { en: 'What they are ordered by is not known of all', zh: '部分候选缺少排序依据' }
    return { code: 'incomplete', ids: lacking.map((it) => it.id), text }
  }
  const none = candidates.filter((it) => takes(it) <= 0n).map((it) => it.id)
  if (none.length > 0) {
    const text = { en: 'Each takes more than nothing', zh: '每个候选所需数量须大于零' }
    return { code: 'incomplete', ids: none, text }
  }
  const isEven = new Set(candidates.map((it) => takes(it))).size <= 1
  if (isEven || rule.overrun !== undefined) return undefined
  const text = {
    en: 'No rule says what becomes of those behind one that does not fit',
    zh: '未规定额度不足时后续候选如何处理',
  }
  return { code: 'no-overrun-rule', ids: [], text }
}
