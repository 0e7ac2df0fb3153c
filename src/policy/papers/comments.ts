import { randomBytes } from 'node:crypto'
import { commitDecided } from '../../kernel/access/access.ts'
import { authorOf } from '../../kernel/access/caller.ts'
import { authorise, type Caller } from '../../kernel/access/permissions.ts'
import { hashSecret } from '../../kernel/access/token.ts'
import type { DocumentWrite } from '../../kernel/documents/documents.ts'
import { Problem } from '../../lib/problem.ts'
import {
  COMMENTS_OF_PAPER_MAX,
  PAPER_ANSWERS,
  PAPER_COMMENTS,
  PAPER_COUNTS,
  type PaperComment,
} from './collections.ts'
import { readDraft } from './drafts.ts'
import {
  dayAt,
  digestOf,
  emptied,
  notThere,
  opens,
  type PapersDeps,
  plainAll,
  requireNone,
  requireSameAsked,
  secretOf,
  whoIs,
  wrongState,
} from './parts.ts'

const SYSTEM = { kind: 'system', id: 'comments' } as const
const SCOPE = 'comment'

export type CommentWish = {
  readonly text: string
  readonly place?: string
  readonly name?: string
  readonly contact?: string
}
export type Receipt = { readonly receipt: string; readonly secret: string }

/**
 * Takes a comment from anybody while the window is open, by the node's clock when it came in; late is late to the second. The
 * same key with the same comment answers the same receipt.
 * @throws Problem `not-found`, `wrong-state` outside the window, `invalid-input`, `too-large`
 */
export async function takeComment(
  deps: PapersDeps,
  {
    paper,
    key,
    wish,
  }: { readonly paper: string; readonly key: string; readonly wish: CommentWish },
): Promise<Receipt> {
  const at = deps.clock()
  const written = plainAll(wish)
  requireNone(emptied(written))
  const fingerprint = digestOf([paper, written])
  const id = digestOf([SCOPE, paper, key]).slice(0, 32)
  const secret = secretOf(await deps.access.statusSecret(), SCOPE, `${paper} ${key}`)
  const receipt = `${dayAt(at).replaceAll('-', '')}-${randomBytes(6).toString('hex').toUpperCase()}`
  return await commitDecided(deps.documents, SYSTEM, async () => {
    const known = (await deps.documents.get(PAPER_COMMENTS, id))?.body
    if (known !== undefined) return { writes: [], answer: again(known, fingerprint, secret) }
    await requireOpen(deps, paper, at)
    const count = await countWrite(deps, paper)
    const put: PaperComment = {
      paper,
      receipt,
      secretHash: hashSecret(secret),
      fingerprint,
      ...written,
    }
    const write = { collection: PAPER_COMMENTS, id, expected: 0, put }
    return { writes: [write, count], answer: { receipt, secret } }
  })
}

function again(known: PaperComment, fingerprint: string, secret: string): Receipt {
  requireSameAsked(known, fingerprint, { en: 'comment', zh: '条意见' })
  return { receipt: known.receipt, secret }
}

/** @throws Problem `wrong-state` outside the window */
export async function requireOpen(deps: PapersDeps, paper: string, at: number): Promise<void> {
  const { window, state } = (await readDraft(deps, paper)).body
  if (window === undefined) throw notThere('draft', '征求意见稿')
  const [opens, closes] = [window.opensAt, window.closesAt].map((it) => new Date(it).toISOString())
  if (at < window.opensAt)
    throw wrongState(`Comments are taken from ${opens}`, `自 ${opens} 起征求意见`)
  if (state !== 'comments' || at >= window.closesAt) {
    throw wrongState(`Comments were taken until ${closes}`, `征求意见已于 ${closes} 截止`)
  }
}

