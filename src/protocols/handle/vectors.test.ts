import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { type AddressInfo, connect } from 'node:net'
import { after, before, test } from 'node:test'
import { parseHandle } from '../../identifiers/handle.ts'
import { resolveLocally } from '../../identifiers/resolution/resolution.ts'
import type { Traffic } from '../../identifiers/resolution/traffic.ts'
import { openMemoryStore } from '../../identifiers/store/memory.ts'
import type { RecordWrite } from '../../identifiers/store/store.ts'
import type { App } from '../../lib/http.ts'
import { openHttp } from '../../server/http.ts'
import { openLog } from '../../server/log.ts'
import { problemReplies } from '../../server/problems.ts'
import { handleFastPath } from './fast-path.ts'
import { madePrefixRecord } from './prefix-record.ts'
import { readHandleJson } from './record-json.ts'
import { handleJsonRoutes } from './routes.ts'

type Expected = {
  readonly status: number
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: unknown
  readonly callback?: string
  readonly text?: string
  readonly not_json?: true
  readonly any?: true
}
type Get = {
  readonly id: string
  readonly shows: string
  readonly request: {
    readonly scheme: string
    readonly method: string
    readonly path: string
    readonly auth?: unknown
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: unknown
    readonly body_text?: string
  }
  readonly expected: Expected
  readonly better?: readonly Expected[]
}
type Reply = { status: number; headers: Map<string, string[]>; body: Buffer }

const folder = new URL('../../../spec/handle/', import.meta.url)
const read = (name: string) => JSON.parse(readFileSync(new URL(name, folder), 'utf8'))
const vectors: { records: unknown[]; gets: Get[] } = read('handle-json.json')
const more: { gets: Get[] } = read('handle-json-more.json')
const isOurs = ({ request }: Get) =>
  request.scheme === 'http' &&
  request.auth === undefined &&
  request.path.startsWith('/api/handles/')
const gets = [...vectors.gets.filter(isOurs), ...more.gets]

const store = openMemoryStore()
const writes: RecordWrite[] = vectors.records.map((given) => {
  const { handle, values } = readHandleJson(given)
  return { expected: 0, next: { ...parseHandle(handle), state: 'registered', held: false, values } }
})
const author = { kind: 'system', id: 'test' } as const
await store.commit({ author, at: Date.UTC(2026, 10, 21), writes }, { atomic: true })
const resolve = resolveLocally({
  store,
  prefixState: (prefix) => (prefix === '20.500.99999' ? { kind: 'hosted' } : { kind: 'unknown' }),
  prefixRecord: madePrefixRecord,
})
const traffic: Traffic = { admit: () => ({ waitS: 0, kind: 'program' }), count: () => {} }

/** The routes alone, and with the fast path before them. */
async function listen(fast: boolean): Promise<{ app: App; port: number }> {
  const first = fast ? { fast: handleFastPath({ resolve, traffic }) } : {}
  const { app } = openHttp({ log: openLog('silent'), trustedProxies: [], ...first })
  problemReplies(app)
  handleJsonRoutes(app, { resolve, traffic, protectedReads: async () => {} })
  await app.listen({ host: '127.0.0.1', port: 0 })
  return { app, port: (app.server.address() as AddressInfo).port }
}

const servers: { app: App; port: number }[] = []
before(async () => {
  servers.push(await listen(false), await listen(true))
})
after(async () => {
  for (const { app } of servers) await app.close()
})

/** Sends exactly these bytes and reads until the other side closes. */
function ask(port: number, { request }: Get): Promise<Reply> {
  const isJson = request.body !== undefined
  const text = request.body_text ?? (isJson ? JSON.stringify(request.body) : undefined)
  const headers = { ...request.headers }
  if (isJson) headers['Content-Type'] ??= 'application/json; charset=utf-8'
  if (text !== undefined) headers['Content-Length'] = String(Buffer.byteLength(text))
  const lines = Object.entries({ Host: 'h', Connection: 'close', ...headers })
  const head = [
    `${request.method} ${request.path} HTTP/1.1`,
    ...lines.map(([k, v]) => `${k}: ${v}`),
  ].join('\r\n')
  return new Promise((done, fail) => {
    const chunks: Uint8Array[] = []
    const socket = connect(port, '127.0.0.1')
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.on('error', fail)
    socket.on('close', () => done(parseReply(Buffer.concat(chunks))))
    socket.write(Buffer.concat([Buffer.from(`${head}\r\n\r\n`, 'latin1'), Buffer.from(text ?? '')]))
  })
}

