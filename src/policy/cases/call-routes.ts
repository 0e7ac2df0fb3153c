import { type Static, Type } from 'typebox'
import { authorOf } from '../../kernel/access/caller.ts'
import { authorise } from '../../kernel/access/permissions.ts'
import { unstored } from '../../kernel/access/route-parts.ts'
import { CALLS } from '../../kernel/cases/collections.ts'
import { readProcedure } from '../../kernel/cases/desk.ts'
import { TextSchema } from '../../kernel/cases/procedure.ts'
import type { Query } from '../../kernel/documents/documents.ts'
import type { App } from '../../lib/http.ts'
import { Problem } from '../../lib/problem.ts'
import type { PolicyDeps } from '../desk/deps.ts'
import { POLICY_CALLS, POLICY_FORMS } from './collections.ts'
import { caseDeskOf } from './desk.ts'
import { formDocumentId } from './form.ts'
import {
  CallWish,
  closeSupportCall,
  type FoundCall,
  openSupportCall,
  readSupportCall,
} from './opening.ts'
import {
  After,
  CALL_STATES,
  CallReply,
  type CallState,
  KeyHeaders,
  keyOf,
  Limit,
  Params,
  StepReply,
  showCall,
  Time,
} from './parts.ts'

const tags = ['policy']

/** Calls for applications: everybody reads them, officials open and close them. */
export function callRoutes(app: App, deps: PolicyDeps): void {
  listRoute(app, deps)
  readRoute(app, deps)
  openRoute(app, deps)
  closingRoute(app, deps)
}

function listRoute(app: App, { documents, clock }: PolicyDeps): void {
  app.get('/api/v1/policy/calls', {
    schema: {
      tags,
      operationId: 'listSupportCalls',
      summary: 'Calls for applications, the one that closes last first',
      querystring: Type.Object({
        state: Type.Optional(Type.Enum([...CALL_STATES])),
        after: After,
        limit: Limit,
      }),
      response: {
        200: Type.Object({ items: Type.Array(CallReply), next: Type.Optional(Type.String()) }),
      },
    },
    async handler({ query }) {
      const at = clock()
      const page = await documents.query(POLICY_CALLS, {
        where: whereOf(query.state, at),
        order: { by: 'closesAt', descending: true },
        limit: query.limit,
        ...(query.after !== undefined && { after: query.after }),
      })
      const found = await Promise.all(
        page.items.map(async ({ id, body: support }): Promise<FoundCall[]> => {
          const call = await documents.get(CALLS, id)
          return call === undefined
            ? []
            : [{ id, call: call.body, support, createdAt: call.createdAt }]
        }),
      )
      const items = found.flat().map((it) => showCall(it, at))
      return { items, ...(page.next !== undefined && { next: page.next }) }
    },
  })
}

function whereOf(state: CallState | undefined, at: number): NonNullable<Query['where']> {
  switch (state) {
    case 'coming':
      return { opensAt: { from: at + 1 } }
    case 'open':
      return { opensAt: { to: at }, closesAt: { from: at + 1 } }
    case 'closed':
      return { closesAt: { to: at } }
    case undefined:
      return {}
  }
}

const FieldReply = Type.Object({
  name: Type.String(),
  title: TextSchema,
  type: Type.Unknown({ description: 'As in the packs: quantity, word, flag, day, list …' }),
  group: Type.String(),
  by: Type.Enum(['applicant', 'office']),
  officeParts: Type.Array(Type.String()),
  measures: Type.Array(Type.String()),
})

const Titled = Type.Object({ name: Type.String(), title: TextSchema })

export const CallDetail = Type.Object({
  ...CallReply.properties,
  fields: Type.Array(FieldReply),
  groups: Type.Array(Type.Object({ id: Type.String(), title: TextSchema })),
  parts: Type.Record(Type.String(), TextSchema),
  types: Type.Array(Titled, { description: 'Kinds of applicant' }),
  judgements: Type.Array(Titled, { description: 'What only people judge' }),
  papers: Type.Array(
    Type.Object({ ...Titled.properties, measures: Type.Optional(Type.Array(Type.String())) }),
  ),
  steps: Type.Array(StepReply),
})

async function detailOf({ documents, clock }: PolicyDeps, id: string) {
  const found = await readSupportCall(documents, id)
  const { pins } = found.call
  const [form, procedure] = await Promise.all([
    documents.get(POLICY_FORMS, formDocumentId(pins.form)),
    readProcedure(documents, pins.procedure),
  ])
  if (form === undefined) {
    throw new Problem('not-found', { en: 'There is no such form', zh: '没有该表单' })
  }
  return {
    ...showCall(found, clock()),
    ...form.body,
    papers: found.support.papers,
    steps: procedure.steps.map(({ id: step, title, term, correction }) => ({
      id: step,
      title,
      ...(term !== undefined && { term }),
      ...(correction?.term !== undefined && { correctionTerm: correction.term }),
    })),
  } as unknown as Static<typeof CallDetail>
}

function readRoute(app: App, deps: PolicyDeps): void {
  app.get('/api/v1/policy/calls/:id', {
    schema: {
      tags,
      operationId: 'readSupportCall',
      summary: 'A call with its form, its papers and the course of its applications',
      params: Params,
      response: { 200: CallDetail },
    },
    handler: async ({ params }) => await detailOf(deps, params.id),
  })
}

function openRoute(app: App, deps: PolicyDeps): void {
  app.post('/api/v1/policy/calls', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'openSupportCall',
      summary: 'Open a call: its measures, window, papers, and the course with the terms it states',
      description:
        'The form is made of what the measures ask about. A live call takes only measures that are in force over its whole window; a pilot may take drafts and pays nothing.',
      headers: KeyHeaders,
      body: CallWish,
      response: { 201: CallDetail },
    },
    async handler(request, reply) {
      const { caller, body } = request
      authorise(caller, 'policy.review')
      const asked = { wish: body, author: authorOf(caller), key: keyOf(request) }
      const id = await openSupportCall(await caseDeskOf(deps), await deps.rules.open(), asked)
      return reply.code(201).send(await detailOf(deps, id))
    },
  })
}

function closingRoute(app: App, deps: PolicyDeps): void {
  app.patch('/api/v1/policy/calls/:id', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'changeSupportCallClosing',
      summary: 'Another closing of a call; not sooner than a minute from now',
      params: Params,
      body: Type.Object({ closesAt: Time }, { additionalProperties: false }),
      response: { 200: CallDetail },
    },
    async handler({ caller, params, body }) {
      authorise(caller, 'policy.review')
      const closesAt = Date.parse(body.closesAt)
      await closeSupportCall(await caseDeskOf(deps), params.id, {
        closesAt,
        author: authorOf(caller),
      })
      return await detailOf(deps, params.id)
    },
  })
}
