import { createHash, randomUUID } from 'node:crypto'
import { authorOf } from '../../kernel/access/caller.ts'
import { authorise, type Caller } from '../../kernel/access/permissions.ts'
import type { DocumentWrite } from '../../kernel/documents/documents.ts'
import type { Author } from '../../lib/author.ts'
import { Problem } from '../../lib/problem.ts'
import type { PolicyDeps } from '../desk/deps.ts'
import { EVALUATIONS } from '../evaluation/collections.ts'
import type { Measure } from '../measure-schema.ts'
import {
  MEASURE_VERSIONS,
  RULES_STATE,
  RULES_STATE_ID,
  versionId,
} from '../versions/collections.ts'
import { MEASURE_DRAFTS, type MeasureDraft, type StoredDraft } from './collections.ts'

export type EditorDeps = Pick<PolicyDeps, 'documents' | 'clock' | 'rules'>

export type DraftBody = Pick<
  MeasureDraft,
  'place' | 'body' | 'evidence' | 'ambiguities' | 'vectors' | 'paper' | 'supersedes' | 'evaluation'
>

/** Throws `not-found` for a draft that there is not. */
export async function readDraft({ documents }: EditorDeps, id: string): Promise<StoredDraft> {
  const stored = await documents.get(MEASURE_DRAFTS, id)
  if (stored !== undefined) return stored
  throw new Problem('not-found', { en: 'There is no such draft', zh: '没有这份草稿' })
}

/** The id of what a caller makes under a key of theirs; a new one without a key. */
function idOf(author: Author, key: string | undefined): string {
  if (key === undefined) return randomUUID()
  return createHash('sha256')
    .update(`${author.kind}:${author.id}:${key}`)
    .digest('hex')
    .slice(0, 32)
}

/** What is cited has been stated. */
async function requireCited({ documents }: EditorDeps, { evaluation }: DraftBody): Promise<void> {
  if (evaluation === undefined) return
  if ((await documents.get(EVALUATIONS, evaluation)) !== undefined) return
  const reason = { en: 'there is no such evaluation', zh: '没有这份评估' }
  throw new Problem('invalid-input', reason, { fields: [{ path: '/evaluation', reason }] })
}

type Creation = DraftBody & { readonly from?: MeasureDraft['from']; readonly key?: string }

/** A new draft; the same key of the same author again finds the one that was made. */
export async function createDraft(
  deps: EditorDeps,
  caller: Caller,
  { from, key, ...wish }: Creation,
): Promise<StoredDraft> {
  authorise(caller, 'policy.draft')
  const author = authorOf(caller)
  await requireCited(deps, wish)
  const id = idOf(author, key)
  const put: MeasureDraft = {
    ...wish,
    ...(from !== undefined && { from }),
    measure: measureIdIn(wish.body),
    state: 'draft',
    author,
    editors: [author],
  }
  try {
    await deps.documents.commit([{ collection: MEASURE_DRAFTS, id, expected: 0, put }], { author })
  } catch (error) {
    const isRepeat = key !== undefined && error instanceof Problem && error.code === 'stale-version'
    if (!isRepeat) throw error
  }
  return await readDraft(deps, id)
}

function measureIdIn(body: unknown): string {
  const id = (body as { readonly id?: unknown } | null)?.id
  return typeof id === 'string' ? id.slice(0, 200) : ''
}

const EDITABLE = ['draft', 'rejected']

/** Replaces what a draft says. @throws Problem `stale-version` where somebody else wrote it since `expected` */
export async function changeDraft(
  deps: EditorDeps,
  caller: Caller,
  { id, expected, ...wish }: DraftBody & { readonly id: string; readonly expected: number },
): Promise<StoredDraft> {
  authorise(caller, 'policy.draft')
  const author = authorOf(caller)
  const { body: old } = await readDraft(deps, id)
  requireState(old, EDITABLE)
  await requireCited(deps, wish)
  const put: MeasureDraft = {
    ...wish,
    ...(old.from !== undefined && { from: old.from }),
    author: old.author,
    measure: measureIdIn(wish.body),
    state: 'draft',
    editors: withEditor(old.editors, author),
  }
  await deps.documents.commit([{ collection: MEASURE_DRAFTS, id, expected, put }], { author })
  return await readDraft(deps, id)
}

function withEditor(editors: readonly Author[], author: Author): Author[] {
  return editors.some((it) => isSame(it, author)) ? [...editors] : [...editors, author]
}

