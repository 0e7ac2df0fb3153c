import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import type { App } from '../../lib/http.ts'
import { Problem } from '../../lib/problem.ts'
import { authorNames } from '../access/audit-authors.ts'
import '../access/caller.ts'
import { type Caller, mayDo, reachOf } from '../access/permissions.ts'
import type { Documents } from '../documents/documents.ts'
import { DECISION_MAKER } from './claims.ts'
import { openingOf } from './entry.ts'
import type { Audience, Evidence, OpenedEntry } from './evidence.ts'
import { HANDOVERS_FILE } from './handover.ts'
import { openNote, parseCheckpoint, parseVerifierKey } from './note.ts'
import { parseTilePath } from './tiles.ts'
import { leafHash } from './tree.ts'

const TILE_ROUTE = '/evidence/tile/'
const PAGE_DEFAULT = 50
const PAGE_MAX = 200
const IMMUTABLE = 'public, max-age=31536000, immutable'

const Index = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const Hashes = Type.Array(Type.String(), { description: 'SHA-256 hashes, base64' })
const OpeningSchema = Type.Object(
  {
    kind: Type.String(),
    subject: Type.String(),
    at: Type.String({ description: 'RFC 3339, UTC, milliseconds' }),
    fields: Type.Unsafe<OpenedEntry['claim']['fields']>({
      type: 'object',
      additionalProperties: true,
    }),
    open: Type.Unsafe<Audience>({
      description: '`public`, `staff`, or `{enterprise}`: who may see this',
    }),
    salt: Type.String({ description: '32 bytes, base64' }),
  },
  { description: 'SHA-256 of its canonical JSON (RFC 8785) is the digest in the entry' },
)
const Maker = Type.Optional(
  Type.String({
    description:
      'The name of who decided (`by` of a `decision-maker`), to those who may know it; no part of what is sealed',
  }),
)
const About = Type.Optional(
  Type.String({
    description:
      'What the entry is about, by name, to those who may know it; no part of what is sealed',
  }),
)
const EntryReply = Type.Object({
  index: Index,
  entry: Type.String({ description: 'The entry as published, base64' }),
  leafHash: Type.String({ description: 'RFC 6962 leaf hash of the entry, base64' }),
  size: Index,
  inclusion: Hashes,
  checkpoint: Type.String({ description: 'Signed note of the tree of `size` leaves' }),
  opened: Type.Optional(OpeningSchema),
  maker: Maker,
  about: About,
  erased: Type.Optional(Type.Object({ at: Type.String(), why: Type.String() })),
})
const ListReply = Type.Object({
  items: Type.Array(
    Type.Object({ index: Index, opened: OpeningSchema, maker: Maker, about: About }),
  ),
  next: Type.Optional(Type.String()),
})

/**
 * The log as everybody may fetch it (C2SP tlog-tiles below `/evidence/`), and the entries opened to those entitled.
 * Whoever is not entitled to an entry gets its digest and proof, and nothing that tells whose it is.
 */
export function evidenceRoutes(app: App, deps: EvidenceDeps): void {
  publishedRoutes(app, deps.evidence)
  listRoute(app, deps)
  entryRoute(app, deps)
  consistencyRoute(app, deps.evidence)
}

export type EvidenceDeps = {
  readonly evidence: Evidence
  /** Where the names of people are. */
  readonly documents: Pick<Documents, 'get'>
  /** What an entry is about, where it has a name and the caller may know it. */
  readonly nameOf?: (claim: OpenedEntry['claim'], caller: Caller) => Promise<string | undefined>
}

