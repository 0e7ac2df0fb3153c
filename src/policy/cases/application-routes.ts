import { Type } from 'typebox'
import { authorise, requireReach } from '../../kernel/access/permissions.ts'
import { EnterpriseId, unstored } from '../../kernel/access/route-parts.ts'
import { CASES } from '../../kernel/cases/collections.ts'
import type { App } from '../../lib/http.ts'
import type { PolicyDeps } from '../desk/deps.ts'
import { enterprisesOf } from './actors.ts'
import { factsOfForm, type WithMeasured } from './case-facts.ts'
import { ApplicationForm, POLICY_FORMS } from './collections.ts'
import { caseDeskOf } from './desk.ts'
import { formDocumentId } from './form.ts'
import { checkByForm, handIn } from './handing-in.ts'
import { readSupportCall } from './opening.ts'
import { OutlookReply, outlookOf } from './outlook.ts'
import { After, Id, KeyHeaders, keyOf, Limit, Params, Time, timeOf } from './parts.ts'
import { SummaryReply, summariesOf } from './summaries.ts'

const tags = ['policy']

/** For those who apply: what would come of it, handing in, and their own list. */
export function applicationRoutes(app: App, deps: PolicyDeps & WithMeasured): void {
  previewRoute(app, deps)
  submitRoute(app, deps)
  listRoute(app, deps)
}

const Filled = { enterprise: EnterpriseId, form: ApplicationForm }

function previewRoute(app: App, deps: PolicyDeps & WithMeasured): void {
  app.post('/api/v1/policy/calls/:id/preview', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'previewApplication',
      summary: 'What the rules make of a form as it is filled in; nothing is kept',
      params: Params,
      body: Type.Object(Filled, { additionalProperties: false }),
      response: { 200: OutlookReply },
    },
    async handler({ caller, params, body }) {
      authorise(caller, 'applications.read', body.enterprise)
      const { documents, clock } = deps
      const found = await readSupportCall(documents, params.id)
      await checkByForm(deps, found, body.form)
      const form = await documents.get(POLICY_FORMS, formDocumentId(found.call.pins.form))
      if (form === undefined) throw new TypeError('a call has its form')
      const filled = {
        applicant: body.enterprise,
        call: found.support,
        callId: params.id,
        form: form.body,
        application: body.form,
        at: clock(),
      }
      const given = await factsOfForm(documents, filled, deps.measured)
      return await outlookOf(await deps.rules.openAt(found.support.rulesDigest), given)
    },
  })
}

export const ReceiptReply = Type.Object({
  case: Type.String(),
  receipt: Type.String(),
  receivedAt: Time,
  isRepeat: Type.Boolean({ description: 'The key was used before: this is what was done then' }),
})

function submitRoute(app: App, deps: PolicyDeps): void {
  app.post('/api/v1/policy/applications', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'submitApplication',
      summary: 'Hand in an application; the receipt is given once it is durable',
      description: 'When it came in is told by the node’s clock; late is late to the second.',
      headers: KeyHeaders,
      body: Type.Object({ call: Id, ...Filled }, { additionalProperties: false }),
      response: { 201: ReceiptReply },
    },
    async handler(request, reply) {
      const { caller, body } = request
      authorise(caller, 'applications.write', body.enterprise)
      const asked = { ...body, key: keyOf(request) }
      const done = await handIn(await caseDeskOf(deps), caller, asked)
      return reply.code(201).send({
        case: done.case,
        receipt: done.receipt ?? '',
        receivedAt: timeOf(done.at),
        isRepeat: done.isRepeat,
      })
    },
  })
}

function listRoute(app: App, deps: PolicyDeps): void {
  app.get('/api/v1/policy/applications', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'listApplications',
      summary: 'Applications of the enterprises one acts for, the newest first',
      querystring: Type.Object({
        enterprise: Type.Optional(EnterpriseId),
        after: After,
        limit: Limit,
      }),
      response: {
        200: Type.Object({ items: Type.Array(SummaryReply), next: Type.Optional(Type.String()) }),
      },
    },
    async handler({ caller, query }) {
      const reach = requireReach(caller, 'applications.read')
      const own = enterprisesOf(caller).filter((it) => reach === 'node' || reach.has(it))
      const { enterprise, after, limit } = query
      const asked = own.filter((it) => enterprise === undefined || it === enterprise)
      if (asked.length === 0) return { items: [] }
      const page = await deps.documents.query(CASES, {
        where: { applicant: { in: asked } },
        order: { by: 'receivedAt', descending: true },
        limit,
        ...(after !== undefined && { after }),
      })
      const items = await summariesOf(deps, page.items)
      return { items, ...(page.next !== undefined && { next: page.next }) }
    },
  })
}