async function countWrite({ documents }: PapersDeps, paper: string): Promise<DocumentWrite> {
  const stored = await documents.get(PAPER_COUNTS, paper)
  const before = stored?.body ?? { received: 0, answered: 0, sealed: false }
  if (before.sealed) throw wrongState('The window is closed', '征求意见已截止')
  if (before.received >= COMMENTS_OF_PAPER_MAX) {
    throw new Problem('too-large', {
      en: `A draft takes at most ${COMMENTS_OF_PAPER_MAX} comments`,
      zh: `一份草案最多接收 ${COMMENTS_OF_PAPER_MAX} 条意见`,
    })
  }
  const put = { ...before, received: before.received + 1 }
  return { collection: PAPER_COUNTS, id: paper, expected: stored?.version ?? 0, put }
}

/** The comment of whoever holds its receipt and secret. @throws Problem `not-found` for either being wrong */
export async function commentOf({ documents }: PapersDeps, { receipt, secret }: Receipt) {
  const { items } = await documents.query(PAPER_COMMENTS, {
    where: { receipt: receipt.trim().toUpperCase() },
    limit: 1,
  })
  const [stored] = items
  if (stored === undefined || !opens(secret, stored.body)) throw notThere('receipt', '回执')
  return stored
}

/** What became of a comment, for whoever holds its receipt and secret. @throws Problem `not-found` for either being wrong */
export async function followComment(deps: PapersDeps, holder: Receipt) {
  const { documents } = deps
  const stored = await commentOf(deps, holder)
  const { paper, text, answer: answerId } = stored.body
  const answer =
    answerId === undefined ? undefined : (await documents.get(PAPER_ANSWERS, answerId))?.body
  return {
    paper,
    text,
    at: stored.createdAt,
    ...(answer !== undefined && { verdict: answer.verdict, reason: answer.reason }),
  }
}

export type AnswerWish = {
  readonly comments: readonly string[]
  readonly gist: string
  readonly verdict: 'adopted' | 'partly' | 'not-adopted'
  readonly reason: string
}

/**
 * One answer to one comment or to several that say the same; the same key again is the same once.
 * @throws Problem `wrong-state` where one is answered already, `not-found` where one is not of this paper
 */
export async function answerComments(
  deps: PapersDeps,
  caller: Caller,
  { paper, key, wish }: { readonly paper: string; readonly key: string; readonly wish: AnswerWish },
): Promise<string> {
  authorise(caller, 'policy.publish')
  const { documents } = deps
  const author = authorOf(caller)
  const { comments, ...said } = plainAll(wish)
  requireNone(emptied(said))
  const id = digestOf([author.kind, author.id, paper, key]).slice(0, 32)
  return await commitDecided(documents, author, async () => {
    if ((await documents.get(PAPER_ANSWERS, id)) !== undefined) return { writes: [], answer: id }
    const { state } = (await readDraft(deps, paper)).body
    if (state !== 'comments') throw wrongState('Its comments are closed', '该文件的意见已办结')
    const stored = await Promise.all(comments.map((it) => documents.get(PAPER_COMMENTS, it)))
    const writes = stored.map((it): DocumentWrite => {
      if (it === undefined || it.body.paper !== paper) throw notThere('comment', '意见')
      if (it.body.answer !== undefined) {
        throw wrongState(`${it.body.receipt} is answered already`, `${it.body.receipt} 已答复`)
      }
      const put = { ...it.body, answer: id }
      return { collection: PAPER_COMMENTS, id: it.id, expected: it.version, put }
    })
    const counts = await documents.get(PAPER_COUNTS, paper)
    const before = counts?.body ?? { received: 0, answered: 0, sealed: false }
    const put = { ...said, paper, comments: comments.length, by: whoIs(caller) }
    const counted = { ...before, answered: before.answered + comments.length }
    return {
      writes: [
        ...writes,
        { collection: PAPER_ANSWERS, id, expected: 0, put },
        { collection: PAPER_COUNTS, id: paper, expected: counts?.version ?? 0, put: counted },
      ],
      answer: id,
    }
  })
}
