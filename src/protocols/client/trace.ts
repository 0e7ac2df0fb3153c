import type { WireValue } from '../wire/value.ts'
import type { Endpoint, NoAnswerReason } from './endpoint.ts'

/** Who was asked: a way to a server of a site. */
export type Place = Pick<Endpoint, 'address' | 'port' | 'protocol'> & {
  /** What the site's record calls it; empty where that says nothing. */
  readonly site: string
  /** In the site's record. */
  readonly server: number
}

/** What a question is asked for. */
export type Purpose =
  /** It is the question itself. */
  | 'answer'
  /** To learn who answers for a prefix. */
  | 'service'
  /** To learn who answers for prefixes below another. */
  | 'derived'
  /** As the site's record was out of date. */
  | 'refresh'
  /** To show who asks. */
  | 'proof'

/** Where the sites come from that are asked next. */
export type SitesFrom =
  | 'configured'
  | 'root'
  | 'cache'
  /** HS_SITE or HS_SERV in the prefix's record. */
  | 'prefix-record'
  /** HS_SITE.PREFIX or HS_SERV.PREFIX in the record of a prefix above. */
  | 'ancestor'
  /** A server said so (302, 303). */
  | 'referral'
  /** The server itself told its record anew (300). */
  | 'refresh'

/** A question went out. */
export type AskStep = {
  readonly kind: 'ask'
  readonly purpose: Purpose
  readonly handle: string
  readonly indexes: readonly number[]
  readonly types: readonly string[]
  readonly to: Place
  /** See `OP`. */
  readonly opCode: number
  /** See `OP_FLAG`. */
  readonly flags: number
  readonly bytes: number
  readonly version: string
}

export type AnswerStep = {
  readonly kind: 'answer'
  readonly from: Place
  /** See `RESPONSE`. */
  readonly code: number
  readonly message: string
  readonly values: readonly WireValue[]
  readonly bytes: number
  readonly ms: number
  /** The answer was signed, and by the server's key. */
  readonly isSigned: boolean
}

export type NoAnswerStep = {
  readonly kind: 'no-answer'
  readonly from: Place
  readonly reason: NoAnswerReason
  readonly detail: string
  readonly ms: number
}

/** Where it goes on. */
export type TurnStep =
  | {
      readonly kind: 'sites'
      readonly from: SitesFrom
      /** Whose: a prefix's record, the handle that a referral names. */
      readonly of: string
      readonly sites: readonly string[]
    }
  | { readonly kind: 'alias'; readonly handle: string; readonly to: string }
  | {
      readonly kind: 'referral'
      readonly handle: string
      readonly code: number
      readonly to: string
      readonly sites: number
    }

/** What happens while a handle is resolved, in the order it happens. */
export type Step = AskStep | AnswerStep | NoAnswerStep | TurnStep

export type Trace = (step: Step) => void
