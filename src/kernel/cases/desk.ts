import type { Author } from '../../lib/author.ts'
import type { Clock } from '../../lib/clock.ts'
import { Problem } from '../../lib/problem.ts'
import { SEED_BYTES } from '../../lib/seeded-draw.ts'
import { Turns } from '../../lib/turns.ts'
import type { Documents, DocumentWrite } from '../documents/documents.ts'
import type { Calendar } from './calendar.ts'
import {
  CASE_ENTRIES,
  CASE_PROCEDURES,
  CASES,
  type Case,
  type CaseEntry,
  type StoredCase,
} from './collections.ts'
import { contentWrite, digestOf, formOf, type Handed, readContent } from './content.ts'
import type { Actor, CaseContext, CaseEvent, CaseRefusal, NewEntry } from './events.ts'
import { type Procedure, procedureFaults } from './procedure.ts'
import { type Seals, sealsOf } from './seals.ts'
import { turn } from './turn.ts'
import { heldRoles } from './view.ts'

/** So often somebody else may be faster, each time with another deed on the same case or quota. */
const TRIES_MAX = 64
/** After so many tries one stands in line. */
const TRIES_FREE = 3
export const KEY_CHARS_MAX = 255

/** What cases stand on. Time and chance are passed in. */
export type CaseDesk = {
  readonly documents: Documents
  readonly clock: Clock
  readonly calendars: () => ReadonlyMap<string, Calendar>
  /** So many random bytes. */
  readonly chance: (bytes: number) => Buffer
  /** What is kept closed is sealed with it; not in `documents`, so that who reads these reads none of it. */
  readonly sealKey: () => Promise<Buffer>
}

/**
 * A deed as a room's own rules see it: it may add writes to the same commit (a quota's, a ledger's), or refuse. What is sealed is
 * not shown to it either.
 */
export type Also = (made: {
  readonly id: string
  /** Absent: the case is new. */
  readonly before?: Case
  readonly after: Case
  readonly at: number
}) => Promise<
  { readonly writes: readonly DocumentWrite[] } | { readonly refused: readonly CaseRefusal[] }
>

export type CaseDone = {
  readonly kind: 'done'
  readonly case: string
  /** Not told to who objects: they may be strangers to the case. */
  readonly receipt?: string
  /** Of the entry in the thread; not told to who objects. */
  readonly number?: number
  /** When it came in. */
  readonly at: number
  /** The key was used before for the same: this is what was done then. */
  readonly isRepeat: boolean
}

export type CaseAnswer =
  | CaseDone
  | { readonly kind: 'refused'; readonly reasons: readonly CaseRefusal[] }

/** Publishes a procedure under its version. The same again changes nothing. @throws Problem `invalid-input`, `already-exists` */
export async function publishProcedure(
  { documents }: CaseDesk,
  procedure: Procedure,
  author: Author,
): Promise<void> {
  const fields = procedureFaults(procedure)
  if (fields.length > 0) {
    const text = { en: 'The procedure cannot be followed', zh: '流程定义有误' }
    throw new Problem('invalid-input', text, { fields })
  }
  const id = procedureId(procedure)
  const known = await documents.get(CASE_PROCEDURES, id)
  if (known === undefined) {
    const write = { collection: CASE_PROCEDURES, id, expected: 0, put: procedure }
    await documents.commit([write], { author })
  } else if (digestOf(known.body) !== digestOf(procedure)) {
    throw new Problem('already-exists', {
      en: `${id} was published with other steps; a change is another version`,
      zh: `${id} 已发布且内容不同，修改须使用新版本`,
    })
  }
}

export function procedureId({ id, version }: { readonly id: string; readonly version: string }) {
  return `${id}@${version}`
}

/** @throws Problem `not-found` */
export async function readProcedure(
  documents: Documents,
  reference: { readonly id: string; readonly version: string },
): Promise<Procedure> {
  const stored = await documents.get(CASE_PROCEDURES, procedureId(reference))
  if (stored === undefined) {
    throw new Problem('not-found', { en: 'There is no such procedure', zh: '没有该流程' })
  }
  return stored.body
}

