import type { Documents } from '../../kernel/documents/documents.ts'
import { walkDocuments } from '../../kernel/documents/walk.ts'
import type { Pack } from '../../kernel/packs/pack.ts'
import type { PaperDocument } from '../../kernel/packs/paper-kinds.ts'
import type { Text } from '../../lib/text.ts'
import type { OpenRules } from '../desk/rules-shelf.ts'
import { PAPERS, type StoredPaper } from './collections.ts'

/** So much text is searched; of what lies beyond, the titles and fields are. */
export const SEARCHED_CHARS_MAX = 20_000_000

/**
 * How a paper stands on a day. `undated`: only its months are known and the day lies in one of them; `draft`, `letter`, `note`:
 * of a pack's papers that no award rests on.
 */
export const STANDINGS = [
  'in-force',
  'not-yet',
  'expired',
  'repealed',
  'undated',
  'draft',
  'letter',
  'note',
] as const
export type Standing = (typeof STANDINGS)[number]

/** A field of the head, or why it has no content here. */
export type Field =
  | { readonly value: string }
  | { readonly absent: 'empty' | 'not_stated' | 'not_held' }
/** 索引号 信息分类 发布机构 发布日期 信息名称 文号 关键词 有效期. */
export const FIELDS = [
  'indexNumber',
  'class',
  'issuer',
  'publicationDate',
  'title',
  'documentNumber',
  'keywords',
] as const
export type Head = Readonly<Record<(typeof FIELDS)[number], Field>> & {
  readonly validity:
    | { readonly from?: string; readonly to?: string; readonly interpreter?: Text }
    | { readonly absent: 'empty' | 'not_stated' | 'not_held' }
}

/** A paper that everybody may read, of a pack or written here. */
export type PublicPaper = {
  readonly id: string
  readonly region: string
  readonly name: Text
  readonly kind: string
  readonly head: Head
  /** The day it is listed by. */
  readonly day: string
  readonly signed?: string
  readonly relations: readonly { readonly kind: string; readonly paper: string }[]
  readonly measures: readonly string[]
  readonly of:
    | { readonly pack: PaperDocument }
    | { readonly stored: StoredPaper; readonly pack?: undefined }
  /** From when on another paper, or a repeal, has put it out of force. */
  readonly endsBy?: { readonly from: string; readonly paper?: string; readonly reason?: string }
  /** What is searched, in small letters. */
  readonly searched: string
}

export type PaperShelf = {
  /** The newest first. */
  readonly papers: readonly PublicPaper[]
  readonly byId: ReadonlyMap<string, PublicPaper>
  /** Not all text could be taken into the search. */
  readonly isPartial: boolean
}

type Kept = { readonly of: OpenRules; readonly shelf: Promise<PaperShelf> }
const kept = new WeakMap<Documents, Kept>()

/** Every paper that is public, kept until one is published or repealed; one process writes to a store. */
export function paperShelf(documents: Documents, open: OpenRules): Promise<PaperShelf> {
  const known = kept.get(documents)
  if (known?.of === open) return known.shelf
  const shelf = readShelf(documents, open).catch((error: unknown) => {
    kept.delete(documents)
    throw error
  })
  kept.set(documents, { of: open, shelf })
  return shelf
}

export function forgetShelf(documents: Documents): void {
  kept.delete(documents)
}

async function readShelf(documents: Documents, open: OpenRules): Promise<PaperShelf> {
  const all = open.packs.flatMap((pack) => packPapers(pack, open))
  for await (const stored of walkDocuments(documents, PAPERS, { where: { state: 'published' } })) {
    all.push(storedPaper(stored))
  }
  const sorted = endings(all).toSorted(newestFirst)
  let left = SEARCHED_CHARS_MAX
  let isPartial = false
  const papers = sorted.map((it) => {
    left -= it.searched.length
    if (left >= 0) return it
    isPartial = true
    return { ...it, searched: fieldsOf(it) }
  })
  return { papers, byId: new Map(papers.map((it) => [it.id, it])), isPartial }
}

export function newestFirst(
  a: { readonly day: string; readonly id: string },
  b: { readonly day: string; readonly id: string },
): number {
  if (a.day !== b.day) return a.day < b.day ? 1 : -1
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0
}

function packPapers(pack: Pack, { rules }: OpenRules): PublicPaper[] {
  return pack.own('documents').map(({ value }) => {
    const paper = value as PaperDocument
    const { head, signed, clauses, name } = paper
    const published = 'absent' in Object(head.publicationDate) ? undefined : head.publicationDate
    const day = typeof published === 'string' ? published : (signed ?? '')
    const measures = [...rules.measures.values()]
      .filter((it) => it.measure.document === paper.id)
      .map((it) => it.measure.id)
    const words = clauses.flatMap((it) => [it.content.zh, it.content.en])
    const made = {
      id: paper.id,
      region: pack.region.code,
      name,
      kind: paper.sourceKind,
      head: packHead(paper, pack),
      day,
      ...(signed !== undefined && { signed }),
      relations: paper.relations ?? [],
      measures,
      of: { pack: paper },
    }
    return { ...made, searched: [fieldsOf(made), ...words].join('\n').toLowerCase() }
  })
}

