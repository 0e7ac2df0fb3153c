import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export type LineSpeed = {
  readonly roundTripMs: number
  readonly downBytesPerS: number
  readonly upBytesPerS: number
}

/**
 * A line of such a speed to a port of this machine, shared by all its connections. Chromium's own slowing down leaves
 * requests unanswered for ever now and then.
 */
export async function openLine(
  port: number,
  { roundTripMs, downBytesPerS, upBytesPerS }: LineSpeed,
): Promise<AsyncDisposable & { readonly url: string }> {
  const up = oneWay(upBytesPerS, roundTripMs / 2)
  const down = oneWay(downBytesPerS, roundTripMs / 2)
  const open = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const far = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
    for (const it of [near, far]) {
      open.add(it)
      it.on('close', () => open.delete(it))
      // the other end of it goes too
      it.on('error', () => [near, far].map((end) => end.destroy()))
    }
    // a handshake takes a round trip before anything is said
    const opened = performance.now() + roundTripMs
    up(near, far, opened)
    down(far, near, opened)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      for (const it of open) it.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** One direction: what is sent waits for all that was sent before it, on whichever connection, and then travels. */
function oneWay(bytesPerS: number, travelMs: number) {
  let freeAt = 0
  return (from: Socket, to: Socket, notBefore: number) => {
    let before: Promise<unknown> = Promise.resolve()
    const later = (dueAt: number, deed: () => void) => {
      before = before.then(async () => {
        const waitMs = dueAt - performance.now()
        if (waitMs > 0) await sleep(waitMs)
        if (!to.destroyed) deed()
      })
    }
    from.on('data', (bytes: Buffer) => {
      freeAt = Math.max(freeAt, performance.now(), notBefore) + (bytes.length / bytesPerS) * 1_000
      later(freeAt + travelMs, () => to.write(bytes))
    })
    from.on('end', () => later(0, () => to.end()))
  }
}
