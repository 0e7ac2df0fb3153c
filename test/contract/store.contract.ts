import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  foldAscii,
  type HandleKey,
  type PrefixKey,
  parseHandle,
  parsePrefix,
  prefixOf,
} from '../../src/identifiers/handle.ts'
import type { IdRecord } from '../../src/identifiers/record.ts'
import { openMemoryStore } from '../../src/identifiers/store/memory.ts'
import { compareKeys } from '../../src/identifiers/store/ordering.ts'
import type {
  BatchDraft,
  BatchEntry,
  CommitAnswer,
  RecordDraft,
  RecordStore,
  RecordWrite,
} from '../../src/identifiers/store/store.ts'

const at = Date.UTC(2026, 0, 5, 8)
const author = { kind: 'user', id: 'u1' } as const
const PREFIX = parsePrefix('88.100.7')

/** What every store promises. A driver's test is one line: `storeContract('lmdb', openIt)`. */
export function storeContract(name: string, open: () => Promise<RecordStore>): void {
  const the = (sentence: string, body: (store: RecordStore) => Promise<void>) =>
    test(`${name}: ${sentence}`, async () => {
      await using store = await open()
      await body(store)
    })

  the('what was registered is answered, whole, and what was not is not', async (store) => {
    const draft: RecordDraft = {
      ...draftOf('88.100.7/Pump-7'),
      held: true,
      template: 'product@2',
      values: [
        { index: 2, type: 'URL', data: 'https://example.cn/泵', permissions: 6, ttl: 60 },
        { index: 1, type: 'RAW', data: new Uint8Array([0, 255]), timestamp: 5 },
        { index: 9, type: 'X', data: '', references: [{ handle: '88.1/a', index: 3 }] },
        { index: 4, type: 'T', data: 'v', ttl: 1_900_000_000, ttlAbsolute: true },
      ],
    }
    const answer = await store.commit(batchOf([{ expected: 0, next: draft }]))
    assert.deepEqual(answer, { sequence: 1, stale: [], taken: [] })
    const record = { ...draft, version: 1, createdAt: at, updatedAt: at, batch: 1 }
    assert.deepEqual(plain(await store.get(draft.key)), record)
    assert.equal(await store.get(keyOf('88.100.7/PUMP-8')), undefined)
    assert.equal(await store.get(keyOf('88.100.8/PUMP-7')), undefined)
    assert.equal(await store.get(keyOf('88.100/PUMP-7')), undefined)
  })

  the(
    'a change keeps when it was made, counts up and remembers what it replaced',
    async (store) => {
      const key = keyOf('88.100.7/A')
      await store.commit(batchOf([create('88.100.7/a')]))
      await store.commit({ ...batchOf([change('88.100.7/a', 1, 'two')]), at: at + 1000 })
      await store.commit({ ...batchOf([change('88.100.7/a', 2, 'three')]), at: at + 2000 })
      const history = await store.history(key)
      assert.deepEqual(
        history.map(({ version, batch, createdAt, updatedAt, values }) => [
          version,
          batch,
          createdAt - at,
          updatedAt - at,
          values[0]?.data,
        ]),
        [
          [1, 1, 0, 0, 'https://example.cn/88.100.7/a'],
          [2, 2, 0, 1000, 'two'],
          [3, 3, 0, 2000, 'three'],
        ],
      )
      assert.deepEqual(await store.get(key), history[2])
      assert.deepEqual(await store.history(keyOf('88.100.7/B')), [])
    },
  )

  the('of two writers of one version, exactly one wins', async (store) => {
    await store.commit(batchOf([create('88.100.7/a')]))
    const answers = await Promise.all(
      ['left', 'right'].map((text) => store.commit(batchOf([change('88.100.7/a', 1, text)]))),
    )
    assert.deepEqual(answers.map(({ stale }) => stale.length).sort(), [0, 1])
    assert.equal((await store.get(keyOf('88.100.7/A')))?.version, 2)
  })

  the('stale writes are left out and told, the others are stored', async (store) => {
    await store.commit(batchOf([create('88.100.7/a')]))
    const answer = await store.commit(
      batchOf([create('88.100.7/c'), create('88.100.7/a'), change('88.100.7/b', 3, 'x')]),
    )
    assert.deepEqual(answer, { sequence: 2, stale: [1, 2], taken: [] })
    assert.equal((await store.batch(2))?.count, 1)
    assert.deepEqual(await store.batchKeys(2), ['88.100.7/C'])
  })

  the('with `atomic` one stale write refuses them all', async (store) => {
    await store.commit(batchOf([create('88.100.7/a')]))
    const answer = await store.commit(batchOf([create('88.100.7/b'), create('88.100.7/a')]), {
      atomic: true,
    })
    assert.deepEqual(answer, { sequence: 0, stale: [1], taken: [] })
    assert.equal(await store.get(keyOf('88.100.7/B')), undefined)
    assert.equal(await store.batch(2), undefined)
  })

  the('a commit that stores nothing leaves no batch', async (store) => {
    assert.deepEqual(await store.commit(batchOf([])), { sequence: 0, stale: [], taken: [] })
    const answer = await store.commit(batchOf([change('88.100.7/a', 1, 'x')]))
    assert.deepEqual(answer, { sequence: 0, stale: [0], taken: [] })
    assert.deepEqual(await store.changes(0, 10), [])
    assert.deepEqual(await store.prefixes({ limit: 10 }), [])
  })

  the('one key twice in one commit is refused', async (store) => {
    const twice = [create('88.100.7/a'), create('88.100.7/b'), create('88.100.7/A')]
    await assert.rejects(store.commit(batchOf(twice)), RangeError)
    assert.equal(await store.get(keyOf('88.100.7/A')), undefined)
  })

  the('a claim is held by one record of the prefix', async (store) => {
    const claims = ['product/serial=1']
    await store.commit(batchOf([{ ...create('88.100.7/a'), claims }]))
    const answer = await store.commit(
      batchOf([
        { ...create('88.100.7/b'), claims },
        { ...create('88.100.8/b'), claims },
        { ...create('88.100.7/c'), claims: ['product/serial=2', ...claims] },
      ]),
    )
    const by = keyOf('88.100.7/A')
    assert.deepEqual(answer.taken, [
      { write: 0, claim: 'product/serial=1', by },
      { write: 2, claim: 'product/serial=1', by },
    ])
    assert.equal(await store.get(keyOf('88.100.7/B')), undefined)
    assert.equal(await store.claimant(PREFIX, 'product/serial=1'), by)
    assert.equal(await store.claimant(PREFIX, 'product/serial=2'), undefined)
    assert.equal(await store.claimant(parsePrefix('88.100.8'), claims[0] as string), '88.100.8/B')
  })

  the('claims move within a commit, in the order of its writes', async (store) => {
    const claims = ['k', `long ${'值'.repeat(4_000)}`]
    await store.commit(batchOf([{ ...create('88.100.7/b'), claims }]))
    const answer = await store.commit(
      batchOf([
        { ...create('88.100.7/d'), claims },
        { ...change('88.100.7/b', 1, 'x'), releases: claims },
        { ...create('88.100.7/a'), claims },
        { ...create('88.100.7/c'), claims, releases: claims },
      ]),
    )
    assert.deepEqual(
      answer.taken.map(({ write, by }) => [write, by]),
      [
        [0, '88.100.7/B'],
        [3, '88.100.7/A'],
      ],
    )
    for (const claim of claims) assert.equal(await store.claimant(PREFIX, claim), '88.100.7/A')
    await store.commit(batchOf([{ ...change('88.100.7/a', 1, 'y'), releases: claims, claims }]))
    await store.commit(batchOf([{ ...change('88.100.7/b', 2, 'y'), releases: claims }]))
    for (const claim of claims) assert.equal(await store.claimant(PREFIX, claim), '88.100.7/A')
  })

  the('counts are exact per prefix and in all', async (store) => {
    await store.commit(batchOf(['1/a', '1/b', '2/a'].map((it) => create(`88.${it}`))))
    await store.commit(
      batchOf([
        { expected: 1, next: { ...draftOf('88.1/a'), state: 'retired', held: true } },
        { expected: 1, next: { ...draftOf('88.2/a'), held: true } },
        { expected: 0, next: { ...draftOf('88.3/a'), state: 'retired' } },
      ]),
    )
    const zero = { total: 0, registered: 0, retired: 0, held: 0 }
    const one = { ...zero, total: 1 }
    assert.deepEqual(await store.counts(parsePrefix('88.1')), {
      total: 2,
      registered: 1,
      retired: 1,
      held: 1,
    })
    assert.deepEqual(await store.counts(parsePrefix('88.2')), { ...one, registered: 1, held: 1 })
    assert.deepEqual(await store.counts(parsePrefix('88.3')), { ...one, retired: 1 })
    assert.deepEqual(await store.counts(parsePrefix('88.4')), zero)
    assert.deepEqual(await store.totals(), { total: 4, registered: 2, retired: 2, held: 2 })
    assert.deepEqual((await store.batch(2))?.moved, [
      { prefix: '88.1', written: 1, created: 0, registered: -1, retired: 1, held: 1 },
      { prefix: '88.2', written: 1, created: 0, registered: 0, retired: 0, held: 1 },
      { prefix: '88.3', written: 1, created: 1, registered: 0, retired: 1, held: 0 },
    ])
  })

  the('batches are dense, say who and when, and are read back after any of them', async (store) => {
    await store.commit(batchOf([create('88.1/a')]))
    await store.commit({ ...batchOf([create('88.1/a')]), job: 'j0' })
    await store.commit({ ...batchOf([create('88.1/c'), create('88.1/b')]), job: 'j1', at: at + 5 })
    const changes = await store.changes(0, 10)
    assert.deepEqual(
      changes.map(({ sequence, at: time, job, count, created }) => [
        sequence,
        time - at,
        job,
        count,
        created,
      ]),
      [
        [1, 0, undefined, 1, 1],
        [2, 5, 'j1', 2, 2],
      ],
    )
    assert.deepEqual(changes[1]?.author, author)
    assert.match(changes[1]?.digest ?? '', /^[0-9a-f]{64}$/)
    assert.deepEqual(await store.batch(2), changes[1])
    assert.deepEqual(await store.changes(1, 1), changes.slice(1))
    assert.deepEqual(await store.changes(2, 10), [])
    assert.equal(await store.batch(3), undefined)
    assert.deepEqual(await store.batchKeys(2), ['88.1/B', '88.1/C'])
    assert.deepEqual(await store.batchKeys(3), [])
  })

  the('a prefix is listed in key order, page by page, and stops at its end', async (store) => {
    const suffixes = ['', '/', 'a', 'a/b', 'b', 'é', '中', '\uffee', '\u{1f600}', '\u{1f600}x']
    const names = suffixes.map((it) => `88.100.7/${it}`)
    const others = ['88.100/z', '88.100.7.1/a', '88.100.70/a', '88.100.6/z', '88.100.8/']
    await store.commit(batchOf([...names, ...others].reverse().map(create)))
    const seen: string[] = []
    for (let after: HandleKey | undefined; ; ) {
      const page = await store.scan(
        PREFIX,
        after === undefined ? { limit: 3 } : { after, limit: 3 },
      )
      assert.ok(page.length <= 3)
      seen.push(...page.map(({ spelled }) => spelled))
      if (page.length < 3) break
      after = page.at(-1)?.key
    }
    assert.deepEqual(seen, names)
    assert.deepEqual(await store.scan(parsePrefix('88.9'), { limit: 3 }), [])
    assert.deepEqual(await store.scan(PREFIX, { limit: 0 }), [])
    const prefixes = await store.prefixes({ limit: 3 })
    assert.deepEqual(prefixes, ['88.100', '88.100.6', '88.100.7'])
    const rest = await store.prefixes({ after: prefixes[2] as PrefixKey, limit: 9 })
    assert.deepEqual(rest, ['88.100.7.1', '88.100.70', '88.100.8'])
  })

  the('names of 2,048 bytes that differ in the last one are told apart', async (store) => {
    const stem = `88.100.7/${'x'.repeat(2_038)}`
    const wide = `88.100.7/${'中'.repeat(679)}`
    const names = [...Array.from({ length: 300 }, (_, i) => stem.slice(0, -3) + threeOf(i)), wide]
    await store.commit(batchOf(names.map(create)))
    await store.commit(batchOf([change(names[7] as string, 1, 'changed')]))
    await store.pack()
    assert.deepEqual(
      (await store.scan(PREFIX, { limit: 400 })).map(({ spelled }) => spelled),
      names,
    )
    assert.equal((await store.get(keyOf(names[7] as string)))?.version, 2)
    assert.equal(await store.get(keyOf(stem)), undefined)
    assert.deepEqual(await store.batchKeys(1), names.map(keyOf))
    assert.deepEqual(await store.batchKeys(1, 2), names.slice(0, 2).map(keyOf))
  })

  for (const [length, seed] of [
    [60, 1],
    [60, 2],
    [25, 3],
  ] as const) {
    the(`a random history of ${length} commits agrees with the model (${seed})`, (store) =>
      replay(store, { length, seed, bulk: seed === 3 ? 2_000 : 300 }),
    )
  }
}

