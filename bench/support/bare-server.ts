import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseHandle, prefixOf } from '../../src/identifiers/handle.ts'
import { openTables } from '../../src/identifiers/store/tables.ts'

/*
 * What Node's HTTP server costs with nothing behind it: it answers each request with the next of the recorded answers,
 * status, headers and body as the node gave them. Arguments: the recorded answers; where several processes are to share a
 * port, that port, 0 for the first of them; a store in which it looks for the place of the name that is asked for, and
 * makes nothing of what stands there: less nobody can do who keeps so many in LMDB.
 */
type Recorded = { readonly headers: string[]; readonly bodies: string[] }

const [recorded = '', port = '', store = ''] = process.argv.slice(2)
const { headers, bodies } = JSON.parse(readFileSync(recorded, 'utf8')) as Recorded
const answers = bodies.map((body) => {
  const length = Buffer.byteLength(body)
  const encoding: BufferEncoding = length === body.length ? 'latin1' : 'utf8'
  return { body, encoding, head: [...headers, 'content-length', `${length}`] }
})
const tables = store === '' ? undefined : openTables(store, { readOnly: true })

function look(target = ''): void {
  if (tables === undefined) return
  const { key } = parseHandle(target.slice('/api/handles/'.length))
  tables.engine.freshen()
  const leaf = tables.blocks.floors?.peek(key, prefixOf(key).length + 1)
  if (leaf === undefined) throw new Error(`no block can have ${key}`)
}

let next = 0
const server = createServer(({ url }, response) => {
  look(url)
  const answer = answers[next++ % answers.length]
  if (answer === undefined) throw new Error('nothing was recorded')
  response.writeHead(200, answer.head)
  response.end(answer.body, answer.encoding)
})
server.listen({ host: '127.0.0.1', port: Number(port), reusePort: port !== '' }, () => {
  process.send?.((server.address() as AddressInfo).port)
})
process.on('disconnect', () => process.exit(0))
