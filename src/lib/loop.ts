import { setTimeout as sleep } from 'node:timers/promises'

export type LoopOptions = {
  /** Pause between rounds when there was nothing to do. */
  readonly everyMs: number
  /** One round; true when there is more to do at once. */
  readonly round: (signal: AbortSignal) => Promise<boolean>
  /** A round that threw is told here and tried again after the pause. */
  readonly onError: (error: unknown) => void
}

/** Work in the background until disposed; disposing waits for the round under way. */
export function startLoop({ everyMs, round, onError }: LoopOptions): AsyncDisposable {
  const stop = new AbortController()
  const running = run()

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      let isMore = false
      try {
        isMore = await round(stop.signal)
      } catch (error) {
        if (!stop.signal.aborted) onError(error)
      }
      if (!isMore) await pause()
    }
  }

  async function pause(): Promise<void> {
    await sleep(everyMs, undefined, { signal: stop.signal, ref: false }).catch(() => undefined)
  }

  return {
    async [Symbol.asyncDispose]() {
      stop.abort()
      await running
    },
  }
}
