import { foldAscii } from '../../identifiers/handle.ts'
import type { HandleValue } from '../../identifiers/record.ts'
import { isPublic } from '../../identifiers/resolution/values.ts'
import { Problem } from '../../lib/problem.ts'
import { parseXml, type XmlElement } from '../../lib/xml.ts'
import { targetOf, webAddress } from './target.ts'

/** Where an identifier leads, and how a browser is told so. */
export type Lead = { readonly to: URL; readonly status: number }

export type Choosing = {
  /** `id:2`, as they are asked for by `locatt`. */
  readonly wishes: readonly string[]
  /** Where the asker is, as two letters; undefined where nobody knows. */
  readonly country: string | undefined
  /** From 0 to below 1. */
  readonly random: () => number
}

const LOCATIONS_TYPE = '10320/LOC'
const METHODS_DEFAULT = 'locatt,country,weighted'
const STATUSES = new Set([301, 302, 303, 307, 308])
const STATUS_DEFAULT = 302

type Location = { readonly to: URL; readonly attributes: Readonly<Record<string, string>> }
type Method = (among: readonly Location[], by: Choosing) => readonly Location[]

/** Where a record leads this asker: by its list of locations, else to its first web address. */
export function leadOf(values: readonly HandleValue[], by: Choosing): Lead | undefined {
  const lead = locationOf(values, by)
  if (lead !== undefined) return lead
  const to = targetOf(values)
  return to && { to, status: STATUS_DEFAULT }
}

/** The place that a record's list of locations has for this asker; undefined where it has none that can be used. */
export function locationOf(values: readonly HandleValue[], by: Choosing): Lead | undefined {
  for (const { type, data, ...value } of values) {
    if (foldAscii(type) !== LOCATIONS_TYPE || typeof data !== 'string') continue
    const lead = isPublic({ type, data, ...value }) ? chosenFrom(data, by) : undefined
    if (lead !== undefined) return lead
  }
  return undefined
}

function chosenFrom(xml: string, by: Choosing): Lead | undefined {
  const root = read(xml)
  if (root === undefined) return undefined
  let left: readonly Location[] = root.children.flatMap((it) => locationIn(it) ?? [])
  for (const name of (root.attributes.chooseby ?? METHODS_DEFAULT).split(',')) {
    const method = METHODS[name.trim().toLowerCase()]
    if (method !== undefined && left.length > 1) left = method(left, by)
  }
  const [first] = left
  if (first === undefined) return undefined
  const status = Number(first.attributes.http_sc ?? STATUS_DEFAULT)
  return { to: first.to, status: STATUSES.has(status) ? status : STATUS_DEFAULT }
}

function read(xml: string): XmlElement | undefined {
  try {
    return parseXml(xml)
  } catch (error) {
    if (error instanceof Problem) return undefined
    throw error
  }
}

function locationIn({ name, attributes }: XmlElement): Location | undefined {
  const to = name === 'location' ? webAddress(attributes.href ?? '') : undefined
  return to && { to, attributes }
}

const METHODS: Readonly<Record<string, Method>> = {
  /** Those that have what is wished; all where none has. */
  locatt: (among, { wishes }) => {
    const fits = ({ attributes }: Location) =>
      wishes.every((wish) => {
        const colon = wish.indexOf(':')
        const value = attributes[wish.slice(0, colon)]
        return (
          colon > 0 && value !== undefined && foldAscii(value) === foldAscii(wish.slice(colon + 1))
        )
      })
    return wishes.length === 0 ? among : orAll(among.filter(fits), among)
  },
  /** Those of the asker's country, else those of none. */
  country: (among, { country }) => {
    const own = among.filter(
      (it) =>
        country !== undefined && foldAscii(it.attributes.country ?? '') === foldAscii(country),
    )
    const ofNone = among.filter((it) => (it.attributes.country ?? '') === '')
    return own.length > 0 ? own : orAll(ofNone, among)
  },
  /** One, by chance: twice the weight is chosen twice as often, and none only where there is nothing else. */
  weighted: (among, { random }) => {
    const weights = among.map((it) => numberIn(it, 'weight', 1))
    const sum = weights.reduce((all, it) => all + it, 0)
    if (sum === 0) return among.slice(Math.floor(random() * among.length)).slice(0, 1)
    let left = random() * sum
    const place = weights.findIndex((it) => {
      left -= it
      return left < 0
    })
    return among.slice(place, place + 1)
  },
  /** Those with the highest score. */
  score: (among) => {
    const highest = Math.max(...among.map((it) => numberIn(it, 'score', 0)))
    return among.filter((it) => numberIn(it, 'score', 0) === highest)
  },
}

function orAll(some: readonly Location[], all: readonly Location[]): readonly Location[] {
  return some.length > 0 ? some : all
}

function numberIn({ attributes }: Location, name: string, usual: number): number {
  const text = attributes[name]
  const number = text === undefined ? usual : Number(text)
  return Number.isFinite(number) && number >= 0 ? number : usual
}
