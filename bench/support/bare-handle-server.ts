import { createSocket } from 'node:dgram'
import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'

/*
 * What the protocol costs with nothing behind it: each envelope is read, and the next of the recorded answers is written by
 * itself, with the number of its question. Argument: the recorded answers, one after the other, in hexadecimal.
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
tcp.listen(0, '127.0.0.1', () => {
  udp.bind(0, '127.0.0.1', () => {
    process.send?.({ tcp: (tcp.address() as AddressInfo).port, udp: udp.address().port })
  })
})
process.on('disconnect', () => process.exit(0))
