import type { WireValue } from '../wire/value.ts'

/** What is asked of others. */
export type WalkQuestion = {
  /** As it was spelled, always with a slash. */
  readonly name: string
  /** Both lists empty: every value. */
  readonly indexes: readonly number[]
  readonly types: readonly string[]
  /** Primary servers are to be asked (AT). */
  readonly isAuthoritative: boolean
  /** Values alone that everybody may read (PO). */
  readonly isPublic: boolean
  /** Of the questions that this makes: one more than that of the question that it is for. */
  readonly recursionCount: number
  /** Of a prefix that is delegated: the values that lead to who answers for it. Absent: that is found out from the root. */
  readonly leading?: readonly WireValue[]
}

/** What the servers of a prefix say, or that they could not be asked. */
export type Walked =
  | { readonly kind: 'found'; readonly values: readonly WireValue[] }
  /** There is no such handle. */
  | { readonly kind: 'absent' }
  /** There is, without a value of those that were asked for. */
  | { readonly kind: 'valueless' }
  /** By who is responsible; see `RESPONSE`. */
  | { readonly kind: 'refused'; readonly code: number; readonly message: string }
  | { readonly kind: 'failed'; readonly why: string }

/** Goes from server to server until one answers. Ends soon after the signal. */
export type Walk = (question: WalkQuestion, options: { signal: AbortSignal }) => Promise<Walked>
