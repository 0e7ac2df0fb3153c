import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { framed } from '../wire/envelope.ts'
import {
  type Endpoint,
  isContinued,
  NoAnswer,
  noAnswerBy,
  type Outgoing,
  type Received,
} from './endpoint.ts'
import { Frames, messagesIn } from './frames.ts'

export type StreamLimits = {
  readonly connectMsMax: number
  /** Until a message of the answer is whole, from when it was asked for or the one before it came. */
  readonly answerMsMax: number
}

/** A connection, open. @throws NoAnswer */
export async function openTcp(
  { address, port }: Endpoint,
  { connectMsMax, signal }: { connectMsMax: number; signal?: AbortSignal | undefined },
): Promise<Socket> {
  signal?.throwIfAborted()
  const socket = connect({ host: address, port, noDelay: true })
  const late = setTimeout(() => {
    socket.destroy(new NoAnswer('timed-out', `no connection in ${connectMsMax} ms`))
  }, connectMsMax)
  try {
    await once(socket, 'connect', signal && { signal })
    return socket
  } catch (cause) {
    socket.on('error', () => undefined)
    socket.destroy()
    signal?.throwIfAborted()
    throw noAnswerBy(cause, { isUnsent: true })
  } finally {
    clearTimeout(late)
  }
}

/** One request on a connection of its own; for what must not be sent twice, and for answers of several messages. */
export async function* askTcpAlone(
  endpoint: Endpoint,
  request: Outgoing,
  options: StreamLimits & { readonly signal?: AbortSignal | undefined },
): AsyncGenerator<Received> {
  const { signal } = options
  const socket = await openTcp(endpoint, options)
  const stop = () => socket.destroy(signal?.reason as Error)
  signal?.addEventListener('abort', stop, { once: true })
  try {
    socket.write(framed(request))
    for await (const it of messagesIn(socket, options.answerMsMax)) {
      if (it.envelope.requestId !== request.envelope.requestId) continue
      yield it
      if (!isContinued(it)) return
    }
    throw new NoAnswer('closed', 'the connection ended before the answer')
  } catch (cause) {
    signal?.throwIfAborted()
    throw cause
  } finally {
    signal?.removeEventListener('abort', stop)
    socket.on('error', () => undefined)
    socket.destroy()
  }
}

type Waiting = { readonly resolve: (it: Received) => void; readonly reject: (why: Error) => void }

/** A connection that questions share; each answer finds its question by its number, in whatever order they come. */
export class KeptConnection {
  readonly #socket: Socket
  readonly #frames = new Frames()
  readonly #waiting = new Map<number, Waiting>()
  readonly #idleMsMax: number
  #idle: NodeJS.Timeout | undefined
  /** Pieces that came. */
  #heard = 0
  #isOpen = true

  constructor(socket: Socket, idleMsMax: number) {
    this.#socket = socket
    this.#idleMsMax = idleMsMax
    socket.on('data', (piece: Buffer) => this.#receive(piece))
    socket.on('error', (cause) => this.#end(noAnswerBy(cause)))
    socket.on('end', () => this.#end(ENDED()))
    socket.on('close', () => this.#end(ENDED()))
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  get waiting(): number {
    return this.#waiting.size
  }

  /** The answer to one question. @throws NoAnswer */
  async ask(
    request: Outgoing,
    { answerMsMax, signal }: { answerMsMax: number; signal?: AbortSignal | undefined },
  ): Promise<Received> {
    const { requestId } = request.envelope
    if (!this.#isOpen || this.#waiting.has(requestId)) throw ENDED()
    const { promise, resolve, reject } = Promise.withResolvers<Received>()
    const heard = this.#heard
    const late = setTimeout(() => {
      reject(new NoAnswer('timed-out', `no answer in ${answerMsMax} ms`))
      // where nothing at all came meanwhile nobody else need wait for it here
      if (this.#heard === heard) this.close()
    }, answerMsMax)
    const stop = () => reject(signal?.reason)
    signal?.addEventListener('abort', stop, { once: true })
    this.#waiting.set(requestId, { resolve, reject })
    this.#busy()
    this.#socket.write(framed(request))
    try {
      return await promise
    } finally {
      clearTimeout(late)
      signal?.removeEventListener('abort', stop)
      this.#waiting.delete(requestId)
      if (this.#waiting.size === 0) this.#rest()
    }
  }

  close(): void {
    this.#end(ENDED())
  }

  #receive(piece: Buffer): void {
    this.#heard++
    try {
      for (const it of this.#frames.add(piece)) {
        // one that nobody waits for any more is passed over
        this.#waiting.get(it.envelope.requestId)?.resolve(it)
      }
    } catch (cause) {
      this.#end(noAnswerBy(cause))
    }
  }

  /** A program may end while nothing is asked. */
  #rest(): void {
    if (!this.#isOpen) return
    this.#socket.unref()
    this.#idle = setTimeout(() => this.close(), this.#idleMsMax).unref()
  }

  #busy(): void {
    clearTimeout(this.#idle)
    this.#socket.ref()
  }

  #end(why: NoAnswer): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    clearTimeout(this.#idle)
    for (const { reject } of this.#waiting.values()) reject(why)
    this.#socket.destroy()
  }
}

const ENDED = () => new NoAnswer('closed', 'the connection ended before the answer')
