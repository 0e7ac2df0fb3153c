import type { Text } from '../../lib/text.ts'
import { unknownName } from '../packs/nearest.ts'
import {
  CONDITION_LEVELS_MAX,
  CONDITION_NODES_MAX,
  type Condition,
  type Leaf,
} from './condition-schema.ts'
import type { Scope } from './fact.ts'
import type { FactType, PlainType } from './fact-type.ts'
import type { Finding, TypeOf } from './finding.ts'
import { compileLeaf } from './leaf.ts'
import { allOf, anyOf, notOf } from './truth.ts'

export type Check = (scope: Scope) => Finding

/** Why a condition cannot be: where in it (JSON Pointer), and the reason. */
export type ConditionFault = { readonly pointer: string; readonly reason: Text }

/**
 * A condition as a closure. Every part is evaluated, whatever the others said. `here` is the place meant by `here`.
 * The condition must be right by `conditionFaults`.
 */
export function compileCondition(condition: Condition, here: string, typeOf: TypeOf): Check {
  if ('not' in condition) return negation(condition, compileCondition(condition.not, here, typeOf))
  const inner = 'all' in condition ? condition.all : 'any' in condition ? condition.any : undefined
  if (inner === undefined) return compileLeaf(condition as Leaf, { here, typeOf })
  const checks = inner.map((it) => compileCondition(it, here, typeOf))
  const join = 'all' in condition ? allOf : anyOf
  const refused = condition.refused === undefined ? undefined : [condition.refused]
  const open = condition.open === undefined ? undefined : [condition.open]
  return (scope) => {
    const parts = checks.map((check) => check(scope))
    const truth = join(parts.map((it) => it.truth))
    return {
      condition,
      truth,
      inputs: NONE,
      parts,
      refused: refused ?? (truth === false ? codesOf(parts, false) : NONE),
      open: open ?? (truth === null ? codesOf(parts, null) : NONE),
    }
  }
}

const NONE: readonly never[] = []

function codesOf(parts: readonly Finding[], truth: false | null): string[] {
  const found = parts.filter((it) => it.truth === truth)
  return found.flatMap((it) => (truth === false ? it.refused : it.open))
}

function negation(condition: Condition & { not: Condition }, check: Check): Check {
  const refused = [condition.refused ?? 'THRESHOLD_NOT_MET:not']
  const open = condition.open === undefined ? undefined : [condition.open]
  return (scope) => {
    const part = check(scope)
    return {
      condition,
      truth: notOf(part.truth),
      inputs: NONE,
      parts: [part],
      refused,
      open: open ?? part.open,
    }
  }
}

/** What is wrong with a condition beyond its schema: names, units, types, depth and size. */
export function conditionFaults(
  condition: Condition,
  typeOf: TypeOf,
  names: Iterable<string>,
): ConditionFault[] {
  const known = [...names]
  const faults: ConditionFault[] = []
  let nodes = 0
  const visit = (it: Condition, pointer: string, level: number): void => {
    nodes++
    if (level > CONDITION_LEVELS_MAX || nodes > CONDITION_NODES_MAX) {
      if (nodes <= CONDITION_NODES_MAX + 1) faults.push({ pointer, reason: TOO_LARGE })
      return
    }
    const parts = partsOf(it)
    if (parts === undefined) faults.push(...leafFaults(it as Leaf, { pointer, typeOf, known }))
    else for (const part of parts) visit(part.condition, pointer + part.at, level + 1)
  }
  visit(condition, '', 1)
  return faults
}

function partsOf(it: Condition): { condition: Condition; at: string }[] | undefined {
  if ('not' in it) return [{ condition: it.not, at: '/not' }]
  if ('all' in it) return it.all.map((condition, at) => ({ condition, at: `/all/${at}` }))
  if ('any' in it) return it.any.map((condition, at) => ({ condition, at: `/any/${at}` }))
  return undefined
}

const TOO_LARGE: Text = {
  en: `a condition has at most ${CONDITION_NODES_MAX} parts on ${CONDITION_LEVELS_MAX} levels`,
  zh: `一个条件至多 ${CONDITION_NODES_MAX} 个部分、${CONDITION_LEVELS_MAX} 层`,
}

