import type { FieldProblem } from '../../lib/problem.ts'
import type { Language } from '../../lib/text.ts'
import type { BatchLine, Outcome } from './batch.ts'

/** One line of a result as programs get it. `fields` says why a line was refused. */
export type OutcomeLine = {
  readonly line: number
  readonly outcome: Outcome
  readonly handle?: string
  readonly fields?: readonly FieldProblem[]
}

/** Which outcomes a client wants told as they happen. */
export type Wanted = 'all' | 'refused' | 'none'

/** A refused field as programs get it, in one language. */
export type ToldField = {
  readonly path: string
  readonly detail: string
  readonly expected?: string
}

export function toldFields(fields: readonly FieldProblem[], language: Language): ToldField[] {
  return fields.map(({ path, reason, expected }) => ({
    path,
    detail: reason[language],
    ...(expected !== undefined && { expected: expected[language] }),
  }))
}

/** The outcomes of a batch as JSON lines, in the order of the file. */
export function formatOutcomes(
  lines: readonly BatchLine[],
  wanted: Wanted,
  language: Language,
): string {
  if (wanted === 'none') return ''
  let text = ''
  for (const line of lines) {
    if (line.outcome === 'refused') {
      const fields = toldFields(line.problems, language)
      text += `${JSON.stringify({ ...refusedLine(line), fields })}\n`
    } else if (wanted === 'all') {
      text += `{"line":${line.line},"outcome":"${line.outcome}","handle":${quote(line.handle)}}\n`
    }
  }
  return text
}

export function refusedLine({ line, handle, problems }: BatchLine): OutcomeLine {
  return handle === ''
    ? { line, outcome: 'refused', fields: problems }
    : { line, outcome: 'refused', handle, fields: problems }
}

/** `JSON.stringify` of a text, which nearly always is the text in quotation marks. */
function quote(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text)
}
const PLAIN = /^[ !#-[\]-~\u00a0-\ud7ff]*$/

/**
 * Lines of one outcome that follow each other at even distance: `{from, count, step, outcome}`. Told this way the
 * result of ten million lines registered is a few bytes a batch.
 */
export type OutcomeRun = {
  readonly from: number
  readonly count: number
  readonly step: number
  readonly outcome: Exclude<Outcome, 'refused'>
}

/** The outcomes of a batch for keeping: runs of what went well, refused lines in full. JSON lines. */
export function packOutcomes(lines: readonly BatchLine[]): string {
  let text = ''
  let run: { from: number; last: number; count: number; step: number; outcome: Outcome } | undefined
  const close = () => {
    if (run === undefined) return
    const { from, count, step, outcome } = run
    text += `{"from":${from},"count":${count},"step":${step},"outcome":"${outcome}"}\n`
    run = undefined
  }
  for (const it of lines) {
    if (it.outcome === 'refused' || it.outcome === undefined) {
      close()
      text += `${JSON.stringify(refusedLine(it))}\n`
      continue
    }
    const step = run === undefined ? 0 : it.line - run.last
    if (run?.outcome === it.outcome && (run.count === 1 || run.step === step)) {
      run.step = step
      run.count++
      run.last = it.line
      continue
    }
    close()
    run = { from: it.line, last: it.line, count: 1, step: 1, outcome: it.outcome }
  }
  close()
  return text
}

/** The lines that a kept entry stands for. */
export function* expandOutcome(entry: OutcomeLine | OutcomeRun): Generator<OutcomeLine> {
  if (!('count' in entry)) {
    yield entry
    return
  }
  for (let i = 0; i < entry.count; i++) {
    yield { line: entry.from + i * entry.step, outcome: entry.outcome }
  }
}
