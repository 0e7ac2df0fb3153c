import type { Text } from './text.ts'

/**
 * Everything a caller can have asked wrongly or that cannot be done for them now. A closed set: each edge maps every
 * code (`Record<ProblemCode, …>`), so a new code does not compile until every edge has a row for it.
 */
export type ProblemCode =
  | 'malformed-identifier' // not a handle at all
  | 'invalid-input' // fields are wrong; `fields` says which and why
  | 'unreadable-input' // the bytes are not what they were said to be (JSON, CSV, XLSX, encoding)
  | 'too-large' // over a limit; the detail names the limit and its unit
  | 'not-found'
  | 'already-exists'
  | 'stale-version' // someone else changed it since it was read
  | 'wrong-state' // the thing is not in a state in which this can be done
  | 'not-signed-in'
  | 'sign-in-refused' // wrong credentials, or sign-in is not possible on this connection
  | 'not-authorised'
  | 'too-many-requests' // `retryAfterS` says when to come back
  | 'unsupported'
  | 'storage-full'
  | 'unavailable' // temporarily: shutting down, paused, a peer does not answer

/** One wrong field: where, why, and what would be right. Path is a JSON Pointer (RFC 6901), e.g. `/contact/phone`. */
export type FieldProblem = {
  readonly path: string
  readonly reason: Text
  readonly expected?: Text
  /** Line in the input, counted from 1, when the input has lines. */
  readonly line?: number
}

export type ProblemOptions = ErrorOptions & {
  readonly fields?: readonly FieldProblem[]
  readonly retryAfterS?: number
}

/** What a caller is told. `text` is written for them; `cause` is for the log alone. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly code: ProblemCode
  readonly text: Text
  readonly fields: readonly FieldProblem[]
  readonly retryAfterS: number | undefined

  constructor(code: ProblemCode, text: Text, options: ProblemOptions = {}) {
    super(text.en, options)
    this.code = code
    this.text = text
    this.fields = options.fields ?? []
    this.retryAfterS = options.retryAfterS
  }
}
