import assert from 'node:assert/strict'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseHandle } from '../../identifiers/handle.ts'
import type { HandleValue } from '../../identifiers/record.ts'
import { type Resolver, resolveLocally } from '../../identifiers/resolution/resolution.ts'
import type { Traffic } from '../../identifiers/resolution/traffic.ts'
import { openMemoryStore } from '../../identifiers/store/memory.ts'
import { openHttp } from '../../server/http.ts'
import { openLog } from '../../server/log.ts'
import { problemReplies } from '../../server/problems.ts'
import { handleFastPath } from './fast-path.ts'
import { answerApi } from './json-api.ts'
import { madePrefixRecord } from './prefix-record.ts'
import { handleJsonRoutes } from './routes.ts'
import { answerUnknownMethod } from './unknown-method.ts'

const store = openMemoryStore()
const values: HandleValue[] = [
  { index: 1, type: 'URL', data: 'https://a.example/' },
  { index: 2, type: 'DESC', data: '泵 "quoted" \u2028' },
  { index: 3, type: 'COST', data: 'hidden', permissions: 0x0c },
]
const next = { ...parseHandle('88.1.1/x'), state: 'registered', held: false, values } as const
const author = { kind: 'system', id: 'test' } as const
await store.commit({ author, at: Date.UTC(2026, 0, 1), writes: [{ expected: 0, next }] })
const resolve = resolveLocally({
  store,
  prefixState: (prefix) => (prefix === '88.1.1' ? { kind: 'hosted' } : { kind: 'unknown' }),
  prefixRecord: madePrefixRecord,
})
const later: Resolver = async (key) => resolve(key)
const counted: string[] = []
let waitS = 0
const traffic: Traffic = {
  admit: () => ({ waitS, kind: 'program' }),
  count: (prefix, told) => void counted.push(`${prefix} ${told}`),
}

