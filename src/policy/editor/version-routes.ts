import { type Static, Type } from 'typebox'
import { AuthorSchema, literals } from '../../kernel/access/collections.ts'
import { authorise, mayDo } from '../../kernel/access/permissions.ts'
import { formatTime, TimeReply, unstored } from '../../kernel/access/route-parts.ts'
import type { App } from '../../lib/http.ts'
import { Problem } from '../../lib/problem.ts'
import type { Measure } from '../measure-schema.ts'
import { MEASURE_VERSIONS, type StoredVersion, versionId } from '../versions/collections.ts'
import type { EditorDeps } from './drafts.ts'
import { retireVersion } from './drafts.ts'
import { ChangeReply, type Person, peopleOf, TextReply } from './replies.ts'

const tags = ['policy']
const VERSIONS_MAX = 200
const REASON_CHARS_MAX = 2_000
const PersonReply = Type.Object({ ...AuthorSchema.properties, name: Type.Optional(Type.String()) })
const MeasureId = Type.Object({ id: Type.String({ minLength: 1, maxLength: 200 }) })

const MeasureRow = Type.Object({
  id: Type.String(),
  title: TextReply,
  article: Type.String(),
  document: Type.String(),
  place: Type.String(),
  standing: Type.String(),
  from: Type.Optional(Type.String()),
  to: Type.Optional(Type.String()),
  determinacy: Type.String(),
  versions: Type.Integer({ description: 'How many there are, that of the packs among them' }),
})
const ShareReply = Type.Object({
  lines: Type.Integer({ description: 'Lines of the papers that name an amount' }),
  exact: Type.Integer({ description: 'Of them, those whose amount the text alone fixes' }),
})

const VersionReply = Type.Object({
  id: Type.String(),
  version: Type.Integer({ description: '0: as the packs hold it' }),
  place: Type.String(),
  body: Type.Unknown(),
  state: literals(['adopted', 'retired']),
  changes: Type.Array(ChangeReply, { description: 'Against the version before' }),
  author: Type.Optional(PersonReply),
  adoptedBy: Type.Optional(PersonReply),
  adoptedAt: Type.Optional(TimeReply),
  note: Type.Optional(Type.String()),
  evaluation: Type.Optional(Type.String()),
  retired: Type.Optional(
    Type.Object({ by: Type.Optional(PersonReply), at: TimeReply, reason: Type.String() }),
  ),
})

/** Measures as they hold and held: what is adopted is public, as law is. */
export function versionRoutes(app: App, deps: EditorDeps): void {
  listRoute(app, deps)
  versionsRoute(app, deps)
  retireRoute(app, deps)
}

function listRoute(app: App, deps: EditorDeps): void {
  app.get('/api/v1/policy/rules', {
    schema: {
      tags,
      operationId: 'listRules',
      summary:
        'Every measure with its newest version, its determinacy class, and the share computed exactly',
      response: {
        200: Type.Object({
          items: Type.Array(MeasureRow),
          digest: Type.String(),
          share: ShareReply,
        }),
      },
    },
    async handler() {
      const { rules, sources, digest } = await deps.rules.open()
      const { determinacyOf, determinacyShare } = await import('../determinacy.ts')
      const counts = Map.groupBy(sources.measures, (it) => it.measure.id)
      const newest = [...rules.measures.values()].map((it) => it.measure)
      return {
        digest,
        share: determinacyShare(newest),
        items: newest.map((it) => ({
          ...{ id: it.id, title: it.title, article: it.article, document: it.document },
          place: rules.places.get(it.id) ?? '',
          standing: it.standing,
          ...edges(it),
          determinacy: determinacyOf(it),
          versions: counts.get(it.id)?.length ?? 1,
        })),
      }
    },
  })
}

function edges({ inForce }: Measure): { from?: string; to?: string } {
  if (inForce === undefined) return {}
  return 'from' in inForce
    ? { from: inForce.from, to: inForce.to }
    : { from: inForce.fromMonth, to: inForce.toMonth }
}

function versionsRoute(app: App, deps: EditorDeps): void {
  app.get('/api/v1/policy/rules/:id/versions', {
    schema: {
      tags,
      operationId: 'listRuleVersions',
      summary: 'The versions of one measure, the newest first, each with its difference in words',
      params: MeasureId,
      response: { 200: Type.Object({ items: Type.Array(VersionReply) }) },
    },
    async handler({ caller, params: { id } }) {
      const items = await versionsOf(deps, id)
      // what holds and why is public; who wrote it is for the desk
      const isDesk = mayDo(caller, 'policy.read')
      if (items.length > 0) return { items: isDesk ? items : items.map(withoutPeople) }
      throw new Problem('not-found', { en: 'There is no such measure', zh: '没有这项措施' })
    },
  })
}

function withoutPeople({ author: _, adoptedBy: __, retired, ...rest }: Shown): Shown {
  if (retired === undefined) return rest
  return { ...rest, retired: { at: retired.at, reason: retired.reason } }
}

type Shown = Static<typeof VersionReply>

async function versionsOf(deps: EditorDeps, id: string): Promise<Shown[]> {
  const open = await deps.rules.open()
  const { sourcesOf } = await import('../rules.ts')
  const { changesOf } = await import('../versions/difference.ts')
  const page = await deps.documents.query(MEASURE_VERSIONS, {
    where: { measure: id },
    order: { by: 'version' },
    limit: VERSIONS_MAX,
  })
  const stored = page.items
  const person = await peopleOf(
    deps.documents,
    stored.flatMap(({ body }) => [body.author, body.adoptedBy, body.retired?.by]),
  )
  const packed = sourcesOf(open.packs).measures.filter((it) => it.measure.id === id)
  const base = packed.map(({ place, measure }) => ({
    shown: { id: versionId(id, 0), version: 0, place, state: 'adopted' as const },
    measure,
  }))
  const adopted = stored.map((it) => ({ shown: shownOf(it, person), measure: it.body.body }))
  const all = [...base, ...adopted]
  return all
    .map(({ shown, measure }, at): Shown => {
      const before = all.slice(0, at).findLast((it) => it.shown.state === 'adopted')
      const changes = before === undefined ? [] : changesOf(before.measure, measure, open.rules)
      return { ...shown, body: measure, changes }
    })
    .reverse()
}

function shownOf({ id, body }: StoredVersion, person: Person): Omit<Shown, 'body' | 'changes'> {
  const { version, place, state, note, evaluation, retired } = body
  return {
    id,
    version,
    place,
    state,
    author: person(body.author),
    adoptedBy: person(body.adoptedBy),
    adoptedAt: formatTime(body.adoptedAt),
    ...(note !== undefined && { note }),
    ...(evaluation !== undefined && { evaluation }),
    ...(retired !== undefined && {
      retired: { by: person(retired.by), at: formatTime(retired.at), reason: retired.reason },
    }),
  }
}

function retireRoute(app: App, deps: EditorDeps): void {
  app.post('/api/v1/policy/rule-versions/:id/retire', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'retireRuleVersion',
      summary: 'Take an adopted version out of the rules: the one before it holds again',
      params: MeasureId,
      body: Type.Object(
        {
          reason: Type.String({ minLength: 1, maxLength: REASON_CHARS_MAX, pattern: '\\S' }),
        },
        { additionalProperties: false },
      ),
      response: { 204: Type.Null() },
    },
    async handler({ caller, params: { id }, body }, reply) {
      authorise(caller, 'policy.adopt')
      await retireVersion(deps, caller, { id, ...body })
      return reply.code(204).send(null)
    },
  })
}
