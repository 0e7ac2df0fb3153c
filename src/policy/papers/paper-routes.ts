import { type Static, Type } from 'typebox'
import { literals } from '../../kernel/access/collections.ts'
import { PageQuery } from '../../kernel/access/route-parts.ts'
import type { App } from '../../lib/http.ts'
import { Problem } from '../../lib/problem.ts'
import type { OpenRules } from '../desk/rules-shelf.ts'
import { COMMENT_SUMMARY, summaryOf } from './answers.ts'
import { atomFeed } from './atom.ts'
import { AttachmentReply, shownFiles } from './attachments.ts'
import { Day, EntryId, RELATIONS } from './collections.ts'
import { dayAt, notThere, type PapersDeps, TextReply, tags } from './parts.ts'
import {
  excerptOf,
  type PaperShelf,
  type PublicPaper,
  paperShelf,
  STANDINGS,
  standingOn,
  wordsOf,
} from './shelf.ts'

const FEED_ENTRIES = 50
const QUESTION_CHARS_MAX = 100
const Absent = Type.Object({ absent: literals(['empty', 'not_stated', 'not_held']) })
const FieldReply = Type.Union([Type.Object({ value: Type.String() }), Absent])

/** The eight fields; one without content says why. */
export const HeadReply = Type.Object({
  indexNumber: FieldReply,
  class: FieldReply,
  issuer: FieldReply,
  publicationDate: FieldReply,
  title: FieldReply,
  documentNumber: FieldReply,
  keywords: FieldReply,
  validity: Type.Union([
    Absent,
    Type.Object({
      from: Type.Optional(Type.String()),
      to: Type.Optional(Type.String()),
      interpreter: Type.Optional(TextReply),
    }),
  ]),
})

export const PAPER_ROW = {
  id: Type.String(),
  origin: literals(['pack', 'node']),
  region: Type.String(),
  regionName: TextReply,
  name: TextReply,
  kind: Type.String(),
  standing: literals(STANDINGS),
  issuer: FieldReply,
  documentNumber: FieldReply,
  day: Type.Optional(Type.String({ description: 'Published, or signed, on' })),
}

const Linked = Type.Object({
  kind: literals(RELATIONS),
  paper: Type.String(),
  name: Type.Optional(TextReply),
})

const PaperReply = Type.Object({
  ...PAPER_ROW,
  head: HeadReply,
  files: Type.Array(AttachmentReply, { description: 'Files attached to it' }),
  signed: Type.Optional(Type.String()),
  source: Type.Optional(Type.String({ description: 'The file a pack’s paper was read from' })),
  reportedValidity: Type.Optional(Type.Object({ from: Type.String(), to: Type.String() })),
  letter: Type.Optional(
    Type.Object({
      kind: Type.String(),
      number: Type.String(),
      publicity: Type.String(),
      jointOpinions: Type.Array(TextReply),
      contactMasked: Type.Boolean(),
    }),
  ),
  text: Type.Optional(Type.String({ description: 'Plain text: blank lines part paragraphs' })),
  note: Type.Optional(Type.String()),
  clauses: Type.Array(Type.Object({ id: Type.String(), place: Type.String(), content: TextReply })),
  relations: Type.Array(Linked),
  relatedBy: Type.Array(Linked),
  measures: Type.Array(
    Type.Object({ id: Type.String(), title: TextReply, article: Type.String() }),
  ),
  endsBy: Type.Optional(
    Type.Object({
      from: Type.String(),
      paper: Type.Optional(Type.String()),
      reason: Type.Optional(Type.String()),
    }),
  ),
  comments: Type.Optional(COMMENT_SUMMARY),
})

/** Published papers, for everybody. */
export function paperRoutes(app: App, deps: PapersDeps): void {
  listRoute(app, deps)
  feedRoute(app, deps)
  readRoute(app, deps)
}

const ListQuery = Type.Object({
  q: Type.Optional(Type.String({ maxLength: QUESTION_CHARS_MAX })),
  year: Type.Optional(Type.String({ pattern: '^\\d{4}$' })),
  region: Type.Optional(Type.String({ maxLength: 64 })),
  issuer: Type.Optional(Type.String({ maxLength: 300 })),
  kind: Type.Optional(Type.String({ maxLength: 64 })),
  standing: Type.Optional(literals(STANDINGS)),
  ...PageQuery,
})