/** Plays one random history on the store and on the model, and compares all they answer after every step. */
async function replay(
  store: RecordStore,
  options: { length: number; seed: number; bulk: number },
): Promise<void> {
  const { length, seed, bulk } = options
  const random = randomFrom(seed)
  const below = (limit: number) => Math.floor(random() * limit)
  await using model = openMemoryStore()
  const known = new Set<HandleKey>()
  for (let step = 0; step < length; step++) {
    const count = random() < 0.3 ? 1 + below(bulk) : 1 + below(8)
    const writes = await writesOf(model, { count, random, known: [...known] })
    const draft: BatchDraft = { author, at: at + step, job: `j${below(3)}`, writes }
    const atomic = random() < 0.15
    const [answer, expected] = await Promise.all(
      [store, model].map((it) => it.commit(draft, { atomic })),
    )
    assert.deepEqual(answer, expected)
    for (const { next } of writes) known.add(next.key)
    if (random() < 0.25) await store.pack()
    await compare({ store, model, keys: [...known], random, answer: answer as CommitAnswer })
  }
  for await (const broken of store.verify()) assert.fail(`${broken.where}: ${broken.why}`)
  for (const { sequence } of await model.changes(0, length)) {
    assert.deepEqual(await store.batchKeys(sequence), await model.batchKeys(sequence))
    assert.deepEqual(await store.batchKeys(sequence, 3), await model.batchKeys(sequence, 3))
  }
  assert.deepEqual(await all(store), await all(model))
}

