import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, type ReadStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Gate } from '../../lib/gate.ts'
import { Problem } from '../../lib/problem.ts'

const HEAD_BYTES = 16
/** What is being received, in a folder of its own. */
const INCOMING = 'incoming'
const DIGEST = /^[0-9a-f]{64}$/
/** A blob without a reference may be one whose commit is on its way. */
const ORPHAN_MS_MIN = 3_600_000

/** Bytes that are on the disk, under a name nobody knows yet. Dispose of it: what was not kept goes. */
export type Received = AsyncDisposable & {
  /** SHA-256, hexadecimal. */
  readonly digest: string
  readonly bytes: number
  /** The first 16 bytes. */
  readonly head: Buffer
  readonly path: string
}

/** True for a content under its digest; false for what is being received. `path`: in the folder of the contents. */
export function isKeptContent(path: string): boolean {
  return DIGEST.test(basename(path))
}

/** Contents by their SHA-256, each once, in a folder that one process has to itself. */
export class Blobs {
  readonly #folder: string
  readonly #gate: Gate
  readonly #locks = new Map<string, Promise<unknown>>()
  #holds = 0

  private constructor(folder: string, gate: Gate) {
    this.#folder = folder
    this.#gate = gate
  }

  /** What was being received when the program last ended is thrown away. Deletions pass through the gate. */
  static async open(folder: string, gate: Gate = new Gate()): Promise<Blobs> {
    await rm(join(folder, INCOMING), { recursive: true, force: true })
    await mkdir(join(folder, INCOMING), { recursive: true, mode: 0o700 })
    return new Blobs(folder, gate)
  }

  /** Writes to the disk. @throws Problem `too-large`, `storage-full` */
  async receive(
    content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    bytesMax: number,
  ): Promise<Received> {
    const path = join(this.#folder, INCOMING, randomUUID())
    const dispose = () => rm(path, { force: true })
    try {
      const written = await write(path, content, bytesMax)
      return { ...written, path, [Symbol.asyncDispose]: dispose }
    } catch (error) {
      await dispose()
      throw fullOr(error)
    }
  }

  /** The content is durable under its digest before `commit` begins, which makes the reference to it. */
  async keep<T>({ digest, path }: Received, commit: () => Promise<T>): Promise<T> {
    return await this.#alone(digest, async () => {
      const folder = join(this.#folder, digest.slice(0, 2))
      const made = await mkdir(folder, { recursive: true, mode: 0o700 })
      // Also where it is already: who uploads learns nothing of what others have.
      await rename(path, join(folder, digest))
      await syncFolder(folder)
      if (made !== undefined) await syncFolder(this.#folder)
      return await commit()
    })
  }

  read(digest: string): ReadStream {
    return createReadStream(this.#pathOf(digest))
  }

  /** Deletes the content if nothing refers to it. What is held is left to a later sweep. */
  async release(digest: string, isReferenced: () => Promise<boolean>): Promise<boolean> {
    return await this.#alone(digest, async () => {
      if (await isReferenced()) return false
      return await this.#gate.through(async () => {
        if (this.#holds > 0) return false
        await rm(this.#pathOf(digest), { force: true })
        return true
      })
    })
  }

  /** Until it is disposed no content goes: what is copied meanwhile is what was there. */
  hold(): Disposable {
    this.#holds++
    return { [Symbol.dispose]: () => void this.#holds-- }
  }

  /** Contents old enough that their commit is over. */
  async *settled(now = Date.now()): AsyncGenerator<string> {
    for (const entry of await readdir(this.#folder, { withFileTypes: true, recursive: true })) {
      if (!entry.isFile() || !DIGEST.test(entry.name)) continue
      const found = await stat(join(entry.parentPath, entry.name)).catch(() => undefined)
      if (found !== undefined && now - found.mtimeMs >= ORPHAN_MS_MIN) yield entry.name
    }
  }

  #pathOf(digest: string): string {
    if (!DIGEST.test(digest)) throw new Error('not a digest')
    return join(this.#folder, digest.slice(0, 2), digest)
  }

  /** One at a time for a digest: a reference may not be made while the content goes. */
  async #alone<T>(digest: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#locks.get(digest) ?? Promise.resolve()).then(work, work)
    const settled = turn.catch(() => undefined)
    this.#locks.set(digest, settled)
    try {
      return await turn
    } finally {
      if (this.#locks.get(digest) === settled) this.#locks.delete(digest)
    }
  }
}

async function write(
  path: string,
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  bytesMax: number,
): Promise<Pick<Received, 'digest' | 'bytes' | 'head'>> {
  const hash = createHash('sha256')
  let bytes = 0
  let head = Buffer.alloc(0)
  await using file = await open(path, 'wx', 0o600)
  for await (const chunk of content) {
    bytes += chunk.length
    if (bytes > bytesMax) throw tooLarge(bytesMax)
    if (head.length < HEAD_BYTES) head = Buffer.concat([head, chunk]).subarray(0, HEAD_BYTES)
    hash.update(chunk)
    await file.writeFile(chunk)
  }
  await file.sync()
  return { digest: hash.digest('hex'), bytes, head }
}

async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, 'r')
  await folder.sync()
}

function tooLarge(bytesMax: number): Problem {
  return new Problem('too-large', {
    en: `A file has at most ${bytesMax} bytes`,
    zh: `文件最大 ${bytesMax} 字节`,
  })
}

function fullOr(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error
  return new Problem(
    'storage-full',
    { en: 'The disk is full; nothing was written', zh: '磁盘已满，未写入任何内容' },
    { cause: error },
  )
}