function publishedRoutes(app: App, evidence: Evidence): void {
  const text = { content: { 'text/plain': { schema: Type.String() } } }
  app.get(
    '/evidence/checkpoint',
    { schema: about('evidenceCheckpoint', 'The signed head of the evidence log', { 200: text }) },
    async (_request, reply) =>
      open(reply, 'no-cache')
        .type('text/plain; charset=utf-8')
        .send(await evidence.checkpoint()),
  )
  app.get(
    '/evidence/key',
    { schema: about('evidenceKey', 'The key that checks the signature', { 200: text }) },
    async (_request, reply) =>
      open(reply, 'no-cache').type('text/plain; charset=utf-8').send(`${evidence.verifierKey}\n`),
  )
  app.get(
    `/evidence/${HANDOVERS_FILE}`,
    {
      schema: about('evidenceHandovers', 'How keys of the log ended, and which follow them', {
        200: Type.Array(Type.Object({ ended: Type.String(), note: Type.String() })),
      }),
    },
    async (_request, reply) => open(reply, 'no-cache').send([...(await evidence.handovers())]),
  )
  const bytes = { content: { 'application/octet-stream': { schema: Type.String() } } }
  app.get(
    `${TILE_ROUTE}*`,
    { schema: about('evidenceTile', 'A tile of hashes or a bundle of entries', { 200: bytes }) },
    async (request, reply) => {
      const path = (request.raw.url ?? '').slice(TILE_ROUTE.length).replace(/\?.*$/s, '')
      const tile = parseTilePath(path) && (await evidence.tile(path))
      if (tile === undefined) throw nothingThere()
      // Partial tiles have their width in their path: they too never change.
      return open(reply, IMMUTABLE)
        .type('application/octet-stream')
        .send(Buffer.from(tile.buffer, tile.byteOffset, tile.byteLength))
    },
  )
}

function listRoute(app: App, deps: EvidenceDeps): void {
  app.get(
    '/api/v1/evidence',
    {
      schema: {
        ...about(
          'listEvidence',
          'Entries that the caller may open, of one subject or of all, newest first',
          {
            200: ListReply,
          },
        ),
        querystring: Type.Object({
          subject: Type.Optional(Type.String({ minLength: 1, maxLength: 2048 })),
          kind: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
          after: Type.Optional(Type.String({ maxLength: 32 })),
          limit: Type.Integer({ minimum: 1, maximum: PAGE_MAX, default: PAGE_DEFAULT }),
        }),
      },
    },
    async (request, reply) => {
      const { evidence } = deps
      const { subject, kind, after, limit } = request.query
      const openTo = audiencesOf(request.caller)
      const options = {
        limit: limit + 1,
        ...(after !== undefined && { before: parseCursor(after) }),
        ...(kind !== undefined && { kind }),
        ...(openTo !== undefined && { openTo }),
      }
      const found =
        subject === undefined
          ? await evidence.recent(options)
          : await evidence.about(subject, options)
      const namesOf = namesFor(deps, request.caller)
      const items = await Promise.all(
        found.slice(0, limit).map(async (it) => {
          return { index: it.index, opened: wireOf(it), ...(await namesOf(it)) }
        }),
      )
      const last = items.at(-1)
      const next = found.length > limit && last ? { next: formatCursor(last.index) } : {}
      return reply.header('cache-control', 'no-store').send({ items, ...next })
    },
  )
}

function entryRoute(app: App, deps: EvidenceDeps): void {
  app.get(
    '/api/v1/evidence/:index',
    {
      schema: {
        ...about('getEvidence', 'An entry with its proof, opened if the caller may see it', {
          200: EntryReply,
        }),
        params: Type.Object({ index: Index }),
      },
    },
    async (request, reply) => {
      const { evidence } = deps
      const { index } = request.params
      const checkpoint = await evidence.checkpoint()
      const size = signedSize(checkpoint, evidence.verifierKey)
      const leaf = index < size ? await evidence.leaf(index) : undefined
      if (leaf === undefined) throw nothingThere()
      // Read for everybody, so that the time taken does not tell the entitled from the others.
      const opened = await evidence.open(index)
      const inclusion = [...(await evidence.inclusionProof(index, size))]
      const { erased } = leaf
      return reply.header('cache-control', 'no-store').send({
        index,
        entry: base64(leaf.entry),
        leafHash: base64(leafHash(leaf.entry)),
        size,
        inclusion,
        checkpoint,
        ...(opened &&
          maySee(request.caller, opened.claim.open) && {
            opened: wireOf(opened),
            ...(await namesFor(deps, request.caller)(opened)),
          }),
        ...(erased &&
          mayDo(request.caller, 'evidence.read') && {
            erased: { at: new Date(erased.at).toISOString(), why: erased.why },
          }),
      })
    },
  )
}