export type Asked = {
  /** Of the caller: the same again is the same once. */
  readonly key: string
  /** Number of the last entry they saw; a deed on what went on since is refused. */
  readonly seen?: number
  readonly also?: Also
}

/**
 * Does a deed on a case: reads, decides, commits, and decides anew when somebody else was faster. When it came in is what counts
 * for terms, however often it is decided. @throws Problem `not-found` also where the case is not theirs to know of
 */
export async function act(
  desk: CaseDesk,
  actor: Actor,
  id: string,
  { event, key, seen, also }: Asked & { readonly event: CaseEvent },
): Promise<CaseAnswer> {
  const at = desk.clock()
  const seals = sealsOf(await desk.sealKey(), id)
  const deed: Coming = {
    at,
    seed: desk.chance(SEED_BYTES).toString('hex'),
    seals,
    fingerprint: event.do === 'score' ? seals.mark(event) : digestOf(event),
    entryId: entryIdOf(id, actor.author, key),
    event,
    actor,
    also,
  }
  return await untilCommitted(desk, actor, async () => {
    const stored = await readCase(desk.documents, id)
    const procedure = await readProcedure(desk.documents, stored.body.pins.procedure)
    if (heldRoles(stored.body, actor, procedure).size === 0 && !isOpenToAll(stored.body, event)) {
      throw noCase()
    }
    const repeat = await repeatOf(desk.documents, deed.entryId, deed.fingerprint)
    if (repeat !== undefined) return repeat
    if (seen !== undefined && seen !== stored.body.entries) return changedMeanwhile()
    return await decided(desk, stored, procedure, deed)
  })
}

function unsealed({ sealed: _, ...rest }: Case): Case {
  return rest
}

type Coming = {
  readonly at: number
  readonly seed: string
  readonly seals: Seals
  readonly fingerprint: string
  readonly entryId: string
  readonly event: CaseEvent
  readonly actor: Actor
  readonly also: Also | undefined
}

async function decided(
  desk: CaseDesk,
  stored: StoredCase,
  procedure: Procedure,
  deed: Coming,
): Promise<Attempt> {
  const { id, body: before, version } = stored
  const { at, actor, seed, seals, event, entryId, also } = deed
  const context: CaseContext = { at, actor, procedure, calendars: desk.calendars(), seed, seals }
  const turned = turn(before, event, context)
  if (turned.kind === 'refused') return turned
  const content = turned.content && (await contentOf(desk.documents, stored, turned.content, at))
  const after = content ? { ...turned.next, content: content.mark } : turned.next
  const more = await also?.({ id, before: unsealed(before), after: unsealed(after), at })
  if (more !== undefined && 'refused' in more) return { kind: 'refused', reasons: more.refused }
  const entry = entryOf(turned.entry, deed, { id, after, step: before.step })
  return {
    writes: [
      { collection: CASES, id, expected: version, put: after },
      { collection: CASE_ENTRIES, id: entryId, expected: 0, put: entry },
      ...(content ? [content.write] : []),
      ...(more?.writes ?? []),
    ],
    answer: doneOf(after.receipt, entry, false),
  }
}

export type Attempt =
  | CaseAnswer
  | { readonly writes: readonly DocumentWrite[]; readonly answer: CaseDone }

/**
 * Commits what is decided; decides again as long as others are faster. Who was beaten a few times stands in a line with others to
 * whom that happened, so that many who want the same do not wear each other out.
 */
export async function untilCommitted(
  { documents }: CaseDesk,
  { author }: Actor,
  decide: () => Promise<Attempt>,
): Promise<CaseAnswer> {
  let leave: (() => void) | undefined
  try {
    for (let tries = 1; ; tries++) {
      if (tries > TRIES_FREE) leave ??= await lineOf(documents).take()
      const attempt = await decide()
      if (!('writes' in attempt)) return attempt
      if (await isCommitted(documents, attempt.writes, { author, tries })) return attempt.answer
    }
  } finally {
    leave?.()
  }
}

