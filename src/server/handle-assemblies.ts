import { OldestFirstMap } from '../lib/oldest-first-map.ts'
import { type Envelope, TRUNCATED } from '../protocols/wire/envelope.ts'
import { Assembly, packetCount } from '../protocols/wire/packets.ts'

const COUNT_MAX = 1_024
const BYTES_MAX = 16 * 2 ** 20
const AGE_MS_MAX = 5_000

type Begun = { readonly assembly: Assembly; readonly begunMs: number }

/** Messages that come in several datagrams, each until it is whole, too old, or newer ones need its room. */
export class Assemblies {
  readonly #begun = new OldestFirstMap<string, Begun>()
  readonly #now: () => number
  #bytes = 0

  constructor(now = () => performance.now()) {
    this.#now = now
  }

  get count(): number {
    return this.#begun.size
  }

  /**
   * The whole message, once the last of its packets is here.
   *
   * @param from who sent it: requests of two askers may have one number
   * @throws MalformedBytes where a packet is none of its message
   */
  add(from: string, envelope: Envelope, part: Uint8Array): Uint8Array | undefined {
    const { messageBytes, sequence } = envelope
    const isWhole = sequence === 0 && part.length >= messageBytes
    if (isWhole && packetCount(messageBytes) === 1)
      return Uint8Array.from(part.subarray(0, messageBytes))
    // Larger datagrams than the RFC's are sent by some, and need no putting together.
    if (isWhole && (envelope.flags & TRUNCATED) === 0) return Uint8Array.from(part)
    const name = `${from} ${envelope.sessionId} ${envelope.requestId} ${messageBytes}`
    const known = this.#begun.get(name)
    const assembly = known?.assembly ?? this.#begin(name, messageBytes)
    const whole = assembly.add(envelope, part)
    if (whole !== undefined) this.#drop(name)
    return whole
  }

  #begin(name: string, messageBytes: number): Assembly {
    const begunMs = this.#now()
    const isFull = () => this.#begun.size >= COUNT_MAX || this.#bytes + messageBytes > BYTES_MAX
    const due = () => this.#begun.oldestIf((it) => isFull() || begunMs - it.begunMs > AGE_MS_MAX)
    for (let it = due(); it !== undefined; it = due()) this.#drop(it)
    const assembly = new Assembly(messageBytes)
    this.#begun.set(name, { assembly, begunMs })
    this.#bytes += messageBytes
    return assembly
  }

  #drop(name: string): void {
    this.#bytes -= this.#begun.get(name)?.assembly.messageBytes ?? 0
    this.#begun.delete(name)
  }
}
