import { type LetterTest, LINE_END, SHORT_SETS } from './letters-of.ts'
import { type Assertion, type PatternNode, readPattern, WrongPattern } from './pattern-tree.ts'

/** What a pattern becomes at most; each step over the text looks at all of it once. */
const STEPS_MAX = 2_000

type Step =
  | { readonly op: 'letter'; readonly test: LetterTest }
  /** Both ways from here, the first being liked better. */
  | { readonly op: 'fork'; first: number; second: number }
  | { readonly op: 'save'; readonly slot: number }
  | { readonly op: 'assert'; readonly what: Assertion }
  | { readonly op: 'end' }

/** A regular expression whose time grows with text times pattern and no faster. */
export type LinearPattern = { readonly steps: readonly Step[]; readonly groups: number }

/** How much may still be done, counted down by whoever does it. */
export type WorkLeft = { steps: number }

/** All that was asked for is more work than may be done for one question. */
export class TooMuchWork extends Error {
  override readonly name = 'TooMuchWork'
}

/** @throws WrongPattern where it is none, or takes what cannot be bounded */
export function compileLinear(source: string, isCaseless = false): LinearPattern {
  const { root, groups } = readPattern(source, isCaseless)
  const steps: Step[] = []
  emit(steps, root)
  steps.push({ op: 'end' })
  return { steps, groups }
}

function add<T extends Step>(steps: Step[], step: T): T {
  if (steps.length === STEPS_MAX) throw new WrongPattern('the pattern repeats too much', 0)
  steps.push(step)
  return step
}

function emit(steps: Step[], node: PatternNode): void {
  switch (node.kind) {
    case 'letter':
      add(steps, { op: 'letter', test: node.test })
      return
    case 'assert':
      add(steps, { op: 'assert', what: node.what })
      return
    case 'sequence':
      for (const part of node.parts) emit(steps, part)
      return
    case 'group':
      add(steps, { op: 'save', slot: 2 * node.number })
      emit(steps, node.of)
      add(steps, { op: 'save', slot: 2 * node.number + 1 })
      return
    case 'choice':
      emitChoice(steps, node.among)
      return
    case 'repeat':
      emitRepeat(steps, node)
  }
}

function emitChoice(steps: Step[], among: readonly PatternNode[]): void {
  const jumps: { first: number; second: number }[] = []
  for (const [i, one] of among.entries()) {
    const isLast = i === among.length - 1
    const fork = isLast
      ? undefined
      : add(steps, { op: 'fork' as const, first: steps.length + 1, second: 0 })
    emit(steps, one)
    if (fork === undefined) continue
    jumps.push(add(steps, { op: 'fork' as const, first: 0, second: 0 }))
    fork.second = steps.length
  }
  for (const jump of jumps) {
    jump.first = steps.length
    jump.second = steps.length
  }
}

function emitRepeat(
  steps: Step[],
  { of, least, most, isLazy }: Extract<PatternNode, { kind: 'repeat' }>,
): void {
  for (let i = 0; i < least; i++) {
    const before = steps.length
    emit(steps, of)
    // Nothing, however often, is nothing.
    if (steps.length === before) return
  }
  if (most === undefined) {
    const at = steps.length
    const fork = add(steps, { op: 'fork' as const, first: 0, second: 0 })
    emit(steps, of)
    add(steps, { op: 'fork' as const, first: at, second: at })
    aim(fork, { into: at + 1, past: steps.length, isLazy })
    return
  }
  const forks = []
  for (let i = least; i < most; i++) {
    const at = steps.length
    forks.push({ at, fork: add(steps, { op: 'fork' as const, first: 0, second: 0 }) })
    emit(steps, of)
  }
  for (const { at, fork } of forks) aim(fork, { into: at + 1, past: steps.length, isLazy })
}

function aim(
  fork: { first: number; second: number },
  { into, past, isLazy }: { into: number; past: number; isLazy: boolean },
): void {
  fork.first = isLazy ? past : into
  fork.second = isLazy ? into : past
}

/** A way through the pattern: where it stands, and what its groups have taken. */
type Way = { readonly at: number; readonly saved: readonly number[] }

/**
 * The whole text and what each group took of it, undefined for those that took none; undefined where the pattern is not
 * that of the whole text. @throws TooMuchWork
 */
export function matchWhole(
  { steps, groups }: LinearPattern,
  text: string,
  left: WorkLeft,
): readonly (string | undefined)[] | undefined {
  const seen = new Int32Array(steps.length).fill(-1)
  let ways: Way[] = []
  const begin = { text, seen, steps, left }
  follow(begin, ways, { at: 0, saved: [] }, 0)
  for (let at = 0; at < text.length; ) {
    const code = text.codePointAt(at) ?? 0
    const next = at + (code > 0xffff ? 2 : 1)
    const after: Way[] = []
    for (const { at: place, saved } of ways) {
      const step = steps[place]
      work(left)
      if (step?.op === 'letter' && step.test(code)) {
        follow(begin, after, { at: place + 1, saved }, next)
      }
    }
    if (after.length === 0) return undefined
    ways = after
    at = next
  }
  const whole = ways.find(({ at }) => steps[at]?.op === 'end')
  if (whole === undefined) return undefined
  const { saved } = whole
  const taken = Array.from({ length: groups }, (_, i) => {
    const [from, to] = [saved[2 * i + 2], saved[2 * i + 3]]
    return from === undefined || to === undefined ? undefined : text.slice(from, to)
  })
  return [text, ...taken]
}

type Following = {
  readonly text: string
  /** The position at which each step was last reached: the first to reach it is liked best. */
  readonly seen: Int32Array
  readonly steps: readonly Step[]
  readonly left: WorkLeft
}

/** Adds every way that waits for a letter or has come to the end, without taking one. */
function follow(
  { text, seen, steps, left }: Following,
  ways: Way[],
  from: Way,
  here: number,
): void {
  const open: Way[] = [from]
  for (let way = open.pop(); way !== undefined; way = open.pop()) {
    const { at, saved } = way
    const step = steps[at]
    if (step === undefined || seen[at] === here) continue
    seen[at] = here
    work(left)
    if (step.op === 'fork') open.push({ at: step.second, saved }, { at: step.first, saved })
    else if (step.op === 'save') {
      const taken = saved.slice()
      taken[step.slot] = here
      open.push({ at: at + 1, saved: taken })
    } else if (step.op !== 'assert') ways.push(way)
    else if (holds(step.what, text, here)) open.push({ at: at + 1, saved })
  }
}

function work(left: WorkLeft): void {
  left.steps--
  if (left.steps < 0) throw new TooMuchWork('the pattern takes too long')
}

function holds(what: Assertion, text: string, at: number): boolean {
  switch (what) {
    case 'start':
      return at === 0
    case 'end':
      return at === text.length
    case 'last-line':
      return (
        at === text.length ||
        text.slice(at) === '\r\n' ||
        (at === text.length - 1 && LINE_END(text.charCodeAt(at)))
      )
    case 'word-edge':
      return isWord(text, at - 1) !== isWord(text, at)
    case 'no-word-edge':
      return isWord(text, at - 1) === isWord(text, at)
  }
}

function isWord(text: string, at: number): boolean {
  return at >= 0 && at < text.length && SHORT_SETS.w?.(text.charCodeAt(at)) === true
}
