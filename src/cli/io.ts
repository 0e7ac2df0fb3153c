import type { Readable, Writable } from 'node:stream'

/** What a command may touch of the process it runs in; tests hand in their own. */
export type Io = {
  readonly stdout: Writable
  readonly stderr: Writable
  readonly stdin: Readable
  readonly env: Readonly<Record<string, string | undefined>>
  /** A person watches standard error: progress may redraw its line. */
  readonly isTty: boolean
}

/** Done; some lines refused or a check failed; wrong use. */
export const EXIT_DONE = 0
export const EXIT_FAILED = 1
export const EXIT_WRONG_USE = 2
