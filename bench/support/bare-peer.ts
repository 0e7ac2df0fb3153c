import { readFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'

/*
 * What Node costs where a client opens a connection for every request, with nothing behind it: each message is taken as whole as
 * it came, and answered by the same bytes with its number. Argument: the answer in hexadecimal.
 */
const REQUEST_AT = 8
const recorded = Buffer.from(readFileSync(process.argv[2] ?? '', 'utf8'), 'hex')

function answerTo(question: Buffer): Buffer {
  const answer = Buffer.from(recorded)
  question.copy(answer, REQUEST_AT, REQUEST_AT, REQUEST_AT + 4)
  return answer
}

const tcp = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => socket.destroy())
  socket.on('data', (question: Buffer) => socket.end(answerTo(question)))
})
const http = createHttpServer((request, response) => {
  request.on('data', (question: Buffer) => {
    const answer = answerTo(question)
    const length = `${answer.length}`
    response.writeHead(200, ['content-type', 'application/x-hdl-message', 'content-length', length])
    response.end(answer)
  })
})
const portOf = (server: Server) => (server.address() as AddressInfo).port
tcp.listen(0, '127.0.0.1', () => {
  http.listen(0, '127.0.0.1', () => process.send?.({ port: portOf(tcp), web: portOf(http) }))
})
process.on('disconnect', () => process.exit(0))
