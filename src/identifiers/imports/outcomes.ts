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
  // Joined at once: a text that grows piece by piece leaves the collector a scrap for each.
  const pieces: (string | number)[] = []
  for (const it of lines) {
    const { line, outcome, handle } = it
    if (outcome === 'refused') {
      const fields = toldFields(it.problems, language)
      pieces.push(JSON.stringify({ ...refusedLine(it), fields }), '\n')
    } else if (wanted === 'all') {
      if (PLAIN.test(handle))
        pieces.push('{"line":', line, AND_OUTCOME[outcome ?? 'refused'], handle, '"}\n')
      else pieces.push(JSON.stringify({ line, outcome, handle }), '\n')
    }
  }
  return pieces.join('')
}

const AND_OUTCOME: Readonly<Record<Outcome, string>> = {
  created: ',"outcome":"created","handle":"',
  updated: ',"outcome":"updated","handle":"',
  unchanged: ',"outcome":"unchanged","handle":"',
  refused: ',"outcome":"refused","handle":"',
}

export function refusedLine({ line, handle, problems }: BatchLine): OutcomeLine {
  return handle === ''
    ? { line, outcome: 'refused', fields: problems }
    : { line, outcome: 'refused', handle, fields: problems }
}

/** Stands between quotation marks in JSON as it is; nearly all names are such. */
const PLAIN = /^[ !#-[\]-~\u00a0-\ud7ff]*$/

/**
 * Lines of one outcome that follow each other at even distance, with the identifiers they name. What is the same for all
 * of them is told once.
 */
export type OutcomeRun = {
  readonly from: number
  readonly count: number
  readonly step: number
  readonly outcome: Exclude<Outcome, 'refused'>
  /** One after the other, line feeds between them: names hold no control characters. Absent in older results. */
  readonly handles?: string
}

/** A run is told in pieces that are read at once. */
const RUN_CHARS_MAX = 65_536

type OpenRun = {
  readonly from: number
  readonly outcome: Outcome
  last: number
  count: number
  step: number
  handles: string[]
  chars: number
}

/** The outcomes of a batch for keeping: runs of what went well, refused lines in full. JSON lines. */
export function packOutcomes(lines: readonly BatchLine[]): string {
  let text = ''
  let run: OpenRun | undefined
  for (const it of lines) {
    const { line, outcome, handle } = it
    if (run !== undefined && continues(run, it)) {
      run.step = line - run.last
      run.count++
      run.last = line
      run.handles.push(handle)
      run.chars += handle.length + 1
      continue
    }
    if (run !== undefined) text += runText(run)
    run = undefined
    if (outcome === 'refused' || outcome === undefined) {
      text += `${JSON.stringify(refusedLine(it))}\n`
    } else run = newRun(line, outcome, handle)
  }
  return run === undefined ? text : text + runText(run)
}

function newRun(line: number, outcome: Outcome, handle: string): OpenRun {
  const handles = [handle]
  return { from: line, outcome, last: line, count: 1, step: 1, handles, chars: handle.length }
}

function continues(run: OpenRun, { line, outcome }: BatchLine): boolean {
  if (run.outcome !== outcome || run.chars > RUN_CHARS_MAX) return false
  return run.count === 1 || line - run.last === run.step
}

function runText({ from, count, step, outcome, handles }: OpenRun): string {
  const names = JSON.stringify(handles.join('\n'))
  return `{"from":${from},"count":${count},"step":${step},"outcome":"${outcome}","handles":${names}}\n`
}

/** The lines that a kept entry stands for. */
export function* expandOutcome(entry: OutcomeLine | OutcomeRun): Generator<OutcomeLine> {
  if (!('count' in entry)) {
    yield entry
    return
  }
  const { from, count, step, outcome } = entry
  const handles = entry.handles?.split('\n')
  for (let i = 0; i < count; i++) {
    const handle = handles?.[i]
    const line = from + i * step
    yield handle === undefined ? { line, outcome } : { line, outcome, handle }
  }
}
