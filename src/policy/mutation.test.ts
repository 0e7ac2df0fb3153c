import assert from 'node:assert/strict'
import { test } from 'node:test'
import { packRules } from '../../test/support/policy-rules.ts'
import { packVectors } from '../../test/support/policy-vectors.ts'
import { typeIn } from '../kernel/facts/condition.ts'
import { REGION_KINDS } from '../region-kinds.ts'
import { compileMeasure } from './measure.ts'
import type { Measure } from './measure-schema.ts'
import { type Rules, readRules } from './rules.ts'
import { judgeVector, readVectors, type Vector } from './vectors.ts'

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }
type Mutant = { readonly what: string; readonly measure: Measure }

const rules = await readRules(REGION_KINDS)
const packed = packVectors<{ readonly id: string; readonly measure: string }>()
const measureOf = new Map(packed.vectors.map((it) => [it.id, it.measure]))
const vectors = packed.texts.flatMap((it) => readVectors(it))
const { measures } = await packRules()

/** Numbers, comparators, words and days that decide: a slip in any of them is to be noticed. */
const NUMBERS = /^(yuan|atLeast|moreThan|atMost|lessThan|places|years)$/
const COMPARATORS: Readonly<Record<string, string>> = { atLeast: 'moreThan', moreThan: 'atLeast' }

function changesOf(value: Json, path: string): { what: string; value: Json }[] {
  if (Array.isArray(value)) {
    const list = value as readonly Json[]
    return list.flatMap((item, at) =>
      changesOf(item, `${path}/${at}`).map((it) => ({ ...it, value: list.with(at, it.value) })),
    )
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => [
    ...renamed(value as { [name: string]: Json }, name, path),
    ...[...leafChanges(name, inner), ...changesOf(inner, `${path}/${name}`)].map((it) => ({
      what: it.what.startsWith('/') ? it.what : `${path}/${name} ${it.what}`,
      value: { ...value, [name]: it.value },
    })),
  ])
}

function renamed(value: { [name: string]: Json }, name: string, path: string) {
  const other = COMPARATORS[name]
  const { [name]: bound, ...rest } = value
  return other === undefined || bound === undefined
    ? []
    : [{ what: `${path} ${name} → ${other}`, value: { ...rest, [other]: bound } }]
}

function leafChanges(name: string, value: Json): { what: string; value: Json }[] {
  if (typeof value === 'number' && NUMBERS.test(name)) {
    return [value + 1, value - 1].map((it) => ({ what: `${value} → ${it}`, value: it }))
  }
  if (name === 'rate' || name === 'ratio') {
    const [over = '', under = ''] = String(value).split('/')
    return [{ what: `${value} → less`, value: `${Number(over) * 100 - 1}/${Number(under) * 100}` }]
  }
  return []
}

function mutantsOf(measure: Measure): Mutant[] {
  return changesOf(measure as unknown as Json, '').map(({ what, value }) => ({
    what,
    measure: value as unknown as Measure,
  }))
}

function survives(mutant: Mutant, place: string, of: readonly Vector[]): boolean {
  const around = { here: place, typeOf: typeIn(rules.facts), types: rules.types }
  const compiled = compileMeasure(mutant.measure, around)
  const changed: Rules = {
    ...rules,
    measures: new Map([...rules.measures, [mutant.measure.id, compiled]]),
  }
  return of.every((it) => judgeVector(changed, it).differs.length === 0)
}

for (const { measure, place } of measures) {
  test(`${measure.id}: a threshold, comparator, rate, cap or quota that slips fails some vector`, () => {
    const of = vectors.filter((it) =>
      measureOf
        .get(it.id)
        ?.split('+')
        .some((id) => measure.id.startsWith(id)),
    )
    const survivors = mutantsOf(measure as unknown as Measure).filter((it) =>
      survives(it, place, of),
    )
    assert.deepEqual(
      survivors.map((it) => it.what),
      [],
    )
  })
}

const SHIFTS: readonly (readonly [document: string, inForce: NonNullable<Measure['inForce']>])[] = [
  ['D1', { from: '2018-06-30', to: '2020-12-31' }],
  ['D1', { from: '2018-07-02', to: '2020-12-31' }],
  ['D1', { from: '2018-07-01', to: '2020-12-30' }],
  ['D1', { from: '2018-07-01', to: '2021-01-01' }],
  ['D3', { fromMonth: '2021-02', toMonth: '2022-03' }],
  ['D3', { fromMonth: '2021-04', toMonth: '2022-03' }],
  ['D3', { fromMonth: '2021-03', toMonth: '2022-02' }],
  ['D3', { fromMonth: '2021-03', toMonth: '2022-04' }],
]

for (const [document, inForce] of SHIFTS) {
  test(`${document} in force ${Object.values(inForce).join(' to ')} fails some vector`, () => {
    const shifted = measures.flatMap(({ measure, place }) => {
      const around = { here: place, typeOf: typeIn(rules.facts), types: rules.types }
      const own = measure as unknown as Measure
      return own.document === document
        ? [[own.id, compileMeasure({ ...own, inForce }, around)] as const]
        : []
    })
    const changed: Rules = { ...rules, measures: new Map([...rules.measures, ...shifted]) }
    assert.ok(vectors.some((it) => judgeVector(changed, it).differs.length > 0))
  })
}
