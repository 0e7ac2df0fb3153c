/** Why an operation of the Handle protocol was not done; each edge has a code for each. */
export type RefusalReason =
  | 'handle-not-found'
  | 'handle-exists'
  | 'invalid-handle'
  | 'values-not-found'
  | 'value-exists'
  | 'invalid-value'
  /** The prefix is not this node's. */
  | 'not-responsible'
  /** The enterprise's own server has it. */
  | 'elsewhere'
  /** Held, suspended: not now, for nobody. */
  | 'stopped'
  | 'not-supported'
  | 'busy'
  /** Nobody has shown who they are. */
  | 'unauthenticated'
  /** Who asks has not the right. */
  | 'not-administrator'
  /** Nobody has: the value is never written. */
  | 'sealed'