type Use = {
  readonly name: string
  readonly at: string
  readonly type: PlainType['type'] | 'list' | undefined
}

function leafFaults(
  leaf: Leaf,
  { pointer, typeOf, known }: { pointer: string; typeOf: TypeOf; known: readonly string[] },
): ConditionFault[] {
  const faults: ConditionFault[] = []
  for (const use of usesOf(leaf)) {
    const type = typeOf(use.name)
    const at = `${pointer}/${use.at}`
    if (type === undefined) {
      faults.push({
        pointer: at,
        reason: unknownName(use.name, known, { en: 'fact', zh: '事实项' }),
      })
    } else if (use.type !== undefined && type.type !== use.type) {
      faults.push({
        pointer: at,
        reason: {
          en: `“${use.name}” is of type ${type.type}, and ${use.type} is asked for`,
          zh: `“${use.name}”的类型为 ${type.type}，此处需要 ${use.type}`,
        },
      })
    } else if (
      'unit' in leaf &&
      type.type === 'quantity' &&
      use.at !== 'months' &&
      type.unit !== leaf.unit
    ) {
      faults.push({
        pointer: `${pointer}/unit`,
        reason: {
          en: `“${use.name}” is counted in ${type.unit}, not in ${leaf.unit}`,
          zh: `“${use.name}”的单位是 ${type.unit}，不是 ${leaf.unit}`,
        },
      })
    }
  }
  if ('unit' in leaf && !COMPARATORS.some((it) => it in leaf)) {
    faults.push({ pointer, reason: { en: 'compares with nothing', zh: '没有比较对象' } })
  }
  return faults
}

const COMPARATORS = ['atLeast', 'moreThan', 'atMost', 'lessThan']

/** The facts a leaf reads, and what they must be. */
function usesOf(leaf: Leaf): Use[] {
  if ('sum' in leaf)
    return leaf.sum.map((name, index) => ({ name, at: `sum/${index}`, type: 'quantity' }))
  if ('mean' in leaf) {
    return [
      { name: leaf.mean, at: 'mean', type: 'quantity' },
      { name: leaf.months, at: 'months', type: 'quantity' },
    ]
  }
  if ('flag' in leaf) return [{ name: leaf.flag, at: 'flag', type: 'flag' }]
  if ('judged' in leaf) return []
  if ('some' in leaf) return [{ name: leaf.some, at: 'some', type: 'list' }]
  if ('day' in leaf) {
    const bounds = (['from', 'to'] as const).flatMap((at) => {
      const name = leaf[at]
      return name === undefined ? [] : [{ name, at, type: 'day' as const }]
    })
    const period =
      leaf.period === undefined ? [] : [{ name: leaf.period, at: 'period', type: 'list' as const }]
    return [{ name: leaf.day, at: 'day', type: 'day' }, ...bounds, ...period]
  }
  if ('inPlace' in leaf) return [{ name: leaf.fact, at: 'fact', type: 'place' }]
  if ('sameAs' in leaf) {
    return [
      { name: leaf.fact, at: 'fact', type: undefined },
      { name: leaf.sameAs, at: 'sameAs', type: undefined },
    ]
  }
  return [{ name: leaf.fact, at: 'fact', type: 'oneOf' in leaf ? 'word' : 'quantity' }]
}

/** Paths through records: `applicant.location`. */
export function typeIn(vocabulary: ReadonlyMap<string, FactType>): TypeOf {
  return (path) => {
    const whole = vocabulary.get(path)
    if (whole !== undefined) return whole
    const [name = '', field = '', ...more] = path.split('.')
    const type = vocabulary.get(name)
    if (more.length > 0 || type === undefined) return undefined
    if (type.type === 'record')
      return Object.hasOwn(type.fields, field) ? type.fields[field] : undefined
    return type.type === 'map' ? type.of : undefined
  }
}

/** Names within the items of a list, and around it. */
export function typeInItem(list: FactType | undefined, around: TypeOf): TypeOf {
  return (path) => {
    const of = list?.type === 'list' ? list.of : undefined
    const own =
      of?.type === 'record' && Object.hasOwn(of.fields, path) ? of.fields[path] : undefined
    return own ?? around(path)
  }
}
