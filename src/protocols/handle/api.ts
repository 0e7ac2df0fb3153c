import type { Administration } from '../../identifiers/authority/administration.ts'
import type { Identity } from '../../identifiers/authority/identity.ts'
import type { HandleKey } from '../../identifiers/handle.ts'
import type { ShownRecord } from '../../identifiers/registration/protected-reads.ts'
import type { Resolution } from '../../identifiers/resolution/resolution.ts'
import type { Language } from '../../lib/text.ts'
import type { Recurse } from '../recursion/recursing.ts'
import type { HeaderList } from './cors.ts'
import type { ListingParts } from './listings.ts'

/** A request to the JSON API, free of any HTTP library. */
export type ApiRequest = {
  readonly method: string
  /** The request target as it is on the wire. */
  readonly target: string
  readonly origin?: string | undefined
  readonly preflightMethod?: string | undefined
  readonly preflightHeaders?: string | undefined
  readonly contentType?: string | undefined
  readonly body?: Uint8Array | undefined
  readonly language: Language
  /** What clients of the Handle protocol can do here; absent where nobody can show who they are. */
  readonly by?: Administering | undefined
  /** Asks others about names that are not here, for the address that it comes from. */
  readonly elsewhere?: { readonly recurse: Recurse; readonly address: string } | undefined
  /** Undefined for an anonymous asker; else whether they may read hidden values of this enterprise (undefined: the node's own). */
  readonly mayRead?: ((enterprise: string | undefined) => boolean) | undefined
}

export type Administering = {
  /** The identity that was proved. */
  readonly who: Identity | undefined
  /** Whether credentials are taken: nobody on the way can read them. */
  readonly isSecret: boolean
  readonly administration: Administration
  readonly listing: ListingParts
}

export type ApiAnswer = {
  readonly status: number
  /** Name, value, name, value, …; without content-length. */
  readonly headers: HeaderList
  readonly body: string
  /** Credentials are wanted; of status 401 challenges are to be added. */
  readonly isChallenge?: true
  /** What of a record somebody entitled is shown, who may read more than others; absent where nobody is. */
  readonly shown?: ShownRecord
  /** What was resolved, for counting; absent when nothing was. */
  readonly resolved?: { readonly key: HandleKey; readonly kind: Resolution['kind'] }
}

/** What each method may ask; every other method is 501. */
export const API_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'] as const
