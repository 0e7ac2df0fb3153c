import { type FileHandle, mkdir, open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { OUTCOMES_AHEAD_BYTES_MAX } from './limits.ts'

const READ_BYTES = 262_144

/**
 * Outcomes on their way to a client. Many clients read nothing before they have sent all: what they do not take waits in
 * memory up to a limit, and beyond it in a file, so that neither memory grows nor the upload stops.
 */
export class OutcomeSpool implements AsyncDisposable {
  readonly #path: string
  readonly #held: Uint8Array[] = []
  #heldBytes = 0
  #file: FileHandle | undefined
  #written = 0
  #read = 0
  /** Writes and reads of the file, one after the other. */
  #turn: Promise<unknown> = Promise.resolve()
  #pendingBytes = 0
  #isEnded = false
  /** Why outcomes could not be put aside: the client is cut off, the import goes on. */
  #failure: { readonly error: unknown } | undefined
  #wake: (() => void) | undefined

  constructor(path: string) {
    this.#path = path
  }

  write(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    const isFiling = this.#pendingBytes > 0 || this.#written > this.#read
    if (!isFiling && this.#heldBytes + bytes.length <= OUTCOMES_AHEAD_BYTES_MAX) {
      this.#held.push(bytes)
      this.#heldBytes += bytes.length
      this.#wake?.()
      return
    }
    this.#pendingBytes += bytes.length
    this.#inTurn(() => this.#append(bytes)).catch((error) => {
      this.#failure ??= { error }
      this.#wake?.()
    })
  }

  end(): void {
    this.#isEnded = true
    this.#wake?.()
  }

  /** All that was written, in order, until the end. Memory always holds what is older than the file. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      const held = this.#held.shift()
      if (held !== undefined) {
        this.#heldBytes -= held.length
        yield held
      } else if (this.#pendingBytes > 0 || this.#written > this.#read) {
        const taken = await this.#inTurn(() => this.#take())
        if (this.#failure !== undefined) throw this.#failure.error
        yield taken
      } else if (this.#isEnded) return
      else await this.#woken()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#turn.catch(() => undefined)
    await this.#file?.close()
    if (this.#file !== undefined) await rm(this.#path, { force: true })
    this.#file = undefined
  }

  async #woken(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#wake = resolve
    await promise
    this.#wake = undefined
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(act)
    this.#turn = done.catch(() => undefined)
    return done
  }

  async #append(bytes: Uint8Array): Promise<void> {
    if (this.#file === undefined) {
      await mkdir(dirname(this.#path), { recursive: true })
      this.#file = await open(this.#path, 'w+')
    }
    await this.#file.write(bytes, 0, bytes.length, this.#written)
    this.#written += bytes.length
    this.#pendingBytes -= bytes.length
    this.#wake?.()
  }

  async #take(): Promise<Uint8Array> {
    const length = Math.min(this.#written - this.#read, READ_BYTES)
    const bytes = new Uint8Array(length)
    await this.#file?.read(bytes, 0, length, this.#read)
    this.#read += length
    if (this.#read === this.#written && this.#pendingBytes === 0) {
      // All caught up: the file begins anew.
      this.#read = 0
      this.#written = 0
      await this.#file?.truncate(0)
    }
    return bytes
  }
}
