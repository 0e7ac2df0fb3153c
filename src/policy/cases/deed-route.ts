import { Type } from 'typebox'
import { USERS } from '../../kernel/access/collections.ts'
import { unstored } from '../../kernel/access/route-parts.ts'
import { type Also, act, type CaseDesk } from '../../kernel/cases/desk.ts'
import type { CaseEvent, PoolMember } from '../../kernel/cases/events.ts'
import { parseEvent } from '../../kernel/cases/parse-event.ts'
import type { Documents } from '../../kernel/documents/documents.ts'
import type { App } from '../../lib/http.ts'
import { type FieldProblem, Problem } from '../../lib/problem.ts'
import { fieldProblems } from '../../lib/schema-problems.ts'
import type { PolicyDeps } from '../desk/deps.ts'
import { CaseReply, shownCase } from './case-routes.ts'
import { type Application, ApplicationForm, POLICY_POSTS } from './collections.ts'
import { caseDeskOf } from './desk.ts'
import { checkByForm, filesOf, keptFiles } from './handing-in.ts'
import { marksWrite } from './marks.ts'
import { readSupportCall } from './opening.ts'
import { KeyHeaders, keyOf, Params } from './parts.ts'
import { type Met, meetCase } from './reading.ts'
import { doneOr } from './refusals.ts'

const DeedBody = Type.Object(
  {
    event: Type.Unknown({
      description:
        'What is done, by `do`: advance, attach, request-correction, answer-correction, lapse-correction, withdraw, begin-draw, freeze-pool, draw, declare-interest, exclude-member, score, consult, give-opinion, publish-notice, object, answer-objection, put-forward, approve, decline',
    }),
    seen: Type.Optional(
      Type.Integer({
        minimum: 0,
        description: 'Entries one knew of; what went on since is refused',
      }),
    ),
  },
  { additionalProperties: false },
)

/** Everything that is done to a case once it is handed in. */
export function deedRoute(app: App, deps: PolicyDeps): void {
  app.post('/api/v1/policy/cases/:id/deeds', {
    onRequest: unstored,
    schema: {
      tags: ['policy'],
      operationId: 'actOnSupportCase',
      summary: 'Do something to a case; answers with the case as it is then',
      params: Params,
      headers: KeyHeaders,
      body: DeedBody,
      response: { 200: CaseReply },
    },
    async handler(request) {
      const { caller, params, body } = request
      const met = await meetCase(deps, caller, params.id, 'write')
      const asked = { event: parseEvent(body.event), key: keyOf(request), seen: body.seen }
      await doDeed(deps, met, asked)
      return await shownCase(deps, caller, met.id)
    },
  })
}

async function doDeed(
  deps: PolicyDeps,
  met: Met,
  asked: { readonly event: CaseEvent; readonly key: string; readonly seen: number | undefined },
): Promise<void> {
  const { key, seen } = asked
  const desk = await caseDeskOf(deps)
  const { event, also } = await prepared(desk, met, asked.event)
  const answer = await act(desk, met.actor, met.id, {
    event,
    key,
    ...(seen !== undefined && { seen }),
    ...(also !== undefined && { also }),
  })
  doneOr(answer)
}

type Prepared = { readonly event: CaseEvent; readonly also?: Also }

/** What the room has to say to a deed before the kernel judges it. */
async function prepared(desk: CaseDesk, met: Met, event: CaseEvent): Promise<Prepared> {
  switch (event.do) {
    case 'answer-correction':
      return await preparedAnswer(desk, met, event)
    case 'freeze-pool':
      return { event: { ...event, pool: await poolOf(desk.documents, event.pool) } }
    default:
      if ((event.files ?? []).length === 0) return { event }
      throw fieldProblem('/event/files', {
        en: 'papers of the office go with a determination',
        zh: '主管部门的文件请随认定提交',
      })
  }
}

async function preparedAnswer(
  desk: CaseDesk,
  { id, state }: Met,
  event: Extract<CaseEvent, { readonly do: 'answer-correction' }>,
): Promise<Prepared> {
  const { files: _, form, ...rest } = event
  if (form === undefined) return { event: rest }
  const fields = fieldProblems(ApplicationForm, form)
  if (fields.length > 0) {
    const text = { en: 'Some fields are not right', zh: '部分字段不符合要求' }
    const below = fields.map((it) => ({ ...it, path: `/form${it.path}` }))
    throw new Problem('invalid-input', text, { fields: below })
  }
  const filled = form as Application
  await checkByForm(desk, await readSupportCall(desk.documents, state.call ?? ''), filled)
  const files = filesOf(filled)
  const applicant = state.applicant ?? ''
  return {
    event: { ...rest, form, ...(files.length > 0 && { files }) },
    also: async () => ({
      writes: [marksWrite(id, applicant, filled), ...(await keptFiles(desk, applicant, files))],
    }),
  }
}

/**
 * Whom each person of a pool belongs to is known of their account and their declared interests; what the request says of it does not
 * count. @throws Problem `invalid-input` for who is no expert here
 */
async function poolOf(
  documents: Documents,
  pool: readonly PoolMember[],
): Promise<readonly PoolMember[]> {
  const fields: FieldProblem[] = []
  const found: PoolMember[] = []
  for (const [index, { id }] of pool.entries()) {
    const user = (await documents.get(USERS, id))?.body
    const isExpert = user?.state === 'active' && user.nodeRoles.some((it) => it === 'expert')
    if (user === undefined || !isExpert) {
      const reason = { en: 'is no expert of this node', zh: '不是本节点的评审专家' }
      fields.push({ path: `/event/pool/${index}/id`, reason })
      continue
    }
    const interests = (await documents.get(POLICY_POSTS, id))?.body.interests ?? []
    found.push({ id, organisations: [...new Set([...user.enterprises, ...interests])] })
  }
  if (fields.length === 0) return found
  throw new Problem(
    'invalid-input',
    { en: 'Some are no experts of this node', zh: '部分人员不是本节点的评审专家' },
    { fields },
  )
}

function fieldProblem(path: string, reason: FieldProblem['reason']): Problem {
  return new Problem('invalid-input', reason, { fields: [{ path, reason }] })
}
