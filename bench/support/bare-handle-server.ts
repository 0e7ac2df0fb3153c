import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Server } from 'node:net'

/*
 * What the protocol costs with nothing behind it: each envelope is read, and the next of the recorded answers is written by
 * itself, with the number of its question; at two more ports everything is read and nothing answered. Argument: the recorded answers, one after the other, in hexadecimal.
 */
const ENVELOPE_BYTES = 20
const LENGTH_AT = 16
const REQUEST_AT = 8
const answers = readFileSync(process.argv[2] ?? '', 'utf8')
  .split('\n')
  .map((it) => Buffer.from(it, 'hex'))
let next = 0

function answerTo(question: Buffer, at: number): Buffer {
  const answer = Buffer.from(answers[next++ % answers.length] ?? [])
  question.copy(answer, REQUEST_AT, at + REQUEST_AT, at + REQUEST_AT + 4)
  return answer
}

const tcp = createServer({ noDelay: true }, (socket) => {
  let rest: Buffer = Buffer.alloc(0)
  socket.on('error', () => socket.destroy())
  socket.on('data', (bytes: Buffer) => {
    const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
    let at = 0
    while (all.length - at >= ENVELOPE_BYTES) {
      const end = at + ENVELOPE_BYTES + all.readUInt32BE(at + LENGTH_AT)
      if (end > all.length) break
      socket.write(answerTo(all, at))
      at = end
    }
    rest = all.subarray(at)
  })
})
const udp = createSocket({ type: 'udp4', recvBufferSize: 4 * 2 ** 20 })
udp.on('message', (question, from) => udp.send(answerTo(question, 0), from.port, from.address))
const portOf = (server: Server) => (server.address() as AddressInfo).port
const discard = {
  tcp: createServer((socket) => socket.on('error', () => socket.destroy()).resume()),
  udp: createSocket({ type: 'udp4', recvBufferSize: 4 * 2 ** 20 }).on('message', () => undefined),
}
const HOST = '127.0.0.1'
for (const it of [tcp, discard.tcp]) await once(it.listen(0, HOST), 'listening')
for (const it of [udp, discard.udp]) await once(it.bind(0, HOST), 'listening')
process.send?.({
  ...{ tcp: portOf(tcp), udp: udp.address().port },
  discard: { tcp: portOf(discard.tcp), udp: discard.udp.address().port },
})
process.on('disconnect', () => process.exit(0))
