import type { HandleKey } from '../../identifiers/handle.ts'
import type { ShownRecord } from '../../identifiers/registration/protected-reads.ts'
import type { Resolution } from '../../identifiers/resolution/resolution.ts'
import type { Language } from '../../lib/text.ts'
import type { HeaderList } from './cors.ts'

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
  /** Undefined for an anonymous asker; else whether they may read hidden values of this enterprise (undefined: the node's own). */
  readonly mayRead?: ((enterprise: string | undefined) => boolean) | undefined
}

export type ApiAnswer = {
  readonly status: number
  /** Name, value, name, value, …; without content-length. */
  readonly headers: HeaderList
  readonly body: string
  /** What of a record somebody entitled is shown, who may read more than others; absent where nobody is. */
  readonly shown?: ShownRecord
  /** What was resolved, for counting; absent when nothing was. */
  readonly resolved?: { readonly key: HandleKey; readonly kind: Resolution['kind'] }
}

/** What each method may ask; every other method is 501. */
export const API_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'] as const
