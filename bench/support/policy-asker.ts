import { Agent, type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'

export type Asked = {
  readonly method: 'GET' | 'POST'
  /** From the slash after the origin on. */
  readonly path: string
  readonly key?: string
  readonly idempotencyKey?: string
  /** JSON, written beforehand. */
  readonly body?: string
}

export type Asker = Disposable & {
  /** The text of the answer. @throws Error with it where its status is not 2xx */
  ask(asked: Asked): Promise<string>
}

/** Asks over connections that are kept. */
export function openAsker(url: string, connections: number): Asker {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  return {
    async ask({ method, path, key, idempotencyKey, body }) {
      const sent = request(`${url}${path}`, { method, agent })
      if (key !== undefined) sent.setHeader('authorization', `Bearer ${key}`)
      if (idempotencyKey !== undefined) sent.setHeader('idempotency-key', idempotencyKey)
      if (body !== undefined) {
        sent.setHeader('content-type', 'application/json')
        sent.setHeader('content-length', Buffer.byteLength(body))
      }
      const reply = await new Promise<IncomingMessage>((done, fail) => {
        sent.once('response', done).once('error', fail)
        sent.end(body)
      })
      const told = await text(reply)
      const status = reply.statusCode ?? 0
      if (status < 200 || status > 299) throw new Error(`${path}: ${status} ${told}`)
      return told
    },
    [Symbol.dispose]: () => agent.destroy(),
  }
}
