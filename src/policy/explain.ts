import type { Finding } from '../kernel/facts/finding.ts'
import type { Truth } from '../kernel/facts/truth.ts'
import { formatYuan } from '../lib/money.ts'
import { floor, isWhole, type Rational } from '../lib/rational.ts'
import type { Language, Text } from '../lib/text.ts'
import type { Limit } from './limits.ts'
import type { Line } from './line.ts'
import type { Outcome } from './outcome.ts'
import type { Part, Test } from './part.ts'
import { isPoint, type Span } from './span.ts'
import { conditionText, LIMIT_TEXTS, type Names, testText, titleOf, valueText } from './words.ts'

/** One step of an explanation: what was asked or reckoned, what it saw, what came of it, and the steps below. */
export type Step = {
  readonly text: Text
  readonly truth?: Truth
  readonly inputs?: readonly { readonly fact: string; readonly title: Text; readonly value: Text }[]
  readonly codes?: readonly string[]
  /** An amount or what a limit would have allowed, in yuan. */
  readonly allows?: Text
  /** The limit that fixed the amount. */
  readonly binds?: boolean
  readonly steps?: readonly Step[]
}

/** The tree of an outcome: each measure with every test that was made, and each amount with every limit. */
export function explain(outcome: Outcome, names: Names): Step[] {
  return outcome.parts.map((part) => explainPart(part, names))
}

function explainPart(part: Part, names: Names): Step {
  const { measure, eligible } = part
  return {
    text: {
      en: `${measure.id} ${measure.title.en} (${measure.article}): ${measure.clause.en}`,
      zh: `${measure.id} ${measure.title.zh}（${measure.article}）：${measure.clause.zh}`,
    },
    truth: eligible,
    codes: [...part.refused, ...part.open, ...part.unfixed, ...part.told],
    steps: [
      ...part.tests.map((it) => explainTest(it, names)),
      ...part.lines.map((it) => explainLine(it)),
      ...(part.lines.length > 1 || part.by?.startsWith('cap_enterprise') ? [totalOf(part)] : []),
    ],
  }
}

function explainTest({ name, truth, refused, open, inputs, finding }: Test, names: Names): Step {
  if (finding !== undefined) return explainFinding(finding, names)
  return {
    text: testText(name),
    truth,
    inputs: inputsOf(inputs, names),
    codes: [...refused, ...open],
  }
}

function explainFinding(finding: Finding, names: Names): Step {
  const { truth, inputs, parts, refused, open } = finding
  return {
    text: conditionText(finding, names),
    truth,
    inputs: inputsOf(inputs, names),
    codes: truth === true ? [] : truth === false ? refused : open,
    ...(parts.length > 0 && { steps: parts.map((it) => explainFinding(it, names)) }),
  }
}

function inputsOf(inputs: Test['inputs'], names: Names): NonNullable<Step['inputs']> {
  return inputs.map(({ fact, value }) => ({
    fact,
    title: titleOf(fact, names),
    value: valueText(fact, value, names),
  }))
}

function explainLine({ id, result, limits, formula }: Line): Step {
  const name =
    id === undefined ? { en: 'amount', zh: '金额' } : { en: `amount of ${id}`, zh: `${id} 的金额` }
  return {
    text: name,
    allows: spanText(result.span),
    steps: [
      ...(formula.base?.lines ?? []).map(({ id: line, counts, excluded }) => ({
        text: { en: `line ${line}`, zh: `明细 ${line}` },
        truth: counts,
        codes: excluded,
      })),
      ...limits.map((limit) => explainLimit(limit, result.by)),
    ],
  }
}

function explainLimit({ by, allows }: Limit, binding: Line['result']['by']): Step {
  return { text: LIMIT_TEXTS[by], allows: spanText(allows), binds: by === binding }
}

function totalOf({ fen, by }: Part): Step {
  const hi = fen.hi === undefined ? undefined : { over: fen.hi, under: 1n }
  return {
    text: { en: 'together', zh: '合计' },
    allows: spanText({ lo: { over: fen.lo, under: 1n }, hi }),
    ...(by !== undefined && { steps: [{ text: LIMIT_TEXTS[by], binds: true }] }),
  }
}

const UNITS: Readonly<Record<Language, readonly [whole: string, cut: string]>> = {
  en: ['yuan', 'yuan and a fraction of a fen'],
  zh: ['元', '元（另有不足一分的尾数）'],
}

function spanText(span: Span): Text {
  return { en: spanIn(span, 'en'), zh: spanIn(span, 'zh') }
}

function spanIn({ lo, hi }: Span, language: Language): string {
  const yuan = (value: Rational) =>
    `${formatYuan(floor(value))} ${UNITS[language][isWhole(value) ? 0 : 1]}`
  if (hi === undefined)
    return language === 'en' ? `from ${yuan(lo)}, no end` : `${yuan(lo)}起，无上限`
  if (isPoint({ lo, hi })) return yuan(lo)
  return language === 'en' ? `${yuan(lo)} to ${yuan(hi)}` : `${yuan(lo)} 至 ${yuan(hi)}`
}

/** The tree as indented lines, one step each. */
export function explanationLines(steps: readonly Step[], language: Language, level = 0): string[] {
  return steps.flatMap((step) => [
    `${'  '.repeat(level)}${lineOf(step, language)}`,
    ...explanationLines(step.steps ?? [], language, level + 1),
  ])
}

const BINDS: Text = { en: ' ← binds', zh: ' ← 起限制作用' }

function lineOf(
  { text, truth, inputs = [], codes = [], allows, binds }: Step,
  language: Language,
): string {
  const mark = truth === undefined ? '·' : truth === null ? '?' : truth ? '✓' : '✗'
  const seen = inputs.map((it) => `${it.title[language]} = ${it.value[language]}`).join(', ')
  return [
    `${mark} ${text[language]}`,
    allows === undefined ? '' : `: ${allows[language]}`,
    seen === '' ? '' : `  (${seen})`,
    codes.length === 0 ? '' : `  [${codes.join(' ')}]`,
    binds === true ? BINDS[language] : '',
  ].join('')
}

/** The result in one sentence. */
export function resultText({ eligible, amountFen, bounds, basis, limitedBy }: Outcome): Text {
  if (eligible === false) return { en: 'does not fit', zh: '不符合' }
  const by = limitedBy === null ? undefined : LIMIT_TEXTS[limitedBy]
  if (amountFen !== null) {
    const yuan = formatYuan(amountFen)
    return {
      en: `fits: ${yuan} yuan (${basis}, by ${by?.en ?? ''})`,
      zh: `符合：${yuan} 元（${BASIS_TEXTS[basis] ?? basis}，取决于${by?.zh ?? ''}）`,
    }
  }
  const lo = formatYuan(bounds?.lo ?? 0n)
  const hi = bounds?.hi === undefined ? undefined : formatYuan(bounds.hi)
  const range =
    hi === undefined
      ? { en: `from ${lo} yuan`, zh: `${lo} 元起` }
      : { en: `${lo} to ${hi} yuan`, zh: `${lo} 至 ${hi} 元` }
  return eligible === null
    ? { en: `open: ${range.en}`, zh: `待定：${range.zh}` }
    : { en: `fits; the amount is open: ${range.en}`, zh: `符合；金额待定：${range.zh}` }
}

const BASIS_TEXTS: Readonly<Record<string, string>> = {
  exact: '确定',
  ceiling: '上限',
  determined: '依决定',
}
