import { createHash } from 'node:crypto'
import { type Static, Type } from 'typebox'
import { literals } from '../../kernel/access/collections.ts'
import { changeClosing, openCall } from '../../kernel/cases/calls.ts'
import { CALLS, type Call } from '../../kernel/cases/collections.ts'
import { digestOf } from '../../kernel/cases/content.ts'
import { type CaseDesk, publishProcedure } from '../../kernel/cases/desk.ts'
import { CodeSchema, TextSchema } from '../../kernel/cases/procedure.ts'
import type { Documents, DocumentWrite, Stored } from '../../kernel/documents/documents.ts'
import { unknownName } from '../../kernel/packs/nearest.ts'
import type { Author } from '../../lib/author.ts'
import { type FieldProblem, Problem } from '../../lib/problem.ts'
import type { OpenRules } from '../desk/rules-shelf.ts'
import type { Measure } from '../measure-schema.ts'
import type { Rules } from '../rules.ts'
import { standingTest } from '../standing.ts'
import { dayOfCase } from './case-facts.ts'
import {
  CALL_MODES,
  MEASURES_MAX,
  PAPERS_MAX,
  POLICY_CALLS,
  POLICY_FORMS,
  type SupportCall,
  type SupportForm,
} from './collections.ts'
import { FORM_ID, formDocumentId, formOf, formVersion, readFormSpec } from './form.ts'
import { ProcedureWish, procedureOf, readTemplate } from './procedure.ts'

const Line = Type.String({ minLength: 1, maxLength: 200 })
const closed = { additionalProperties: false }
const Decimal = Type.String({ pattern: '^(0|[1-9][0-9]{0,17})(\\.[0-9]{1,2})?$' })
const Ratio = Type.String({ pattern: '^[0-9]{1,6}/[1-9][0-9]{0,5}$' })

/** What whoever opens a call states. */
export const CallWish = Type.Object(
  {
    title: TextSchema,
    measures: Type.Array(Line, { minItems: 1, maxItems: MEASURES_MAX, uniqueItems: true }),
    mode: literals(CALL_MODES),
    opensAt: Type.String({ format: 'date-time', description: 'The first instant that is in time' }),
    closesAt: Type.String({ format: 'date-time', description: 'The first instant that is late' }),
    department: Type.Optional(CodeSchema),
    perApplicantMax: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000 })),
    source: Type.Optional(
      Type.String({ minLength: 1, maxLength: 500, description: 'The paper that announces it' }),
    ),
    guide: Type.Optional(Line),
    auditStandard: Type.Optional(Line),
    papers: Type.Array(
      Type.Object(
        { name: Line, title: TextSchema, measures: Type.Optional(Type.Array(Line)) },
        closed,
      ),
      { maxItems: PAPERS_MAX, description: 'Papers asked for, of all measures or of some' },
    ),
    caps: Type.Optional(
      Type.Record(Line, Decimal, {
        maxProperties: 50,
        description: 'Caps of the guide by its keys, yuan as decimal text',
      }),
    ),
    rates: Type.Optional(Type.Record(Line, Ratio, { maxProperties: 50 })),
    procedure: ProcedureWish,
  },
  closed,
)

export type CallWish = Static<typeof CallWish>

export type FoundCall = {
  readonly id: string
  readonly call: Call
  readonly support: SupportCall
  readonly createdAt: number
}

/**
 * Opens a call with its form and procedure, in one commit. The same key again is the same call.
 * @throws Problem `invalid-input` with every wrong field
 */
export async function openSupportCall(
  desk: CaseDesk,
  shelf: OpenRules,
  { wish, author, key }: { readonly wish: CallWish; readonly author: Author; readonly key: string },
): Promise<string> {
  const { documents } = desk
  const fingerprint = digestOf(wish)
  const id = idOf(author, key)
  const before = await documents.get(POLICY_CALLS, id)
  if (before !== undefined) return repeated(before, fingerprint)
  const [opensAt, closesAt] = [Date.parse(wish.opensAt), Date.parse(wish.closesAt)]
  const measures = chosenMeasures(shelf.rules, { ...wish, opensAt, closesAt })
  const procedure = procedureOf(await readTemplate(), wish.procedure)
  await publishProcedure(desk, procedure, author)
  const form = formOf(measures, shelf.rules, await readFormSpec())
  const version = formVersion(form)
  const { title, source, perApplicantMax, guide, auditStandard, department } = wish
  const call: Call = {
    title,
    opensAt,
    closesAt,
    pins: {
      procedure: { id: procedure.id, version: procedure.version },
      form: { id: FORM_ID, version },
      rules: shelf.digest,
      ...(guide !== undefined && { guide }),
      ...(auditStandard !== undefined && { auditStandard }),
      ...(department !== undefined && { department }),
    },
    ...(perApplicantMax !== undefined && { perApplicantMax }),
    ...(source !== undefined && { source }),
  }
  const support = supportOf(wish, { opensAt, closesAt, rules: shelf, fingerprint })
  const more: DocumentWrite[] = [
    { collection: POLICY_CALLS, id, expected: 0, put: support },
    ...(await formWrites(documents, version, form)),
  ]
  await openCall(desk, id, call, { author, more })
  return id
}

