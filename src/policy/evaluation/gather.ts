import { CASES } from '../../kernel/cases/collections.ts'
import type { Documents } from '../../kernel/documents/documents.ts'
import { walkDocuments } from '../../kernel/documents/walk.ts'
import type { Condition } from '../../kernel/facts/condition-schema.ts'
import { ENTERPRISES } from '../../kernel/parties/enterprise.ts'
import { isJsonObject, type JsonDigits, JsonNumber } from '../../lib/json-digits.ts'
import { parseDecimal } from '../../lib/money.ts'
import { Problem } from '../../lib/problem.ts'
import type { Text } from '../../lib/text.ts'
import { type Award, POLICY_AWARDS } from '../awards/collections.ts'
import { factsOfCase, type WithMeasured } from '../cases/case-facts.ts'
import { POLICY_CALLS } from '../cases/collections.ts'
import { sectionTitle } from '../columns/groups.ts'
import type { OpenRules } from '../desk/rules-shelf.ts'
import { catalogueOf } from '../find/catalogue.ts'
import type { Measure } from '../measure-schema.ts'
import { DUTIES } from '../money/collections.ts'
import { certainLeaves } from '../possible.ts'
import { targetStatus } from '../targets.ts'
import { titleOf } from '../words.ts'
import type { Figures } from './collections.ts'
import { type Granted, moneyOf, nearOf, outputsOf, type Reported, sharesOf } from './figures.ts'
import { goalText } from './goal-text.ts'
import { readSizes, type Sizes } from './size.ts'

/** Beyond these a measure is evaluated by year. */
const AWARDS_MAX = 20_000
const CASES_MAX = 5_000
const SECTOR_DIGITS = 2

export type Asked = WithMeasured & {
  readonly measure: string
  readonly year?: number
  /** Values of targets by their ids, in decimal text: what no books of the node hold. */
  readonly values?: Readonly<Record<string, string>>
  /** Today, `YYYY-MM-DD`. */
  readonly day: string
}

/** What a measure did, out of the books: awards, what was paid, what came back, what was reported and accepted. */
export async function figuresOf(
  documents: Documents,
  open: OpenRules,
  asked: Asked,
): Promise<Figures> {
  const measure = open.rules.measures.get(asked.measure)?.measure
  if (measure === undefined) {
    throw new Problem('not-found', { en: 'There is no such measure', zh: '没有这项措施' })
  }
  const awards = await awardsOf(documents, asked)
  const cases = await factsByCase(documents, asked)
  const sizes = await readSizes(open.rules.types)
  const granted = await Promise.all(awards.map((it) => grantedOf(documents, it, { cases, sizes })))
  const money = moneyOf(granted)
  const outputs = outputsOf(await reportsOf(documents, awards), money.netFen)
  const { names } = catalogueOf(open)
  const group = (list: ReturnType<typeof sharesOf>, called: (group: string) => Text | undefined) =>
    list.map((it) => {
      const title = it.group === undefined ? undefined : called(it.group)
      const told = { ...it, group: it.group ?? null, decidedFen: `${it.decidedFen}` }
      return title === undefined ? told : { ...told, title }
    })
  const awarded = new Set(awards.map((it) => it.body.case))
  return {
    money: {
      ...{ awards: money.awards, applicants: money.applicants },
      decidedFen: `${money.decidedFen}`,
      paidFen: `${money.paidFen}`,
      recoveredFen: `${money.recoveredFen}`,
      netFen: `${money.netFen}`,
    },
    outputs: outputs.map(({ perUnitFen, ...rest }) => ({
      ...rest,
      ...(perUnitFen !== undefined && { perUnitFen: `${perUnitFen}` }),
    })),
    targets: targetsOf(open, measure, asked),
    near: nearThresholds(measure, cases, awarded).map((it) => ({
      ...it,
      title: titleOf(it.fact, names),
    })),
    bySector: group(
      sharesOf(granted, (it) => it.sector),
      (it) => sectionTitle(it),
    ),
    bySize: group(
      sharesOf(granted, (it) => it.size),
      sizes.titleOf,
    ),
    byKind: group(
      sharesOf(granted, (it) => it.kind),
      (it) => names.titles.get(it),
    ),
  }
}

type StoredAward = { readonly id: string; readonly body: Award }

async function awardsOf(
  documents: Documents,
  { measure, year }: Asked,
): Promise<readonly StoredAward[]> {
  const where = { measure, ...(year !== undefined && { year }) }
  const found: StoredAward[] = []
  for await (const it of walkDocuments(documents, POLICY_AWARDS, { where })) {
    found.push(it)
    if (found.length > AWARDS_MAX) {
      throw new Problem('too-large', {
        en: `More than ${AWARDS_MAX} awards: evaluate it by year`,
        zh: `超过 ${AWARDS_MAX} 笔支持，请按年度评估`,
      })
    }
  }
  return found
}

