import { BlockList, type IPVersion, type SocketAddress } from 'node:net'
import { type Asker, type Askers, isFromHere } from '../identifiers/resolution/askers.ts'
import { ClientLimit } from '../identifiers/resolution/client-limit.ts'
import { OldestFirstMap } from '../lib/oldest-first-map.ts'
import { FairTurns } from './fair-turns.ts'

export type StandingLimits = {
  /** Faults that a network is forgiven; above, it is cut off for a while. 0: any number. */
  readonly faultsPerSMax: number
  /** That many seconds' worth of them may come at once. */
  readonly burstS: number
  readonly cutOffMs: number
  /** Networks remembered at once; the one at fault longest ago goes. */
  readonly networksMax: number
}

const STANDING = { burstS: 10, cutOffMs: 10_000, networksMax: 10_000 } as const

type Faults = { count: number; atMs: number; cutOffUntilMs: number }

/** Which networks have of late sent so much that nobody can read that they are cut off. */
export class Standing {
  readonly #limits: StandingLimits
  readonly #now: () => number
  /** The oldest is the one at fault longest ago. */
  readonly #faults = new OldestFirstMap<string, Faults>()

  constructor(
    limits: Pick<StandingLimits, 'faultsPerSMax'> & Partial<StandingLimits>,
    now = () => performance.now(),
  ) {
    this.#limits = { ...STANDING, ...limits }
    this.#now = now
  }

  get size(): number {
    return this.#faults.size
  }

  isCutOff(network: string): boolean {
    const known = this.#faults.get(network)
    return known !== undefined && known.cutOffUntilMs > this.#now()
  }

  /** Counts a fault of somebody's network; of this machine none. */
  fault({ client: network, address }: Asker): void {
    if (isFromHere({ address })) return
    const { faultsPerSMax, burstS, cutOffMs, networksMax } = this.#limits
    if (faultsPerSMax === 0) return
    const atMs = this.#now()
    const before = this.#faults.get(network)
    const forgiven = ((atMs - (before?.atMs ?? atMs)) / 1_000) * faultsPerSMax
    const count = Math.max(0, (before?.count ?? 0) - forgiven) + 1
    const isTooMuch = count > faultsPerSMax * burstS
    const cutOffUntilMs = isTooMuch ? atMs + cutOffMs : (before?.cutOffUntilMs ?? 0)
    this.#faults.delete(network)
    this.#faults.set(network, { count: isTooMuch ? 0 : count, atMs, cutOffUntilMs })
    const { oldest } = this.#faults
    if (oldest !== undefined && this.#faults.size > networksMax) this.#faults.delete(oldest)
  }
}

export type AdmissionLimits = Pick<StandingLimits, 'faultsPerSMax'> & {
  /** TCP connections a second that one network may open; ten seconds' worth at once. 0: any number. */
  readonly connectsPerSMax: number
}

/** Who is let in, and how much is done for them; one for all doors of the Handle protocol in a process. */
export class HandleAdmission {
  readonly turns = new FairTurns()
  /** Kept apart: addresses of datagrams can be forged, and nobody is to lose connections by another's. */
  readonly overTcp: Standing
  readonly overUdp: Standing
  readonly #askers: Pick<Askers, 'meet'>
  readonly #connects: ClientLimit | undefined
  #letIn: Asker | undefined
  /** Connections that were closed as soon as they came, because of their network. */
  refusedConnections = 0
  /** Datagrams that nobody looked into, because of their network or as too many waited. */
  droppedDatagrams = 0

  constructor(
    askers: Pick<Askers, 'meet'>,
    { connectsPerSMax, ...limits }: AdmissionLimits,
    now = () => performance.now(),
  ) {
    this.#askers = askers
    this.overTcp = new Standing(limits, now)
    this.overUdp = new Standing(limits, now)
    if (connectsPerSMax > 0) {
      const rate = { perSecond: connectsPerSMax, burst: connectsPerSMax * STANDING.burstS }
      this.#connects = new ClientLimit(rate, now)
    }
  }

  /** Whether a connection from there is refused; to be asked once for each. */
  refuses(address: string): boolean {
    const asker = this.#askers.meet(address)
    const { client } = asker
    const isRefused = !isFromHere(asker) && this.#isTooMuch(client)
    if (isRefused) this.refusedConnections++
    this.#letIn = isRefused ? undefined : asker
    return isRefused
  }

  #isTooMuch(client: string): boolean {
    return this.overTcp.isCutOff(client) || (this.#connects?.take(client) ?? 0) > 0
  }

  /**
   * Whose connection it is that comes now: a server of TCP has asked about it right before, so that its address need not be
   * looked up again. Undefined where it has not, as one may be gone before it is met.
   */
  takeLetIn(): Asker | undefined {
    const asker = this.#letIn
    this.#letIn = undefined
    return asker
  }

  /** For a server of TCP: it asks before it makes anything of a connection, so that one refused costs least. */
  blockList(): BlockList {
    return new Refusals((address) => this.refuses(address))
  }
}

/** Not a list, but what is asked in place of one. */
class Refusals extends BlockList {
  readonly #refuses: (address: string) => boolean

  constructor(refuses: (address: string) => boolean) {
    super()
    this.#refuses = refuses
  }

  override check(address: SocketAddress): boolean
  override check(address: string, type?: IPVersion): boolean
  override check(address: SocketAddress | string): boolean {
    return this.#refuses(typeof address === 'string' ? address : address.address)
  }
}
