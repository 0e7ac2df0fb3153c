import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { text } from 'node:stream/consumers'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

export type Received = {
  readonly from: string
  readonly to: readonly string[]
  /** As it came, headers and all. */
  readonly raw: string
  readonly subject: string
  /** Decoded. */
  readonly text: string
  /** What stands behind the first link of the text. */
  readonly path: string
}

export type SmtpBox = AsyncDisposable & {
  readonly port: number
  /** Set: it is as if nothing listened, without anybody else taking the port meanwhile. */
  isAway: boolean
  readonly letters: readonly Received[]
  /** The first letter to this address that nobody took yet; waits for it. */
  take(to: string): Promise<Received>
}

/** A mail server that somebody else wrote, on loopback; it keeps what it is given. */
export async function openSmtp(options: SMTPServerOptions = {}): Promise<SmtpBox> {
  const letters: Received[] = []
  const taken = new Set<Received>()
  let arrived = Promise.withResolvers<void>()
  const server = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onData(stream, session, done) {
      text(stream).then((raw) => {
        const to = session.envelope.rcptTo.map((it) => it.address)
        const { mailFrom } = session.envelope
        letters.push(readLetter(raw, mailFrom === false ? '' : mailFrom.address, to))
        arrived.resolve()
        arrived = Promise.withResolvers()
        done()
      }, done)
    },
    ...options,
  })
  // a client that goes away is no concern of the tests
  server.on('error', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  const door = createServer((socket) => {
    socket.on('error', () => undefined)
    if (box.isAway) {
      socket.destroy()
      return
    }
    const inner = connect(portOf(server.server), '127.0.0.1').on('error', () => socket.destroy())
    socket.pipe(inner).pipe(socket)
    socket.once('close', () => inner.destroy())
  }).listen(0, '127.0.0.1')
  await once(door, 'listening')
  const box: SmtpBox = {
    port: portOf(door),
    isAway: false,
    letters,
    async take(to) {
      for (;;) {
        const found = letters.find((it) => it.to.includes(to) && !taken.has(it))
        if (found !== undefined) {
          taken.add(found)
          return found
        }
        await arrived.promise
      }
    },
    async [Symbol.asyncDispose]() {
      door.close()
      await new Promise<void>((done) => server.close(() => done()))
    },
  }
  return box
}

function portOf(server: Pick<Server, 'address'>): number {
  return (server.address() as AddressInfo).port
}

function readLetter(raw: string, from: string, to: readonly string[]): Received {
  const cut = raw.indexOf('\r\n\r\n')
  const head = raw.slice(0, cut).replaceAll(/\r\n[ \t]+/g, ' ')
  const body = decodeBody(raw.slice(cut + 4), /^content-transfer-encoding: (\S+)/im.exec(head)?.[1])
  const subject = decodeWords(/^subject: (.*)$/im.exec(head)?.[1] ?? '')
  const path = /https?:\/\/[^/\s]+(\/\S*)/.exec(body)?.[1] ?? ''
  return { from, to, raw, subject, text: body, path }
}

function decodeBody(body: string, encoding = '7bit'): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8')
  return encoding === 'quoted-printable' ? decodeQuoted(body.replaceAll(/=\r\n/g, '')) : body
}

function decodeQuoted(text: string): string {
  const latin = text.replaceAll(/=([0-9A-F]{2})/gi, (_, hex) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return Buffer.from(latin, 'latin1').toString('utf8')
}

/** RFC 2047. */
function decodeWords(text: string): string {
  return text
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind: string, it: string) =>
      kind.toLowerCase() === 'b'
        ? Buffer.from(it, 'base64').toString('utf8')
        : decodeQuoted(it.replaceAll('_', ' ')),
    )
}