type FactsByCase = ReadonlyMap<string, Readonly<Record<string, JsonDigits>>>

/** The facts of every case of calls for this measure, refused ones too. */
async function factsByCase(
  documents: Documents,
  { measure, year, measured }: Asked,
): Promise<FactsByCase> {
  const found = new Map<string, Readonly<Record<string, JsonDigits>>>()
  for await (const call of walkDocuments(documents, POLICY_CALLS, {})) {
    if (!call.body.measures.includes(measure)) continue
    for await (const it of walkDocuments(documents, CASES, { where: { call: call.id } })) {
      const isOfYear = year === undefined || new Date(it.body.receivedAt).getUTCFullYear() === year
      if (!isOfYear || found.size >= CASES_MAX) continue
      const { facts, measure: applied } = await factsOfCase(
        documents,
        it.id,
        measured && { measured },
      )
      if (applied.split('+').includes(measure)) found.set(it.id, facts)
    }
  }
  return found
}

async function grantedOf(
  documents: Documents,
  { body }: StoredAward,
  { cases, sizes }: { readonly cases: FactsByCase; readonly sizes: Sizes },
): Promise<Granted> {
  const { applicant, amountFen, paidFen, recoveredFen, state } = body
  const enterprise = await documents.get(ENTERPRISES, applicant)
  const code = enterprise?.body.entry.sector.code
  const sector = code?.slice(0, SECTOR_DIGITS)
  const facts = cases.get(body.case) ?? {}
  const of = facts.applicant
  const stated = of !== undefined && isJsonObject(of) ? of.type : undefined
  const kind = typeof stated === 'string' ? stated : undefined
  return {
    ...{ applicant, amountFen, paidFen, recoveredFen, state },
    ...(sector !== undefined && sector !== '' && { sector }),
    ...(kind !== undefined && { kind }),
    size: sizes.sizeOf({ type: kind, sector: code, facts }),
  }
}

async function reportsOf(
  documents: Documents,
  awards: readonly StoredAward[],
): Promise<Reported[]> {
  const lists = await Promise.all(
    awards.map(async ({ id }) => {
      const found: Reported[] = []
      const where = { award: id, kind: 'indicator' }
      for await (const { body } of walkDocuments(documents, DUTIES, { where })) {
        if (body.indicator === undefined) continue
        const accepted = body.reports.findLast((it) => it.answer?.outcome === 'accepted')
        const { name, unit, target, is } = body.indicator
        found.push({ name, unit, target, is, value: accepted?.value })
      }
      return found
    }),
  )
  return lists.flat()
}

function targetsOf(
  { rules }: OpenRules,
  measure: Measure,
  { values = {}, day }: Asked,
): Figures['targets'] {
  return [...rules.targets.values()]
    .filter((it) => it.document === measure.document)
    .map((target) => {
      const value = values[target.id]
      const goal = goalText(target)
      const facts = { as_of: day, ...(value !== undefined && { value: new JsonNumber(value) }) }
      return {
        id: target.id,
        indicator: target.indicator,
        ...(goal !== undefined && { goal }),
        ...(target.unit !== undefined && { unit: target.unit }),
        ...(target.deadline !== undefined && { deadline: target.deadline }),
        state: targetStatus(target, facts),
        ...(value !== undefined && { value }),
      }
    })
}

function nearThresholds(
  { conditions }: Measure,
  cases: FactsByCase,
  awarded: ReadonlySet<string>,
): ReturnType<typeof nearOf>[] {
  const held = (conditions ?? []).map((it) => ({ condition: it as Condition, pointer: '' }))
  return certainLeaves(held).flatMap(({ leaf }) => {
    if (!('fact' in leaf && 'unit' in leaf)) return []
    const threshold = leaf.atLeast ?? leaf.moreThan
    if (threshold === undefined || threshold === 0) return []
    const values = [...cases].flatMap(([id, facts]) => {
      const value = numberIn(facts, leaf.fact)
      return value === undefined ? [] : [{ value, isGranted: awarded.has(id) }]
    })
    return [nearOf({ fact: leaf.fact, threshold }, values)]
  })
}

/** The whole number of a fact; what lies behind the point does not move it over a threshold of whole ones. */
function numberIn(facts: Readonly<Record<string, JsonDigits>>, path: string): bigint | undefined {
  const [top = '', field] = path.split('.')
  const whole = facts[top]
  const value =
    field === undefined
      ? whole
      : whole !== undefined && isJsonObject(whole)
        ? whole[field]
        : undefined
  if (!(value instanceof JsonNumber)) return undefined
  const [digits = ''] = value.digits.split('.')
  return parseDecimal(digits, 0)
}
