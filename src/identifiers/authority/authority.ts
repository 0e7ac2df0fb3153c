import { placesOf } from '../../kernel/access/address.ts'
import { PROOF_LANES, SignInThrottle, type Ticket } from '../../kernel/access/throttle.ts'
import type { Clock } from '../../lib/clock.ts'
import { andThen, type MaybePromise } from '../../lib/maybe-promise.ts'
import { type HandleKey, prefixOf } from '../handle.ts'
import type { HandleValue, IdRecord } from '../record.ts'
import { PREFIX_RECORDS, type Resolver } from '../resolution/resolution.ts'
import { type Identity, identityKey } from './identity.ts'
import type { HandleKeyUses } from './key-uses.ts'
import { KeyedTurns } from './keyed-turns.ts'
import { markOf, type Proof, type Proven, provenIdentity } from './proof.ts'
import { hasAdministrator, type ReadRecord, rightsOf } from './rights.ts'

type Found = { readonly proven: Proven; readonly place: number } | undefined
/** Fewer at once than may fail. */
const TURNS = { atOnceMax: PROOF_LANES.names.free / 2, waitingMax: 4_096 }

export type AuthorityParts = {
  readonly resolve: Resolver
  readonly clock: Clock
  /** Told of each key by which somebody shows who they are, at once and in every session that it began. */
  readonly uses?: Pick<HandleKeyUses, 'note'> | undefined
}

/** Who may do what by the keys and HS_ADMIN values of records, and who somebody is. */
export class Authority {
  readonly #throttle: SignInThrottle
  readonly #turns = new KeyedTurns(TURNS)
  readonly #uses: AuthorityParts['uses']
  readonly read: ReadRecord

  constructor({ resolve, clock, uses }: AuthorityParts) {
    this.#uses = uses
    this.#throttle = new SignInThrottle(clock, PROOF_LANES)
    this.read = (key) => {
      const answer = resolve(key)
      return answer instanceof Promise ? answer.then(recordIn) : recordIn(answer)
    }
  }

  /**
   * Who somebody is, by a proof; undefined where it shows nothing. Failures count against the place they come from, as those
   * of signing in do. @throws Problem `too-many-requests`
   */
  async prove(claimed: Identity, proof: Proof, address: string): Promise<Proven | undefined> {
    return (await this.proveOneOf(claimed, [proof], address))?.proven
  }

  /** The same where it is not known which of several things was asked that the proof is about: the first that it shows. */
  async proveOneOf(claimed: Identity, proofs: readonly Proof[], address: string): Promise<Found> {
    const nameKey = identityKey(claimed)
    // Attempts under way count as failed until they are not: those of one program, who is right, wait for each other.
    const lane = `${placesOf(address).network} ${nameKey}`
    return await this.#turns.take(lane, () =>
      this.#attempt(claimed, proofs, this.#throttle.begin({ address, nameKey })),
    )
  }

  async #attempt(claimed: Identity, proofs: readonly Proof[], ticket: Ticket): Promise<Found> {
    try {
      for (const [place, proof] of proofs.entries()) {
        const proven = await provenIdentity(claimed, proof, this.read)
        if (proven === undefined) continue
        ticket.succeeded()
        this.#noteUse(proven)
        return { proven, place }
      }
      return undefined
    } catch (error) {
      ticket.abandoned()
      throw error
    }
  }

  /** Whether the key by which somebody proved who they are is still there: what is revoked or rotated ends every session. */
  isStill(proven: Proven): MaybePromise<boolean> {
    const { identity, mark } = proven
    return andThen(this.read(identity.handle.key), (record) => {
      const named = (it: HandleValue) => identity.index === 0 || it.index === identity.index
      const isStill = record?.values.some((it) => named(it) && markOf(it) === mark) === true
      if (isStill) this.#noteUse(proven)
      return isStill
    })
  }

  #noteUse({ identity, mark, keyIndex }: Proven): void {
    this.#uses?.note({ handle: identity.handle.key, index: keyIndex, mark })
  }

  /** All that somebody may do with a record; by its prefix's record where it names no administrator. */
  async rightsOver(who: Identity, key: HandleKey, values: readonly HandleValue[]): Promise<number> {
    if (hasAdministrator(values)) return await rightsOf(who, values, this.read)
    return await this.rightsUnder(who, key)
  }

  /** All that somebody may do under the prefix of a name. */
  async rightsUnder(who: Identity, key: HandleKey): Promise<number> {
    const record = await this.read(`${PREFIX_RECORDS}/${prefixOf(key)}` as HandleKey)
    return record === undefined ? 0 : await rightsOf(who, record.values, this.read)
  }
}

function recordIn(answer: { readonly kind: string; readonly record?: IdRecord }) {
  return answer.kind === 'found' ? answer.record : undefined
}
