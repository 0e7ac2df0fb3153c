import { authorOf } from '../../kernel/access/caller.ts'
import { authorise, type Caller, mayDo } from '../../kernel/access/permissions.ts'
import { hashSecret } from '../../kernel/access/token.ts'
import { submit } from '../../kernel/cases/calls.ts'
import { readContent } from '../../kernel/cases/content.ts'
import { type Also, act, type CaseDesk, publishProcedure } from '../../kernel/cases/desk.ts'
import type { Actor, CaseEvent } from '../../kernel/cases/events.ts'
import { dueOf } from '../../kernel/cases/terms.ts'
import { actsFor, postOf } from '../cases/actors.ts'
import { caseDeskOf } from '../cases/desk.ts'
import { doneOr } from '../cases/refusals.ts'
import {
  LETTER_TERMS,
  LETTERS,
  type Letter,
  type LetterTerms,
  type StoredLetter,
} from './collections.ts'
import { letterProcedure, OFFICE } from './letter-procedure.ts'
import {
  departmentsOf,
  emptied,
  notThere,
  opens,
  type PapersDeps,
  plainAll,
  regionFindings,
  requireNone,
  requireOffice,
  secretOf,
  whoIs,
  wrongField,
  wrongState,
} from './parts.ts'

const SCOPE = 'letter'
const FORWARDS_MAX = 100
const INTAKE: Actor = {
  author: { kind: 'system', id: 'letters' },
  roles: [OFFICE],
  enterprises: [],
}

/** What somebody writes. Kept as the content of the case, where name and contact are personal data. */
export type LetterForm = {
  readonly kind: Letter['kind']
  readonly region: string
  readonly subject: string
  readonly text: string
  readonly name?: string
  readonly contact?: string
}

export type LetterReceipt = {
  readonly receipt: string
  readonly secret: string
  readonly dueAt?: number
  readonly byCalendarDays: boolean
}

/**
 * Takes a letter from anybody and begins its case; the same key with the same letter answers the same receipt.
 * @throws Problem `invalid-input`, `too-large`
 */
export async function takeLetter(
  deps: PapersDeps,
  { key, form }: { readonly key: string; readonly form: LetterForm },
): Promise<LetterReceipt> {
  const written = plainAll(form)
  requireNone([...emptied(written), ...regionFindings(await deps.rules.open(), written.region)])
  const desk = await caseDeskOf(deps)
  const { terms, byCalendarDays } = await termsNow(deps, desk, written.region)
  const procedure = letterProcedure(terms)
  await publishProcedure(desk, procedure, INTAKE.author)
  const secret = secretOf(await deps.access.statusSecret(), SCOPE, key)
  const also: Also = async ({ id, after, at }) => {
    const put: Letter = {
      kind: written.kind,
      region: written.region,
      subject: written.subject,
      receipt: after.receipt,
      secretHash: hashSecret(secret),
      state: 'received',
      receivedAt: at,
      forwards: 0,
      ...(after.dueAt !== undefined && { dueAt: after.dueAt }),
      ...(byCalendarDays && { byCalendarDays }),
    }
    return { writes: [{ collection: LETTERS, id, expected: 0, put }] }
  }
  const { id, version } = procedure
  const pins = { procedure: { id, version }, form: { id: 'letter', version: '1' } }
  const done = doneOr(await submit(desk, INTAKE, { key, under: { pins }, form: written, also }))
  const letter = (await deps.documents.get(LETTERS, done.case))?.body
  return {
    receipt: letter?.receipt ?? '',
    secret,
    ...(letter?.dueAt !== undefined && { dueAt: letter.dueAt }),
    byCalendarDays,
  }
}

