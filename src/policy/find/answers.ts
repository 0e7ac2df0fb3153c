import { createHash } from 'node:crypto'
import { scopeOf } from '../../kernel/facts/fact.ts'
import { parseFacts } from '../../kernel/facts/parse-facts.ts'
import { formatDigits, type JsonDigits, JsonNumber } from '../../lib/json-digits.ts'
import type { Text } from '../../lib/text.ts'
import type { OpenRules } from '../desk/rules-shelf.ts'
import { resultText, type Step } from '../explain.ts'
import type { Outcome } from '../outcome.ts'
import { reasonText } from '../reason-words.ts'
import type { Mode } from '../standing.ts'
import { fieldsOf } from '../vectors.ts'
import { type Names, titleOf, valueText, wordText } from '../words.ts'
import { factJson, typeAt } from './alter.ts'
import type { Question } from './ask.ts'
import { type Catalogue, catalogueOf } from './catalogue.ts'
import { type Fit, fitsOf } from './fits.ts'
import { type KnownFact, mergeFacts } from './measured.ts'
import { measureState } from './state.ts'

type JsonFacts = { readonly [name: string]: JsonDigits }
type Question1 = { readonly measure: string; readonly mode: Mode; readonly facts: JsonFacts }

/** Of equal limits, which is said to bind. */
export const TIE_RULE: Text = {
  en: 'Of equal limits the formula is told first, then the caps per project, per enterprise, per enterprise and year, the guide’s, then public money.',
  zh: '多个限额相等时，依次以计算方法、每项目上限、每家上限、每家每年上限、指南上限、财政资金合计限额为准。',
}

/** The fields of a vector's result, as JSON text. @throws Problem `invalid-input` as `evaluate` does */
export function evaluateAnswer({ rules, evaluate }: OpenRules, asked: Question1): string {
  return formatDigits(fieldsOf(evaluate(rules, asked)))
}

/** The same with the tree: each step with what it saw, where that came from, and each limit with what it would have allowed. */
export function explainAnswer(open: OpenRules, asked: Question1): string {
  const { names } = catalogueOf(open)
  const outcome = open.evaluate(open.rules, asked)
  const facts = parseFacts(open.rules.facts, asked.facts)
  const about = { names, facts, types: open.rules.facts }
  const explanation = open.explain(outcome, names).map((it) => withSources(it, about))
  return formatDigits({
    ...fieldsOf(outcome),
    result: asDigits(resultText(outcome)),
    explanation: asDigits(explanation),
    tie_rule: asDigits(TIE_RULE),
    rules_digest: open.digest,
  })
}

type About = {
  readonly names: Names
  readonly facts: ReturnType<typeof parseFacts>
  readonly types: OpenRules['rules']['facts']
}

function withSources(step: Step, about: About): object {
  const { inputs, steps, codes = [], ...rest } = step
  return {
    ...rest,
    ...(codes.length > 0 && { codes, reasons: codes.map((it) => reasonText(it, about.names)) }),
    ...(inputs !== undefined && { inputs: inputs.map((it) => withSource(it, about)) }),
    ...(steps !== undefined && { steps: steps.map((it) => withSources(it, about)) }),
  }
}

function withSource(
  input: NonNullable<Step['inputs']>[number],
  { names, facts, types }: About,
): object {
  const top = input.fact.split('.')[0] ?? input.fact
  const fact = facts.get(input.fact) ?? facts.get(top)
  const scope = scopeOf(facts)
  const value = scope(input.fact) ?? scope(`determinations.${input.fact}`)
  const written = formatDigits(factJson(value, typeAt(types, input.fact)))
  const { source, declared } = fact ?? {}
  const known = fact === undefined || value === null ? undefined : fact
  return {
    ...input,
    // what somebody merely handed in is declared until a source says otherwise
    ...(known !== undefined && { trust: source === undefined ? 'declared' : known.trust }),
    ...(source !== undefined && { source }),
    ...(declared !== undefined && { declared: valueText(top, declared, names) }),
    digest: createHash('sha256').update(written).digest('hex'),
  }
}

/** Texts and plain values alone: nothing in it is a number whose digits count. */
function asDigits(value: unknown): JsonDigits {
  if (typeof value === 'number') return new JsonNumber(String(value))
  if (Array.isArray(value)) return value.map(asDigits)
  if (typeof value !== 'object' || value === null) return value as JsonDigits
  const plain: Record<string, JsonDigits> = {}
  for (const [name, inner] of Object.entries(value)) {
    if (inner !== undefined) plain[name] = asDigits(inner)
  }
  return plain
}

