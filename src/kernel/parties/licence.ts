import { Problem } from '../../lib/problem.ts'
import { commitDecided } from '../access/access.ts'
import { authorOf } from '../access/caller.ts'
import type { Caller } from '../access/permissions.ts'
import { FILES } from '../files/collections.ts'
import type { FileShelf, KeptFile, StoredFile } from '../files/shelf.ts'
import type { PartiesDeps } from './deps.ts'
import { readEnterprise, type StoredEnterprise, withCase } from './enterprise.ts'
import { revised } from './revision.ts'

/** Former images stay with the thread. */
const LICENCES_MAX = 20

/** Makes the image anew, keeps it, and hands it to the commit that refers to it. */
export async function keepLicence<T>(
  files: FileShelf,
  { bytes, enterprise }: { readonly bytes: Buffer; readonly enterprise: string },
  commit: (file: KeptFile) => Promise<T>,
): Promise<T> {
  await using received = await files.receiveImage(bytes).catch(atItsField)
  const name = received.mediaType === 'image/png' ? 'licence.png' : 'licence.jpg'
  const wish = { name, enterprise, kind: 'licence', public: false } as const
  return await files.keep(received, wish, commit)
}

/** A picture that cannot be used is one of the fields that are wrong. */
function atItsField(problem: unknown): never {
  if (!(problem instanceof Problem)) throw problem
  const { code, text, cause } = problem
  if (code !== 'unreadable-input' && code !== 'too-large') throw problem
  throw new Problem(code, text, { cause, fields: [{ path: '/licenceImage', reason: text }] })
}

/** Another image of the licence; of an admitted enterprise it waits for a review. The caller was found entitled. */
export async function putLicence(
  deps: PartiesDeps,
  caller: Caller,
  { id, bytes }: { readonly id: string; readonly bytes: Buffer },
): Promise<void> {
  const { documents, clock } = deps.access
  const author = authorOf(caller)
  const kept = await documents.count(FILES, { enterprise: id, kind: 'licence' })
  if (kept >= LICENCES_MAX) throw tooManyLicences()
  await keepLicence(deps.files, { bytes, enterprise: id }, (file) =>
    commitDecided(documents, author, async () => {
      const stored = await readEnterprise(documents, id)
      const { entry, pending } = stored.body
      const next = { ...(pending ?? entry), licence: file.id }
      const now = clock()
      const told = { kind: 'licence-replaced', at: now, author, changed: ['licence'] } as const
      const writes = withCase(stored, revised(stored.body, next, { now, resubmits: false }), told)
      return { writes: [...writes, ...(await file.writes())], answer: undefined }
    }),
  )
}

/** The image a reviewer has to look at: the newest. @throws Problem `not-found` */
export async function licenceOf(files: FileShelf, { body }: StoredEnterprise): Promise<StoredFile> {
  const { licence } = body.pending ?? body.entry
  const file = licence === undefined ? undefined : await files.getFile(licence)
  if (file !== undefined) return file
  throw new Problem('not-found', {
    en: 'There is no image of the licence',
    zh: '尚未上传营业执照图片',
  })
}

function tooManyLicences(): Problem {
  return new Problem('too-large', {
    en: `At most ${LICENCES_MAX} images of a licence; write to the node`,
    zh: `营业执照图片最多 ${LICENCES_MAX} 张，请联系节点`,
  })
}
