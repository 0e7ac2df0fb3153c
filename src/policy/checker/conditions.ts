import type { Condition } from '../../kernel/facts/condition-schema.ts'
import {
  flagAt,
  liesIn,
  listAt,
  look,
  missing as missingFact,
  numberAt,
  type Scope,
  textAt,
} from './facts.ts'
import { add, compare, type Fraction, times, whole, ZERO } from './fraction.ts'

/** Yes, no, or not to be told; with the codes of everything that is missed or open. */
export type Finding = {
  readonly holds: boolean | undefined
  readonly refused: readonly string[]
  readonly open: readonly string[]
}

export type Place = string

const YES: Finding = { holds: true, refused: [], open: [] }
const no = (...refused: string[]): Finding => ({ holds: false, refused, open: [] })
const unknown = (...open: string[]): Finding => ({ holds: undefined, refused: [], open })

/** Tries one condition over facts by plain recursion; `here` is the place of the region whose rule it is. */
export function holds(condition: Condition, scope: Scope, here: Place): Finding {
  const said = tryOne(condition, scope, here)
  const { refused, open } = condition
  return {
    holds: said.holds,
    refused: said.holds === false && refused !== undefined ? [refused] : said.refused,
    open: said.holds === undefined && open !== undefined ? [open] : said.open,
  }
}

/** All of them; everything missed and everything open is told. */
export function holdAll(conditions: readonly Condition[], scope: Scope, here: Place): Finding {
  const all = conditions.map((it) => holds(it, scope, here))
  const isMissed = all.some((it) => it.holds === false)
  const isOpen = all.some((it) => it.holds === undefined)
  return {
    holds: isMissed ? false : isOpen ? undefined : true,
    refused: all.flatMap((it) => it.refused),
    open: all.flatMap((it) => it.open),
  }
}

function tryOne(condition: Condition, scope: Scope, here: Place): Finding {
  if ('all' in condition) return holdAll(condition.all, scope, here)
  if ('any' in condition) return holdAny(condition.any, scope, here)
  if ('not' in condition) return turned(holds(condition.not, scope, here))
  if ('judged' in condition) return judged(condition.judged, scope)
  if ('flag' in condition) return flagged(condition, scope)
  if ('sum' in condition) return summed(condition, scope)
  if ('mean' in condition) return averaged(condition, scope)
  if ('day' in condition) return within(condition, scope)
  if ('some' in condition) return someOf(condition, scope)
  return tryFact(condition as { readonly fact: string }, scope, here)
}

function holdAny(conditions: readonly Condition[], scope: Scope, here: Place): Finding {
  const any = conditions.map((it) => holds(it, scope, here))
  if (any.some((it) => it.holds === true)) return YES
  const isOpen = any.some((it) => it.holds === undefined)
  return isOpen ? unknown(...any.flatMap((it) => it.open)) : no(...any.flatMap((it) => it.refused))
}

function turned(said: Finding): Finding {
  return said.holds === undefined ? said : said.holds ? no() : YES
}

function judged(name: string, scope: Scope): Finding {
  const value = flagAt(scope, `determinations.${name}`)
  if (value === undefined) return unknown(`MISSING_DETERMINATION:${name}`)
  return value ? YES : no(`DETERMINATION_NEGATIVE:${name}`)
}

function flagged({ flag, is = true }: { flag: string; is?: boolean }, scope: Scope): Finding {
  const value = flagAt(scope, flag)
  if (value === undefined) return unknown(missingFact(flag, scope))
  return value === is ? YES : no(`THRESHOLD_NOT_MET:${flag}`)
}

type Bounds = {
  readonly atLeast?: number
  readonly moreThan?: number
  readonly atMost?: number
  readonly lessThan?: number
}

function fits(
  value: Fraction,
  { atLeast, moreThan, atMost, lessThan }: Bounds,
  factor = 1n,
): boolean {
  const against = (bound: number) => compare(value, times(whole(bound), whole(factor)))
  return (
    (atLeast === undefined || against(atLeast) >= 0) &&
    (moreThan === undefined || against(moreThan) > 0) &&
    (atMost === undefined || against(atMost) <= 0) &&
    (lessThan === undefined || against(lessThan) < 0)
  )
}