export type FitsAsked = {
  readonly facts: JsonFacts
  readonly mode: Mode
  readonly place?: string | undefined
  readonly day: string
  readonly known: readonly KnownFact[]
  readonly openCalls: ReadonlySet<string>
}

/** What fits, as JSON text. Without a day of application that of the question counts. */
export function fitsAnswer(open: OpenRules, asked: FitsAsked): string {
  const catalogue = catalogueOf(open)
  const { day, mode, openCalls } = asked
  const merged = mergeFacts(asked.known, asked.facts)
  const facts = parseFacts(open.rules.facts, { application_date: day, ...merged })
  const { fits, ask } = fitsOf(catalogue, { facts, mode, place: asked.place, nearest: true })
  return formatDigits({
    day,
    mode,
    rulesDigest: open.digest,
    items: fits.map((it) => shownFit(it, { day, openCalls })),
    ask: ask.map((it) => shownQuestion(it, catalogue)),
  })
}

export function shownFit(
  { entry, verdict, outcome, reasons, waitsFor, nearest }: Fit,
  { day, openCalls }: { readonly day: string; readonly openCalls: ReadonlySet<string> },
): JsonFacts {
  const { measure, region } = entry
  return {
    measure: measure.id,
    title: measure.title,
    region: region.code,
    state: measureState(measure, day, openCalls),
    verdict,
    reasons: asDigits(reasons),
    ...shownAmount(outcome),
    waitsFor,
    ...(nearest !== undefined && {
      nearest: {
        changes: nearest.changes.map(({ value, ...texts }) => ({
          ...(asDigits(texts) as JsonFacts),
          value,
        })),
        ...shownAmount(nearest.outcome),
      },
    }),
  }
}

export function shownAmount(outcome: Outcome): JsonFacts {
  const { eligible, amountFen, basis, limitedBy, bounds } = outcome
  return {
    eligible,
    amountFen: amountFen?.toString() ?? null,
    basis,
    limitedBy,
    ...(bounds !== undefined && {
      bounds: { loFen: bounds.lo.toString(), hiFen: bounds.hi?.toString() ?? null },
    }),
    result: asDigits(resultText(outcome)),
  }
}

function shownQuestion(question: Question, { facts, names }: Catalogue): JsonDigits {
  const fieldTitles = facts.get(question.fact)?.fieldTitles
  const { type } = question
  const fields = type.type === 'list' && type.of.type === 'record' ? type.of.fields : {}
  const fieldWords = Object.entries(fields).flatMap(([name, it]) =>
    it.type === 'word' && it.words !== undefined
      ? [[name, it.words.map((word) => ({ word, title: wordText(word, names) }))] as const]
      : [],
  )
  return asDigits({
    ...question,
    ...(fieldTitles !== undefined && { fieldTitles }),
    ...(fieldWords.length > 0 && { fieldWords: Object.fromEntries(fieldWords) }),
  })
}

/** What the node knows, for people and as it is handed in. */
export function shownKnown(known: readonly KnownFact[], { names }: Catalogue): JsonDigits[] {
  const types = names.facts
  return known.map(({ name, value, trust, source, entries, entriesTotal }) => ({
    fact: name,
    title: asDigits(titleOf(name, names)),
    value: asDigits(valueOfKnown(name, value, { names, types })),
    json: value,
    trust,
    source,
    entries: asDigits(entries),
    entriesTotal: asDigits(entriesTotal),
  }))
}

/** A record by its fields, one after the other. */
function valueOfKnown(
  name: string,
  value: JsonDigits,
  { names, types }: { readonly names: Names; readonly types: OpenRules['rules']['facts'] },
): Text {
  const facts = parseFacts(types, { [name]: value })
  const read = facts.get(name)?.value ?? null
  if (types.get(name)?.type !== 'record' || read === null) return valueText(name, read, names)
  const scope = scopeOf(facts)
  const parts = Object.keys(read).map((field) => {
    const path = `${name}.${field}`
    return { title: titleOf(path, names), value: valueText(path, scope(path), names) }
  })
  return {
    en: parts.map((it) => `${it.title.en}: ${it.value.en}`).join('; '),
    zh: parts.map((it) => `${it.title.zh}：${it.value.zh}`).join('；'),
  }
}
