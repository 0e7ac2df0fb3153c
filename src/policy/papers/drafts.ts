import { commitDecided } from '../../kernel/access/access.ts'
import { authorOf } from '../../kernel/access/caller.ts'
import { authorise, type Caller, mayDo } from '../../kernel/access/permissions.ts'
import type { DocumentWrite } from '../../kernel/documents/documents.ts'
import { type FieldProblem, Problem } from '../../lib/problem.ts'
import {
  PAPER_COUNTS,
  PAPERS,
  PAPERS_MAX,
  type Paper,
  type PaperWish,
  type StoredPaper,
} from './collections.ts'
import {
  dayAt,
  digestOf,
  emptied,
  idUnder,
  notThere,
  type PapersDeps,
  plainAll,
  regionFindings,
  requireNone,
  requirePerson,
  requireSameAsked,
  requireVersion,
  whoIs,
  wrongField,
  wrongState,
} from './parts.ts'
import { forgetShelf, paperShelf } from './shelf.ts'

const DAY_MS = 86_400_000
/** A window is open no longer than two years. */
const WINDOW_MS_MAX = 731 * DAY_MS

/** @throws Problem `not-found` */
export async function readDraft({ documents }: PapersDeps, id: string): Promise<StoredPaper> {
  const stored = await documents.get(PAPERS, id)
  if (stored === undefined) throw notThere('draft', '草案')
  return stored
}

/**
 * Begins a paper; the same key again answers what was begun.
 * @throws Problem `invalid-input` for fields that are wrong, or a key that was used for another paper
 */
export async function beginDraft(
  deps: PapersDeps,
  caller: Caller,
  { key, wish }: { readonly key: string; readonly wish: PaperWish },
): Promise<StoredPaper> {
  authorise(caller, 'policy.publish')
  requirePerson(caller)
  const { documents } = deps
  const author = authorOf(caller)
  const id = idUnder('p', caller, key)
  const fingerprint = digestOf(wish)
  const known = await documents.get(PAPERS, id)
  if (known !== undefined) {
    requireSameAsked(known.body, fingerprint, { en: 'paper', zh: '份文件' })
    return known
  }
  if ((await documents.count(PAPERS)) >= PAPERS_MAX) {
    throw new Problem('too-large', {
      en: `A node holds at most ${PAPERS_MAX} papers`,
      zh: `一个节点最多 ${PAPERS_MAX} 份文件`,
    })
  }
  const written = await judged(deps, wish)
  const put: Paper = { ...written, state: 'draft', drafters: [whoIs(caller)], fingerprint }
  await documents.commit([{ collection: PAPERS, id, expected: 0, put }], { author })
  return await readDraft(deps, id)
}

/** Writes a draft anew, whole. @throws Problem `stale-version`, `wrong-state`, `invalid-input` */
export async function writeDraft(
  deps: PapersDeps,
  caller: Caller,
  {
    id,
    version,
    wish,
  }: { readonly id: string; readonly version: number; readonly wish: PaperWish },
): Promise<void> {
  authorise(caller, 'policy.publish')
  requirePerson(caller)
  const stored = await readDraft(deps, id)
  requireVersion(stored, version)
  if (stored.body.state !== 'draft' && stored.body.state !== 'comments') throw notOpen()
  const written = await judged(deps, wish, id)
  const { state, window, fingerprint } = stored.body
  const put: Paper = {
    ...written,
    state,
    drafters: withDrafter(stored.body.drafters, caller),
    ...(window !== undefined && { window }),
    ...(stored.body.files !== undefined && { files: stored.body.files }),
    fingerprint,
  }
  await commitPaper(deps, caller, stored, put)
}

/** Who wrote at a paper, with one more. */
export function withDrafter(drafters: readonly string[], caller: Caller): string[] {
  return [...new Set([...drafters, whoIs(caller)])]
}

async function commitPaper(
  { documents }: PapersDeps,
  caller: Caller,
  { id, version }: StoredPaper,
  put: Paper,
): Promise<void> {
  const write = { collection: PAPERS, id, expected: version, put }
  await documents.commit([write], { author: authorOf(caller) })
}

async function judged(deps: PapersDeps, wish: PaperWish, own?: string): Promise<PaperWish> {
  const written = plainAll(wish)
  const open = await deps.rules.open()
  const shelf = await paperShelf(deps.documents, open)
  const fields: FieldProblem[] = [...emptied(written), ...regionFindings(open, written.region)]
  const { validFrom: from, validTo: to } = written
  if (from !== undefined && to !== undefined && to < from) {
    fields.push(
      wrongField('/validTo', { en: 'is before its beginning', zh: '失效日期早于生效日期' }),
    )
  }
  for (const [at, { paper }] of written.relations.entries()) {
    if (paper === own || !shelf.byId.has(paper)) {
      const reason = { en: 'there is no such published paper', zh: '没有该已发布文件' }
      fields.push(wrongField(`/relations/${at}/paper`, reason))
    }
  }
  for (const [at, id] of written.measures.entries()) {
    if (!open.rules.measures.has(id)) {
      const reason = { en: `there is no measure “${id}”`, zh: `没有措施“${id}”` }
      fields.push(wrongField(`/measures/${at}`, reason))
    }
  }
  requireNone(fields)
  return written
}

export type PaperDeed =
  | {
      readonly do: 'open-comments'
      readonly opensAt: string
      readonly closesAt: string
      readonly source: string
    }
  | { readonly do: 'put-forward' }
  | { readonly do: 'put-back' }
  | { readonly do: 'publish' }
  | { readonly do: 'drop'; readonly reason: string }
  | { readonly do: 'repeal'; readonly from: string; readonly reason: string }

