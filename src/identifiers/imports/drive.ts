import { setImmediate as turn } from 'node:timers/promises'
import { BATCH_DELAY_MS_MAX } from './limits.ts'

type Item = Uint8Array | { readonly isComplete: boolean }

/** Pieces of an upload waiting to be read. */
export class UploadQueue {
  readonly #items: Item[] = []
  #wake: (() => void) | undefined

  push(chunk: Uint8Array): void {
    this.#items.push(chunk)
    this.#wake?.()
  }

  end(isComplete: boolean): void {
    // What a broken upload left unread is read; what is cancelled is not, and comes with a stop of the session.
    this.#items.push({ isComplete })
    this.#wake?.()
  }

  /** The next piece; undefined if none came within the time. */
  async next(waitMs: number): Promise<Item | undefined> {
    if (this.#items.length === 0) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, waitMs)
      this.#wake = resolve
      await promise
      clearTimeout(timer)
      this.#wake = undefined
    }
    return this.#items.shift()
  }
}

/** What takes an upload: a whole session, or the reading half of one. */
type Taking = {
  push(chunk: Uint8Array): Promise<void>
  idle(): Promise<void>
  end(isComplete: boolean): Promise<void>
}

/** Runs a session to the end of its upload, letting the thread breathe between pieces. */
export async function drive(
  session: Taking,
  queue: UploadQueue,
  onTaken: (bytes: number) => void,
): Promise<void> {
  for (;;) {
    const item = await queue.next(BATCH_DELAY_MS_MAX)
    if (item === undefined) await session.idle()
    else if (item instanceof Uint8Array) {
      await session.push(item)
      onTaken(item.length)
      await turn()
    } else {
      await session.end(item.isComplete)
      return
    }
  }
}
