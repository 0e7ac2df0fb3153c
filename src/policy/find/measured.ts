import type { Documents } from '../../kernel/documents/documents.ts'
import type { Evidence, LeafIndex, OpenedEntry } from '../../kernel/evidence/evidence.ts'
import { regions, sectors } from '../../kernel/parties/codes.ts'
import { readEnterprise } from '../../kernel/parties/enterprise.ts'
import type { Day } from '../../lib/day.ts'
import { formatDigits, isJsonObject, type JsonDigits, JsonNumber } from '../../lib/json-digits.ts'
import type { Text } from '../../lib/text.ts'
import type { Measured } from '../fact-entry.ts'
import type { Catalogue } from './catalogue.ts'

type Counted = Extract<Measured, { readonly claim: string }>

/** A fact that nobody has to state: counted by the node in its own log, or confirmed by its register. */
export type KnownFact = {
  readonly name: string
  readonly value: JsonDigits
  readonly trust: 'measured' | 'attested'
  /** As the engine takes it: `evidence:3,8` or `register:e1`. */
  readonly source: string
  /** Entries of the evidence log that the value was counted from, ascending; at most 400 are named. */
  readonly entries: readonly LeafIndex[]
  /** How many there are. */
  readonly entriesTotal: number
}

export type KnownFacts = {
  readonly enterprise: string
  readonly day: Day
  /** The year that yearly figures are of. */
  readonly year: number
  readonly facts: readonly KnownFact[]
  readonly register: {
    readonly name: string
    readonly region: Text
    readonly sector: Text
    readonly admittedAt?: number
  }
}

export type MeasuringDeps = {
  readonly documents: Pick<Documents, 'get'>
  readonly evidence: Pick<Evidence, 'recent'>
}

const PAGE = 1000
/** Daily claims of one enterprise that are looked through: a year of a hundred prefixes. Beyond, what would be counted is not known. */
const CLAIMS_MAX = 40_000
const ENTRIES_NAMED_MAX = 400

/**
 * What the node knows of an enterprise by itself on a day: what the vocabulary says is measured, and nothing else. Yearly figures are of
 * `year`, by default the last that was over on that day. @throws Problem `not-found` where there is no such enterprise
 */
export async function measuredFacts(
  { documents, evidence }: MeasuringDeps,
  catalogue: Catalogue,
  {
    enterprise,
    day,
    year = Number(day.slice(0, 4)) - 1,
  }: { enterprise: string; day: Day; year?: number },
): Promise<KnownFacts> {
  const { body } = await readEnterprise(documents as Documents, enterprise)
  const region = regions().find(body.entry.region.code)
  const sector = sectors().find(body.entry.sector.code)
  const registered = {
    id: enterprise,
    division: placeOfDivisions(region?.chain.map((it) => it.code) ?? [], catalogue),
    sector: catalogue.sectors.get(sector?.chain[0]?.code ?? ''),
  }
  const claims = new Map<string, Promise<readonly OpenedEntry[] | undefined>>()
  const claimsOf = ({ claim: kind, over }: Counted) => {
    const key = `${kind} ${over}`
    const asked = { enterprise, kind, year, isWhole: over === 'end-of-year' }
    const known = claims.get(key) ?? claimsOfYear(evidence, asked)
    claims.set(key, known)
    return known
  }
  const facts: KnownFact[] = []
  for (const { name, measured } of catalogue.facts.values()) {
    if (measured === undefined) continue
    if ('register' in measured) facts.push(...registeredFact(name, measured.register, registered))
    else if ('year' in measured) facts.push(yearFact(name, year))
    else facts.push(...countedFact(name, measured, await claimsOf(measured)))
  }
  return {
    ...{ enterprise, day, year, facts },
    register: {
      name: body.entry.name,
      region: named(region?.chain ?? [{ code: '', name: body.entry.region.code }]),
      sector: narrowest(sector?.chain ?? [], body.entry.sector.code),
      ...(body.admittedAt !== undefined && { admittedAt: body.admittedAt }),
    },
  }
}

type Chain = readonly { readonly name: string; readonly nameEn?: string }[]

/** The class in Chinese; in English the narrowest that has a name there, with the code of the class. */
function narrowest(chain: Chain, code: string): Text {
  const en = chain.findLast((it) => it.nameEn !== undefined)?.nameEn
  return { zh: chain.at(-1)?.name ?? code, en: en === undefined ? code : `${en} (${code})` }
}

function named(chain: Chain): Text {
  return {
    zh: chain.map((it) => it.name).join(''),
    en: chain
      .map((it) => it.nameEn ?? it.name)
      .toReversed()
      .join(', '),
  }
}

/** The place of the narrowest region that has one of these divisions. */
function placeOfDivisions(
  codes: readonly string[],
  { regions: all }: Catalogue,
): string | undefined {
  const held = codes.flatMap((code) => all.filter((it) => it.division === code))
  return held.at(-1)?.place
}