/** A server that has nothing but the fast path; what that leaves alone is answered by 599. */
async function listen(resolver: Resolver): Promise<{ server: Server; base: string }> {
  const fast = handleFastPath({ resolve: resolver, traffic })
  const leave = (_: unknown, response: ServerResponse) => void response.writeHead(599).end()
  const server = createServer((request, response) => {
    if (!fast(request, response, leave)) leave(request, response)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return { server, base: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

test('a store that answers later is answered with the same bytes', async (t) => {
  const [now, slow] = [await listen(resolve), await listen(later)]
  t.after(() => [now.server.close(), slow.server.close()])
  for (const path of ['88.1.1/x', '88.1.1/X?type=URL', '88.1.1/none', '99/x', '88.1.1', 'x']) {
    const texts = []
    for (const { base } of [now, slow]) {
      const reply = await fetch(`${base}/api/handles/${path}`)
      texts.push(`${reply.status} ${await reply.text()}`)
    }
    assert.equal(texts[0], texts[1], path)
  }
})

test('what is resolved is counted once; what is not, is not', async (t) => {
  const { server, base } = await listen(resolve)
  t.after(() => server.close())
  counted.length = 0
  for (const path of ['88.1.1/x', '88.1.1/x?pretty', '88.1.1/%78', '88.1.1/no', '99/x']) {
    await (await fetch(`${base}/api/handles/${path}`)).text()
  }
  await (await fetch(`${base}/api/handles/88.1.1/x?index=z`)).text()
  await (await fetch(`${base}/api/handles/`)).text()
  const x = '88.1.1 found'
  assert.deepEqual(counted, [x, x, x, '88.1.1 absent', '99 unknown'])
})

test('texts and prefixes that are remembered in one place are told apart', async (t) => {
  const alike = openMemoryStore()
  // Of one length and with the same first, middle and last letter; and prefixes, of which many share a place.
  const names = ['水甲泵乙机', '水乙泵甲机', '水丙泵丁机', '长'.repeat(300)]
  const writes = Array.from({ length: 600 }, (_, i) => {
    const handle = parseHandle(`88.1.${i}/${i % 2 === 0 ? 'A' : 'b'}`)
    const data = `${names[i % names.length]}`
    const record = { ...handle, state: 'registered', held: false } as const
    return { expected: 0, next: { ...record, values: [{ index: 1, type: 'NAME', data }] } }
  })
  await alike.commit({ author, at: 1, writes })
  const prefixState = () => ({ kind: 'hosted' }) as const
  const { server, base } = await listen(
    resolveLocally({ store: alike, prefixState, prefixRecord: madePrefixRecord }),
  )
  t.after(() => server.close())
  counted.length = 0
  for (const { next } of [...writes, ...writes.toReversed()]) {
    const reply = await fetch(`${base}/api/handles/${next.spelled}`)
    const { values: [shown] = [] } = (await reply.json()) as { values?: { data: object }[] }
    assert.deepEqual(shown?.data, { format: 'string', value: next.values[0]?.data }, next.spelled)
    assert.equal(counted.pop(), `${next.spelled.split('/')[0]} found`)
  }
})

test('an answer that fails is left to the routes, and none of those beside it', async (t) => {
  const failing: Resolver = (key, prefix) => {
    if (key.endsWith('/BROKEN')) throw new Error('broken')
    return resolve(key, prefix)
  }
  const { server, base } = await listen(failing)
  t.after(() => server.close())
  const paths = ['x', 'broken', 'x?pretty', 'broken?pretty', 'x']
  const statuses = paths.map(async (it) => (await fetch(`${base}/api/handles/88.1.1/${it}`)).status)
  assert.deepEqual(await Promise.all(statuses), [200, 599, 200, 599, 200])
})

test('more requests than are waited for at once are answered in their order', async (t) => {
  const { server, base } = await listen(resolve)
  t.after(() => server.close())
  const socket = connect(Number(new URL(base).port), '127.0.0.1')
  const names = Array.from({ length: 1_000 }, (_, i) => `88.1.1/none-${i}`)
  const asked = names.map((it) => `GET /api/handles/${it} HTTP/1.1\r\nHost: a\r\n\r\n`)
  socket.write(asked.join('').replace(/\r\n\r\n$/, '\r\nConnection: close\r\n\r\n'))
  let received = ''
  for await (const bytes of socket) received += bytes
  assert.deepEqual(
    [...received.matchAll(/"handle":"([^"]*)"/g)].map(([, it]) => it),
    names,
  )
})

test('known callers, bodies and everything else are left to the routes', async (t) => {
  const { server, base } = await listen(resolve)
  t.after(() => server.close())
  const left = async (path: string, init: RequestInit = {}) => {
    const reply = await fetch(base + path, init)
    await reply.text()
    return reply.status === 599
  }
  const path = '/api/handles/88.1.1/x'
  assert.equal(await left(path), false)
  const keys = ['Bearer wmk_a_b', 'bearer wmk_a_b', 'BEARER   wmk_a_b', 'Bearer other', 'Bearer']
  for (const spelled of [...keys, 'Basic eDp5', 'Handle sessionId="x"', 'other']) {
    assert.equal(await left(path, { headers: { authorization: spelled } }), true, spelled)
  }
  assert.equal(await left(path, { headers: { cookie: 'waymark=abc' } }), true)
  assert.equal(await left(path, { headers: { cookie: 'a=1; __Host-waymark=abc' } }), true)
  assert.equal(await left(path, { headers: { cookie: 'a=1' } }), false)
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    assert.equal(await left(path, { method }), true, method)
  }
  assert.equal(await left(path, { method: 'PATCH' }), false)
  for (const other of ['/', '/88.1.1/x', '/api/handlesx', '/api/handles', '/api/v1/me']) {
    assert.equal(await left(other), true, other)
  }
})

test('who must wait is told for how long', async (t) => {
  const { server, base } = await listen(resolve)
  t.after(() => server.close())
  waitS = 3
  const reply = await fetch(`${base}/api/handles/88.1.1/x`)
  waitS = 0
  assert.equal(reply.status, 429)
  assert.equal(reply.headers.get('retry-after'), '3')
  assert.equal(((await reply.json()) as { responseCode: number }).responseCode, 3)
})

test('hidden values are shown to those entitled alone', async () => {
  const ask = async (target: string, mayRead?: (enterprise?: string) => boolean) => {
    const request = { method: 'GET', target: `/api/handles/${target}`, mayRead } as const
    const { status, body } = await answerApi(resolve, { ...request, language: 'en' })
    const { responseCode, values: shown } = JSON.parse(body)
    const indexes = shown?.map((it: { index: number }) => it.index).join(' ')
    return `${status} ${responseCode} ${indexes ?? ''}`
  }
  assert.equal(await ask('88.1.1/x'), '200 1 1 2')
  assert.equal(await ask('88.1.1/x?publicOnly=false'), '403 402 ')
  assert.equal(await ask('88.1.1/x', () => true), '200 1 1 2 3')
  assert.equal(await ask('88.1.1/x?publicOnly', () => true), '200 1 1 2')
  assert.equal(await ask('88.1.1/x', () => false), '200 1 1 2')
  assert.equal(await ask('88.1.1/x?index=3', () => false), '200 200 ')
  assert.equal(await ask('88.1.1/x?publicOnly=false', () => false), '403 400 ')
})

test('no request target makes the interface fail, or answer anything but JSON', async () => {
  const piece = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom(
      '/',
      '%',
      '%2',
      '%ff',
      '%00',
      '?',
      '&',
      '=',
      '#',
      '+',
      'index=',
      'type=',
      '88.1.1/x',
    ),
    fc.constantFrom('callback=', 'pretty', 'publicOnly=false', '\u00ff', '..', '//', '0.NA/', ';'),
  )
  const method = fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH')
  const body = fc.option(
    fc.json().map((it) => Buffer.from(it)),
    { nil: undefined },
  )
  const target = fc.array(piece, { maxLength: 12 }).map((it) => `/api/handles/${it.join('')}`)
  await fc.assert(
    fc.asyncProperty(method, target, body, async (method, target, body) => {
      const contentType = 'application/json'
      const request = { method, target, body, contentType, language: 'zh' } as const
      const answer = await answerApi(resolve, request)
      assert.ok([200, 300, 400, 403, 404, 409, 501].includes(answer.status))
      if (/javascript/.test(answer.headers[1] ?? ''))
        assert.match(answer.body, /^[^<>()]*\(\{.*\}\);$/s)
      else assert.equal(typeof JSON.parse(answer.body).responseCode, 'number')
      assert.ok(!answer.body.includes('hidden'))
    }),
    { numRuns: 10_000 },
  )
})

test('a method that Node does not know is answered in JSON too', async (t) => {
  const { app, server } = openHttp({ log: openLog('silent'), trustedProxies: [] })
  problemReplies(app)
  handleJsonRoutes(app, { resolve, traffic, protectedReads: async () => {} })
  await app.listen({ host: '127.0.0.1', port: 0 })
  t.after(() => app.close())
  server.removeAllListeners('clientError')
  server.on('clientError', (error, socket) => {
    if (!answerUnknownMethod(error, socket)) socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')
  })
  const ask = (text: string) =>
    new Promise<string>((done, fail) => {
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
      let got = ''
      socket.on('data', (chunk) => {
        got += chunk
      })
      socket.on('error', fail)
      socket.on('close', () => done(got))
      socket.write(text)
    })
  const known = await ask(
    'FOO /api/handles/88.1.1/x?pretty HTTP/1.1\r\nHost: a\r\nOrigin: https://o.example\r\n\r\n',
  )
  assert.match(known, /^HTTP\/1\.1 501 /)
  assert.match(known, /access-control-allow-origin: https:\/\/o\.example\r\n/)
  assert.equal(JSON.parse(known.slice(known.indexOf('\r\n\r\n'))).responseCode, 4)
  assert.match(await ask('FOO /elsewhere HTTP/1.1\r\nHost: a\r\n\r\n'), /^HTTP\/1\.1 400 /)
  assert.match(await ask('garbage\r\n\r\n'), /^HTTP\/1\.1 400 /)
})
