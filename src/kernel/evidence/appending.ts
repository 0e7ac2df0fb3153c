import { randomBytes } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Problem } from '../../lib/problem.ts'
import type { Reads, Writes } from './database.ts'
import { digestOf, FIRST_PREVIOUS, SALT_BYTES, sealClaim, writeEntry } from './entry.ts'
import type { Claim, FeedPosition, LeafIndex } from './evidence.ts'
import { formatCheckpoint, type Signer, signNote } from './note.ts'
import { TILE_HEIGHT } from './tiles.ts'
import { type Edge, leafHash, sha256 } from './tree.ts'

/** One call of `append`, waiting for its commit. */
export type Request = {
  readonly claims: readonly Claim[]
  readonly reached: FeedPosition | undefined
  readonly answer: PromiseWithResolvers<readonly LeafIndex[]>
}

/** After so many claims other work gets its turn, so that a long append delays no answer. */
const CLAIMS_PER_TURN = 100

export type SealedClaim = { readonly claim: Claim; readonly opening: Buffer }

/** Gives every claim its salt. Throws `invalid-input`, `too-large` for what is no claim; nothing is written then. */
export async function sealAll(claims: readonly Claim[], yields: boolean): Promise<SealedClaim[]> {
  const sealed: SealedClaim[] = []
  for (const claim of claims) {
    sealed.push({ claim, opening: Buffer.from(sealClaim(claim, randomBytes(SALT_BYTES))) })
    if (yields && sealed.length % CLAIMS_PER_TURN === 0) await nextTurn()
  }
  return sealed
}

export type Appending = {
  readonly reads: Reads
  readonly writes: Writes
  /** All that sign every head; the first is the one the log is bound to. */
  readonly signers: Signers
  /** Whether others may read while this goes on, on a connection of their own. */
  readonly yields: boolean
}

/** Adds the claims behind the edge, which it moves. Runs inside a transaction. */
export async function appendAll(
  sealed: readonly SealedClaim[],
  edge: Edge,
  { reads, writes, yields }: Appending,
): Promise<LeafIndex[]> {
  const indexes: LeafIndex[] = []
  const [last] = reads.entries(edge.size - 1, edge.size)
  let previous = last === undefined ? FIRST_PREVIOUS : sha256(last)
  for (const { claim, opening } of sealed) {
    const index = edge.size
    const entry = writeEntry({ previous, digest: digestOf(opening) })
    writes.entry(index, entry)
    const { subject, kind, open } = claim
    writes.opening(index, opening, { subject, kind, audience: open })
    edge.append(leafHash(entry), (node) => {
      if (node.level > 0 && node.level % TILE_HEIGHT === 0) {
        writes.node(node.level / TILE_HEIGHT, node.index, node.hash)
      }
    })
    previous = sha256(entry)
    indexes.push(index)
    if (yields && indexes.length % CLAIMS_PER_TURN === 0) await nextTurn()
  }
  return indexes
}

/** False if the feed has already come this far. Runs inside a transaction. */
export function advance({ feed, position }: FeedPosition, { reads, writes }: Appending): boolean {
  if (position <= reads.position(feed)) return false
  writes.position(feed, position)
  return true
}

/** The one or two keys a log is signed with. */
export type Signers = readonly [Signer, ...Signer[]]

/** Signs the tree as it stands at the edge. Runs inside a transaction. */
export function storeHead(edge: Edge, { writes, signers }: Appending): void {
  const { size } = edge
  const root = edge.root()
  const note = signNote(formatCheckpoint({ origin: signers[0].name, size, root }), signers)
  writes.head({ size, root, note })
}

/** The derivation was done already, here or by another process. */
export function staleFeed({ feed, position }: FeedPosition): Problem {
  return new Problem('stale-version', {
    en: `The evidence of “${feed}” has already come to ${position} or further`,
    zh: `“${feed}”的存证已推进到 ${position} 或更后的位置`,
  })
}