function packHead({ head }: PaperDocument, pack: Pack): Head {
  const field = (value: string | Exclude<Field, { value: string }>): Field =>
    typeof value === 'string' ? { value } : value
  const { validity } = head
  const interpreter = 'absent' in validity ? undefined : validity.interpreter
  return {
    ...(Object.fromEntries(FIELDS.map((it) => [it, field(head[it])])) as Record<
      (typeof FIELDS)[number],
      Field
    >),
    validity:
      'absent' in validity
        ? validity
        : {
            from: validity.from,
            to: validity.to,
            ...(interpreter !== undefined && { interpreter: roleName(pack, interpreter) }),
          },
  }
}

function roleName(pack: Pack, id: string): Text {
  const value = pack.find('departments', id)?.value as { readonly role: Text } | undefined
  return value?.role ?? { en: id, zh: id }
}

function storedPaper(stored: StoredPaper): PublicPaper {
  const { body, id } = stored
  const { published, repeal } = body
  const day = published?.day ?? ''
  const made = {
    id,
    region: body.region,
    name: { en: body.title, zh: body.title },
    kind: body.kind,
    head: storedHead(stored),
    day,
    ...(body.signed !== undefined && { signed: body.signed }),
    relations: body.relations,
    measures: body.measures,
    of: { stored },
    ...(repeal !== undefined && { endsBy: { from: repeal.from, reason: repeal.reason } }),
  }
  return { ...made, searched: [fieldsOf(made), body.text.toLowerCase()].join('\n') }
}

/** The eight fields of a paper written here; one that was left out is shown as empty. */
export function storedHead({ body }: Pick<StoredPaper, 'body'>): Head {
  const { validFrom: from, validTo: to, interpreter } = body
  const isValid = from !== undefined || to !== undefined || interpreter !== undefined
  const empty = { absent: 'empty' } as const
  const field = (value: string | undefined): Field => (value ? { value } : empty)
  return {
    indexNumber: field(body.indexNumber),
    class: field(body.class),
    issuer: field(body.issuer),
    publicationDate: field(body.published?.day),
    title: field(body.title),
    documentNumber: field(body.documentNumber),
    keywords: field(body.keywords.join('；')),
    validity: isValid
      ? {
          ...(from !== undefined && { from }),
          ...(to !== undefined && { to }),
          ...(interpreter !== undefined && { interpreter: { en: interpreter, zh: interpreter } }),
        }
      : empty,
  }
}

function fieldsOf({ id, name, head }: Pick<PublicPaper, 'id' | 'name' | 'head'>): string {
  const values = FIELDS.map((it) => ('value' in head[it] ? head[it].value : ''))
  return [id, name.zh, name.en, ...values].join('\n').toLowerCase()
}

/** A paper that replaces another ends it on the day it comes into force itself. */
function endings(papers: readonly PublicPaper[]): PublicPaper[] {
  const ends = new Map<string, { readonly from: string; readonly paper: string }>()
  for (const it of papers) {
    const { validity } = it.head
    const from = ('absent' in validity ? undefined : validity.from) ?? it.day
    for (const { kind, paper } of it.relations) {
      const before = ends.get(paper)
      const isFirst = before === undefined || from < before.from
      if (kind === 'replaces' && isFirst) ends.set(paper, { from, paper: it.id })
    }
  }
  return papers.map((it) => {
    const end = ends.get(it.id)
    const isSooner = end !== undefined && (it.endsBy === undefined || end.from < it.endsBy.from)
    return isSooner ? { ...it, endsBy: end } : it
  })
}

/** How a paper stands on a day, `YYYY-MM-DD`. */
export function standingOn(paper: PublicPaper, day: string): Standing {
  const status = paper.of.pack?.status
  if (status === 'draft') return 'draft'
  if (status === 'reported_by_letter') return 'letter'
  if (status === 'drafting_note') return 'note'
  if (paper.endsBy !== undefined && day >= paper.endsBy.from) return 'repealed'
  const { validity } = paper.head
  const { from, to } = 'absent' in validity ? {} : validity
  if (from !== undefined && day.slice(0, from.length) < from) return 'not-yet'
  if (to !== undefined && day.slice(0, to.length) > to) return 'expired'
  const isEdge = [from, to].some((it) => it !== undefined && it.length === 7 && day.startsWith(it))
  return isEdge ? 'undated' : 'in-force'
}

const SEARCH_WORDS_MAX = 8
const EXCERPT_BEFORE = 30
const EXCERPT_CHARS = 120

/** The words of a question, in small letters. */
export function wordsOf(question: string): readonly string[] {
  return question
    .toLowerCase()
    .split(/\s+/)
    .filter((it) => it !== '')
    .slice(0, SEARCH_WORDS_MAX)
}

/** Where a paper says what is asked for; undefined where it does not say all of it. */
export function excerptOf({ searched }: PublicPaper, words: readonly string[]): string | undefined {
  const places = words.map((it) => searched.lastIndexOf(it))
  if (places.some((it) => it < 0)) return undefined
  const at = Math.max(0, (places[0] ?? 0) - EXCERPT_BEFORE)
  return searched
    .slice(at, at + EXCERPT_CHARS)
    .toWellFormed()
    .replaceAll('\n', ' ')
    .trim()
}
