import type { Author } from '../../lib/author.ts'
import { Problem } from '../../lib/problem.ts'
import type { Documents, DocumentWrite, Stored } from '../documents/documents.ts'
import {
  CALL_COUNTS,
  CALLS,
  CASE_ENTRIES,
  CASES,
  type Call,
  type Case,
  type CaseEntry,
  FILES_MAX,
  type Pins,
} from './collections.ts'
import { contentWrite, digestOf, formOf } from './content.ts'
import { nextDue } from './deadlines.ts'
import {
  type Also,
  type Attempt,
  type CaseAnswer,
  type CaseDesk,
  doneOf,
  entryIdOf,
  readProcedure,
  repeatOf,
  untilCommitted,
} from './desk.ts'
import { type Actor, type Refused, refuse } from './events.ts'
import { APPLICANT, type Procedure, type Step } from './procedure.ts'
import { notAllowed } from './standing.ts'

/** What closes sooner than it was said closes no sooner than this after it is said. */
export const CLOSING_NOTICE_MS_MIN = 60_000
const ID_BYTES = 8
const RECEIPT_BYTES = 6

/**
 * Opens a call; `more` are writes of a room for the same commit. @throws Problem `invalid-input`, `not-found` (its procedure),
 * `stale-version` where there is one of this id
 */
export async function openCall(
  { documents }: CaseDesk,
  id: string,
  call: Call,
  { author, more = [] }: { readonly author: Author; readonly more?: readonly DocumentWrite[] },
): Promise<void> {
  if (call.closesAt <= call.opensAt) throw closesFirst()
  await readProcedure(documents, call.pins.procedure)
  const write = { collection: CALLS, id, expected: 0, put: call }
  await documents.commit([write, ...more], { author })
}

/** Another closing; `more` are writes of a room for the same commit. @throws Problem `not-found`, `invalid-input` */
export async function changeClosing(
  { documents, clock }: CaseDesk,
  id: string,
  closesAt: number,
  { author, more = [] }: { readonly author: Author; readonly more?: readonly DocumentWrite[] },
): Promise<void> {
  const stored = await readCall(documents, id)
  const { opensAt, closesAt: before } = stored.body
  if (closesAt <= opensAt) throw closesFirst()
  if (closesAt < before && closesAt < clock() + CLOSING_NOTICE_MS_MIN) {
    throw new Problem('invalid-input', {
      en: `A call does not close sooner than ${CLOSING_NOTICE_MS_MIN / 1_000} seconds from now`,
      zh: `提前截止须至少提前 ${CLOSING_NOTICE_MS_MIN / 1_000} 秒`,
    })
  }
  const put = { ...stored.body, closesAt }
  const write = { collection: CALLS, id, expected: stored.version, put }
  await documents.commit([write, ...more], { author })
}

export type Submission = {
  readonly key: string
  /** Id of the enterprise; the actor acts for it. Absent: the office itself begins the case, whoever does its first step. */
  readonly applicant?: string
  /** The call it answers, or by what it goes where it answers none: a letter, a complaint. */
  readonly under: { readonly call: string } | { readonly pins: Pins }
  readonly form: unknown
  readonly files?: readonly string[]
  /** Other enterprises it is about. */
  readonly parties?: readonly string[]
  readonly also?: Also
}

/**
 * Takes an application and answers with its receipt once it is durable. When it came in is read off the node's clock once,
 * before anything else: late is late to the second, and early is early.
 * @throws Problem `not-found`, `invalid-input`, `too-large`
 */
export async function submit(
  desk: CaseDesk,
  actor: Actor,
  submission: Submission,
): Promise<CaseAnswer> {
  const at = desk.clock()
  const { key, applicant, under, form, files = [], parties = [] } = submission
  if (files.length > FILES_MAX) {
    return refuse('too-many', `At most ${FILES_MAX} files`, `最多 ${FILES_MAX} 个文件`)
  }
  const plain = formOf(form)
  const fingerprint = digestOf({ applicant, under, form: plain, files, parties })
  const entryId = entryIdOf(`submit ${applicant ?? ''} ${JSON.stringify(under)}`, actor.author, key)
  const id = `c${desk.chance(ID_BYTES).toString('hex')}`
  const chance = desk.chance(RECEIPT_BYTES).toString('hex').toUpperCase()
  return await untilCommitted(desk, actor, async () => {
    const repeat = await repeatOf(desk.documents, entryId, fingerprint)
    if (repeat !== undefined) return repeat
    const coming = { id, at, chance, form: plain, fingerprint, entryId }
    return await begun(desk, actor, submission, coming)
  })
}

type Coming = {
  readonly id: string
  readonly at: number
  readonly chance: string
  readonly form: unknown
  readonly fingerprint: string
  readonly entryId: string
}

