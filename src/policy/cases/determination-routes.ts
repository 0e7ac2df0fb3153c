import { Type } from 'typebox'
import { commitDecided } from '../../kernel/access/access.ts'
import { authorOf } from '../../kernel/access/caller.ts'
import { type Caller, mayDo } from '../../kernel/access/permissions.ts'
import { unstored } from '../../kernel/access/route-parts.ts'
import { NoteSchema } from '../../kernel/cases/collections.ts'
import { digestOf } from '../../kernel/cases/content.ts'
import { entryIdOf } from '../../kernel/cases/desk.ts'
import type { Documents } from '../../kernel/documents/documents.ts'
import { parseFacts } from '../../kernel/facts/parse-facts.ts'
import type { App } from '../../lib/http.ts'
import { formatDigits, type JsonDigits, parseDigits } from '../../lib/json-digits.ts'
import { type FieldProblem, Problem } from '../../lib/problem.ts'
import { POLICY_AWARDS } from '../awards/collections.ts'
import type { PolicyDeps } from '../desk/deps.ts'
import { callOfCase, determinationsOf, factsOfCase, type WithMeasured } from './case-facts.ts'
import {
  type Determination,
  type DeterminationEntry,
  ENTRIES_MAX,
  POLICY_DETERMINATIONS,
  type SupportForm,
} from './collections.ts'
import { digitsOf } from './form-facts.ts'
import { isHandedIn } from './handing-in.ts'
import { OutlookReply, outlookOf } from './outlook.ts'
import { Id, KeyHeaders, keyOf, Params, Time, timeOf } from './parts.ts'
import { isOffice, type Met, meetCase } from './reading.ts'

const tags = ['policy']
const Line = Type.String({ minLength: 1, maxLength: 200 })

const EntryWish = Type.Object(
  {
    fact: Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'Name of the fact, or `determinations.NAME` for a judgement',
    }),
    item: Type.Optional(
      Type.String({ maxLength: 200, description: 'Number of an item of a list' }),
    ),
    part: Type.Optional(Line),
    value: Type.Unknown({
      description: 'As in a form: quantities as decimal text; null takes back what was told before',
    }),
    why: NoteSchema,
  },
  { additionalProperties: false },
)

const DeterminationWish = Type.Object(
  {
    document: Type.Object(
      {
        title: Type.String({ minLength: 1, maxLength: 300, pattern: '\\S' }),
        file: Type.Optional(Id),
      },
      { additionalProperties: false },
    ),
    entries: Type.Array(EntryWish, { minItems: 1, maxItems: ENTRIES_MAX }),
  },
  { additionalProperties: false },
)

const DeterminationReply = Type.Object({
  number: Type.Integer(),
  at: Time,
  author: Type.Object({ kind: Type.String(), id: Type.String() }),
  document: Type.Object({ title: Type.String(), file: Type.Optional(Type.String()) }),
  entries: Type.Array(
    Type.Object({
      fact: Type.String(),
      item: Type.Optional(Type.String()),
      part: Type.Optional(Type.String()),
      value: Type.String({ description: 'JSON text' }),
      why: Type.String(),
    }),
  ),
})

const ListReply = Type.Object({ items: Type.Array(DeterminationReply) })

/** What the office found out for a case, and what the rules make of it. */
export function determinationRoutes(app: App, deps: PolicyDeps & WithMeasured): void {
  app.get('/api/v1/policy/cases/:id/determinations', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'listDeterminations',
      summary:
        'What the office found out for a case, each with its document and reason; the oldest first',
      params: Params,
      response: { 200: ListReply },
    },
    handler: async ({ caller, params }) => {
      requireOffice(await meetCase(deps, caller, params.id))
      return await listed(deps.documents, params.id)
    },
  })
  tellRoute(app, deps)
  outlookRoute(app, deps)
}

