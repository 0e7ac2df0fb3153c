/**
 * `user` and `key`: people and programs of this node; `system`: a part of it; `handle`: an identity that was proved by the
 * Handle protocol.
 */
export const AUTHOR_KINDS = ['user', 'key', 'system', 'handle'] as const

/** Who a write or a read is recorded under. There is no write without one. */
export type Author = {
  readonly kind: (typeof AUTHOR_KINDS)[number]
  /**
   * Id of the user or key; the name of the part for `system` (`import-undo`, `evidence`); of `handle` the identity, e.g.
   * `300:0.NA/88.100.1`.
   */
  readonly id: string
}