function isSame(a: Author, b: Author): boolean {
  return a.kind === b.kind && a.id === b.id
}

const STATE_TEXTS: Readonly<Record<MeasureDraft['state'], { en: string; zh: string }>> = {
  draft: { en: 'being drafted', zh: '起草中' },
  proposed: { en: 'proposed', zh: '待批准' },
  adopted: { en: 'adopted', zh: '已批准' },
  rejected: { en: 'returned', zh: '已退回' },
  withdrawn: { en: 'withdrawn', zh: '已撤回' },
}

function requireState({ state }: MeasureDraft, among: readonly string[]): void {
  if (among.includes(state)) return
  const { en, zh } = STATE_TEXTS[state]
  throw new Problem('wrong-state', {
    en: `This draft is ${en}; that cannot be done with it now`,
    zh: `该草稿${zh}，当前不能进行此操作`,
  })
}

/** Throws `invalid-input` with every fault, vectors that fail among them, at its place. */
async function requireSound(deps: EditorDeps, draft: MeasureDraft): Promise<void> {
  const { checkDraft } = await import('./check-draft.ts')
  const { faults, vectors, vectorsFault } = checkDraft(await deps.rules.open(), checkedOf(draft))
  const failing = vectors.flatMap((it, at) =>
    it.ok
      ? []
      : [
          {
            path: `/vectors/${at}`,
            reason: { en: `vector ${it.id} fails`, zh: `用例 ${it.id} 不通过` },
          },
        ],
  )
  const unread = vectorsFault === undefined ? [] : [{ path: '/vectors', reason: vectorsFault }]
  const fields = [...faults, ...unread, ...failing]
  if (fields.length === 0) return
  throw new Problem(
    'invalid-input',
    { en: 'This measure has faults', zh: '该措施有错误' },
    { fields },
  )
}

export function checkedOf({ place, body, vectors, supersedes }: MeasureDraft) {
  return {
    place,
    body,
    ...(vectors !== undefined && { vectors }),
    ...(supersedes !== undefined && { supersedes }),
  }
}

/** Hands a draft without faults to whoever adopts it. Done again by the same person it is no change. */
export async function proposeDraft(
  deps: EditorDeps,
  caller: Caller,
  { id, expected }: { readonly id: string; readonly expected: number },
): Promise<StoredDraft> {
  authorise(caller, 'policy.draft')
  const author = authorOf(caller)
  const stored = await readDraft(deps, id)
  const { body: old } = stored
  if (old.state === 'proposed' && old.proposed !== undefined && isSame(old.proposed.by, author)) {
    return stored
  }
  requireState(old, EDITABLE)
  await requireSound(deps, old)
  const { decided: _, ...kept } = old
  const put: MeasureDraft = {
    ...kept,
    state: 'proposed',
    editors: withEditor(old.editors, author),
    proposed: { by: author, at: deps.clock() },
  }
  await deps.documents.commit([{ collection: MEASURE_DRAFTS, id, expected, put }], { author })
  return await readDraft(deps, id)
}

type Decision = { readonly id: string; readonly expected: number; readonly reason?: string }

/** Makes a rule of what somebody else drafted. @throws Problem `not-authorised` for anybody who wrote in it */
export async function adoptDraft(
  deps: EditorDeps,
  caller: Caller,
  { id, expected, reason }: Decision,
): Promise<StoredDraft> {
  authorise(caller, 'policy.adopt')
  const author = authorOf(caller)
  const stored = await readDraft(deps, id)
  const { body: old } = stored
  if (old.state === 'adopted' && old.decided !== undefined && isSame(old.decided.by, author)) {
    return stored
  }
  requireState(old, ['proposed'])
  requireOther(old, author)
  // read before the check: whoever adopts something else meanwhile makes this commit fail
  const state = await deps.documents.get(RULES_STATE, RULES_STATE_ID)
  await requireSound(deps, old)
  const at = deps.clock()
  const version = await nextVersion(deps, old.measure)
  const name = versionId(old.measure, version)
  const decided = { by: author, at, ...(reason !== undefined && { reason }) }
  const put: MeasureDraft = { ...old, state: 'adopted', decided, version: name }
  const writes: DocumentWrite[] = [
    { collection: MEASURE_DRAFTS, id, expected, put },
    {
      collection: MEASURE_VERSIONS,
      id: name,
      expected: 0,
      put: {
        measure: old.measure,
        version,
        place: old.place,
        body: old.body as Measure,
        ...edgesOf(old.body as Measure),
        author: old.author,
        adoptedBy: author,
        adoptedAt: at,
        ...(reason !== undefined && { note: reason }),
        draft: id,
        ...(old.evaluation !== undefined && { evaluation: old.evaluation }),
        state: 'adopted',
      },
    },
    stateWrite(state, at),
  ]
  await deps.documents.commit(writes, { author, ...(reason !== undefined && { note: reason }) })
  return await readDraft(deps, id)
}