function tellRoute(app: App, deps: PolicyDeps): void {
  app.post('/api/v1/policy/cases/:id/determinations', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'determine',
      summary:
        'Record what was found out: facts, judgements, parts of lines, with the document they stand in',
      params: Params,
      headers: KeyHeaders,
      body: DeterminationWish,
      response: { 201: ListReply },
    },
    async handler(request, reply) {
      const { caller, params, body } = request
      const met = await meetCase(deps, caller, params.id, 'write')
      requireOfficer(caller, met)
      const { form } = await callOfCase(deps.documents, met.state)
      const entries = entriesOf(body.entries, form)
      await requireDocument(deps, met, body.document.file)
      const { document } = body
      await tell(deps, caller, met, { document, entries, key: keyOf(request) })
      return reply.code(201).send(await listed(deps.documents, met.id))
    },
  })
}

function outlookRoute(app: App, deps: PolicyDeps & WithMeasured): void {
  app.get('/api/v1/policy/cases/:id/outlook', {
    onRequest: unstored,
    schema: {
      tags,
      operationId: 'readOutlook',
      summary:
        'What the rules of the call make of a case as it is known now, with the source of each fact',
      params: Params,
      response: { 200: OutlookReply },
    },
    async handler({ caller, params }) {
      const met = await meetCase(deps, caller, params.id)
      requireOffice(met)
      const given = await factsOfCase(deps.documents, met.id, deps)
      return await outlookOf(await deps.rules.openAt(met.support.rulesDigest), given)
    },
  })
}

/** Applicants and experts see what was handed in; what the office makes of it is told them by its decision. */
function requireOffice(met: Met): void {
  if (isOffice(met)) return
  throw new Problem('not-authorised', {
    en: 'This is for those who review the case',
    zh: '仅供办理人员查看',
  })
}

function requireOfficer(caller: Caller, met: Met): void {
  requireOffice(met)
  if (met.held.has('officer') && mayDo(caller, 'policy.review')) return
  throw new Problem('not-authorised', {
    en: 'This needs the right “policy.review”',
    zh: '此操作需要“policy.review”权限',
  })
}

async function listed(documents: Documents, id: string) {
  const items = (await determinationsOf(documents, id)).map(
    ({ number, at, author, document, entries }) => ({
      number,
      at: timeOf(at),
      author,
      document,
      entries,
    }),
  )
  return { items }
}

type Wish = {
  readonly document: Determination['document']
  readonly entries: readonly DeterminationEntry[]
  readonly key: string
}

/** Written once under a number of its own; the same key again is the same once. */
async function tell(
  { documents, clock }: PolicyDeps,
  caller: Caller,
  { id, state }: Met,
  { document, entries, key }: Wish,
): Promise<void> {
  if (state.state === 'withdrawn') throw over('The case was withdrawn', '案件已撤回')
  const author = authorOf(caller)
  const fingerprint = entryIdOf(`determine ${id}`, author, key)
  const asked = digestOf({ document, entries })
  await commitDecided(documents, author, async () => {
    const before = await determinationsOf(documents, id)
    const repeat = before.find((it) => it.fingerprint === fingerprint)
    if (repeat !== undefined) {
      const { document: known, entries: told } = repeat
      if (digestOf({ document: known, entries: told }) !== asked) throw keyUsed()
      return { writes: [], answer: undefined }
    }
    if ((await documents.count(POLICY_AWARDS, { case: id })) > 0) {
      throw over('An award was decided on these facts', '已据此作出资助决定，不能再更改')
    }
    const number = (before.at(-1)?.number ?? 0) + 1
    const put: Determination = {
      case: id,
      number,
      at: clock(),
      author,
      document,
      entries: [...entries],
      fingerprint,
    }
    const write = { collection: POLICY_DETERMINATIONS, id: `${id}~${number}`, expected: 0, put }
    return { writes: [write], answer: undefined }
  })
}

function over(en: string, zh: string): Problem {
  return new Problem('wrong-state', { en, zh })
}

function keyUsed(): Problem {
  return new Problem('invalid-input', {
    en: 'This key was used for another request',
    zh: '该键已用于另一请求',
  })
}

