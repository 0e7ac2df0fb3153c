import { ADMIN_READ, PUBLIC_READ } from '../identifiers/record.ts'
import type { Language, Text } from '../lib/text.ts'
import {
  type AnswerStep,
  type AskStep,
  type Found,
  formatEndpoint,
  type NoAnswerStep,
  OP,
  OP_FLAG,
  type Place,
  type Step,
  TTL_ABSOLUTE,
  type TurnStep,
  type WireValue,
} from '../protocols/client/index.ts'
import { formatData, formatPermissions, formatValues } from '../protocols/handle/value-json.ts'
import type { HiddenValue, Walk } from './resolve-walk.ts'
import {
  answered,
  durationText,
  failureText,
  hiddenText,
  REASONS,
  SITES_FROM,
  TEXTS,
} from './trace-words.ts'

/** Of a value's data; the rest is for `--json`. */
const DATA_CHARS_MAX = 160
const SITES_SHOWN_MAX = 4

/** All that happened, for a person: one line a question, what came of it, and where it led. */
export function traceText(walk: Walk, language: Language): string {
  const { name, begins, steps, outcome, hidden } = walk
  const rows = rowsOf(steps, language)
  const parts = [
    `${name}  ${TEXTS.from[language]} ${begins[language]}\n\n`,
    tableText(rows),
    '\n',
    outcome.kind === 'found'
      ? foundText(outcome, walk.hiddenValues ?? [], language)
      : `✗ ${failureText(outcome)[language]}\n`,
  ]
  const more = hidden === undefined ? undefined : hiddenText(hidden)?.[language]
  return parts.join('') + (more === undefined ? '' : `\n${more}\n`)
}

/** Cells of a question, or one line about what it led to. */
type Row = readonly string[] | string

function rowsOf(steps: readonly Step[], language: Language): Row[] {
  const rows: Row[] = []
  let asked: AskStep | undefined
  let number = 0
  let known = ''
  for (const step of steps) {
    switch (step.kind) {
      case 'ask':
        asked = step
        break
      case 'answer':
      case 'no-answer':
        rows.push([String(++number), ...cellsOf(step, asked, language)])
        break
      case 'sites':
        if (isNews(step, known)) rows.push(aside(step, language))
        known = step.sites.join()
        break
      case 'alias':
      case 'referral':
        rows.push(aside(step, language))
        known = ''
    }
  }
  return rows
}

/** Where it begins is told above, and what was told once need not be again. */
function isNews({ from, sites }: Extract<TurnStep, { kind: 'sites' }>, known: string): boolean {
  return from !== 'configured' && from !== 'cache' && sites.join() !== known
}

function cellsOf(
  step: AnswerStep | NoAnswerStep,
  asked: AskStep | undefined,
  language: Language,
): string[] {
  const what = asked === undefined ? '' : questionText(asked, language)
  const said =
    step.kind === 'answer' ? answered(step)[language] : `✗ ${REASONS[step.reason][language]}`
  return [placeText(step.from), what, said, `${step.ms.toFixed(1)} ms`]
}

function questionText(step: AskStep, language: Language): string {
  const { handle, opCode, types, indexes, flags, purpose } = step
  if (opCode === OP.getSiteInfo) return TEXTS.site[language]
  if (opCode === OP.challengeResponse) return TEXTS.proof[language]
  const filter = purpose === 'answer' ? [...indexes, ...types].join(' ') : ''
  const isAll = purpose === 'answer' && (flags & OP_FLAG.publicOnly) === 0
  return [handle, filter, isAll ? TEXTS.hiddenToo[language] : '']
    .filter((it) => it !== '')
    .join(' · ')
}

function aside(step: TurnStep, language: Language): string {
  switch (step.kind) {
    case 'sites': {
      const { from, of, sites } = step
      const shown = sites.slice(0, SITES_SHOWN_MAX).join(', ')
      const more = sites.length > SITES_SHOWN_MAX ? ` … ${sites.length}` : ''
      return `→ ${SITES_FROM[from](of)[language]}: ${shown}${more}`
    }
    case 'alias':
      return `→ ${TEXTS.alias[language]} ${step.to}`
    case 'referral':
      return `→ ${TEXTS.referral[language]} ${step.to || step.handle} (${step.code})`
  }
}

function placeText({ protocol, address, port }: Place): string {
  return formatEndpoint({ protocol, address, port })
}

