import { matchWhole, TooMuchWork, type WorkLeft } from '../../lib/linear-pattern.ts'
import { type HandleValue, VALUES_MAX } from '../record.ts'
import { isPublic } from '../resolution/values.ts'
import type { TemplateStep } from './namespace.ts'
import { placeOf, type TemplateText } from './template-text.ts'

/** Steps, of the template and of its patterns together, that one name may take. */
export const WORK_STEPS_MAX = 500_000
/** All data that one name is given, together. */
export const MADE_BYTES_MAX = 1_048_576

/** What is asked for, parted by the delimiter, and what is there of it. */
export type Parted = {
  readonly handle: string
  readonly base: string
  readonly extension: string
  /** Of the record of the base; none where it has none. */
  readonly values: readonly HandleValue[]
}

export type Computed =
  | { readonly kind: 'values'; readonly values: readonly HandleValue[] }
  /** The template says that there is no such name. */
  | { readonly kind: 'not-found' }
  /** The template wants more than may be done for one question. */
  | { readonly kind: 'too-much' }

/** The values of a name that is not registered, by the template of its prefix. Pure. */
export function compute(steps: readonly TemplateStep[], parted: Parted): Computed {
  const run = new Run(parted)
  try {
    const made = run.run(steps, { parameters: new Map(), isDefining: false })
    return made === undefined ? { kind: 'not-found' } : { kind: 'values', values: made.values }
  } catch (error) {
    if (error instanceof TooMuchWork) return { kind: 'too-much' }
    throw error
  }
}

/** Of a parameter: what was looked at, then its groups. */
type Parameters = ReadonlyMap<string, readonly (string | undefined)[]>

type Scope = {
  readonly parameters: Parameters
  /** The value that is gone through now. */
  readonly current?: HandleValue
  readonly isDefining: boolean
}

class Run {
  readonly #parted: Parted
  readonly #left: WorkLeft = { steps: WORK_STEPS_MAX }
  #bytesLeft = MADE_BYTES_MAX

  constructor(parted: Parted) {
    this.#parted = parted
  }

  /** Undefined: there is no such name. */
  run(steps: readonly TemplateStep[], scope: Scope, made = new Made()): Made | undefined {
    let { parameters } = scope
    for (const step of steps) {
      this.#work()
      const here = { ...scope, parameters }
      if (step.kind === 'define') {
        const defined = this.run(step.steps, { ...here, isDefining: true })
        if (defined === undefined) return undefined
        const [first] = defined.values
        if (first !== undefined)
          parameters = withParameter(parameters, step.parameter, [textOf(first)])
      } else if (!this.#one(step, here, made)) return undefined
    }
    return made
  }

  /** False: there is no such name. */
  #one(step: Exclude<TemplateStep, { kind: 'define' }>, scope: Scope, made: Made): boolean {
    if (step.kind === 'not-found') return false
    if (step.kind === 'each') return this.#each(step.steps, scope, made)
    if (step.kind === 'if') return this.#if(step, scope, made)
    this.#value(step, scope, made)
    return true
  }

  #value(
    { index, type, data }: Extract<TemplateStep, { kind: 'value' }>,
    scope: Scope,
    made: Made,
  ): void {
    const { current } = scope
    const madeType = type === undefined ? current?.type : this.#filled(type, scope)
    const madeData = data === undefined ? current?.data : this.#filled(data, scope)
    if (madeType === undefined || madeData === undefined) return
    this.#make(madeData)
    const rest = current ?? { timestamp: 0 }
    // As on deployed servers an index counts for values that are made of others.
    const wanted = current === undefined ? 1 : (index ?? current.index)
    made.add({ ...rest, index: wanted, type: madeType, data: madeData })
  }

  /** Within another, and over a name without a record, there is nothing to go through. */
  #each(steps: readonly TemplateStep[], scope: Scope, made: Made): boolean {
    if (scope.current !== undefined) return true
    for (const current of this.#parted.values) {
      // What is hidden must not come out in a value that is not.
      if (scope.isDefining && !isPublic(current)) continue
      if (this.run(steps, { ...scope, current }, made) === undefined) return false
    }
    made.order()
    return true
  }

  #if(step: Extract<TemplateStep, { kind: 'if' }>, scope: Scope, made: Made): boolean {
    const text = this.#named(step.value, scope)
    const groups = this.#tried(step.test, text)
    const holds = (groups !== undefined) !== step.isNegated
    const parameters =
      step.parameter === undefined
        ? scope.parameters
        : withParameter(scope.parameters, step.parameter, groups ?? [text])
    const steps = holds ? step.steps : step.otherwise.steps
    return this.run(steps, { ...scope, parameters }, made) !== undefined
  }

  #tried(
    test: Extract<TemplateStep, { kind: 'if' }>['test'],
    text: string,
  ): readonly (string | undefined)[] | undefined {
    if (test.kind === 'matches') return matchWhole(test.pattern, text, this.#left)
    return test.text === text ? [text] : undefined
  }

  #filled(text: TemplateText, scope: Scope): string {
    let filled = ''
    for (const part of text) {
      this.#work()
      filled += typeof part === 'string' ? part : this.#named(part.name, scope)
      if (filled.length > MADE_BYTES_MAX) throw new TooMuchWork('the template makes too much')
    }
    return filled
  }

  #make(data: HandleValue['data']): void {
    this.#bytesLeft -= typeof data === 'string' ? Buffer.byteLength(data) : data.length
    if (this.#bytesLeft < 0) throw new TooMuchWork('the template makes too much')
  }

  #named(name: string, { parameters, current }: Scope): string {
    const place = placeOf(name)
    if (place === undefined) return ''
    const own = this.#own(place.name, current)
    const parameter = parameters.get(place.name)
    if (place.group === undefined) return own ?? parameter?.[0] ?? ''
    if (parameter !== undefined) return parameter[place.group] ?? ''
    return place.group === 0 ? (own ?? '') : ''
  }

  #own(name: string, current: HandleValue | undefined): string | undefined {
    switch (name) {
      case 'handle':
      case 'base':
      case 'extension':
        return this.#parted[name]
      case 'index':
        return current === undefined ? undefined : String(current.index)
      case 'type':
        return current?.type
      case 'data':
        return current === undefined ? undefined : textOf(current)
      default:
        return undefined
    }
  }

  #work(): void {
    this.#left.steps--
    if (this.#left.steps < 0) throw new TooMuchWork('the template takes too long')
  }
}

function withParameter(
  parameters: Parameters,
  name: string,
  groups: readonly (string | undefined)[],
): Parameters {
  return new Map([...parameters, [name, groups]])
}

/** What is no text is written in hexadecimal. */
function textOf({ data }: HandleValue): string {
  return typeof data === 'string' ? data : Buffer.from(data).toString('hex').toUpperCase()
}

/** Values in the order they were made; an index that is taken makes way to the next. */
class Made {
  readonly values: HandleValue[] = []
  readonly #taken = new Set<number>()
  /** Where the next free index behind a taken one is looked for. */
  readonly #nextBehind = new Map<number, number>()

  add(value: HandleValue): void {
    if (this.values.length === VALUES_MAX) throw new TooMuchWork('the template makes too much')
    const index = this.#free(Math.max(1, value.index))
    this.#taken.add(index)
    this.values.push({ ...value, index })
  }

  order(): void {
    this.values.sort((a, b) => a.index - b.index)
  }

  #free(wanted: number): number {
    let index = this.#nextBehind.get(wanted) ?? wanted
    while (this.#taken.has(index)) index++
    this.#nextBehind.set(wanted, index + 1)
    return index
  }
}
