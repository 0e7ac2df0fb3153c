import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/*
 * What Node's HTTP server costs with nothing behind it: it answers each request with the next of the recorded answers,
 * status, headers and body as the node gave them. Arguments: the recorded answers and, where several processes are to
 * share a port, that port; 0 for the first of them.
 */
type Recorded = { readonly headers: string[]; readonly bodies: string[] }

const { headers, bodies } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Recorded
const answers = bodies.map((body) => {
  const length = Buffer.byteLength(body)
  const encoding: BufferEncoding = length === body.length ? 'latin1' : 'utf8'
  return { body, encoding, head: [...headers, 'content-length', `${length}`] }
})
let next = 0
const server = createServer((_request, response) => {
  const answer = answers[next++ % answers.length]
  if (answer === undefined) throw new Error('nothing was recorded')
  response.writeHead(200, answer.head)
  response.end(answer.body, answer.encoding)
})
const port = process.argv[3]
server.listen({ host: '127.0.0.1', port: Number(port ?? 0), reusePort: port !== undefined }, () => {
  process.send?.((server.address() as AddressInfo).port)
})
process.on('disconnect', () => process.exit(0))
