import { decimalOf, type Fraction } from './fraction.ts'

export type Json = Readonly<Record<string, unknown>>

/** Where names are looked up: the item at hand first, then the case. */
export type Scope = readonly Json[]

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What stands under a name such as `public_funds.city_yuan`; undefined where it is not known. */
export function look(scope: Scope, name: string): unknown {
  for (const facts of scope) {
    let here: unknown = facts
    for (const step of name.split('.'))
      here = isJson(here) && Object.hasOwn(here, step) ? here[step] : undefined
    if (here !== undefined) return here ?? undefined
  }
  return undefined
}

export function numberAt(scope: Scope, name: string): Fraction | undefined {
  return decimalOf(look(scope, name))
}

export function textAt(scope: Scope, name: string): string | undefined {
  const value = look(scope, name)
  return typeof value === 'string' ? value : undefined
}

export function flagAt(scope: Scope, name: string): boolean | undefined {
  const value = look(scope, name)
  return typeof value === 'boolean' ? value : undefined
}

export function listAt(scope: Scope, name: string): readonly unknown[] | undefined {
  const value = look(scope, name)
  return Array.isArray(value) ? value : undefined
}

export function itemsAt(scope: Scope, name: string): readonly Json[] | undefined {
  return listAt(scope, name)?.filter(isJson)
}

/** Whether a place is another one or lies in it: `shenzhen/baoan` lies in `shenzhen`. */
export function liesIn(place: string, above: string): boolean {
  return place === above || place.startsWith(`${above}/`)
}

/** What is told of a fact that is not known: of a record nothing of which is known, the record. */
export function missing(name: string, scope: Scope = []): string {
  const [whole = name] = name.split('.')
  const isAllMissing = scope.length > 0 && look(scope, whole) === undefined
  return `MISSING_FACT:${isAllMissing ? whole : name}`
}
