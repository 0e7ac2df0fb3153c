import { randomUUID } from 'node:crypto'
import type { ReadStream } from 'node:fs'
import type { Author } from '../../lib/author.ts'
import type { Gate } from '../../lib/gate.ts'
import { Problem } from '../../lib/problem.ts'
import { commitDecided } from '../access/access.ts'
import type { Documents, DocumentWrite, Stored } from '../documents/documents.ts'
import { Blobs, type Received } from './blobs.ts'
import { FILE_NAME_CHARS_MAX, FILE_USAGE, FILES, type FileReference } from './collections.ts'
import { Images } from './images.ts'

export const FILE_BYTES_MAX = 32 * 1024 * 1024
export const ENTERPRISE_FILE_BYTES_MAX = 1024 ** 3
export const ENTERPRISE_FILES_MAX = 10_000
/** A picture made anew can be larger than it was. */
const PICTURE_BYTES_MAX = 64 * 1024 * 1024

export type StoredFile = Stored<FileReference>
type Wish = Pick<FileReference, 'name' | 'enterprise' | 'kind' | 'public'>

/** A file that is about to be referred to. */
export type KeptFile = {
  readonly id: string
  /** The reference, and the enterprise's usage with it; ask anew for each try of a commit. */
  readonly writes: () => Promise<readonly DocumentWrite[]>
}

export type FileShelfOptions = {
  readonly documents: Documents
  readonly folder: string
  readonly gate?: Gate
  readonly images?: Images
}

/** Uploaded files: contents on the disk, references among the documents. */
export class FileShelf {
  readonly #documents: Documents
  readonly #blobs: Blobs
  readonly #images: Images

  private constructor(documents: Documents, blobs: Blobs, images: Images) {
    this.#documents = documents
    this.#blobs = blobs
    this.#images = images
  }

  static async open(options: FileShelfOptions): Promise<FileShelf> {
    const { documents, folder, gate, images = new Images() } = options
    return new FileShelf(documents, await Blobs.open(folder, gate), images)
  }

  /** @throws Problem `too-large`, `storage-full` */
  receive(content: AsyncIterable<Uint8Array>): Promise<Received> {
    return this.#blobs.receive(content, FILE_BYTES_MAX)
  }

  /** A PNG or JPEG, made anew from its pixels. @throws Problem `too-large`, `unreadable-input`, `too-many-requests` */
  async receiveImage(bytes: Buffer): Promise<Received & { readonly mediaType: string }> {
    const picture = await this.#images.reencode(bytes)
    const received = await this.#blobs.receive([picture.bytes], PICTURE_BYTES_MAX)
    return { ...received, mediaType: picture.mediaType }
  }

  /** Makes what was received durable; `commit` must write the reference, or the content goes again by and by. */
  async keep<T>(
    received: Received & { readonly mediaType: string },
    wish: Wish,
    commit: (file: KeptFile) => Promise<T>,
  ): Promise<T> {
    const { digest, bytes, mediaType } = received
    const id = randomUUID()
    const put: FileReference = { ...wish, name: plainName(wish.name), digest, bytes, mediaType }
    const reference: DocumentWrite = { collection: FILES, id, expected: 0, put }
    const writes = async () => [reference, await this.#usage(wish.enterprise, { files: 1, bytes })]
    return await this.#blobs.keep(received, () => commit({ id, writes }))
  }

  /** An upload, whole. */
  async putFile(
    received: Received & { readonly mediaType: string },
    wish: Wish,
    author: Author,
  ): Promise<StoredFile> {
    const id = await this.keep(received, wish, (file) =>
      commitDecided(this.#documents, author, async () => ({
        writes: await file.writes(),
        answer: file.id,
      })),
    )
    const stored = await this.getFile(id)
    if (stored === undefined) throw noFile()
    return stored
  }

  getFile(id: string): Promise<StoredFile | undefined> {
    return this.#documents.get(FILES, id)
  }

  /** The name of a file that everybody may read; undefined for every other. */
  async publicName(id: string): Promise<string | undefined> {
    const body = (await this.getFile(id))?.body
    return body?.kind === 'upload' && body.public ? body.name : undefined
  }

  content({ body }: StoredFile): ReadStream {
    return this.#blobs.read(body.digest)
  }

  /** The reference goes, and the content with the last one. */
  async remove(id: string, author: Author): Promise<void> {
    const digest = await commitDecided(this.#documents, author, async () => {
      const stored = await this.getFile(id)
      if (stored === undefined) throw noFile()
      const { enterprise, bytes } = stored.body
      const gone = { collection: FILES, id, expected: stored.version, delete: true } as const
      const usage = await this.#usage(enterprise, { files: -1, bytes: -bytes })
      return { writes: [gone, usage], answer: stored.body.digest }
    })
    await this.#release(digest)
  }

  /** Until it is disposed no content goes, also none that nothing refers to any more: a backup copies them meanwhile. */
  hold(): Disposable {
    return this.#blobs.hold()
  }

  /** Deletes contents whose commit never came. Run it now and then; answers how many went. */
  async sweepOrphans(signal?: AbortSignal, now?: number): Promise<number> {
    let gone = 0
    for await (const digest of this.#blobs.settled(now)) {
      signal?.throwIfAborted()
      if (await this.#release(digest)) gone++
    }
    return gone
  }

  #release(digest: string): Promise<boolean> {
    return this.#blobs.release(
      digest,
      async () => (await this.#documents.count(FILES, { digest })) > 0,
    )
  }

  async #usage(enterprise: string, more: { files: number; bytes: number }): Promise<DocumentWrite> {
    const stored = await this.#documents.get(FILE_USAGE, enterprise)
    const files = Math.max(0, (stored?.body.files ?? 0) + more.files)
    const bytes = Math.max(0, (stored?.body.bytes ?? 0) + more.bytes)
    const over = files > ENTERPRISE_FILES_MAX || bytes > ENTERPRISE_FILE_BYTES_MAX
    if (over && more.files > 0) throw quota()
    const expected = stored?.version ?? 0
    return { collection: FILE_USAGE, id: enterprise, expected, put: { files, bytes } }
  }
}

/** The last part of a path, without what a header or a file system could take for something else. */
function plainName(name: string): string {
  const [last = ''] = name.normalize('NFC').split(/[/\\]/).slice(-1)
  const plain = last.toWellFormed().replaceAll(/[\p{C}"<>:|?*]/gu, '')
  return [...plain.trim()].slice(0, FILE_NAME_CHARS_MAX / 2).join('') || 'file'
}

export function noFile(): Problem {
  return new Problem('not-found', { en: 'There is no such file', zh: '没有该文件' })
}

function quota(): Problem {
  return new Problem('too-large', {
    en: `An enterprise’s files are at most ${ENTERPRISE_FILES_MAX} and ${ENTERPRISE_FILE_BYTES_MAX} bytes together`,
    zh: `每家企业最多 ${ENTERPRISE_FILES_MAX} 个文件，合计不超过 ${ENTERPRISE_FILE_BYTES_MAX} 字节`,
  })
}