async function begun(
  desk: CaseDesk,
  actor: Actor,
  { applicant, under, files = [], parties = [], also }: Submission,
  { id, at, chance, form, fingerprint, entryId }: Coming,
): Promise<Attempt> {
  const pins = await pinsOf(desk.documents, under)
  const procedure = await readProcedure(desk.documents, pins.procedure)
  const content = contentWrite({ form, files }, { id, version: 1, at })
  const made = newCase(procedure, {
    ...('call' in under && { call: under.call }),
    receipt: `${dayText(at)}-${chance}`,
    receivedAt: at,
    ...(applicant !== undefined && { applicant }),
    parties: [...parties],
    pins,
    content: content.mark,
  })
  const who = applicant === undefined ? firstOf(procedure).by : [APPLICANT]
  const place =
    notAllowed(made, actor, who) ?? (await placeOf(desk.documents, under, { applicant, at }))
  if ('kind' in place) return place
  const dueAt = nextDue(made, { procedure, calendars: desk.calendars() })
  const after = { ...made, ...(dueAt !== undefined && { dueAt }) }
  const more = await also?.({ id, after, at })
  if (more !== undefined && 'refused' in more) return { kind: 'refused', reasons: more.refused }
  const entry: CaseEntry = {
    case: id,
    number: 1,
    at,
    author: { ...actor.author },
    deed: 'submit',
    step: after.step,
    section: 'thread',
    ...(files.length > 0 && { files: [...files] }),
    fingerprint,
  }
  return {
    writes: [
      { collection: CASES, id, expected: 0, put: after },
      { collection: CASE_ENTRIES, id: entryId, expected: 0, put: entry },
      content.write,
      ...place.writes,
      ...(more?.writes ?? []),
    ],
    answer: doneOf(after.receipt, entry, false),
  }
}

async function pinsOf(documents: Documents, under: Submission['under']): Promise<Pins> {
  return 'pins' in under ? under.pins : (await readCall(documents, under.call)).body.pins
}

type Place = { readonly writes: readonly DocumentWrite[] }

/** The write that counts a case; or why it is not taken. */
async function placeOf(
  documents: Documents,
  under: Submission['under'],
  { applicant, at }: { readonly applicant: string | undefined; readonly at: number },
): Promise<Place | Refused> {
  if ('pins' in under) return { writes: [] }
  const { id, body } = await readCall(documents, under.call)
  const [opens, closes] = [body.opensAt, body.closesAt].map((it) => new Date(it).toISOString())
  if (at < body.opensAt) {
    return refuse('early', `Applications are taken from ${opens}`, `自 ${opens} 起受理申报`)
  }
  if (at >= body.closesAt) {
    return refuse('late', `Applications were taken until ${closes}`, `申报已于 ${closes} 截止`)
  }
  if (body.perApplicantMax === undefined || applicant === undefined) return { writes: [] }
  const countId = `${id}~${applicant}`
  const count = await documents.get(CALL_COUNTS, countId)
  const cases = (count?.body.cases ?? 0) + 1
  if (cases > body.perApplicantMax) {
    return refuse(
      'too-many',
      `An applicant can hand in ${body.perApplicantMax} here`,
      `每个申请人最多提交 ${body.perApplicantMax} 件`,
    )
  }
  const expected = count?.version ?? 0
  return { writes: [{ collection: CALL_COUNTS, id: countId, expected, put: { cases } }] }
}

/** @throws Problem `not-found` */
async function readCall(documents: Documents, id: string): Promise<Stored<Call>> {
  const stored = await documents.get(CALLS, id)
  if (stored !== undefined) return stored
  throw new Problem('not-found', { en: 'There is no such call', zh: '没有该申报通知' })
}

type Beginning = 'call' | 'receipt' | 'receivedAt' | 'applicant' | 'parties' | 'pins' | 'content'

function firstOf({ steps }: Procedure): Step {
  const [first] = steps
  if (first === undefined) throw new TypeError('a procedure has steps')
  return first
}

/** A case in the first step of its procedure, whose clock runs from when it came in. */
function newCase(procedure: Procedure, of: Pick<Case, Beginning>): Case {
  const first = firstOf(procedure)
  const clock = { startedAt: of.receivedAt, stops: [] }
  const visits = [{ step: first.id, clock, rounds: 0 }]
  return { ...of, state: 'open', step: first.id, visits, entries: 1 }
}

function dayText(at: number): string {
  return new Date(at).toISOString().slice(0, 10).replaceAll('-', '')
}

function closesFirst(): Problem {
  const reason = { en: 'must be after the opening', zh: '必须晚于开始时间' }
  return new Problem('invalid-input', reason, { fields: [{ path: '/closesAt', reason }] })
}