/** The terms of a region, in calendar days where no calendar says which days of them are worked. */
async function termsNow({ documents, clock }: PapersDeps, desk: CaseDesk, region: string) {
  const terms: LetterTerms = (await documents.get(LETTER_TERMS, region))?.body ?? {}
  const calendars = desk.calendars()
  let startedAt = clock()
  let byCalendarDays = false
  for (const term of [terms.accept, terms.answer]) {
    const calendar = term && calendars.get(term.calendar)
    if (term?.unit !== 'working-day') continue
    const due = calendar && dueOf({ startedAt, stops: [] }, term, calendar)
    if (due?.kind === 'running') startedAt = due.dueAt
    else byCalendarDays = true
  }
  if (!byCalendarDays) return { terms, byCalendarDays }
  const plain = (term: LetterTerms['accept']) => {
    if (term?.unit !== 'working-day') return term
    const { lastDay: _, ...rest } = term
    return { ...rest, unit: 'calendar-day' as const }
  }
  const [accept, answer] = [plain(terms.accept), plain(terms.answer)]
  return { terms: { ...(accept && { accept }), ...(answer && { answer }) }, byCalendarDays }
}

type Holder = { readonly receipt: string; readonly secret: string }

/** The letter of whoever holds its receipt and secret. @throws Problem `not-found` for either being wrong */
export async function followLetter(
  { documents }: PapersDeps,
  holder: Holder,
): Promise<StoredLetter> {
  const receipt = holder.receipt.trim().toUpperCase()
  const { items } = await documents.query(LETTERS, { where: { receipt }, limit: 1 })
  const [stored] = items
  if (stored === undefined || !opens(holder.secret, stored.body)) {
    throw notThere('receipt', '回执')
  }
  return stored
}

/** Once, after the answer. @throws Problem `not-found`, `wrong-state` */
export async function rateLetter(
  deps: PapersDeps,
  holder: Holder,
  { grade, word }: { readonly grade: number; readonly word?: string },
): Promise<void> {
  const stored = await followLetter(deps, holder)
  const { satisfaction, state } = stored.body
  if (satisfaction?.grade === grade && satisfaction.word === word) return
  if (satisfaction !== undefined) throw wrongState('It was rated already', '已评价')
  if (state !== 'answered') throw wrongState('It is not answered yet', '尚未答复')
  const put: Letter = {
    ...stored.body,
    satisfaction: plainAll({ grade, ...(word !== undefined && { word }), at: deps.clock() }),
  }
  const write = { collection: LETTERS, id: stored.id, expected: stored.version, put }
  await deps.documents.commit([write], { author: INTAKE.author })
}

/** Units whose letters a caller sees; undefined: all. @throws Problem `not-signed-in`, `not-authorised` */
export async function unitsOf(
  { documents }: PapersDeps,
  caller: Caller,
): Promise<readonly string[] | undefined> {
  requireOffice(caller)
  const { units } = await postOf(documents, caller)
  return units.length === 0 ? undefined : units
}

/** @throws Problem `not-found` also for a letter that another unit has */
export async function readLetter(
  deps: PapersDeps,
  caller: Caller,
  id: string,
): Promise<StoredLetter> {
  requireOffice(caller)
  const stored = await deps.documents.get(LETTERS, id)
  const post = await postOf(deps.documents, caller)
  const isTheirs =
    stored !== undefined &&
    (post.units.length === 0 || (stored.body.unit !== undefined && actsFor(post, stored.body.unit)))
  if (!isTheirs) throw notThere('letter', '来信')
  return stored
}

export async function formOfLetter({ documents }: PapersDeps, id: string): Promise<LetterForm> {
  return (await readContent(documents, id, 1)).form as LetterForm
}

/** As a letter's case knows somebody of the office. */
export function officer(caller: Caller): Actor {
  const roles = mayDo(caller, 'policy.publish') || mayDo(caller, 'policy.read') ? [OFFICE] : []
  return { author: authorOf(caller), roles, enterprises: [] }
}

export type LetterDeed =
  | { readonly do: 'accept' }
  | { readonly do: 'not-ours'; readonly text: string }
  | { readonly do: 'forward'; readonly unit?: string; readonly reason: string }
  | { readonly do: 'answer'; readonly text: string }

/**
 * A deed of the office on a letter; forwarding starts no clock anew. The same key again is the same once.
 * @throws Problem `not-found`, `wrong-state`, `invalid-input`, `not-authorised`
 */