/**
 * Takes a paper a step further. Done already by the same person is done; otherwise the version must be the one that was read.
 * @throws Problem `wrong-state`, `stale-version`, `not-authorised`, `invalid-input`
 */
export async function actOnPaper(
  deps: PapersDeps,
  caller: Caller,
  {
    id,
    version,
    deed,
  }: { readonly id: string; readonly version: number; readonly deed: PaperDeed },
): Promise<void> {
  const adopts = deed.do === 'publish' && mayDo(caller, 'policy.adopt')
  if (!adopts) authorise(caller, 'policy.publish')
  if (deed.do === 'publish') requirePerson(caller)
  await commitDecided(deps.documents, authorOf(caller), async () => {
    const stored = await readDraft(deps, id)
    if (isDone(stored.body, deed, whoIs(caller))) return { writes: [], answer: undefined }
    requireVersion(stored, version)
    const { put, more = [] } = await turned(deps, stored, { deed, by: whoIs(caller) })
    const write = { collection: PAPERS, id, expected: stored.version, put }
    return { writes: [write, ...more], answer: undefined }
  })
  forgetShelf(deps.documents)
}

function isDone({ state, published, putForward, dropped }: Paper, deed: PaperDeed, by: string) {
  if (deed.do === 'publish') return state === 'published' && published?.by === by
  if (deed.do === 'put-forward') return state === 'put-forward' && putForward?.by === by
  return deed.do === 'drop' && state === 'dropped' && dropped?.by === by
}

type Deed = { readonly deed: PaperDeed; readonly by: string }
type Turned = { readonly put: Paper; readonly more?: readonly DocumentWrite[] }

async function turned(deps: PapersDeps, stored: StoredPaper, asked: Deed): Promise<Turned> {
  const { body } = stored
  const { deed, by } = asked
  const at = deps.clock()
  switch (deed.do) {
    case 'open-comments':
      return { put: opened(body, deed, at) }
    case 'put-forward':
      return await putForward(deps, stored, { by, at })
    case 'put-back': {
      if (body.state !== 'put-forward') throw wrongState('It is not put forward', '尚未提交审核')
      const { putForward: _, ...rest } = body
      return { put: { ...rest, state: body.window === undefined ? 'draft' : 'comments' } }
    }
    case 'publish':
      return { put: published(body, { by, at }) }
    case 'drop': {
      if (body.state === 'published' || body.state === 'dropped') throw notOpen()
      return { put: { ...body, state: 'dropped', dropped: { by, at, reason: deed.reason } } }
    }
    case 'repeal': {
      if (body.state !== 'published') throw wrongState('It is not published', '尚未发布')
      return { put: { ...body, repeal: { by, at, from: deed.from, reason: deed.reason } } }
    }
  }
}

function opened(body: Paper, deed: PaperDeed & { do: 'open-comments' }, at: number): Paper {
  if (body.state !== 'draft') throw notOpen()
  const [opensAt, closesAt] = [Date.parse(deed.opensAt), Date.parse(deed.closesAt)]
  const fields: FieldProblem[] = []
  if (closesAt <= Math.max(opensAt, at) || closesAt - opensAt > WINDOW_MS_MAX) {
    const en = 'must be after the opening and after now, within two years'
    fields.push(wrongField('/closesAt', { en, zh: '须晚于开始时间和当前时间，且不超过两年' }))
  }
  if (body.note === undefined) {
    const en = 'a draft that is put to comment needs its drafting note'
    fields.push(wrongField('/note', { en, zh: '公开征求意见须附起草说明' }))
  }
  requireNone(fields)
  const { title, text, note = '' } = body
  const window = { opensAt, closesAt, source: deed.source, title, text, note }
  return { ...body, state: 'comments', window }
}

/** Every comment must be answered; none comes in after this. */
async function putForward(
  { documents }: PapersDeps,
  { id, body }: StoredPaper,
  deed: { readonly by: string; readonly at: number },
): Promise<Turned> {
  if (body.state !== 'draft' && body.state !== 'comments') throw notOpen()
  const put: Paper = { ...body, state: 'put-forward', putForward: deed }
  if (body.window === undefined) return { put }
  if (deed.at < body.window.closesAt) {
    throw wrongState('Comments can still come in', '征求意见尚未截止')
  }
  const counts = await documents.get(PAPER_COUNTS, id)
  const { received = 0, answered = 0 } = counts?.body ?? {}
  const open = received - answered
  if (open > 0) {
    throw wrongState(
      `${open} of ${received} comments are not answered`,
      `共 ${received} 条意见，尚有 ${open} 条未答复`,
    )
  }
  const sealed = { received, answered, sealed: true }
  const expected = counts?.version ?? 0
  return { put, more: [{ collection: PAPER_COUNTS, id, expected, put: sealed }] }
}

/** By somebody who did not write at it: four eyes. */
function published(body: Paper, { by, at }: { readonly by: string; readonly at: number }): Paper {
  if (body.state !== 'put-forward') throw wrongState('It is not put forward', '尚未提交审核')
  if (body.drafters.includes(by)) {
    throw new Problem('not-authorised', {
      en: 'Whoever wrote at a paper cannot publish it: another person must',
      zh: '起草人不能发布自己起草的文件，须由他人复核发布',
    })
  }
  return { ...body, state: 'published', published: { by, at, day: dayAt(at) } }
}

function notOpen(): Problem {
  return wrongState('It is past the state in which this can be done', '文件当前状态不能进行此操作')
}
