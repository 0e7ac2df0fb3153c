import type { Pack } from '../../kernel/packs/pack.ts'
import type { Day } from '../../lib/day.ts'
import type { Text } from '../../lib/text.ts'
import type { OpenRules } from '../desk/rules-shelf.ts'
import type { FactEntry } from '../fact-entry.ts'
import type { Measure } from '../measure-schema.ts'
import { placeOf } from '../rules.ts'
import { factsIn, readVocabulary, wordTitles } from '../vocabulary.ts'
import type { Names } from '../words.ts'

export type RegionEntry = {
  readonly code: string
  readonly name: Text
  /** With the regions above: `shenzhen/baoan`. */
  readonly place: string
  /** GB/T 2260 code of the division. */
  readonly division?: string
}

/** Something a body did in a role, the role's body at a day with it. */
export type Owner = { readonly role: string; readonly title: Text; readonly body: Text | undefined }

export type AskedDocument = { readonly name: string; readonly label: Text }

export type DocumentList = {
  readonly ask: readonly AskedDocument[]
  readonly neverAsk?: Text
  /** The list is the program's own until a procedure replaces it. */
  readonly assumption: boolean
  readonly source: Text
}

export type MeasureEntry = {
  readonly measure: Measure
  readonly region: RegionEntry
  readonly documents: DocumentList | undefined
  readonly readings: readonly Reading[]
  readonly paper: Text | undefined
  /** The years in whose batch a guide opens it. */
  readonly batches: readonly {
    readonly year: number
    readonly direction: Text
    readonly source: string
  }[]
}

export type Reading = {
  readonly id: string
  readonly words: Text
  readonly question: Text
  readonly treatment: 'assumption' | 'undetermined_until'
  readonly reading: Text
  readonly until?: Text
  readonly version: number
  readonly adopted?: unknown
}

/** Everything of the packs that people are shown beside the rules. */
export type Catalogue = {
  readonly open: OpenRules
  readonly regions: readonly RegionEntry[]
  /** By their ids, ascending. */
  readonly measures: readonly MeasureEntry[]
  readonly find: (id: string) => MeasureEntry | undefined
  /** Every fact, the common ones first. */
  readonly facts: ReadonlyMap<string, FactEntry>
  readonly names: Names
  readonly sectors: ReadonlyMap<string, string>
  readonly ownersOf: (measure: Measure, day: Day) => readonly Owner[]
}

const made = new WeakMap<OpenRules, Catalogue>()

/** The catalogue of these rules; made once. */
export function catalogueOf(open: OpenRules): Catalogue {
  const known = made.get(open)
  if (known !== undefined) return known
  const catalogue = makeCatalogue(open)
  made.set(open, catalogue)
  return catalogue
}

function makeCatalogue(open: OpenRules): Catalogue {
  const { rules, packs } = open
  const vocabulary = readVocabulary()
  const own = packs.flatMap((it) => it.own('facts'))
  const facts = new Map([...vocabulary.facts, ...factsIn(own)].map((it) => [it.name, it]))
  const titles = new Map([
    ...rules.titles,
    ...wordTitles(own),
    ...[...facts.values()].flatMap(({ name, fieldTitles = {} }) =>
      Object.entries(fieldTitles).map(([field, title]) => [`${name}.${field}`, title] as const),
    ),
    ...packs.map((it) => [placeOf(it), it.region.name] as const),
  ])
  const byPlace = new Map(packs.map((it) => [placeOf(it), it]))
  const measures = [...rules.measures.values()]
    .flatMap(({ measure }) => {
      const pack = byPlace.get(rules.places.get(measure.id) ?? '')
      return pack === undefined ? [] : [entryOf(measure, pack, rules.readings)]
    })
    .toSorted((a, b) => (a.measure.id < b.measure.id ? -1 : 1))
  const byId = new Map(measures.map((it) => [it.measure.id, it]))
  return {
    open,
    regions: packs.map(regionOf),
    measures,
    find: (id) => byId.get(id),
    facts,
    names: { titles, facts: rules.facts },
    sectors: vocabulary.sectors,
    ownersOf: (measure, day) => {
      const pack = byPlace.get(rules.places.get(measure.id) ?? '')
      return measure.owner.map((role) => ownerOf(role, pack, day))
    },
  }
}

function regionOf(pack: Pack): RegionEntry {
  const { code, name, division } = pack.region
  return { code, name, place: placeOf(pack), ...(division !== undefined && { division }) }
}

type Readings = OpenRules['rules']['readings']

function entryOf(measure: Measure, pack: Pack, readings: Readings): MeasureEntry {
  const paper = pack.find('documents', measure.document)?.value as
    | { readonly name: Text }
    | undefined
  return {
    measure,
    region: regionOf(pack),
    documents: documentsOf(measure.id, pack),
    readings: (readings.get(measure.id) ?? []) as readonly Reading[],
    paper: paper?.name,
    batches: batchesOf(measure.id, pack),
  }
}

type EvidenceParameter = {
  readonly kind: string
  readonly assumption: boolean
  readonly source: Text
  readonly lists?: readonly {
    readonly measures: readonly string[]
    readonly ask: readonly AskedDocument[]
    readonly neverAsk?: Text
  }[]
}

function documentsOf(id: string, pack: Pack): DocumentList | undefined {
  for (const { value } of pack.own('parameters')) {
    const { kind, assumption, source, lists = [] } = value as EvidenceParameter
    const list = kind === 'evidence' ? lists.find((it) => it.measures.includes(id)) : undefined
    if (list === undefined) continue
    const { ask, neverAsk } = list
    return { ask, assumption, source, ...(neverAsk !== undefined && { neverAsk }) }
  }
  return undefined
}

type Process = {
  readonly id: string
  readonly batch?: {
    readonly year: number
    readonly opens: readonly { readonly direction: Text; readonly measures: readonly string[] }[]
  }
}

function batchesOf(id: string, pack: Pack): MeasureEntry['batches'] {
  return pack.own('processes').flatMap(({ value }) => {
    const { id: source, batch } = value as Process
    return (batch?.opens ?? [])
      .filter((it) => it.measures.includes(id))
      .map(({ direction }) => ({ year: batch?.year ?? 0, direction, source }))
  })
}

type Department = {
  readonly role: Text
  readonly timeline: readonly {
    readonly name: Text
    readonly from?: string
    readonly to?: string
    readonly attested: readonly { readonly date?: string }[]
  }[]
}

/** Who fills the role at a day: the last body known to have begun, or been seen, by then; none before the first is known. */
function ownerOf(role: string, pack: Pack | undefined, day: Day): Owner {
  const department = pack?.find('departments', role)?.value as Department | undefined
  const since = (it: Department['timeline'][number]) => {
    const days = it.attested.flatMap(({ date }) => date ?? [])
    return it.from ?? days.toSorted()[0] ?? ''
  }
  const body = department?.timeline.findLast(
    (it) => since(it) <= day && (it.to === undefined || day <= it.to),
  )
  return { role, title: department?.role ?? { en: role, zh: role }, body: body?.name }
}
