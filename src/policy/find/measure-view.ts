import { createHash } from 'node:crypto'
import type { Condition } from '../../kernel/facts/condition-schema.ts'
import { standingAlone, type Text } from '../../lib/text.ts'
import { amountLines, determinacyOf } from '../determinacy.ts'
import { reasonText } from '../reason-words.ts'
import { conditionText, type Names, titleOf } from '../words.ts'
import { formulaText, limitTexts } from './amount-words.ts'
import type { Catalogue, MeasureEntry } from './catalogue.ts'
import { type MeasureState, measureState } from './state.ts'

/** When, and which calls are open then. */
export type At = { readonly day: string; readonly openCalls: ReadonlySet<string> }

/** A line of the list of measures. */
export function shownMeasure(entry: MeasureEntry, catalogue: Catalogue, { day, openCalls }: At) {
  const { measure, region, paper } = entry
  const { names } = catalogue
  return {
    id: measure.id,
    title: measure.title,
    region,
    document: measure.document,
    ...(paper !== undefined && { paper }),
    article: measure.article,
    state: measureState(measure, day, openCalls),
    ...(measure.inForce !== undefined && { inForce: periodOf(measure.inForce) }),
    form: measure.amount.form,
    determinacy: determinacyOf(measure),
    beneficiaries: (measure.beneficiaries ?? []).map((name) => ({
      name,
      title: titleOf(name, names),
    })),
    owner: catalogue.ownersOf(measure, day).map(({ role, title, body }) => ({
      role,
      title,
      ...(body !== undefined && { body }),
    })),
    formula: standingAlone(formulaText(measure, names)),
    limits: limitTexts(measure, names).map(standingAlone),
  }
}

function periodOf(inForce: NonNullable<MeasureEntry['measure']['inForce']>) {
  return 'from' in inForce
    ? { from: inForce.from, to: inForce.to }
    : { from: inForce.fromMonth, to: inForce.toMonth }
}

/** The page of a measure. */
export function shownWhole(entry: MeasureEntry, catalogue: Catalogue, at: At) {
  const { measure, documents, readings, batches } = entry
  const { names, open } = catalogue
  return {
    ...shownMeasure(entry, catalogue, at),
    clause: measure.clause,
    standing: measure.standing,
    regionOnly: measure.region === 'here',
    conditions: (measure.conditions ?? []).map((it) => shownCondition(it as Condition, names)),
    each: shownEach(measure.each, names),
    ...(measure.guide !== undefined && {
      guide: { clause: measure.guide.clause, wider: measure.guide.wider },
    }),
    ...(documents !== undefined && { documents }),
    readings: readings.map(({ id, words, question, treatment, reading, until, version }) => ({
      ...{ id, words, question, treatment, reading, version },
      ...(until !== undefined && { until }),
    })),
    batches: batches.map(({ year, direction, source }) => ({ year, direction, source })),
    lines: amountLines(measure),
    digest: createHash('sha256').update(JSON.stringify(measure)).digest('hex'),
    rulesDigest: open.digest,
    versions: open.rules.measures.get(measure.id)?.versions?.length ?? 1,
  }
}

function shownEach(each: MeasureEntry['measure']['each'], names: Names) {
  if (each === undefined) return []
  const conditions = [...(each.of === undefined ? [] : [each.of]), ...(each.conditions ?? [])]
  return [
    {
      text: {
        en: `One award for each of: ${titleOf(each.list, names).en}`,
        zh: `每项分别给予：${titleOf(each.list, names).zh}`,
      },
      parts: conditions.map((it) => shownCondition(it as Condition, names)),
    },
  ]
}

export type ShownCondition = {
  readonly text: Text
  readonly refused?: Text
  readonly parts: readonly ShownCondition[]
}

/** A condition in words, and what is told where it is not met. */
function shownCondition(condition: Condition, names: Names): ShownCondition {
  const parts =
    'all' in condition
      ? condition.all
      : 'any' in condition
        ? condition.any
        : 'not' in condition
          ? [condition.not]
          : []
  return {
    text: conditionText({ condition }, names),
    ...(condition.refused !== undefined && { refused: reasonText(condition.refused, names) }),
    parts: parts.map((it) => shownCondition(it, names)),
  }
}

export type MeasureFilter = {
  readonly region?: string | undefined
  readonly state?: MeasureState | undefined
  readonly beneficiary?: string | undefined
  readonly form?: string | undefined
  readonly owner?: string | undefined
  readonly q?: string | undefined
  readonly after?: string | undefined
  readonly limit: number
}

/** A page of the list, by the ids of the measures. */
export function pageOfMeasures(catalogue: Catalogue, filter: MeasureFilter, at: At) {
  const { after = '', limit } = filter
  const found = catalogue.measures.filter((it) => isMeant(it, filter, at))
  const rest = found.filter((it) => it.measure.id > after)
  const items = rest.slice(0, limit)
  const last = items.at(-1)?.measure.id
  return {
    items: items.map((it) => shownMeasure(it, catalogue, at)),
    total: found.length,
    ...(rest.length > limit && last !== undefined && { next: last }),
  }
}

function isMeant({ measure, region }: MeasureEntry, filter: MeasureFilter, at: At): boolean {
  const { q } = filter
  const words = [measure.id, measure.title, measure.clause, measure.article]
  return (
    (filter.region === undefined || region.code === filter.region) &&
    (filter.form === undefined || measure.amount.form === filter.form) &&
    (filter.owner === undefined || measure.owner.includes(filter.owner)) &&
    (filter.beneficiary === undefined ||
      measure.beneficiaries === undefined ||
      measure.beneficiaries.includes(filter.beneficiary)) &&
    (filter.state === undefined || measureState(measure, at.day, at.openCalls) === filter.state) &&
    (q === undefined || JSON.stringify(words).toLowerCase().includes(q.toLowerCase()))
  )
}
