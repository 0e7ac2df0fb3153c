import type { FactType } from '../../kernel/facts/fact-type.ts'
import type { Finding } from '../../kernel/facts/finding.ts'
import type { Text } from '../../lib/text.ts'
import type { FactEntry, Knower } from '../fact-entry.ts'
import type { Outcome } from '../outcome.ts'
import { titleOf, wordText } from '../words.ts'
import { typeAt } from './alter.ts'
import type { Catalogue } from './catalogue.ts'

/** A fact that is worth asking for, and how. */
export type Question = {
  /** Its path: `applicant.type`. */
  readonly fact: string
  readonly title: Text
  readonly question: Text
  readonly type: FactType
  readonly knownBy: Knower
  /** Words that may be answered, by their titles, where they have some. */
  readonly words?: readonly { readonly word: string; readonly title: Text }[]
  /** Measures whose answer waits for it. */
  readonly measures: readonly string[]
}

/** The facts that an open case waits for, by their paths. */
export function openFacts(outcome: Outcome, catalogue: Catalogue): readonly string[] {
  const paths = outcome.parts
    .filter((it) => it.eligible !== false)
    .flatMap((part) => [
      ...part.tests
        .filter((it) => it.truth === null)
        .flatMap((it) => (it.finding === undefined ? unknownInputs(it.inputs) : below(it.finding))),
      ...part.open.flatMap(factOfCode),
    ])
  return [...new Set(paths.flatMap((it) => askable(it, catalogue)))]
}

function below(finding: Finding): string[] {
  if (finding.truth !== null) return []
  const isJudged = 'judged' in finding.condition
  const own = unknownInputs(finding.inputs).map((it) => (isJudged ? `determinations.${it}` : it))
  return [...own, ...finding.parts.flatMap(below)]
}

function unknownInputs(inputs: Finding['inputs']): string[] {
  return inputs.filter((it) => it.value === null).map((it) => it.fact)
}

function factOfCode(code: string): string[] {
  const [kind, subject] = code.split(':')
  return kind === 'MISSING_FACT' && subject !== undefined ? [subject] : []
}

/** A plain fact by itself; of a record the field; of a list, whose items have the fields, the list. */
function askable(path: string, { open: { rules } }: Catalogue): string[] {
  const top = path.split('.')[0] ?? path
  const type = rules.facts.get(path) ?? rules.facts.get(top)
  if (type === undefined) return []
  if (type.type !== 'record') return [type.type === 'map' ? path : top]
  // of a record that is not known at all its parts are asked when it is known which of them matter
  return path === top ? [] : [path]
}

/**
 * What to ask next, the fact on which most open answers depend first; what the applicant knows before what an office or the node does.
 * @param waiting by measure: the facts that it waits for
 */
export function questionsOf(
  waiting: ReadonlyMap<string, readonly string[]>,
  catalogue: Catalogue,
): readonly Question[] {
  const measuresOf = new Map<string, string[]>()
  for (const [measure, facts] of waiting) {
    for (const fact of facts) measuresOf.set(fact, [...(measuresOf.get(fact) ?? []), measure])
  }
  return [...measuresOf]
    .flatMap(([fact, measures]) => questionOf(fact, measures, catalogue))
    .toSorted(
      (a, b) =>
        ORDER[a.knownBy] - ORDER[b.knownBy] ||
        b.measures.length - a.measures.length ||
        (a.fact < b.fact ? -1 : 1),
    )
}

const ORDER: Readonly<Record<Knower, number>> = { applicant: 0, node: 1, office: 2 }

function questionOf(fact: string, measures: readonly string[], catalogue: Catalogue): Question[] {
  const { facts, names, open } = catalogue
  const type = typeAt(open.rules.facts, fact)
  const entry = facts.get(fact) ?? facts.get(fact.split('.')[0] ?? fact)
  if (type === undefined || entry === undefined) return []
  const words = wordsOf(fact, type, catalogue)
  return [
    {
      fact,
      title: titleOf(fact, names),
      question: questionText(entry, fact, titleOf(fact, names), type),
      type,
      knownBy: entry.knownBy ?? 'applicant',
      ...(words !== undefined && { words }),
      measures,
    },
  ]
}

/** The tree of applicants, the regions, and the words that a fact may be. */
function wordsOf(fact: string, type: FactType, catalogue: Catalogue): Question['words'] {
  const { rules } = catalogue.open
  if (fact === 'applicant.type') {
    return [...rules.types.keys()].map((word) => ({ word, title: titleOf(word, catalogue.names) }))
  }
  const of = type.type === 'list' ? type.of : type
  if (of.type === 'word')
    return of.words?.map((word) => ({ word, title: wordText(word, catalogue.names) }))
  if (type.type !== 'place') return undefined
  return catalogue.regions.map((it) => ({ word: it.place, title: it.name }))
}

/** How a fact is asked of people: as its entry asks, or by its title, which is a noun, or of a flag what may be so. */
export function questionText(entry: FactEntry, path: string, title: Text, type: FactType): Text {
  if (entry.question !== undefined && entry.name === path) return entry.question
  switch (type.type) {
    case 'quantity':
      return quantityText(title, type.unit)
    case 'flag':
      return { en: `Is “${title.en}” true of this case?`, zh: `“${title.zh}”是否属实？` }
    case 'day':
      return { en: `Which day is the ${title.en}?`, zh: `${title.zh}是哪一天？` }
    case 'place':
      return { en: `What is the ${title.en}?`, zh: `${title.zh}是哪里？` }
    case 'list':
    case 'map':
      return { en: `Which ${title.en} are there?`, zh: `${title.zh}有哪些？` }
    default:
      return { en: `What is the ${title.en}?`, zh: `${title.zh}是什么？` }
  }
}

function quantityText({ en, zh }: Text, unit: string): Text {
  switch (unit) {
    case 'yuan':
      return { en: `How much is the ${en}, in yuan?`, zh: `${zh}是多少元？` }
    case 'count':
      return { en: `How many ${en}?`, zh: `${zh}是多少？` }
    case 'month':
      return { en: `What is the ${en}, in months?`, zh: `${zh}是多少个月？` }
    case 'year':
      return { en: `What is the ${en}?`, zh: `${zh}是哪一年？` }
    default:
      return { en: `What is the ${en}, in ${unit}s?`, zh: `${zh}是多少${UNITS[unit] ?? unit}？` }
  }
}

const UNITS: Readonly<Record<string, string>> = { point: '分', star: '星' }