function consistencyRoute(app: App, evidence: Evidence): void {
  app.get(
    '/api/v1/evidence/proofs/consistency',
    {
      schema: {
        ...about('proveConsistency', 'Proof that the log of size `to` continues that of `from`', {
          200: Type.Object({ from: Index, to: Index, proof: Hashes }),
        }),
        querystring: Type.Object({ from: Index, to: Index }),
      },
    },
    async (request) => {
      const { from, to } = request.query
      return { from, to, proof: [...(await evidence.consistencyProof(from, to))] }
    },
  )
}

function about<R>(operationId: string, summary: string, response: R) {
  return { tags: ['evidence'], operationId, summary, response }
}

/** Published for programs anywhere, those in other sites' pages too. */
function open(reply: FastifyReply, caching: string): FastifyReply {
  return reply.header('cache-control', caching).header('access-control-allow-origin', '*')
}

/** Undefined: everything. */
function audiencesOf(caller: Caller): readonly Audience[] | undefined {
  if (mayDo(caller, 'evidence.read')) return undefined
  return [
    'public',
    ...enterprisesOf(caller)
      .filter((enterprise) => mayDo(caller, 'evidence.read', enterprise))
      .map((enterprise) => ({ enterprise })),
  ]
}

function enterprisesOf(caller: Caller): readonly string[] {
  switch (caller.kind) {
    case 'anonymous':
      return []
    case 'key':
      return caller.enterprise === undefined ? [] : [caller.enterprise]
    case 'user':
      return [...new Set(caller.memberships.map((it) => it.enterprise))]
  }
}

function maySee(caller: Caller, audience: Audience): boolean {
  if (audience === 'public') return true
  return mayDo(caller, 'evidence.read', audience === 'staff' ? undefined : audience.enterprise)
}

/** What an entry is about and who decided, by name, as far as the caller may know them. */
function namesFor({ documents, nameOf }: EvidenceDeps, caller: Caller) {
  const makerOf = makersFor(documents, caller)
  return async ({ claim }: OpenedEntry): Promise<{ maker?: string; about?: string }> => {
    const [maker, about] = [await makerOf(claim), await nameOf?.(claim, caller)]
    return { ...(maker !== undefined && { maker }), ...(about !== undefined && { about }) }
  }
}

function makersFor(documents: Pick<Documents, 'get'>, caller: Caller) {
  const nameOf = authorNames(documents, reachOf(caller, 'users.read'))
  return async ({ kind, fields }: OpenedEntry['claim']): Promise<string | undefined> => {
    const { by: id } = fields
    if (kind !== DECISION_MAKER || typeof id !== 'string') return undefined
    // the claim has the id alone: a person's, or that of a key
    return (await nameOf({ kind: 'user', id })) ?? (await nameOf({ kind: 'key', id }))
  }
}

function wireOf({ claim, salt }: OpenedEntry) {
  return openingOf(claim, salt)
}

function signedSize(checkpoint: string, verifierKey: string): number {
  const verifier = parseVerifierKey(verifierKey)
  const note = verifier && openNote(checkpoint, verifier)
  const head = note?.kind === 'signed' ? parseCheckpoint(note.text) : undefined
  if (head === undefined) throw new Error('evidence: the log’s own head does not verify')
  return head.size
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}

function formatCursor(index: number): string {
  return Buffer.from(String(index)).toString('base64url')
}

function parseCursor(cursor: string): number {
  const text = Buffer.from(cursor, 'base64url').toString()
  const index = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (Number.isSafeInteger(index)) return index
  const wrong = { en: 'Not a cursor of this list', zh: '不是本列表的游标' }
  throw new Problem('invalid-input', wrong, { fields: [{ path: '/after', reason: wrong }] })
}

function nothingThere(): Problem {
  return new Problem('not-found', {
    en: 'The evidence log has nothing there',
    zh: '存证日志中没有该内容',
  })
}