async function isCommitted(
  documents: Documents,
  writes: readonly DocumentWrite[],
  { author, tries }: { readonly author: Author; readonly tries: number },
): Promise<boolean> {
  try {
    await documents.commit(writes, { author })
    return true
  } catch (problem) {
    const isStale = problem instanceof Problem && problem.code === 'stale-version'
    if (!isStale || tries >= TRIES_MAX) throw problem
    return false
  }
}

const lines = new WeakMap<Documents, Turns>()

function lineOf(documents: Documents): Turns {
  const known = lines.get(documents) ?? new Turns(1)
  lines.set(documents, known)
  return known
}

/** Who did what with which key, as an id: so a repeat finds it, and nobody finds another's. */
export function entryIdOf(scope: string, { kind, id }: Author, key: string): string {
  if (!/^[\x21-\x7e]+$/.test(key) || key.length > KEY_CHARS_MAX) {
    throw new Problem('invalid-input', {
      en: `A key has 1 to ${KEY_CHARS_MAX} visible ASCII characters`,
      zh: `键为 1 至 ${KEY_CHARS_MAX} 个可见 ASCII 字符`,
    })
  }
  return digestOf([scope, kind, id, key])
}

/** What was done with this key before; a refusal where it was something else. */
export async function repeatOf(
  documents: Documents,
  entryId: string,
  fingerprint: string,
): Promise<CaseAnswer | undefined> {
  const entry = await documents.get(CASE_ENTRIES, entryId)
  if (entry === undefined) return undefined
  if (entry.body.fingerprint !== fingerprint) {
    const text = { en: 'This key was used for another request', zh: '该键已用于另一请求' }
    return { kind: 'refused', reasons: [{ code: 'key-used-otherwise', text }] }
  }
  const { receipt } = (await readCase(documents, entry.body.case)).body
  return doneOf(receipt, entry.body, true)
}

export function doneOf(receipt: string, entry: CaseEntry, isRepeat: boolean): CaseDone {
  const { case: id, number, at, deed } = entry
  const known = deed === 'object' ? {} : { receipt, number }
  return { kind: 'done', case: id, ...known, at, isRepeat }
}

/** A case as it is stored, with what is sealed: not to be shown. @throws Problem `not-found` */
export async function readCase(documents: Documents, id: string): Promise<StoredCase> {
  const stored = await documents.get(CASES, id)
  if (stored === undefined) throw noCase()
  return stored
}

export function noCase(): Problem {
  return new Problem('not-found', { en: 'There is no such case', zh: '没有该案件' })
}

/** What is handed in anew: the form that was there stays where only files come. */
async function contentOf(
  documents: Documents,
  { id, body }: StoredCase,
  { form, files }: Handed,
  at: number,
) {
  const { version } = body.content
  const whole = form ?? (await readContent(documents, id, version)).form
  return contentWrite({ form: formOf(whole), files }, { id, version: version + 1, at })
}

function entryOf(
  entry: NewEntry,
  { event, actor, at, fingerprint }: Coming,
  { id, after, step }: { readonly id: string; readonly after: Case; readonly step: string },
): CaseEntry {
  const { applicant, receipt, pins, content } = after
  const { decision: outcome, more, section } = entry
  return {
    case: id,
    number: after.entries,
    at,
    author: { ...actor.author },
    deed: event.do,
    step,
    section,
    ...(event.note !== undefined && { note: event.note }),
    ...(event.files !== undefined && { files: [...event.files] }),
    ...(more !== undefined && { more: { ...more } }),
    ...(outcome !== undefined && {
      decision: {
        outcome,
        receipt,
        pins,
        content,
        ...(applicant !== undefined && { applicant }),
      },
    }),
    fingerprint,
  }
}

function isOpenToAll({ notice, state }: Case, event: CaseEvent): boolean {
  return event.do === 'object' && notice !== undefined && state === 'open'
}

function changedMeanwhile(): CaseAnswer {
  const text = {
    en: 'The case went on since you looked at it; read it again',
    zh: '案件已有新进展，请重新查看',
  }
  return { kind: 'refused', reasons: [{ code: 'changed-meanwhile', text }] }
}
