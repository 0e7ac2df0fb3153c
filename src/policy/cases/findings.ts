import { USERS } from '../../kernel/access/collections.ts'
import { CASES, type Case } from '../../kernel/cases/collections.ts'
import type { Documents } from '../../kernel/documents/documents.ts'
import { nameGrams, similarity } from '../../kernel/parties/name-forms.ts'
import { type Marks, POLICY_MARKS, POLICY_POSTS } from './collections.ts'
import type { MarkKind } from './marks.ts'

/** From here on two projects' names are shown as alike: many share words such as “industrial internet platform”. */
export const PROJECT_SIMILARITY_MIN = 0.6
const CHUNK = 200
const FOUND_MAX = 200
const CANDIDATES_MAX = 1_000
const PEOPLE_MAX = 200

export type Finding = {
  readonly case: string
  readonly kinds: readonly (MarkKind | 'name')[]
  /** Numbers of invoices and the like that both have. */
  readonly numbers: readonly string[]
  readonly project: string
  readonly applicant: string
  /** Of the projects' names, 0 … 1. */
  readonly similarity: number
  readonly state: Case['state']
  readonly receipt: string
  readonly department?: string
}

export type RelatedPerson = {
  readonly user: string
  readonly name: string
  readonly because: 'member' | 'interest'
}

export type Findings = {
  readonly items: readonly Finding[]
  /** Experts who belong to the applicant or declared an interest in it. */
  readonly related: readonly RelatedPerson[]
  /** False when there were too many to look at all of them. */
  readonly complete: boolean
}

/**
 * What an application has in common with others: it was handed in twice, an invoice or cost is in two, a project has two names; and
 * who of the experts is related to the applicant. What was withdrawn is left out.
 */
export async function findingsOf(
  documents: Documents,
  id: string,
  { applicant, parties }: Pick<Case, 'applicant' | 'parties'>,
): Promise<Findings> {
  const related = await relatedExperts(documents, [
    ...(applicant === undefined ? [] : [applicant]),
    ...parties,
  ])
  const stored = await documents.get(POLICY_MARKS, id)
  if (stored === undefined) return { items: [], related, complete: true }
  const own = stored.body
  const same = await withSameMarks(documents, id, own)
  const alike = await withAlikeNames(documents, id, own)
  const all = new Map([...alike.found, ...same.found])
  const items = await Promise.all([...all].map(([other, it]) => finding(documents, other, own, it)))
  return {
    items: items.filter((it) => it !== undefined).sort((a, b) => weight(b) - weight(a)),
    related,
    complete: same.complete && alike.complete,
  }
}

type Candidates = { readonly found: ReadonlyMap<string, Marks>; readonly complete: boolean }

async function withSameMarks(documents: Documents, id: string, own: Marks): Promise<Candidates> {
  const found = new Map<string, Marks>()
  let complete = true
  for (let at = 0; at < own.marks.length && found.size < FOUND_MAX; at += CHUNK) {
    const page = await documents.query(POLICY_MARKS, {
      where: { marks: { in: own.marks.slice(at, at + CHUNK) } },
      limit: FOUND_MAX,
    })
    for (const it of page.items) if (it.id !== id) found.set(it.id, it.body)
    complete &&= page.next === undefined
  }
  return { found, complete: complete && found.size < FOUND_MAX }
}

/** As with names of enterprises: who shares enough of the pairs shares one of the rarest. */
async function withAlikeNames(documents: Documents, id: string, own: Marks): Promise<Candidates> {
  if (own.grams.length === 0) return { found: new Map(), complete: true }
  const counted = await Promise.all(
    own.grams.map(async (gram) => ({
      gram,
      count: await documents.count(POLICY_MARKS, { grams: gram }),
    })),
  )
  counted.sort((a, b) => a.count - b.count)
  const needed = own.grams.length - Math.ceil(PROJECT_SIMILARITY_MIN * own.grams.length) + 1
  const rarest = counted.slice(0, needed).map((it) => it.gram)
  const page = await documents.query(POLICY_MARKS, {
    where: { grams: { in: rarest } },
    limit: CANDIDATES_MAX,
  })
  const alike = page.items.filter((it) => {
    return it.id !== id && likeness(own, it.body) >= PROJECT_SIMILARITY_MIN
  })
  return { found: new Map(alike.map((it) => [it.id, it.body])), complete: page.next === undefined }
}

function likeness(own: Marks, other: Marks): number {
  return similarity(new Set(nameGrams(own.project)), new Set(nameGrams(other.project)))
}

async function finding(
  documents: Documents,
  id: string,
  own: Marks,
  other: Marks,
): Promise<Finding | undefined> {
  const stored = await documents.get(CASES, id)
  if (stored === undefined || stored.body.state === 'withdrawn') return undefined
  const shared = own.marks.filter((it) => other.marks.includes(it))
  const name = likeness(own, other)
  const kinds = new Set<MarkKind | 'name'>(shared.map((it) => it.split(':')[0] as MarkKind))
  if (name >= PROJECT_SIMILARITY_MIN) kinds.add('name')
  const numbers = shared
    .filter((it) => it.startsWith('number:'))
    .map((it) => it.split(':')[1] ?? '')
  const { department } = stored.body.pins
  return {
    case: id,
    kinds: [...kinds],
    numbers: numbers.slice(0, 50),
    project: other.project,
    applicant: other.applicant,
    similarity: Math.round(name * 100) / 100,
    state: stored.body.state,
    receipt: stored.body.receipt,
    ...(department !== undefined && { department }),
  }
}

const WEIGHT: Readonly<Record<MarkKind | 'name', number>> = {
  same: 100,
  number: 50,
  cost: 20,
  project: 10,
  name: 4,
}

function weight({ kinds, similarity: name }: Finding): number {
  return kinds.reduce((sum, it) => sum + WEIGHT[it], name)
}

async function relatedExperts(
  documents: Documents,
  enterprises: readonly string[],
): Promise<readonly RelatedPerson[]> {
  if (enterprises.length === 0) return []
  const [members, posts] = await Promise.all([
    documents.query(USERS, { where: { enterprises: { in: enterprises } }, limit: PEOPLE_MAX }),
    documents.query(POLICY_POSTS, { where: { interests: { in: enterprises } }, limit: PEOPLE_MAX }),
  ])
  const interested = await Promise.all(posts.items.map((it) => documents.get(USERS, it.id)))
  const found = new Map<string, RelatedPerson>()
  const add = (it: (typeof members.items)[number], because: RelatedPerson['because']) => {
    const { nodeRoles, state, displayName } = it.body
    if (state !== 'active' || !nodeRoles.includes('expert')) return
    found.set(it.id, { user: it.id, name: displayName, because })
  }
  for (const it of interested) if (it !== undefined) add(it, 'interest')
  for (const it of members.items) add(it, 'member')
  return [...found.values()]
}
