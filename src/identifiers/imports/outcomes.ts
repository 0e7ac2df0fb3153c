import type { FieldProblem } from '../../lib/problem.ts'
import type { Language } from '../../lib/text.ts'
import type { BatchLine, Outcome } from './batch.ts'
import { JsonBytes } from './json-bytes.ts'

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

const told = new JsonBytes()

/** The outcomes of a batch as JSON lines, in the order of the file, in memory of their own. */
export function encodeOutcomes(
  lines: readonly BatchLine[],
  wanted: Wanted,
  language: Language,
): Uint8Array<ArrayBuffer> {
  told.clear()
  for (let i = 0; wanted !== 'none' && i < lines.length; i++) {
    const it = lines[i] as BatchLine
    const { line, outcome, handle } = it
    if (outcome === 'refused') {
      const fields = toldFields(it.problems, language)
      told.raw(`${JSON.stringify({ ...refusedLine(it), fields })}\n`)
    } else if (wanted === 'all') {
      told.raw('{"line":')
      told.number(line)
      told.raw(AND_OUTCOME[outcome ?? 'refused'])
      told.quoted(handle)
      told.raw('"}\n')
    }
  }
  return told.copy()
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
  chars: number
}

const kept = new JsonBytes()
/** The names of the run that is open. */
const names = new JsonBytes()

/** The outcomes of a batch for keeping: runs of what went well, refused lines in full. JSON lines, until the next call. */
export function packOutcomes(lines: readonly BatchLine[]): Buffer {
  kept.clear()
  let run: OpenRun | undefined
  for (let i = 0; i < lines.length; i++) {
    const it = lines[i] as BatchLine
    const { line, outcome, handle } = it
    if (run !== undefined && continues(run, it)) {
      run.step = line - run.last
      run.count++
      run.last = line
      run.chars += handle.length + 1
      names.raw('\\n')
      names.quoted(handle)
      continue
    }
    if (run !== undefined) keepRun(run)
    run = undefined
    if (outcome === 'refused' || outcome === undefined) {
      kept.raw(`${JSON.stringify(refusedLine(it))}\n`)
      continue
    }
    run = { from: line, outcome, last: line, count: 1, step: 1, chars: handle.length }
    names.clear()
    names.quoted(handle)
  }
  if (run !== undefined) keepRun(run)
  return kept.view()
}

function continues(run: OpenRun, { line, outcome }: BatchLine): boolean {
  if (run.outcome !== outcome || run.chars > RUN_CHARS_MAX) return false
  return run.count === 1 || line - run.last === run.step
}

function keepRun({ from, count, step, outcome }: OpenRun): void {
  kept.raw(`{"from":${from},"count":${count},"step":${step},"outcome":"${outcome}","handles":"`)
  kept.append(names)
  kept.raw('"}\n')
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
