import { randomUUID } from 'node:crypto'

/** Header by which a process says over which of its connections a message came, to the one that answers it. */
export const PEER_CONNECTION = 'x-waymark-peer-connection'
/** The oldest that were not heard of for longest go first: their clients show anew who they are. */
const CONNECTIONS_MAX = 20_000

const names = new WeakMap<object, string>()

/** What a connection is called before the process behind the inner door; nobody can guess it. */
export function connectionName(connection: object): string {
  const known = names.get(connection)
  if (known !== undefined) return known
  const name = randomUUID()
  names.set(connection, name)
  return name
}

const said = new WeakMap<object, string>()

/** Keeps what a socket of the inner door said last; one request at a time uses it. */
export function hearConnection(socket: object, name: string | undefined): void {
  if (name === undefined) said.delete(socket)
  else said.set(socket, name)
}

/** Stands for each connection of another process: the same object for all that comes over it. */
export class InnerConnections {
  readonly #known = new Map<string, object>()
  readonly #most: number

  constructor(most = CONNECTIONS_MAX) {
    this.#most = most
  }

  /** Undefined for what did not come over a connection of another process. */
  find(socket: object): object | undefined {
    const name = said.get(socket)
    if (name === undefined) return undefined
    const connection = this.#known.get(name) ?? {}
    // Heard of last, it goes last.
    this.#known.delete(name)
    this.#known.set(name, connection)
    if (this.#known.size > this.#most) {
      const [oldest = ''] = this.#known.keys()
      this.#known.delete(oldest)
    }
    return connection
  }
}