function summed(condition: Bounds & { readonly sum: readonly string[] }, scope: Scope): Finding {
  let sum = ZERO
  const missing: string[] = []
  for (const name of condition.sum) {
    const value = numberAt(scope, name)
    if (value === undefined) missing.push(name)
    else sum = add(sum, value)
  }
  const name = condition.sum[0] ?? ''
  if (missing.length === 0) return fits(sum, condition) ? YES : no(`THRESHOLD_NOT_MET:${name}`)
  // what is missing can only add: a floor that the rest reaches is reached
  const { atMost, lessThan } = condition
  if (atMost === undefined && lessThan === undefined && fits(sum, condition)) return YES
  return unknown(...missing.map((it) => missingFact(it, scope)))
}

const MONTHS = 12n

function averaged(
  condition: Bounds & { readonly mean: string; readonly months: string; readonly unclear: string },
  scope: Scope,
): Finding {
  const total = numberAt(scope, condition.mean)
  if (total === undefined) return unknown(missingFact(condition.mean, scope))
  const months = numberAt(scope, condition.months)
  const byYear = fits(total, condition, MONTHS)
  const byMonths = fits(total, condition, months === undefined ? 1n : months[0] / months[1])
  // a year has twelve months: what they reach fewer reach, what one misses more miss
  if (byYear && (months === undefined || byMonths)) return YES
  if (!byYear && !byMonths) return no(`THRESHOLD_NOT_MET:${condition.mean}`)
  return unknown(months === undefined ? missingFact(condition.months, scope) : condition.unclear)
}

type DaysAllowed = {
  readonly day: string
  readonly from?: string
  readonly to?: string
  readonly years?: number
  readonly period?: string
}

function within({ day, from, to, years, period }: DaysAllowed, scope: Scope): Finding {
  const missing: string[] = []
  const need = (name: string | undefined): string | undefined => {
    if (name === undefined) return undefined
    const value = textAt(scope, name)
    if (value === undefined) missing.push(name)
    return value
  }
  const value = need(day)
  const first = need(from)
  const last = years === undefined ? need(to) : yearsLater(first, years)
  const both = period === undefined ? undefined : listAt(scope, period)
  if (period !== undefined && both === undefined) missing.push(period)
  if (value === undefined || missing.length > 0) {
    return unknown(...missing.map((it) => missingFact(it, scope)))
  }
  const begins = [first, both?.[0]].filter((it) => typeof it === 'string')
  const ends = [last, both?.[1]].filter((it) => typeof it === 'string')
  const isIn = begins.every((it) => value >= it) && ends.every((it) => value <= it)
  return isIn ? YES : no(`THRESHOLD_NOT_MET:${day}`)
}

/** The same day of a later year; 29 February becomes the 28th. */
export function yearsLater(day: string | undefined, years: number): string | undefined {
  if (day === undefined) return undefined
  const year = Number(day.slice(0, 4)) + years
  const rest = day.slice(4)
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  return `${String(year).padStart(4, '0')}${rest === '-02-29' && !isLeap ? '-02-28' : rest}`
}

function someOf(
  { some, oneOf }: { some: string; oneOf?: readonly string[] },
  scope: Scope,
): Finding {
  const list = listAt(scope, some)
  if (list === undefined) return unknown(missingFact(some, scope))
  const isThere = list.some((it) => oneOf === undefined || oneOf.includes(String(it)))
  return isThere ? YES : no(`THRESHOLD_NOT_MET:${some}`)
}

type OfFact = Bounds & {
  readonly fact: string
  readonly oneOf?: readonly string[]
  readonly inPlace?: string
  readonly sameAs?: string
}

function tryFact(condition: OfFact, scope: Scope, here: Place): Finding {
  const { fact, oneOf, inPlace, sameAs } = condition
  const value = look(scope, fact)
  if (value === undefined) return unknown(missingFact(fact, scope))
  const answer = (isMet: boolean) => (isMet ? YES : no(`THRESHOLD_NOT_MET:${fact}`))
  if (oneOf !== undefined) return answer(oneOf.includes(String(value)))
  if (inPlace !== undefined) {
    return answer(liesIn(String(value), inPlace === 'here' ? here : inPlace))
  }
  if (sameAs !== undefined) {
    const other = look(scope, sameAs)
    return other === undefined ? unknown(missingFact(sameAs, scope)) : answer(value === other)
  }
  const number = numberAt(scope, fact)
  return number === undefined ? unknown(missingFact(fact, scope)) : answer(fits(number, condition))
}