function listRoute(app: App, { documents, rules, clock }: PapersDeps): void {
  app.get('/api/v1/policy/papers', {
    schema: {
      tags,
      operationId: 'listPapers',
      summary: 'Published papers, the newest first; searched by every word of `q`',
      querystring: ListQuery,
      response: {
        200: Type.Object({
          items: Type.Array(Type.Object({ ...PAPER_ROW, excerpt: Type.Optional(Type.String()) })),
          next: Type.Optional(Type.String()),
          years: Type.Array(Type.String()),
          issuers: Type.Array(Type.String()),
          regions: Type.Array(Type.Object({ code: Type.String(), name: TextReply })),
          isPartial: Type.Boolean({ description: 'Of some papers only the fields were searched' }),
        }),
      },
    },
    async handler({ query }) {
      const open = await rules.open()
      const shelf = await paperShelf(documents, open)
      const today = dayAt(clock())
      const found = foundIn(shelf, query, today)
      const from = query.after === undefined ? 0 : placeAfter(found, query.after)
      const limit = query.limit ?? 100
      const page = found.slice(from, from + limit)
      const last = page.at(-1)
      const hasMore = from + limit < found.length && last !== undefined
      return {
        items: page.map((it) => ({
          ...rowOf(it.paper, open, today),
          ...(it.excerpt !== undefined && { excerpt: it.excerpt }),
        })),
        ...(hasMore && { next: cursorOf(last.paper) }),
        ...facetsOf(shelf, open),
        isPartial: shelf.isPartial,
      }
    },
  })
}

type Found = { readonly paper: PublicPaper; readonly excerpt?: string }

function foundIn(shelf: PaperShelf, query: Static<typeof ListQuery>, today: string): Found[] {
  const { q = '', year, region, issuer, kind, standing } = query
  const words = wordsOf(q)
  return shelf.papers
    .filter(
      (it) =>
        (year === undefined || it.day.startsWith(year)) &&
        (region === undefined || it.region === region) &&
        (issuer === undefined || issuerOf(it) === issuer) &&
        (kind === undefined || it.kind === kind) &&
        (standing === undefined || standingOn(it, today) === standing),
    )
    .flatMap((paper): Found[] => {
      if (words.length === 0) return [{ paper }]
      const excerpt = excerptOf(paper, words)
      return excerpt === undefined ? [] : [{ paper, excerpt }]
    })
}

function issuerOf({ head }: PublicPaper): string | undefined {
  return 'value' in head.issuer ? head.issuer.value : undefined
}

function facetsOf({ papers }: PaperShelf, { packs }: OpenRules) {
  const years = papers.map((it) => it.day.slice(0, 4)).filter((it) => it !== '')
  const issuers = papers.map(issuerOf).filter((it) => it !== undefined)
  return {
    years: [...new Set(years)].toSorted().toReversed(),
    issuers: [...new Set(issuers)].toSorted(),
    regions: packs.map(({ region }) => ({ code: region.code, name: region.name })),
  }
}

function cursorOf({ day, id }: PublicPaper): string {
  return Buffer.from(JSON.stringify([day, id])).toString('base64url')
}

/** Behind the paper a page ended with, also where that is gone meanwhile. */
function placeAfter(found: readonly Found[], cursor: string): number {
  const [day, id] = parseCursor(cursor)
  const at = found.findIndex(({ paper }) => {
    return paper.day < day || (paper.day === day && paper.id > id)
  })
  return at < 0 ? found.length : at
}

function parseCursor(cursor: string): readonly [string, string] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (Array.isArray(value) && value.length === 2 && value.every((it) => typeof it === 'string')) {
      return value as [string, string]
    }
  } catch {
    // said below
  }
  const reason = { en: 'is no `next` of this list', zh: '不是本列表的 next' }
  throw new Problem('invalid-input', reason, { fields: [{ path: '/after', reason }] })
}

/** As lists show a paper. */
export function rowOf(paper: PublicPaper, { packs }: OpenRules, today: string) {
  const { id, region, name, kind, head, day } = paper
  const regionName = packs.find((it) => it.region.code === region)?.region.name
  return {
    id,
    origin: paper.of.pack === undefined ? ('node' as const) : ('pack' as const),
    region,
    regionName: regionName ?? { en: region, zh: region },
    name,
    kind,
    standing: standingOn(paper, today),
    issuer: head.issuer,
    documentNumber: head.documentNumber,
    ...(day !== '' && { day }),
  }
}

