import type { WireValue } from '../wire/value.ts'
import type { NoAnswerReason } from './endpoint.ts'
import type { Place } from './trace.ts'

/** An attempt that came to nothing. */
export type Tried = {
  readonly place: Place
  readonly reason: NoAnswerReason
  readonly detail: string
}

/** Why nobody could be asked, or nobody answered. */
export type Failure =
  /** Every server that was to be asked gave no answer, or there was no way to ask it. */
  | { readonly kind: 'unreachable'; readonly handle: string; readonly tried: readonly Tried[] }
  /** The prefix is not registered: who was asked for its record says so. */
  | { readonly kind: 'prefix-not-found'; readonly prefix: string; readonly from: Place }
  /** It is not known who answers for the prefix. */
  | { readonly kind: 'no-service'; readonly prefix: string }
  /** It leads in a circle, or further than is gone: the names, in their order. */
  | {
      readonly kind: 'endless'
      readonly of: 'aliases' | 'referrals' | 'services' | 'questions'
      readonly names: readonly string[]
    }
  /** The proof of who asks was sent and nothing heard of it: it may have been done, or not. */
  | {
      readonly kind: 'uncertain'
      readonly from: Place
      readonly reason: NoAnswerReason
      readonly detail: string
    }

export type Refused = {
  readonly kind: 'refused'
  /** See `RESPONSE`. */
  readonly code: number
  readonly message: string
  readonly from: Place
}

export type Found = {
  readonly kind: 'found'
  /** Where the aliases led. */
  readonly handle: string
  readonly values: readonly WireValue[]
  /** The handles that led there, the one that was asked for first; none where there was no alias. */
  readonly aliases: readonly string[]
  /** How long all that it was learned from may be kept, in seconds. */
  readonly ttlS: number
  readonly from: Place
  /** The answer was signed, and by the server's key. */
  readonly isSigned: boolean
}

export type Unresolved =
  | {
      readonly kind: 'not-found'
      readonly handle: string
      readonly message: string
      readonly aliases: readonly string[]
      readonly from: Place
    }
  /** The handle is there, but none of the values that were asked for, or none for who asks. */
  | {
      readonly kind: 'values-not-found'
      readonly handle: string
      readonly aliases: readonly string[]
      readonly from: Place
    }
  | Refused
  | Failure

/** What became of a handle. */
export type Resolved = Found | Unresolved
