import { isDeepStrictEqual } from 'node:util'
import { type Static, Type } from 'typebox'
import { commitDecided } from '../../kernel/access/access.ts'
import { authorOf } from '../../kernel/access/caller.ts'
import { literals } from '../../kernel/access/collections.ts'
import { authorise, mayDo } from '../../kernel/access/permissions.ts'
import { unstored } from '../../kernel/access/route-parts.ts'
import { CodeSchema, TextSchema } from '../../kernel/cases/procedure.ts'
import type { App } from '../../lib/http.ts'
import { Problem } from '../../lib/problem.ts'
import type { PolicyDeps } from '../desk/deps.ts'
import { requireNone, requireVersion } from '../papers/parts.ts'
import { OFFICE_KINDS, POLICY_OFFICES } from './collections.ts'
import { departmentsIn, type Office, officeKey, readOffices } from './offices.ts'
import { Limit } from './parts.ts'

const tags = ['policy']
const NAMED_MAX = 1_000

const OfficeReply = Type.Object({
  kind: literals(OFFICE_KINDS),
  id: Type.String(),
  title: TextSchema,
  version: Type.Integer({ description: 'Of the name it was given here; 0: none was' }),
  regions: Type.Array(
    Type.Object({ code: Type.String(), name: TextSchema, body: Type.Optional(TextSchema) }),
    { description: 'Region packs that have it among their departments' },
  ),
  holders: Type.Array(
    Type.Object({
      user: Type.String(),
      name: Type.String(),
      acts: Type.Boolean({ description: 'Account and roles let them act in it' }),
    }),
  ),
  waits: Type.Array(
    Type.Object({
      of: literals(['plan', 'call']),
      id: Type.String(),
      title: TextSchema,
      isNow: Type.Boolean({ description: 'It is the office’s turn' }),
    }),
    { description: 'Open plans of awards and calls that need it' },
  ),
})

const OfficeParams = Type.Object({ kind: literals(OFFICE_KINDS), id: CodeSchema })
const NameReply = Type.Object({
  ...OfficeParams.properties,
  title: TextSchema,
  version: Type.Integer(),
})
const Version = Type.Integer({
  minimum: 0,
  description: 'The version it was read at; 0: there was none',
})

/** Office by office: what it is called, who fills it, what waits for it. */
export function officeRoutes(app: App, deps: PolicyDeps): void {
  listRoute(app, deps)
  nameRoute(app, deps)
  forgetRoute(app, deps)
}

function listRoute(app: App, { documents, rules, clock }: PolicyDeps): void {
  app.get('/api/v1/policy/offices', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'listOffices',
      summary: 'Units and levels of approval: who fills each, what waits for it',
      querystring: Type.Object({
        unfilled: Type.Boolean({
          default: false,
          description: 'Only those nobody fills who may act, and that something needs',
        }),
        after: Type.Optional(Type.String({ maxLength: 100, description: '`next` before' })),
        limit: Limit,
      }),
      response: {
        200: Type.Object({ items: Type.Array(OfficeReply), next: Type.Optional(Type.String()) }),
      },
    },
    async handler({ caller, query }) {
      if (!mayDo(caller, 'policy.review')) authorise(caller, 'node.configure')
      const { unfilled, after = '', limit } = query
      const all = await readOffices(documents, await rules.open(), clock())
      const asked = all.filter((it) => keyOf(it) > after && (!unfilled || isMissed(it)))
      const items = asked.slice(0, limit)
      const last = items.at(-1)
      const isMore = last !== undefined && asked.length > limit
      return { items: items.map(show), ...(isMore && { next: keyOf(last) }) }
    },
  })
}

const keyOf = ({ kind, id }: Pick<Office, 'kind' | 'id'>) => officeKey(kind, id)

function isMissed({ holders, waits }: Office): boolean {
  return waits.length > 0 && !holders.some((it) => it.acts)
}

function show(office: Office): Static<typeof OfficeReply> {
  const { regions, holders, waits } = office
  return { ...office, regions: [...regions], holders: [...holders], waits: [...waits] }
}

function nameRoute(app: App, { documents, rules }: PolicyDeps): void {
  app.put('/api/v1/policy/offices/:kind/:id', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'nameOffice',
      summary: 'Give a name to a unit or a level of approval that is no department of a pack',
      params: OfficeParams,
      body: Type.Object({ title: TextSchema, version: Version }, { additionalProperties: false }),
      response: { 200: NameReply },
    },
    async handler({ caller, params, body }) {
      authorise(caller, 'node.configure')
      const { kind, id: code } = params
      const isDepartment = kind === 'unit' && departmentsIn(await rules.open()).has(code)
      requireNone(isDepartment ? [{ path: '/id', reason: OF_A_PACK }] : [])
      const { title, version } = body
      const id = officeKey(kind, code)
      const put = { kind, code, title }
      await commitDecided(documents, authorOf(caller), async () => {
        const before = await documents.get(POLICY_OFFICES, id)
        if (before !== undefined && isDeepStrictEqual(before.body, put)) return NOTHING
        requireVersion({ version: before?.version ?? 0 }, version)
        if (before === undefined && (await documents.count(POLICY_OFFICES)) >= NAMED_MAX) {
          throw new Problem('too-large', {
            en: `At most ${NAMED_MAX} offices are named`,
            zh: `最多为 ${NAMED_MAX} 个机构和层级命名`,
          })
        }
        const expected = before?.version ?? 0
        return {
          writes: [{ collection: POLICY_OFFICES, id, expected, put }],
          answer: undefined,
        }
      })
      const stored = await documents.get(POLICY_OFFICES, id)
      return { kind, id: code, title, version: stored?.version ?? version }
    },
  })
}

const NOTHING = { writes: [], answer: undefined }
const OF_A_PACK = {
  en: 'is a department of a region pack and has its name there',
  zh: '是区域规则包中的部门，名称以规则包为准',
}

function forgetRoute(app: App, { documents, rules, clock }: PolicyDeps): void {
  app.delete('/api/v1/policy/offices/:kind/:id', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'forgetOffice',
      summary: 'Take back the name of an office that nobody fills and nothing waits for',
      params: OfficeParams,
      response: { 204: Type.Null() },
    },
    async handler({ caller, params }, reply) {
      authorise(caller, 'node.configure')
      const { kind, id: code } = params
      const key = officeKey(kind, code)
      const open = await rules.open()
      await commitDecided(documents, authorOf(caller), async () => {
        const before = await documents.get(POLICY_OFFICES, key)
        if (before === undefined) return NOTHING
        const all = await readOffices(documents, open, clock())
        const office = all.find((it) => keyOf(it) === key)
        if (office !== undefined && office.holders.length + office.waits.length > 0) throw inUse()
        const write = { collection: POLICY_OFFICES, id: key, expected: before.version }
        return { writes: [{ ...write, delete: true as const }], answer: undefined }
      })
      return await reply.code(204).send(null)
    },
  })
}

function inUse(): Problem {
  return new Problem('wrong-state', {
    en: 'Somebody fills this office, or a plan or call needs it',
    zh: '该机构或层级有人担任，或有方案、申报通知需要它',
  })
}