function registeredFact(
  name: string,
  fields: Readonly<Record<string, string>>,
  registered: Readonly<Record<string, string | undefined>>,
): KnownFact[] {
  const value = Object.fromEntries(
    Object.entries(fields).flatMap(([field, of]) => {
      const known = registered[of]
      return known === undefined ? [] : [[field, known] as const]
    }),
  )
  const source = `register:${registered.id}`
  return [{ name, value, trust: 'attested', source, entries: [], entriesTotal: 0 }]
}

function yearFact(name: string, year: number): KnownFact {
  const value = new JsonNumber(String(year))
  return { name, value, trust: 'attested', source: 'year', entries: [], entriesTotal: 0 }
}

type ClaimsAsked = {
  readonly enterprise: string
  readonly kind: string
  readonly year: number
  /** Earlier years too: what was not touched in the year is as they left it. */
  readonly isWhole: boolean
}

/** Claims of the year, the newest first. Undefined: there are more than are looked through. */
async function claimsOfYear(
  evidence: MeasuringDeps['evidence'],
  { enterprise, kind, year, isWhole }: ClaimsAsked,
): Promise<readonly OpenedEntry[] | undefined> {
  const found: OpenedEntry[] = []
  let before: LeafIndex | undefined
  for (let looked = 0; looked < CLAIMS_MAX; looked += PAGE) {
    const page = await evidence.recent({
      ...{ kind, limit: PAGE, openTo: [{ enterprise }] },
      ...(before !== undefined && { before }),
    })
    const yearOfEntry = ({ claim }: OpenedEntry) => yearOf(claim.fields.day)
    found.push(
      ...page.filter((it) => (isWhole ? yearOfEntry(it) <= year : yearOfEntry(it) === year)),
    )
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return found
    // days are claimed in their order: before an earlier year stands nothing of this one
    if (!isWhole && yearOfEntry(last) < year) return found
    before = last.index
  }
  return undefined
}

function yearOf(day: unknown): number {
  return Number(String(day).slice(0, 4))
}

/** Nothing where the log has no claim of the year: that nothing was counted is not that there was nothing. */
function countedFact(
  name: string,
  { field, over }: Counted,
  claims: readonly OpenedEntry[] | undefined,
): KnownFact[] {
  if (claims === undefined || claims.length === 0) return []
  const counting = over === 'sum-of-year' ? claims : lastOfEach(claims)
  const total = counting.reduce(
    (sum, { claim }) => sum + BigInt(Number(claim.fields[field] ?? 0)),
    0n,
  )
  const entries = counting.map((it) => it.index).toSorted((a, b) => a - b)
  const first = entries[0] ?? 0
  const last = entries.at(-1) ?? first
  return [
    {
      name,
      value: new JsonNumber(total.toString()),
      trust: 'measured',
      source: first === last ? `evidence:${first}` : `evidence:${first}-${last}`,
      entries: entries.slice(0, ENTRIES_NAMED_MAX),
      entriesTotal: entries.length,
    },
  ]
}

/** The newest claim of each prefix. */
function lastOfEach(claims: readonly OpenedEntry[]): OpenedEntry[] {
  const newest = new Map<string, OpenedEntry>()
  for (const it of claims) {
    const known = newest.get(it.claim.subject)
    if (known === undefined || it.claim.at > known.claim.at) newest.set(it.claim.subject, it)
  }
  return [...newest.values()]
}

type JsonFacts = { readonly [name: string]: JsonDigits }

/**
 * Facts as the engine takes them: what the node knows stands before what was handed in, which is kept beside it as declared, so that a
 * contradiction is shown and never averaged. A type of applicant that is stated stays: the register tells one sector, and an enterprise
 * may be of several kinds.
 */
export function mergeFacts(known: readonly KnownFact[], stated: JsonFacts): JsonFacts {
  const merged: Record<string, JsonDigits> = { ...stated }
  for (const { name, value, source } of known) {
    const said = stated[name]
    merged[name] = isJsonObject(value)
      ? { ...(isJsonObject(said) ? said : {}), ...value, ...typeOf(said) }
      : value
    merged[`${name}_source`] = source
    if (said !== undefined && said !== null && differs(said, value)) {
      merged[`declared_${name}`] = isJsonObject(said)
        ? { ...(merged[name] as object), ...said }
        : said
    }
  }
  return merged
}

function typeOf(said: JsonDigits | undefined): JsonFacts {
  const type = isJsonObject(said) ? said.type : undefined
  return type === undefined || type === null ? {} : { type }
}

/** Whether anything that was said is otherwise known; a type that is stated beside the register's is no contradiction. */
function differs(said: JsonDigits, value: JsonDigits): boolean {
  if (!isJsonObject(said) || !isJsonObject(value)) return formatDigits(said) !== formatDigits(value)
  return Object.entries(said).some(
    ([name, it]) =>
      name !== 'type' &&
      Object.hasOwn(value, name) &&
      formatDigits(it) !== formatDigits(value[name] ?? null),
  )
}