export async function actOnLetter(
  deps: PapersDeps,
  caller: Caller,
  { id, key, deed }: { readonly id: string; readonly key: string; readonly deed: LetterDeed },
): Promise<void> {
  authorise(caller, 'policy.publish')
  const { body } = await readLetter(deps, caller, id)
  const written = plainAll(deed)
  requireNone(emptied(written))
  const unit =
    written.do === 'forward' ? await nameOfUnit(deps, body.region, written.unit) : undefined
  const also: Also = async ({ after, at }) => {
    const stored = await deps.documents.get(LETTERS, id)
    if (stored === undefined) throw notThere('letter', '来信')
    const put = afterDeed(stored.body, written, { by: whoIs(caller), at })
    const { dueAt: _, ...rest } = put
    const due = after.state === 'open' && after.dueAt !== undefined ? { dueAt: after.dueAt } : {}
    const write = { collection: LETTERS, id, expected: stored.version, put: { ...rest, ...due } }
    return { writes: [write] }
  }
  const desk = await caseDeskOf(deps)
  doneOr(await act(desk, officer(caller), id, { event: eventOf(written, unit), key, also }))
}

/** @throws Problem `invalid-input` where the region has no such unit */
async function nameOfUnit(
  { rules }: PapersDeps,
  region: string,
  unit: string | undefined,
): Promise<string | undefined> {
  const known = departmentsOf(await rules.open(), region)
  const found = known.find((it) => it.id === unit)
  const reason = { en: 'there is no such office in this region', zh: '该区域没有此部门' }
  requireNone(unit === undefined || found !== undefined ? [] : [wrongField('/unit', reason)])
  return found?.name.zh
}

/** @param unit what the unit is called that it is forwarded to */
function eventOf(deed: LetterDeed, unit: string | undefined): CaseEvent {
  switch (deed.do) {
    case 'accept':
      return { do: 'advance', outcome: 'accepted' }
    case 'not-ours':
      return { do: 'advance', outcome: 'not-ours', note: deed.text }
    case 'answer':
      return { do: 'advance', outcome: 'answered', note: deed.text }
    case 'forward':
      return { do: 'attach', note: `${unit ?? '-'}：${deed.reason}` }
  }
}

function afterDeed(
  body: Letter,
  deed: LetterDeed,
  made: { readonly by: string; readonly at: number },
): Letter {
  switch (deed.do) {
    case 'accept':
      return { ...body, state: 'accepted' }
    case 'not-ours':
      return { ...body, state: 'not-ours', answer: { text: deed.text, ...made } }
    case 'answer':
      return { ...body, state: 'answered', answer: { text: deed.text, ...made } }
    case 'forward': {
      if (body.state === 'answered' || body.state === 'not-ours') {
        throw wrongState('It is closed', '来信已办结')
      }
      if (body.forwards >= FORWARDS_MAX) {
        throw wrongState('It was forwarded too often', '转办次数已达上限')
      }
      const { unit: _, ...rest } = body
      const to = deed.unit === undefined ? {} : { unit: deed.unit }
      return { ...rest, ...to, forwards: body.forwards + 1 }
    }
  }
}

/** States the terms of a region. @throws Problem `invalid-input` for a calendar that is not there, `stale-version` */
export async function stateTerms(
  deps: PapersDeps,
  caller: Caller,
  { region, version, terms }: { region: string; version: number; terms: LetterTerms },
): Promise<void> {
  authorise(caller, 'policy.publish')
  const { calendars } = await caseDeskOf(deps)
  const unknown = Object.entries(terms).filter(([, it]) => !calendars().has(it.calendar))
  requireNone([
    ...regionFindings(await deps.rules.open(), region),
    ...unknown.map(([name]) => {
      const known = [...calendars().keys()].join(', ')
      const reason = { en: `there are these calendars: ${known}`, zh: `可用的日历：${known}` }
      return wrongField(`/${name}/calendar`, reason)
    }),
    ...Object.entries(terms).flatMap(([name, it]) => {
      if (it.source !== undefined) return []
      const reason = { en: 'say what the term rests on', zh: '请说明时限依据' }
      return [wrongField(`/${name}/source`, reason)]
    }),
  ])
  const write = { collection: LETTER_TERMS, id: region, expected: version, put: terms }
  await deps.documents.commit([write], { author: authorOf(caller) })
}