function parseReply(bytes: Buffer): Reply {
  const end = bytes.indexOf('\r\n\r\n')
  const [first = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const headers = new Map<string, string[]>()
  for (const line of lines) {
    const at = line.indexOf(':')
    const name = line.slice(0, at).toLowerCase()
    headers.set(name, [...(headers.get(name) ?? []), line.slice(at + 1).trim()])
  }
  return { status: Number(first.split(' ')[1]), headers, body: bytes.subarray(end + 4) }
}

const LOOKED_AT = /^(?:content-type|location|www-authenticate|allow|access-control-.*)$/
const LISTS = /^(?:allow|access-control-(?:expose-headers|allow-methods|allow-headers))$/

function seenHeaders({ headers }: Reply): Record<string, string | string[]> {
  const seen: Record<string, string | string[]> = {}
  for (const [name, values] of headers) {
    if (!LOOKED_AT.test(name)) continue
    const text = values.join(', ')
    if (LISTS.test(name)) {
      const parts = text.split(',').map((it) => it.trim())
      seen[name] = parts.filter((it) => it !== 'TRACE').sort()
    } else seen[name] = name === 'content-type' ? text.toLowerCase().replaceAll(' ', '') : text
  }
  return seen
}

function sameBody(given: unknown, wanted: unknown, path = '$'): void {
  if (wanted === '<varies>') return
  if (wanted === '<text>') {
    assert.ok(typeof given === 'string' && given !== '', path)
  } else if (Array.isArray(wanted)) {
    assert.ok(Array.isArray(given), path)
    assert.equal(given.length, wanted.length, `${path}.length`)
    for (const [i, it] of wanted.entries()) sameBody(given[i], it, `${path}[${i}]`)
  } else if (typeof wanted === 'object' && wanted !== null) {
    assert.ok(typeof given === 'object' && given !== null, path)
    assert.deepEqual(Object.keys(given), Object.keys(wanted), `members of ${path}`)
    for (const [name, it] of Object.entries(wanted)) {
      sameBody((given as Record<string, unknown>)[name], it, `${path}.${name}`)
    }
  } else assert.equal(given, wanted, path)
}

function check(reply: Reply, expected: Expected): void {
  assert.equal(reply.status, expected.status, 'status')
  if (expected.any) return
  assert.deepEqual(seenHeaders(reply), expected.headers ?? {}, 'headers')
  const text = reply.body.toString('utf8')
  if (expected.not_json) {
    assert.throws(() => JSON.parse(text))
    return
  }
  if (expected.text !== undefined && !expected.text.includes('<text>')) {
    const masked = text.replace(/"timestamp":( ?)"[^"]*"/g, '"timestamp":$1"<varies>"')
    assert.equal(masked, expected.text)
  }
  if (expected.body === undefined) {
    assert.equal(text, '')
    return
  }
  const { callback } = expected
  if (callback === undefined) {
    sameBody(JSON.parse(text), expected.body)
    return
  }
  assert.ok(text.startsWith(`${callback}(`) && text.endsWith(');'), text.slice(0, 80))
  sameBody(JSON.parse(text.slice(callback.length + 1, -2)), expected.body)
}

function checkAny(reply: Reply, { expected, better = [] }: Get): void {
  try {
    check(reply, expected)
  } catch (first) {
    for (const it of better) {
      try {
        check(reply, it)
        return
      } catch {}
    }
    throw first
  }
}

test('the recorded vectors are there to be replayed', () => {
  assert.ok(vectors.gets.filter(isOurs).length >= 62)
  assert.ok(more.gets.length >= 500)
  assert.equal(writes.length, 29)
})

for (const get of gets) {
  test(`${get.id}: ${get.shows}`, async () => {
    const replies = await Promise.all(servers.map(({ port }) => ask(port, get)))
    for (const reply of replies) checkAny(reply, get)
    const [slow, fast] = replies
    if (get.better?.some((it) => it.any) === true) return
    assert.deepEqual(fast?.body, slow?.body, 'the same bytes on both ways')
    assert.deepEqual(fast && seenHeaders(fast), slow && seenHeaders(slow))
  })
}
