import { type Facts, scopeOf } from '../../kernel/facts/fact.ts'
import { isInPlace } from '../../kernel/facts/leaf.ts'
import type { Text } from '../../lib/text.ts'
import { evaluateMeasures } from '../evaluate.ts'
import type { Outcome } from '../outcome.ts'
import { reasonText } from '../reason-words.ts'
import type { Mode } from '../standing.ts'
import { openFacts, type Question, questionsOf } from './ask.ts'
import type { Catalogue, MeasureEntry } from './catalogue.ts'
import { type Nearest, nearestChange } from './nearest.ts'

export type Verdict = 'fits' | 'does-not-fit' | 'open'

export type Reason = { readonly code: string; readonly text: Text }

/** What the rules make of one measure for these facts. */
export type Fit = {
  readonly entry: MeasureEntry
  readonly verdict: Verdict
  readonly outcome: Outcome
  /** Of a refusal every reason, of an open answer everything that is open. */
  readonly reasons: readonly Reason[]
  /** Facts that the answer waits for. */
  readonly waitsFor: readonly string[]
  readonly nearest: Nearest | undefined
}

export type Fits = { readonly fits: readonly Fit[]; readonly ask: readonly Question[] }

type Asked = {
  readonly facts: Facts
  readonly mode: Mode
  /** Only measures that hold in this place: its own and those of the regions above. */
  readonly place?: string | undefined
  /** Whether refusals come with the nearest change that would alter them. */
  readonly nearest: boolean
}

/** All measures at once, each by itself, in the order of their ids; and what to ask next. Nothing is kept. */
export function fitsOf(catalogue: Catalogue, asked: Asked): Fits {
  const { place } = asked
  const fits = catalogue.measures
    .filter((it) => place === undefined || isInPlace(place, it.region.place))
    .map((it) => fitOf(it, catalogue, asked))
  const waiting = new Map(
    fits
      .filter((it) => it.verdict === 'open')
      .map(({ entry, waitsFor }) => [entry.measure.id, waitsFor]),
  )
  return { fits, ask: questionsOf(waiting, catalogue) }
}

/** One measure for one case. */
export function fitOf(
  entry: MeasureEntry,
  catalogue: Catalogue,
  { facts, mode, nearest }: Asked,
): Fit {
  const { names, open } = catalogue
  const { rules } = open
  const { measure } = entry
  const outcome = evaluateMeasures(rules, [measure.id], { mode, facts, scope: scopeOf(facts) })
  const isRefused = outcome.eligible === false
  return {
    entry,
    outcome,
    verdict: verdictOf(outcome),
    reasons: outcome.reasons.map((code) => ({ code, text: reasonText(code, names) })),
    waitsFor: isRefused ? [] : openFacts(outcome, catalogue),
    nearest:
      isRefused && nearest
        ? nearestChange(outcome, { rules, names, measure, facts, mode })
        : undefined,
  }
}

export function verdictOf({ eligible }: Outcome): Verdict {
  return eligible === null ? 'open' : eligible ? 'fits' : 'does-not-fit'
}
