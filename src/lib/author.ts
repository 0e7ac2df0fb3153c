/** Who a write or a read is recorded under. There is no write without one. */
export type Author = {
  readonly kind: 'user' | 'key' | 'system'
  /** Id of the user or key; the name of the part for `system` (`import-undo`, `evidence`). */
  readonly id: string
}
