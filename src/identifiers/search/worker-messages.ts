import type { PlainProblem } from '../imports/worker-messages.ts'
import type { Found, SearchWish } from '../registration/list-routes.ts'
import type { Entitlement } from './answer.ts'
import type { SearchPosition, SearchSizes } from './search-index.ts'

/** What the search thread is started with. */
export type SearchStart = {
  /** Folder of the index. */
  readonly path: string
  /** For the entry's `openStore`. */
  readonly storeOptions: unknown
  /** While it is raised, deriving waits. */
  readonly sign?: SharedArrayBuffer
}

export type SearchQuestion =
  | { readonly kind: 'ask'; readonly wish: SearchWish; readonly entitlement: Entitlement }
  | { readonly kind: 'position' }
  | { readonly kind: 'sizes' }

export type SearchRequest = SearchQuestion | { readonly kind: 'close' }

export type SearchAnswer = {
  readonly ask: Found
  readonly position: SearchPosition
  readonly sizes: SearchSizes
  readonly close: undefined
}

export type ToSearch = SearchRequest & { readonly id: number }

export type FromSearch =
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | {
      readonly kind: 'failed'
      readonly id: number
      readonly problem: PlainProblem | undefined
      readonly error: unknown
    }
  /** The derivation failed; it is tried again. */
  | { readonly kind: 'trouble'; readonly error: unknown }
