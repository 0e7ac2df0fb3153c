import type { Comparison, Documents } from '../documents/documents.ts'
import {
  ENTERPRISES,
  type Entry,
  personKey,
  phoneKey,
  type StoredEnterprise,
} from './enterprise.ts'
import { nameGrams, similarity } from './name-forms.ts'

/** From here on two names are shown to the reviewer as alike. */
export const SIMILARITY_MIN = 0.5
const CANDIDATES_MAX = 3000
const PAGE = 500
const SAME_MAX = 50
const SHOWN_MAX = 50

export type Likeness = 'uscc' | 'id-number' | 'legal-person' | 'phone' | 'name'

export type LookAlike = {
  readonly enterprise: StoredEnterprise
  readonly because: readonly Likeness[]
  /** Of the names, 0 … 1. */
  readonly similarity: number
}

export type LookAlikes = {
  readonly items: readonly LookAlike[]
  /** False when there were too many to look at all of them. */
  readonly complete: boolean
}

/** Enterprises that may be this one under another name, or another under this one's; the likeliest first. */
export async function findLookAlikes(
  documents: Documents,
  of: StoredEnterprise,
): Promise<LookAlikes> {
  const entry = of.body.pending ?? of.body.entry
  const found = new Map<string, StoredEnterprise>()
  let complete = true
  for (const { where, max } of [...sameThings(entry), await namesLike(documents, entry)]) {
    const { items, all } = await collect(documents, where, max)
    for (const it of items) found.set(it.id, it)
    complete &&= all
  }
  found.delete(of.id)
  const items = [...found.values()]
    .map((it) => judge(entry, it))
    .filter((it) => it.because.length > 0)
  items.sort((a, b) => weightOf(b) - weightOf(a))
  return { items: items.slice(0, SHOWN_MAX), complete: complete && items.length <= SHOWN_MAX }
}

type Asking = { readonly where: Readonly<Record<string, Comparison>>; readonly max: number }

function sameThings({ uscc, legalPerson, contact }: Entry): readonly Asking[] {
  const same = (field: string, value: string | undefined): Asking[] =>
    value === undefined || value === '' ? [] : [{ where: { [field]: value }, max: SAME_MAX }]
  return [
    ...same('usccs', uscc),
    ...same('idNumbers', legalPerson.idNumber),
    ...same('legalPersons', personKey(legalPerson.name)),
    ...same('phones', phoneKey(contact.phone)),
  ]
}

/**
 * Two sets whose Jaccard similarity is at least t share at least ⌈t·n⌉ of the n members of either, so one of any
 * n − ⌈t·n⌉ + 1 members: asking for the rarest so many finds them all without looking at what is common (科技).
 */
async function namesLike(documents: Documents, { name }: Entry): Promise<Asking> {
  const grams = nameGrams(name)
  const counted: { gram: string; count: number }[] = []
  for (const gram of grams) {
    counted.push({ gram, count: await documents.count(ENTERPRISES, { nameGrams: gram }) })
  }
  counted.sort((a, b) => a.count - b.count)
  const needed = grams.length - Math.ceil(SIMILARITY_MIN * grams.length) + 1
  const rarest = counted.slice(0, needed).map(({ gram }) => gram)
  return { where: { nameGrams: { in: rarest } }, max: CANDIDATES_MAX }
}

async function collect(
  documents: Documents,
  where: Asking['where'],
  max: number,
): Promise<{ readonly items: readonly StoredEnterprise[]; readonly all: boolean }> {
  const items: StoredEnterprise[] = []
  let after: string | undefined
  do {
    const page = await documents.query(ENTERPRISES, {
      where,
      limit: Math.min(PAGE, max - items.length),
      ...(after !== undefined && { after }),
    })
    items.push(...page.items)
    after = page.next
  } while (after !== undefined && items.length < max)
  return { items, all: after === undefined }
}

function judge(entry: Entry, enterprise: StoredEnterprise): LookAlike {
  const { usccs, idNumbers, legalPersons, phones, entry: other, pending } = enterprise.body
  const own = new Set(nameGrams(entry.name))
  const likeness = (it: Entry) => similarity(own, new Set(nameGrams(it.name)))
  const nameLikeness = Math.max(likeness(other), pending === undefined ? 0 : likeness(pending))
  const { idNumber, name } = entry.legalPerson
  const reasons: readonly (readonly [Likeness, boolean])[] = [
    ['uscc', usccs.includes(entry.uscc)],
    ['id-number', idNumber !== undefined && idNumbers.includes(idNumber)],
    ['legal-person', legalPersons.includes(personKey(name))],
    ['phone', phones.includes(phoneKey(entry.contact.phone))],
    ['name', nameLikeness >= SIMILARITY_MIN],
  ]
  const because = reasons.flatMap(([reason, holds]) => (holds ? [reason] : []))
  return { enterprise, because, similarity: Math.round(nameLikeness * 100) / 100 }
}

const WEIGHT: Readonly<Record<Likeness, number>> = {
  uscc: 100,
  'id-number': 20,
  phone: 8,
  'legal-person': 4,
  name: 4,
}

function weightOf({ because, similarity: likeness }: LookAlike): number {
  return because.reduce((sum, it) => sum + WEIGHT[it], likeness * 4)
}