async function compare(it: {
  store: RecordStore
  model: RecordStore
  keys: readonly HandleKey[]
  random: () => number
  answer: CommitAnswer
}): Promise<void> {
  const { store, model, keys, random, answer } = it
  const pick = () => keys[Math.floor(random() * keys.length)] as HandleKey
  const some = [...new Set(Array.from({ length: 20 }, pick))]
  for (const key of some) {
    assert.deepEqual(await store.get(key), await model.get(key))
    assert.deepEqual(await store.history(key), await model.history(key))
  }
  const asked = random() < 0.5 ? some : some.sort(compareKeys)
  assert.deepEqual(await store.getMany(asked), await model.getMany(asked))
  const prefix = prefixOf(pick())
  const options = { after: pick(), limit: 1 + Math.floor(random() * 400) }
  assert.deepEqual(await store.scan(prefix, options), await model.scan(prefix, options))
  assert.deepEqual(await store.counts(prefix), await model.counts(prefix))
  assert.deepEqual(await store.totals(), await model.totals())
  assert.deepEqual(await store.prefixes({ limit: 100 }), await model.prefixes({ limit: 100 }))
  const claim = `c${Math.floor(random() * 40)}`
  assert.equal(await store.claimant(prefix, claim), await model.claimant(prefix, claim))
  const { sequence } = answer
  assert.deepEqual(await store.batchKeys(sequence), await model.batchKeys(sequence))
  const from = Math.floor(random() * (sequence + 1))
  const [got, expected] = await Promise.all([store, model].map((it) => it.changes(from, 5)))
  assert.deepEqual(got?.map(withoutDigest), expected?.map(withoutDigest))
}

