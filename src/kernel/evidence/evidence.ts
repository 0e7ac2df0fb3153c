/** A measured claim or a decision, before it is a leaf. Values are what JSON has; keys are sorted when it is encoded. */
export type Claim = {
  /** kebab-case, e.g. `registrations-daily`, `enterprise-decision`, `resolutions-daily`. */
  readonly kind: string
  /** What it is about: a prefix, an enterprise's id, `node`. */
  readonly subject: string
  /** Milliseconds since 1970 of what is claimed, not of the append. */
  readonly at: number
  readonly fields: Readonly<Record<string, ClaimValue>>
  /** Whose eyes may see the fields: everybody, or the enterprise and the node's staff. */
  readonly open: Audience
}

export type Audience = 'public' | { readonly enterprise: string } | 'staff'

export type ClaimValue =
  | string
  | number
  | boolean
  | null
  | readonly ClaimValue[]
  | { readonly [key: string]: ClaimValue }

/** Place of a claim in the log. */
export type LeafIndex = number

/** What opens a leaf: `SHA-256(0x00 || entry)` is the RFC 6962 leaf hash, the entry holds the salted digest. */
export type OpenedEntry = {
  readonly index: LeafIndex
  readonly claim: Claim
  /** 32 random bytes, base64. */
  readonly salt: string
}

/** How far the derivation from a feed has come; stored in one transaction with the leaves made from it. */
export type FeedPosition = { readonly feed: string; readonly position: number }

/**
 * Of claims in one append: a commit holds other work up, and this bounds for how long. A feed with more in one step counts
 * `step × 1,000 + part` as its position.
 */
export const CLAIMS_PER_APPEND_MAX = 1000

export type AboutOptions = {
  readonly before?: LeafIndex
  /** 1 … 1,000. */
  readonly limit: number
  readonly kind?: string
  /** Only what these may see; everything where absent. */
  readonly openTo?: readonly Audience[]
}

/** The entry as published, and whether its opening was erased. */
export type LeafEntry = {
  readonly index: LeafIndex
  /** The bytes that are hashed into the leaf. */
  readonly entry: Uint8Array
  readonly erased?: { readonly at: number; readonly why: string }
}

/**
 * How a key of the log ended: its verifier key, and the last head it signed, in which it names the key that follows it
 * (`successor` line). Whoever trusts the one may go on to the other.
 */
export type Handover = { readonly ended: string; readonly note: string }

/**
 * Append-only, hash-chained, with signed Merkle heads. Passes `test/contract/evidence.contract.ts`.
 */
export interface Evidence extends AsyncDisposable {
  /**
   * Durable when it resolves; the leaves and the feed's new position are stored together. A position that is not beyond the
   * stored one is refused as `stale-version`, so that a repeated derivation cannot claim anything twice.
   */
  append(claims: readonly Claim[], reached?: FeedPosition): Promise<readonly LeafIndex[]>

  /** Where the derivation from this feed stands; 0 at the beginning. */
  position(feed: string): Promise<number>

  /** Leaves in the log. */
  size(): Promise<number>

  /** The entry with its fields and salt; undefined if there is none, or if they were erased. */
  open(index: LeafIndex): Promise<OpenedEntry | undefined>

  /** The leaf itself; undefined if the log is not that long. */
  leaf(index: LeafIndex): Promise<LeafEntry | undefined>

  /** Entries, newest first, before `before`. */
  recent(options: AboutOptions): Promise<readonly OpenedEntry[]>

  /** Entries of a subject, newest first, before `before`. */
  about(subject: string, options: AboutOptions): Promise<readonly OpenedEntry[]>

  /** Fields and salt are gone for good; leaf and proofs stay as they were. */
  erase(index: LeafIndex, why: string): Promise<void>

  /** The newest signed note (C2SP tlog-checkpoint). */
  checkpoint(): Promise<string>

  /** A tile or entry bundle by its path below `tile/` (C2SP tlog-tiles), or undefined. */
  tile(path: string): Promise<Uint8Array | undefined>

  /** RFC 6962 §2.1.1 and §2.1.2, hashes base64. Throws `invalid-input` for what no tree of the log has. */
  inclusionProof(index: LeafIndex, size: number): Promise<readonly string[]>
  consistencyProof(oldSize: number, newSize: number): Promise<readonly string[]>

  /** The handovers of keys that have ended, oldest first. */
  handovers(): Promise<readonly Handover[]>

  /** The newest of the log's verifier keys, in signed-note form: `NAME+HASH+KEY`. Every head is signed by it. */
  readonly verifierKey: string
}