function requireOther({ editors, proposed }: MeasureDraft, author: Author): void {
  const wrote = [...editors, ...(proposed === undefined ? [] : [proposed.by])]
  if (!wrote.some((it) => isSame(it, author))) return
  throw new Problem('not-authorised', {
    en: 'Who wrote in a draft does not adopt it: four eyes',
    zh: '起草人或修改人不能批准该草稿（须由他人复核）',
  })
}

type State = { readonly version: number; readonly body: { readonly changes: number } } | undefined

/** Written with everything that changes the rules: of two at once one fails and is checked again. */
export function stateWrite(state: State, at: number): DocumentWrite {
  const changes = (state?.body.changes ?? 0) + 1
  return {
    collection: RULES_STATE,
    id: RULES_STATE_ID,
    expected: state?.version ?? 0,
    put: { changes, at },
  }
}

async function nextVersion({ documents }: EditorDeps, measure: string): Promise<number> {
  return (await documents.count(MEASURE_VERSIONS, { measure })) + 1
}

/** The first and the last day, or month, in force. */
function edgesOf({ inForce }: Measure): { from?: string; to?: string } {
  if (inForce === undefined) return {}
  return 'from' in inForce
    ? { from: inForce.from, to: inForce.to }
    : { from: inForce.fromMonth, to: inForce.toMonth }
}

/** Gives a proposal back with what is to be changed. */
export async function rejectDraft(
  deps: EditorDeps,
  caller: Caller,
  { id, expected, reason }: Decision & { readonly reason: string },
): Promise<StoredDraft> {
  authorise(caller, 'policy.adopt')
  const author = authorOf(caller)
  const { body: old } = await readDraft(deps, id)
  requireState(old, ['proposed'])
  const decided = { by: author, at: deps.clock(), reason }
  const put: MeasureDraft = { ...old, state: 'rejected', decided }
  const write = { collection: MEASURE_DRAFTS, id, expected, put }
  await deps.documents.commit([write], { author, note: reason })
  return await readDraft(deps, id)
}

/** Lays a draft or a proposal aside; it stays to be read. */
export async function withdrawDraft(
  deps: EditorDeps,
  caller: Caller,
  { id, expected }: { readonly id: string; readonly expected: number },
): Promise<StoredDraft> {
  authorise(caller, 'policy.draft')
  const author = authorOf(caller)
  const stored = await readDraft(deps, id)
  if (stored.body.state === 'withdrawn') return stored
  requireState(stored.body, [...EDITABLE, 'proposed'])
  const put: MeasureDraft = { ...stored.body, state: 'withdrawn' }
  await deps.documents.commit([{ collection: MEASURE_DRAFTS, id, expected, put }], { author })
  return await readDraft(deps, id)
}

/** Takes an adopted version out of the rules: from now on the one before it holds. Old cases keep it. */
export async function retireVersion(
  deps: EditorDeps,
  caller: Caller,
  { id, reason }: { readonly id: string; readonly reason: string },
): Promise<void> {
  authorise(caller, 'policy.adopt')
  const author = authorOf(caller)
  const [stored, state] = await Promise.all([
    deps.documents.get(MEASURE_VERSIONS, id),
    deps.documents.get(RULES_STATE, RULES_STATE_ID),
  ])
  if (stored === undefined) {
    throw new Problem('not-found', { en: 'There is no such version', zh: '没有这个版本' })
  }
  if (stored.body.state === 'retired') return
  const at = deps.clock()
  const put = { ...stored.body, state: 'retired' as const, retired: { by: author, at, reason } }
  const write = { collection: MEASURE_VERSIONS, id, expected: stored.version, put }
  await deps.documents.commit([write, stateWrite(state, at)], { author, note: reason })
}
