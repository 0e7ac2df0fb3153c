import { type Static, Type } from 'typebox'
import { commitDecided } from '../../kernel/access/access.ts'
import { authorOf } from '../../kernel/access/caller.ts'
import { authorise, type Caller } from '../../kernel/access/permissions.ts'
import type { DocumentWrite } from '../../kernel/documents/documents.ts'
import type { Upload } from '../../kernel/files/intake.ts'
import { noFile, type StoredFile } from '../../kernel/files/shelf.ts'
import type { Author } from '../../lib/author.ts'
import { Problem } from '../../lib/problem.ts'
import {
  ATTACHMENT_BYTES_MAX,
  ATTACHMENTS_MAX,
  type Attachments,
  LETTERS,
  PAPER_COMMENTS,
  PAPERS,
} from './collections.ts'
import { commentOf, requireOpen } from './comments.ts'
import { readDraft, withDrafter } from './drafts.ts'
import { followLetter } from './letters.ts'
import { digestOf, notThere, type PapersDeps, requirePerson, wrongState } from './parts.ts'
import { forgetShelf } from './shelf.ts'

/** Whose files those of everybody's letters are: what they take together is bounded as one enterprise's is. */
const OWNERS = {
  letter: 'policy-letters',
  comment: 'policy-comments',
  paper: 'policy-papers',
} as const
const SYSTEM = { kind: 'system', id: 'attachments' } as const

export const AttachmentReply = Type.Object({
  id: Type.String(),
  name: Type.String(),
  mediaType: Type.String(),
  bytes: Type.Integer(),
})
type Shown = Static<typeof AttachmentReply>
type Holder = { readonly receipt: string; readonly secret: string }
type Sent = { readonly upload: Upload; readonly name: string; readonly key: string }

/** As they are told: which request sent them is nobody's business. */
export function shownFiles(files: Attachments | undefined): Shown[] {
  return (files ?? []).map(({ id, name, mediaType, bytes }) => ({ id, name, mediaType, bytes }))
}

/** What a file is added to, read anew for each try of the commit. */
type Place = {
  readonly owner: keyof typeof OWNERS
  readonly author: Author
  readonly read: () => Promise<{
    readonly files: Attachments
    readonly write: (files: Attachments) => DocumentWrite
  }>
}

/** A file of a letter, by whoever holds its receipt, until it is answered. @throws Problem `not-found`, `wrong-state`, `too-large` */
export async function attachToLetter(deps: PapersDeps, holder: Holder, sent: Sent): Promise<Shown> {
  const read = async () => {
    const { id, version, body } = await followLetter(deps, holder)
    if (body.state !== 'received' && body.state !== 'accepted') {
      throw wrongState('The letter is answered already', '来信已办结')
    }
    const write = (files: Attachments) => {
      return { collection: LETTERS, id, expected: version, put: { ...body, files } }
    }
    return { files: body.files ?? [], write }
  }
  return await attach(deps, sent, { owner: 'letter', author: SYSTEM, read })
}

/** A file of a comment, by whoever holds its receipt, while the window is open. @throws Problem as for letters */
export async function attachToComment(
  deps: PapersDeps,
  holder: Holder,
  sent: Sent,
): Promise<Shown> {
  const read = async () => {
    const { id, version, body } = await commentOf(deps, holder)
    await requireOpen(deps, body.paper, deps.clock())
    if (body.answer !== undefined) throw wrongState('It is answered already', '该意见已答复')
    const write = (files: Attachments) => {
      return { collection: PAPER_COMMENTS, id, expected: version, put: { ...body, files } }
    }
    return { files: body.files ?? [], write }
  }
  return await attach(deps, sent, { owner: 'comment', author: SYSTEM, read })
}

/** A file of a paper that is being written. @throws Problem as for letters, `not-authorised` */
export async function attachToPaper(
  deps: PapersDeps,
  caller: Caller,
  { paper, ...sent }: Sent & { readonly paper: string },
): Promise<Shown> {
  const read = async () => {
    const { files, write } = await openPaper(deps, caller, paper)
    return { files, write }
  }
  return await attach(deps, sent, { owner: 'paper', author: authorOf(caller), read })
}

async function openPaper(deps: PapersDeps, caller: Caller, paper: string) {
  authorise(caller, 'policy.publish')
  requirePerson(caller)
  const { id, version, body } = await readDraft(deps, paper)
  if (body.state !== 'draft' && body.state !== 'comments') {
    throw wrongState('It is no longer written', '该文件已不在起草阶段')
  }
  const write = (files: Attachments): DocumentWrite => {
    const put = { ...body, drafters: withDrafter(body.drafters, caller), files }
    return { collection: PAPERS, id, expected: version, put }
  }
  return { files: body.files ?? [], write }
}

/** The file goes from a paper that is being written, for good. */
export async function detachFromPaper(
  deps: PapersDeps,
  caller: Caller,
  { paper, file }: { readonly paper: string; readonly file: string },
): Promise<void> {
  const author = authorOf(caller)
  await commitDecided(deps.documents, author, async () => {
    const { files, write } = await openPaper(deps, caller, paper)
    if (!files.some((it) => it.id === file)) throw noFile()
    return { writes: [write(files.filter((it) => it.id !== file))], answer: undefined }
  })
  await deps.files.remove(file, author)
  forgetShelf(deps.documents)
}

async function attach(
  { documents, files: shelf }: PapersDeps,
  { upload, name, key }: Sent,
  { owner, author, read }: Place,
): Promise<Shown> {
  // judged before anything is kept: most of what is refused is refused here
  const before = await read()
  const digest = digestOf([owner, key])
  const known = before.files.find((it) => it.key === digest)
  if (known !== undefined) return shownFiles([known])[0] as Shown
  requireRoom(before.files, upload)
  const wish = { name, enterprise: OWNERS[owner], kind: 'licence', public: false } as const
  return await shelf.keep(upload, wish, (file) =>
    commitDecided(documents, author, async () => {
      const { files, write } = await read()
      requireRoom(files, upload)
      const writes = await file.writes()
      const kept = writes.find((it) => it.id === file.id)
      const { name: plain } = (kept as { readonly put: { readonly name: string } }).put
      const { mediaType, bytes } = upload
      const added = { id: file.id, key: digest, name: plain, mediaType, bytes }
      return {
        writes: [...writes, write([...files, added])],
        answer: shownFiles([added])[0] as Shown,
      }
    }),
  )
}

function requireRoom(files: Attachments, { bytes }: Upload): void {
  if (files.length >= ATTACHMENTS_MAX) {
    throw new Problem('too-large', {
      en: `At most ${ATTACHMENTS_MAX} files can be attached`,
      zh: `最多可附 ${ATTACHMENTS_MAX} 个文件`,
    })
  }
  if (bytes <= ATTACHMENT_BYTES_MAX) return
  throw new Problem('too-large', {
    en: `A file has at most ${ATTACHMENT_BYTES_MAX} bytes`,
    zh: `单个文件最大 ${ATTACHMENT_BYTES_MAX} 字节`,
  })
}

/** One of the files of something. @throws Problem `not-found` */
export async function fileAmong(
  { files }: PapersDeps,
  among: Attachments | undefined,
  id: string,
): Promise<StoredFile> {
  const stored = among?.some((it) => it.id === id) ? await files.getFile(id) : undefined
  if (stored === undefined) throw notThere('file', '文件')
  return stored
}