function repeated({ id, body }: Stored<SupportCall>, fingerprint: string): string {
  if (body.fingerprint === fingerprint) return id
  throw new Problem('invalid-input', {
    en: 'This key was used for another request',
    zh: '该键已用于另一请求',
  })
}

function idOf({ kind, id }: Author, key: string): string {
  return `s${createHash('sha256')
    .update(JSON.stringify([kind, id, key]))
    .digest('hex')
    .slice(0, 16)}`
}

async function formWrites(
  documents: Documents,
  version: string,
  form: SupportForm,
): Promise<DocumentWrite[]> {
  const id = formDocumentId({ id: FORM_ID, version })
  const isThere = (await documents.get(POLICY_FORMS, id)) !== undefined
  // written once; whoever is faster writes the same
  return isThere ? [] : [{ collection: POLICY_FORMS, id, put: form }]
}

function supportOf(
  { measures, mode, department, papers, caps, rates }: CallWish,
  of: {
    readonly opensAt: number
    readonly closesAt: number
    readonly rules: OpenRules
    readonly fingerprint: string
  },
): SupportCall {
  const { rules, digest } = of.rules
  const titles = measures.map((it) => [
    it,
    (rules.measures.get(it)?.measure ?? rules.articles.get(it))?.title,
  ])
  return {
    measures,
    titles: Object.fromEntries(titles),
    mode,
    opensAt: of.opensAt,
    closesAt: of.closesAt,
    papers,
    rulesDigest: digest,
    fingerprint: of.fingerprint,
    ...(department !== undefined && { department }),
    ...(caps !== undefined && { caps }),
    ...(rates !== undefined && { rates }),
  }
}

type Window = Pick<CallWish, 'measures' | 'mode' | 'papers'> & {
  readonly opensAt: number
  readonly closesAt: number
}

/** The measures of a call, those of an article each. A live call has only such as are in force over its whole window. */
function chosenMeasures(rules: Rules, window: Window): readonly Measure[] {
  const fields: FieldProblem[] = []
  const chosen = window.measures.flatMap((id, index) => {
    const branches = rules.articles.get(id)?.branches.map((it) => it.measure) ?? [id]
    const found = branches.flatMap((it) => rules.measures.get(it)?.measure ?? [])
    const path = `/measures/${index}`
    if (found.length === 0) {
      const known = [...rules.measures.keys(), ...rules.articles.keys()]
      fields.push({ path, reason: unknownName(id, known, { en: 'measure', zh: '措施' }) })
    }
    if (window.mode === 'live') fields.push(...found.flatMap((it) => notInForce(it, window, path)))
    return found
  })
  for (const [index, { measures = [] }] of window.papers.entries()) {
    if (measures.every((it) => window.measures.includes(it))) continue
    const reason = { en: 'names a measure that is not in the call', zh: '含有不在本次申报内的措施' }
    fields.push({ path: `/papers/${index}/measures`, reason })
  }
  if (fields.length === 0) return chosen
  throw new Problem(
    'invalid-input',
    { en: 'The call cannot be opened so', zh: '无法这样开放申报' },
    { fields },
  )
}

function notInForce(measure: Measure, { opensAt, closesAt }: Window, path: string): FieldProblem[] {
  const days = [dayOfCase(opensAt), dayOfCase(closesAt - 1)]
  const codes = days.flatMap((day) => {
    return standingTest(measure, 'live', (it) => (it === 'application_date' ? day : null)).refused
  })
  const [code] = codes
  if (code === undefined) return []
  const reason =
    code === 'OUT_OF_VALIDITY'
      ? {
          en: `${measure.id} is not in force in this window`,
          zh: `${measure.id} 在申报期内不在有效期`,
        }
      : {
          en: `${measure.id} is a draft or was reported by letter: it pays nothing, open it as a pilot`,
          zh: `${measure.id} 为征求意见稿或来函所述，不能兑现，只能以试行方式开放`,
        }
  return [{ path, reason }]
}

/** A call of the policy desk. @throws Problem `not-found` */
export async function readSupportCall(documents: Documents, id: string): Promise<FoundCall> {
  const [call, support] = await Promise.all([
    documents.get(CALLS, id),
    documents.get(POLICY_CALLS, id),
  ])
  if (call !== undefined && support !== undefined) {
    return { id, call: call.body, support: support.body, createdAt: call.createdAt }
  }
  throw new Problem('not-found', { en: 'There is no such call', zh: '没有该申报通知' })
}

/** Another closing. @throws Problem `not-found`, `invalid-input` */
export async function closeSupportCall(
  desk: CaseDesk,
  id: string,
  { closesAt, author }: { readonly closesAt: number; readonly author: Author },
): Promise<void> {
  const stored = await desk.documents.get(POLICY_CALLS, id)
  if (stored === undefined) await readSupportCall(desk.documents, id)
  else {
    const put = { ...stored.body, closesAt }
    const more = [{ collection: POLICY_CALLS, id, expected: stored.version, put }]
    await changeClosing(desk, id, closesAt, { author, more })
  }
}
