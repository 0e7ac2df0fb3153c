import { Turns } from '../../lib/turns.ts'
import { type Endpoint, NoAnswer, type Outgoing, type Received } from './endpoint.ts'
import { KeptConnection, openTcp, type StreamLimits } from './tcp.ts'

export type PoolLimits = StreamLimits & {
  readonly connectionsPerServerMax: number
  /** Questions that are under way on one connection. */
  readonly pipelinedMax: number
  /** Servers that connections are kept to; of more the one that was asked longest ago is let go. */
  readonly serversKeptMax: number
  readonly idleMsMax: number
}

type Kept = {
  readonly connections: Set<KeptConnection>
  readonly turns: Turns
  /** It ended a connection that was to be kept: until then each question has a connection of its own. */
  closesUntilMs: number
}

const CLOSES_MS = 60_000

type Options = { readonly signal?: AbortSignal | undefined }

/** Connections to servers that keep them, shared by questions; not for what may be done once only. */
export class TcpPool implements Disposable {
  readonly #limits: PoolLimits
  /** By address and port; who was asked last is last. */
  readonly #servers = new Map<string, Kept>()

  constructor(limits: PoolLimits) {
    this.#limits = limits
  }

  /** @throws NoAnswer */
  async ask(endpoint: Endpoint, request: Outgoing, options: Options): Promise<Received> {
    const kept = this.#keptFor(endpoint)
    const answer = await this.#askKept(kept, request, options)
    if (answer !== undefined) return answer
    const turn = await kept.turns.take(options.signal)
    try {
      // while this one waited for its turn another may have found out that connections are kept
      const late = await this.#askKept(kept, request, options)
      return late ?? (await this.#askAnew(endpoint, kept, { request, options }))
    } finally {
      turn()
    }
  }

  /** On a connection that there is; undefined where there is none, or where it was closed with the question on its way. */
  async #askKept(kept: Kept, request: Outgoing, options: Options): Promise<Received | undefined> {
    const connection = this.#connectionOf(kept)
    if (connection === undefined) return undefined
    try {
      return await this.#askOn(connection, request, options)
    } catch (error) {
      if (!(error instanceof NoAnswer) || error.reason !== 'closed') throw error
      kept.closesUntilMs = performance.now() + CLOSES_MS
      return undefined
    }
  }

  async #askAnew(
    endpoint: Endpoint,
    kept: Kept,
    { request, options }: { readonly request: Outgoing; readonly options: Options },
  ): Promise<Received> {
    const { connectMsMax, idleMsMax } = this.#limits
    const socket = await openTcp(endpoint, { ...options, connectMsMax })
    const connection = new KeptConnection(socket, idleMsMax)
    let isKept = false
    try {
      const answer = await this.#askOn(connection, request, options)
      isKept = this.#isToBeKept(endpoint, kept)
      if (isKept) kept.connections.add(connection)
      return answer
    } finally {
      if (!isKept) connection.close()
    }
  }

  async #askOn(connection: KeptConnection, request: Outgoing, { signal }: Options) {
    const { answerMsMax } = this.#limits
    return await connection.ask(request, { answerMsMax, signal })
  }

  /** The one with the least to do, unless all have much. */
  #connectionOf({ connections, closesUntilMs }: Kept): KeptConnection | undefined {
    let least: KeptConnection | undefined
    for (const it of connections) {
      if (!it.isOpen) connections.delete(it)
      else if (least === undefined || it.waiting < least.waiting) least = it
    }
    const isFree = least !== undefined && least.waiting < this.#limits.pipelinedMax
    return isFree && performance.now() >= closesUntilMs ? least : undefined
  }

  #isToBeKept(endpoint: Endpoint, kept: Kept): boolean {
    const isKnown = this.#servers.get(keyOf(endpoint)) === kept
    const hasRoom = kept.connections.size < this.#limits.connectionsPerServerMax
    return isKnown && hasRoom && performance.now() >= kept.closesUntilMs
  }

  #keptFor(endpoint: Endpoint): Kept {
    const key = keyOf(endpoint)
    const kept = this.#servers.get(key) ?? {
      connections: new Set(),
      turns: new Turns(this.#limits.connectionsPerServerMax),
      closesUntilMs: 0,
    }
    this.#servers.delete(key)
    this.#servers.set(key, kept)
    if (this.#servers.size > this.#limits.serversKeptMax) this.#forgetOldest()
    return kept
  }

  #forgetOldest(): void {
    const [oldest] = this.#servers
    if (oldest === undefined) return
    const [key, { connections }] = oldest
    this.#servers.delete(key)
    // what is under way there ends by itself; nothing new is asked
    for (const it of connections) if (it.waiting === 0) it.close()
  }

  [Symbol.dispose](): void {
    for (const { connections } of this.#servers.values()) for (const it of connections) it.close()
    this.#servers.clear()
  }
}

function keyOf({ address, port }: Endpoint): string {
  return `${address} ${port}`
}