/** Digests are over a driver's own encoding. */
function withoutDigest({ digest, ...entry }: BatchEntry): Omit<BatchEntry, 'digest'> {
  assert.match(digest, /^[0-9a-f]{64}$/)
  return entry
}

async function all(store: RecordStore): Promise<IdRecord[]> {
  const records: IdRecord[] = []
  for (const prefix of await store.prefixes({ limit: 1_000 })) {
    records.push(...(await store.scan(prefix, { limit: 1_000_000 })))
  }
  return records
}

/** Creates, updates, retirements, claims and releases, some of them stale, scattered or in runs. */
async function writesOf(
  model: RecordStore,
  options: { count: number; random: () => number; known: readonly HandleKey[] },
): Promise<RecordWrite[]> {
  const { count, random, known } = options
  const below = (limit: number) => Math.floor(random() * limit)
  const prefix = ['88.100.7', '88.100.8', '88.1', '10.CN.é'][below(4)] as string
  const start = below(500)
  const inRun = random() < 0.5
  const writes = new Map<HandleKey, RecordWrite>()
  while (writes.size < count) {
    const i = writes.size
    const old = random() < 0.3 ? known[below(known.length)] : undefined
    const name =
      old ?? `${prefix}/${inRun ? `S${String(start + i).padStart(6, '0')}` : wordOf(below)}`
    const key = keyOf(name)
    if (!writes.has(key)) writes.set(key, writeOf(await model.get(key), name, random))
  }
  return [...writes.values()]
}