function readRoute(app: App, { documents, rules, clock }: PapersDeps): void {
  app.get('/api/v1/policy/papers/:id', {
    schema: {
      tags,
      operationId: 'getPaper',
      summary: 'A published paper with its eight fields, text or clauses, relations and measures',
      params: Type.Object({ id: EntryId }),
      querystring: Type.Object({
        on: Type.Optional({ ...Day, description: 'The day its standing is told for; today' }),
      }),
      response: { 200: PaperReply },
    },
    async handler({ params, query }) {
      const open = await rules.open()
      const shelf = await paperShelf(documents, open)
      const paper = shelf.byId.get(params.id)
      if (paper === undefined) throw notThere('paper', '文件')
      const comments =
        paper.of.pack === undefined && paper.of.stored.body.window !== undefined
          ? { comments: await summaryOf(documents, params.id) }
          : {}
      return { ...shown(paper, { open, shelf, day: query.on ?? dayAt(clock()) }), ...comments }
    },
  })
}

type Around = { readonly open: OpenRules; readonly shelf: PaperShelf; readonly day: string }

function shown(paper: PublicPaper, { open, shelf, day }: Around) {
  const { head, signed, endsBy } = paper
  return {
    ...rowOf(paper, open, day),
    head,
    ...(signed !== undefined && { signed }),
    ...contentOf(paper, open),
    relations: paper.relations.map((it) => linkTo(it.kind, it.paper, shelf)),
    relatedBy: shelf.papers.flatMap(({ id, relations }) =>
      relations.filter((it) => it.paper === paper.id).map((it) => linkTo(it.kind, id, shelf)),
    ),
    measures: paper.measures.flatMap((id) => {
      const measure = open.rules.measures.get(id)?.measure
      return measure === undefined ? [] : [{ id, title: measure.title, article: measure.article }]
    }),
    ...(endsBy !== undefined && { endsBy }),
    files: paper.of.pack === undefined ? shownFiles(paper.of.stored.body.files) : [],
  }
}

function linkTo(kind: string, paper: string, { byId }: PaperShelf): Static<typeof Linked> {
  const name = byId.get(paper)?.name
  return { kind: kind as Static<typeof Linked>['kind'], paper, ...(name !== undefined && { name }) }
}

function contentOf(paper: PublicPaper, { packs }: OpenRules) {
  if (paper.of.pack === undefined) {
    const { text, note } = paper.of.stored.body
    return { text, ...(note !== undefined && { note }), clauses: [] }
  }
  const { source, letter, reportedValidity: reported, clauses } = paper.of.pack
  const pack = packs.find((it) => it.region.code === paper.region)
  const nameOf = (id: string) => {
    const role = pack?.find('departments', id)?.value as { readonly role: Static<typeof TextReply> }
    return role?.role ?? { en: id, zh: id }
  }
  return {
    source,
    ...(reported !== undefined && { reportedValidity: { from: reported.from, to: reported.to } }),
    ...(letter !== undefined && {
      letter: {
        kind: letter.kind,
        number: letter.number,
        publicity: letter.publicity,
        jointOpinions: letter.jointOpinions.map(nameOf),
        contactMasked: letter.contact !== undefined,
      },
    }),
    clauses: clauses.map(({ id, place, content }) => ({ id, place, content })),
  }
}

function feedRoute(app: App, { documents, rules, clock }: PapersDeps): void {
  app.get('/api/v1/policy/papers/feed', {
    schema: {
      tags,
      operationId: 'papersFeed',
      summary: `Atom feed (RFC 4287) of the newest ${FEED_ENTRIES} papers published here`,
    },
    async handler(request, reply) {
      const shelf = await paperShelf(documents, await rules.open())
      const base = `${request.protocol}://${request.host}`
      const entries = shelf.papers.flatMap(({ id, name, of }) => {
        if (of.pack !== undefined || of.stored.body.published === undefined) return []
        const { published, text, issuer } = of.stored.body
        return [{ id, title: name.zh, at: published.at, author: issuer, text }]
      })
      const newest = entries.toSorted((a, b) => b.at - a.at).slice(0, FEED_ENTRIES)
      return reply
        .type('application/atom+xml; charset=utf-8')
        .header('cache-control', 'public, max-age=60')
        .send(atomFeed({ base, entries: newest, now: clock() }))
    },
  })
}
