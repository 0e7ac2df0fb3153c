import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { ask, checkAny, type Get, seenHeaders } from '../../../test/support/handle-vectors.ts'
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

test('the recorded vectors are there to be replayed', () => {
  assert.ok(vectors.gets.filter(isOurs).length >= 62)
  assert.ok(more.gets.length >= 500)
  assert.equal(writes.length, 29)
})

for (const get of gets) {
  test(`${get.id}: ${get.shows}`, async () => {
    const replies = await Promise.all(servers.map(({ port }) => ask(port, get.request)))
    for (const reply of replies) checkAny(reply, get)
    const [slow, fast] = replies
    if (get.better?.some((it) => it.any) === true) return
    assert.deepEqual(fast?.body, slow?.body, 'the same bytes on both ways')
    assert.deepEqual(fast && seenHeaders(fast), slow && seenHeaders(slow))
  })
}