/** In columns; what stands between them is indented to the second. */
function tableText(rows: readonly Row[]): string {
  const cells = rows.filter((it) => typeof it !== 'string')
  const widths = [0, 1, 2, 3, 4].map((i) => Math.max(0, ...cells.map((it) => widthOf(it[i] ?? ''))))
  const indent = ' '.repeat((widths[0] ?? 0) + 3)
  const lines = rows.map((row) => {
    if (typeof row === 'string') return `${indent}${row}\n`
    const [number = '', place = '', what = '', said = '', ms = ''] = row
    const padded = [place, what, said].map((it, i) => padEnd(it, widths[i + 1] ?? 0))
    return ` ${number.padStart(widths[0] ?? 0)}  ${padded.join('  ')}  ${ms.padStart(widths[4] ?? 0)}\n`
  })
  return lines.join('')
}

function foundText(found: Found, hidden: readonly HiddenValue[], language: Language): string {
  const { handle, values, from, ttlS, isSigned } = found
  const rows = [
    ...values.map((it) => [
      ...[String(it.index), it.type, formatPermissions(it.permissions)],
      ...[ttlText(it, language), dataText(it), readersText(readersOf(it))?.[language] ?? ''],
    ]),
    ...hidden.map(({ index, type, permissions, readers }) => {
      return [String(index), type, permissions, '', '', readersText(readers)?.[language] ?? '']
    }),
  ]
  const widths = [0, 1, 2, 3].map((i) => Math.max(...rows.map((it) => widthOf(it[i] ?? ''))))
  const lines = rows.map(([index = '', type = '', bits = '', ttl = '', data = '', note = '']) => {
    const head = [type, bits, ttl].map((it, i) => padEnd(it, widths[i + 1] ?? 0))
    const cells = [index.padStart(widths[0] ?? 0), ...head, data, note === '' ? '' : `(${note})`]
    return `   ${cells.join('  ').trimEnd()}\n`
  })
  const signed = isSigned ? ` · ${TEXTS.signed[language]}` : ''
  const kept = `${TEXTS.kept[language]} ${durationText(ttlS, language)}`
  const site = from.site === '' ? placeText(from) : `${from.site}, ${placeText(from)}`
  return `✓ ${handle} · ${site} · ${kept}${signed}\n${lines.join('')}`
}

type Readers = 'everybody' | HiddenValue['readers']

function readersOf({ permissions }: WireValue): Readers {
  if ((permissions & PUBLIC_READ) !== 0) return 'everybody'
  return (permissions & ADMIN_READ) === 0 ? 'nobody' : 'administrators'
}

function readersText(readers: Readers): Text | undefined {
  if (readers === 'everybody') return undefined
  return readers === 'nobody' ? TEXTS.nobodyReads : TEXTS.administratorsRead
}

function ttlText({ ttlType, ttlS }: WireValue, language: Language): string {
  if (ttlType === TTL_ABSOLUTE) return new Date(ttlS * 1000).toISOString().slice(0, 16)
  return durationText(ttlS, language)
}

/** One line a value, as the JSON API's answer is shown. */
export function valueLines(values: readonly WireValue[]): string {
  return values.map((it) => `${it.index}\t${it.type}\t${wholeData(it)}\n`).join('')
}

function wholeData({ type, data }: WireValue): string {
  const { value } = JSON.parse(formatData({ index: 1, type, data })) as { readonly value: unknown }
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function dataText(it: WireValue): string {
  const line = wholeData(it).replace(/\s+/g, ' ')
  return line.length > DATA_CHARS_MAX ? `${line.slice(0, DATA_CHARS_MAX).toWellFormed()}…` : line
}

/** Columns that a terminal takes for a text: those of Chinese are twice as wide. */
function widthOf(text: string): number {
  return [...text].reduce((sum, it) => sum + (WIDE.test(it) ? 2 : 1), 0)
}

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}]/u

function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)))
}

/** For programs: values in the form of the Handle JSON API. */
export function traceJson({ name, steps, outcome, hidden, hiddenValues }: Walk): unknown {
  return {
    handle: name,
    outcome:
      outcome.kind === 'found' ? { ...outcome, values: valuesJson(outcome.values) } : outcome,
    ...(hidden !== undefined && { hidden }),
    ...(hiddenValues !== undefined && { hiddenValues }),
    steps: steps.map((it) => ({
      ...it,
      ...('values' in it && { values: valuesJson(it.values) }),
      ...('ms' in it && { ms: Math.round(it.ms * 1_000) / 1_000 }),
    })),
  }
}

function valuesJson(values: readonly WireValue[]): unknown {
  const stored = values.map(({ timestampS, ttlS, ttlType, ...it }) => ({
    ...it,
    ttl: ttlS,
    timestamp: timestampS,
    ...(ttlType === TTL_ABSOLUTE && { ttlAbsolute: true as const }),
  }))
  return JSON.parse(`[${formatValues(stored, 0)}]`)
}
