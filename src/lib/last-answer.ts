import type { Duplex } from 'node:stream'

/** How long a client gets to read the last bytes it is sent before the connection is cut off. */
const LINGER_MS_MAX = 1_000

/**
 * Sends the last bytes of a connection that cannot go on, and sees to it that the connection ends. An HTTP server that
 * still owes answers to earlier, pipelined requests has stopped reading and would keep it half open forever; a connection
 * destroyed at once, with bytes unread, resets and takes the answer with it.
 */
export function endWith(socket: Duplex, bytes: string): void {
  if (ending.has(socket)) return
  ending.add(socket)
  // As Node itself decides: an answer that is half sent is not to be continued by another one.
  const owed = (socket as { _httpMessage?: { headersSent: boolean } | null })._httpMessage
  const last = owed?.headersSent === true ? '' : bytes
  const cut = setTimeout(() => socket.destroy(), LINGER_MS_MAX)
  socket.once('close', () => clearTimeout(cut))
  if (socket.writable) socket.end(last, () => socket.resume())
}

/** What comes after the first wrong bytes is wrong as well, and must not cut the answer short. */
const ending = new WeakSet<Duplex>()
