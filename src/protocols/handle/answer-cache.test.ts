import assert from 'node:assert/strict'
import { mkdtempDisposable } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseHandle, parsePrefix } from '../../identifiers/handle.ts'
import type { PrefixAnswer } from '../../identifiers/prefixes/book.ts'
import { resolveLocally } from '../../identifiers/resolution/resolution.ts'
import { openLmdbStore } from '../../identifiers/store/lmdb.ts'
import type { RecordDraft } from '../../identifiers/store/store.ts'
import { AnswerCache, type KeptAnswer } from './answer-cache.ts'
import { handleFastPath } from './fast-path.ts'
import { madePrefixRecord } from './prefix-record.ts'

const answer = (target: string, body: string) => {
  const edition = { prefix: parsePrefix('88.1.1'), state: { kind: 'hosted' } } as const
  return { target, edition, body }
}

function offer(cache: AnswerCache, it: KeptAnswer): void {
  if (cache.wants(it.target)) cache.keep(it)
}

test('while there is room every answer is kept, then those that are asked for again', () => {
  const cache = new AnswerCache(100_000)
  for (let i = 0; i < 1_000; i++) offer(cache, answer(`/once/${i}`, 'x'.repeat(830)))
  assert.equal(cache.find('/once/999'), undefined)
  const walked = cache.size
  assert.ok(walked > 50 && walked < 110, `${walked} answers of a thousand bytes`)
  const kept = Array.from({ length: 1_000 }, (_, i) => cache.find(`/once/${i}`)).filter(Boolean)
  assert.equal(kept.length, walked, 'a walk over the rest has pushed none out')
  offer(cache, answer('/a', 'one'))
  assert.equal(cache.find('/a'), undefined)
  offer(cache, answer('/a', 'two'))
  assert.equal(cache.find('/a')?.body, 'two')
  offer(cache, answer('/a', 'three'))
  assert.equal(cache.find('/a')?.body, 'three')
  let most = 0
  for (let i = 0; i < 5_000; i++) {
    for (let times = 0; times < 2; times++) offer(cache, answer(`/${i}`, 'x'.repeat(830)))
    assert.equal(cache.find('/a')?.body, 'three', 'what is asked for all the time stays')
    most = Math.max(most, cache.size)
  }
  assert.ok(most > 50 && most < 110, `${most} answers of a thousand bytes`)
})

test('a large answer is not kept', () => {
  const cache = new AnswerCache()
  for (let i = 0; i < 3; i++) offer(cache, answer('/a', 'x'.repeat(20_000)))
  assert.equal(cache.find('/a'), undefined)
})

test('an answer that was kept is never given once it has changed', async (t) => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-kept-'))
  await using store = await openLmdbStore({ path: folder.path, writing: 'thread' })
  const states = new Map<string, PrefixAnswer>([
    ['88.1.1', { kind: 'hosted' }],
    ['88.1.2', { kind: 'hosted' }],
  ])
  const gets: string[] = []
  // What holds for a whole prefix is read once, from the prefix's own record.
  const countRead = (key: string) => {
    if (!key.startsWith('0.NA/')) gets.push(key)
  }
  const { turn } = store
  const resolve = resolveLocally({
    store: {
      get: (key) => store.get(key),
      turn: {
        get: (key) => {
          countRead(key)
          return turn.get(key)
        },
        seek: (key) => {
          countRead(key)
          return turn.seek(key)
        },
        sequence: () => turn.sequence(),
        changes: (after, limit) => turn.changes(after, limit),
      },
    },
    prefixState: (prefix) => states.get(prefix) ?? { kind: 'unknown' },
    prefixRecord: madePrefixRecord,
  })
  const counted: string[] = []
  const fast = handleFastPath({
    resolve,
    traffic: {
      admit: () => ({ waitS: 0, kind: 'program' }),
      count: (prefix, told) => void counted.push(`${prefix} ${told}`),
    },
  })
  const server = createServer((request, response) => {
    fast(request, response, () => assert.fail('left to the routes'))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const ask = async (name: string) => {
    const reply = await fetch(`http://127.0.0.1:${port}/api/handles/${name}`)
    const { responseCode, values } = (await reply.json()) as {
      responseCode: number
      values?: { data: { value: string } }[]
    }
    return `${responseCode} ${values?.[0]?.data.value ?? ''}`.trimEnd()
  }
  const put = async (name: string, expected: number, rest: Partial<RecordDraft> = {}) => {
    const values = [{ index: 1, type: 'DESC', data: `泵 ${name} ${expected + 1}` }]
    const next = {
      ...parseHandle(name),
      state: 'registered',
      held: false,
      values,
      ...rest,
    } as const
    const author = { kind: 'user', id: 'u1' } as const
    await store.commit({ author, at: 1_000, writes: [{ expected, next }] }, { atomic: true })
  }
  await put('88.1.1/x', 0)
  await put('88.1.2/y', 0)
  for (let i = 0; i < 4; i++) assert.equal(await ask('88.1.1/x'), '1 泵 88.1.1/x 1')
  assert.equal(gets.length, 1, 'from the second time on it was kept')
  assert.equal(counted.length, 4, 'and counted all the same')
  await put('88.1.2/y', 1)
  assert.equal(await ask('88.1.1/x'), '1 泵 88.1.1/x 1')
  assert.equal(gets.length, 1, 'a commit under another prefix leaves it')
  for (let version = 1; version < 80; version++) {
    await put('88.1.1/x', version)
    assert.equal(await ask('88.1.1/x'), `1 泵 88.1.1/x ${version + 1}`)
  }
  for (let version = 2; version < 90; version++) await put('88.1.2/y', version)
  await put('88.1.1/x', 80)
  for (let version = 90; version < 160; version++) await put('88.1.2/y', version)
  assert.equal(await ask('88.1.1/x'), '1 泵 88.1.1/x 81', 'behind more batches than are looked at')
  await store.pack()
  assert.equal(await ask('88.1.1/x'), '1 泵 88.1.1/x 81')
  states.set('88.1.1', { kind: 'suspended' })
  assert.notEqual((await ask('88.1.1/x')).split(' ')[0], '1')
  states.set('88.1.1', { kind: 'hosted' })
  assert.equal(await ask('88.1.1/x'), '1 泵 88.1.1/x 81')
  await put('88.1.1/x', 81, { held: true })
  assert.notEqual((await ask('88.1.1/x')).split(' ')[0], '1')
  await put('88.1.1/x', 82, { state: 'retired' })
  assert.equal(await ask('88.1.1/x'), '100')
})