/** A file of a document is one that was handed in with the case: nobody reads another's by naming it. */
async function requireDocument(
  { documents }: PolicyDeps,
  { id, state }: Met,
  file: string | undefined,
): Promise<void> {
  if (file === undefined || (await isHandedIn(documents, { id, state }, file))) return
  const reason = { en: 'was not handed in with this case', zh: '不是本案提交的文件' }
  throw new Problem('invalid-input', reason, { fields: [{ path: '/document/file', reason }] })
}

type Entry = { fact: string; item?: string; part?: string; value: unknown; why: string }

/** Values judged by the types of the facts. @throws Problem `invalid-input` with every wrong entry */
function entriesOf(wishes: readonly Entry[], form: SupportForm): readonly DeterminationEntry[] {
  const fields: FieldProblem[] = []
  const entries = wishes.map((wish, index): DeterminationEntry => {
    const { fact, item, part, why } = wish
    const value = judgedValue(wish, form)
    if ('reason' in value)
      fields.push({ path: `/entries/${index}/${value.at}`, reason: value.reason })
    return {
      fact,
      value: 'reason' in value ? 'null' : formatDigits(value.digits),
      why,
      ...(item !== undefined && { item }),
      ...(part !== undefined && { part }),
    }
  })
  if (fields.length === 0) return entries
  throw new Problem(
    'invalid-input',
    { en: 'Some fields are not right', zh: '部分字段不符合要求' },
    { fields },
  )
}

type Valued =
  | { readonly digits: JsonDigits }
  | { readonly at: string; readonly reason: FieldProblem['reason'] }

/** Facts that no applicant fills in and every measure may ask the office for. */
const OF_EVERY_CASE: SupportForm['fields'] = [
  {
    name: 'determined_amount_yuan',
    title: { en: 'amount fixed by a decision', zh: '决定的金额' },
    type: { type: 'quantity', unit: 'yuan', decimals: 2 },
    group: '',
    by: 'office',
    officeParts: [],
    measures: ['*'],
  },
  {
    name: 'determination_document',
    title: { en: 'document of the decision', zh: '决定的文件' },
    type: { type: 'word' },
    group: '',
    by: 'office',
    officeParts: [],
    measures: ['*'],
  },
]

function judgedValue({ fact, item, part, value }: Entry, form: SupportForm): Valued {
  const [name = '', judgement] = fact.split('.')
  if (name === 'determinations' && judgement !== undefined) {
    if (typeof value === 'boolean' || value === null) return { digits: value }
    return {
      at: 'value',
      reason: { en: 'must be true, false or null', zh: '须为 true、false 或 null' },
    }
  }
  const field = [...form.fields, ...OF_EVERY_CASE].find((it) => it.name === fact)
  if (field === undefined) {
    return {
      at: 'fact',
      reason: { en: 'no measure of the case asks for it', zh: '本案各项措施均不涉及此项' },
    }
  }
  if ((item === undefined) !== (part === undefined)) {
    return { at: 'part', reason: { en: 'an item needs its part', zh: '须同时给出明细与其字段' } }
  }
  const digits =
    item !== undefined && part !== undefined
      ? [{ id: item, [part]: digitsIn(field.type, part, value) }]
      : digitsOf(field.type, value)
  try {
    parseFacts(new Map([[fact, field.type]]), { [fact]: digits as JsonDigits })
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem
    return { at: 'value', reason: problem.fields[0]?.reason ?? problem.text }
  }
  const told = item === undefined || part === undefined ? digits : digitsIn(field.type, part, value)
  return { digits: parseDigits(formatDigits(told as JsonDigits)) }
}

function digitsIn(
  type: SupportForm['fields'][number]['type'],
  part: string,
  value: unknown,
): JsonDigits {
  const inner = type.type === 'list' && type.of.type === 'record' ? type.of.fields[part] : undefined
  return inner === undefined ? (value as JsonDigits) : digitsOf(inner, value)
}