function writeOf(current: IdRecord | undefined, name: string, random: () => number): RecordWrite {
  const below = (limit: number) => Math.floor(random() * limit)
  const maybe = (share: number) => (random() < share ? [`c${below(40)}`] : [])
  return {
    expected: random() < 0.05 ? below(3) : (current?.version ?? 0),
    next: {
      ...draftOf(current?.spelled ?? name),
      state: random() < 0.1 ? 'retired' : 'registered',
      held: random() < 0.05,
      values: [{ index: 1, type: 'N', data: `${below(1_000)}${'v'.repeat(below(30))}` }],
    },
    claims: maybe(0.1),
    releases: maybe(0.1),
  }
}

const LETTERS = ['a', 'B', '0', '1', '/', '-', 'é', '中', '\uffee', '\u{1f600}']

function wordOf(below: (limit: number) => number): string {
  return Array.from({ length: below(8) }, () => LETTERS[below(LETTERS.length)]).join('')
}

/** mulberry32: numbers from 0 to 1, exclusive. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let x = Math.imul(state ^ (state >>> 15), state | 1)
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61)
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32
  }
}

function batchOf(writes: readonly RecordWrite[]): BatchDraft {
  return { author, at, writes }
}

export function draftOf(name: string): RecordDraft {
  const { spelled, key } = parseHandle(name)
  const values = [{ index: 1, type: 'URL', data: `https://example.cn/${name}` }]
  return { key, spelled, state: 'registered', held: false, values }
}

function create(name: string): RecordWrite {
  return { expected: 0, next: draftOf(name) }
}

function change(name: string, expected: number, text: string): RecordWrite {
  return { expected, next: { ...draftOf(name), values: [{ index: 1, type: 'N', data: text }] } }
}

function keyOf(name: string): HandleKey {
  return foldAscii(name) as HandleKey
}

function threeOf(i: number): string {
  return String(i).padStart(3, '0')
}

/** Octets may come back as a Buffer; compared as plain arrays of octets. */
function plain(record: IdRecord | undefined): IdRecord | undefined {
  const values = record?.values.map((it) =>
    typeof it.data === 'string' ? it : { ...it, data: new Uint8Array(it.data) },
  )
  return record === undefined ? undefined : { ...record, values: values ?? [] }
}
