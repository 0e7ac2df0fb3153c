import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { after, test } from 'node:test'
import { Client } from 'pg'
import { Type } from 'typebox'
import { author, pumps, put } from '../../../test/contract/documents.contract.ts'
import {
  openPostgresDatabase,
  postgresSkip,
  startPostgres,
} from '../../../test/support/postgres.ts'
import { Problem } from '../../lib/problem.ts'
import type { Collection } from './documents.ts'
import { openPostgresDocuments } from './postgres.ts'

const skip = await postgresSkip()
// Held for the whole file, so that its tests share one server.
const held = skip ? undefined : await openPostgresDatabase()
after(() => held?.[Symbol.asyncDispose]())
const clock = () => 1

test('PostgreSQL: when the server crashes, commits are refused as unavailable, none acknowledged is lost, and it goes on', {
  skip,
}, async () => {
  await using server = await startPostgres()
  await using documents = await openPostgresDocuments({ url: server.url, clock })
  const acknowledged: number[] = []
  const failures: unknown[] = []
  let next = 0
  let stopped = false
  const writers = Array.from({ length: 4 }, async () => {
    while (!stopped) {
      const number = next++
      try {
        await documents.commit([put(`p${number}`, { serial: `${number}` }, 0)], { author })
        acknowledged.push(number)
      } catch (error) {
        failures.push(error)
      }
    }
  })
  while (acknowledged.length < 50) await new Promise(setImmediate)
  await server.crash()
  while (failures.length === 0) await new Promise(setImmediate)
  await assert.rejects(documents.get(pumps, 'p0'), { code: 'unavailable' })
  await server.start()
  const before = acknowledged.length
  while (acknowledged.length < before + 20) await new Promise(setImmediate)
  stopped = true
  await Promise.all(writers)
  for (const it of failures) assert.ok(it instanceof Problem && it.code === 'unavailable', `${it}`)
  for (const number of acknowledged) {
    assert.notEqual(await documents.get(pumps, `p${number}`), undefined, `p${number}`)
  }
})

test('PostgreSQL: a server that is not there is a problem that says so', { skip }, async () => {
  const url = 'postgresql://waymark:secret@127.0.0.1:1/none'
  await assert.rejects(openPostgresDocuments({ url, clock }), (error) => {
    assert.ok(error instanceof Problem)
    assert.equal(error.code, 'unavailable')
    assert.doesNotMatch(`${error.text.en} ${error.stack} ${error.cause}`, /secret/)
    return true
  })
})

test('PostgreSQL: two programs on one database keep versions, unique values and the feed in order', {
  skip,
}, async () => {
  await using database = await openPostgresDatabase()
  const open = () => openPostgresDocuments({ url: database.url, clock })
  const [one, two] = await Promise.all([open(), open()])
  await using _one = one
  await using _two = two
  await one.commit([put('shared', { serial: 'shared', watts: 0 })], { author })
  const increment = async (documents: typeof one, times: number) => {
    for (let done = 0; done < times; ) {
      const stored = await documents.get(pumps, 'shared')
      const watts = (stored?.body.watts ?? 0) + 1
      try {
        await documents.commit([put('shared', { serial: 'shared', watts }, stored?.version)], {
          author,
        })
        done++
      } catch (error) {
        assert.ok(error instanceof Problem && error.code === 'stale-version', `${error}`)
      }
    }
  }
  await Promise.all([one, two, one, two].map((it) => increment(it, 10)))
  const stored = await two.get(pumps, 'shared')
  assert.deepEqual([stored?.version, stored?.body.watts], [41, 40])
  const wanted = await Promise.allSettled(
    Array.from({ length: 20 }, (_, at) =>
      (at % 2 ? one : two).commit([put(`w${at}`, { serial: 'wanted' })], { author }),
    ),
  )
  assert.equal(wanted.filter((it) => it.status === 'fulfilled').length, 1)
  const sequences = (await one.changes(0, 100)).map((it) => it.sequence)
  assert.deepEqual(
    sequences,
    Array.from({ length: 42 }, (_, at) => at + 1),
  )
})

test('PostgreSQL: an older program stops writing when a newer one has declared its indexes anew', {
  skip,
}, async () => {
  await using database = await openPostgresDatabase()
  const open = () => openPostgresDocuments({ url: database.url, clock })
  await using older = await open()
  await older.commit([put('a', { serial: 'A' })], { author })
  await using newer = await open()
  const changed = { ...pumps, indexes: { ...pumps.indexes, note: 'text' } } as const
  assert.equal(await newer.count(changed), 1)
  const late = older.commit([put('b', { serial: 'B' })], { author })
  await assert.rejects(late, { code: 'unavailable' })
  await newer.commit([{ collection: changed, id: 'b', put: { serial: 'B', note: 'x' } }], {
    author,
  })
  assert.equal(await newer.count(changed, { note: 'x' }), 1)
})

test('PostgreSQL: a transaction that the server undid for the sake of others is tried again, and not for ever', {
  skip,
}, async () => {
  await using database = await openPostgresDatabase()
  await using documents = await openPostgresDocuments({ url: database.url, clock })
  await documents.count(pumps)
  const client = new Client(database.url)
  await client.connect()
  const clash = (times: number, state: string) =>
    client.query(`
      CREATE SEQUENCE IF NOT EXISTS waymark.clashes;
      SELECT setval('waymark.clashes', 1, false);
      CREATE OR REPLACE FUNCTION waymark.clash() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF nextval('waymark.clashes') <= ${times} THEN RAISE 'clash' USING ERRCODE = '${state}'; END IF;
        RETURN NULL;
      END $$;
      CREATE OR REPLACE TRIGGER clash AFTER INSERT ON waymark.changes EXECUTE FUNCTION waymark.clash()`)
  try {
    for (const state of ['40001', '40P01']) {
      await clash(3, state)
      assert.deepEqual(await documents.commit([put(state, { serial: state }, 0)], { author }), [1])
    }
    await clash(1_000, '40001')
    await assert.rejects(documents.commit([put('c', { serial: 'C' }, 0)], { author }), {
      code: 'unavailable',
    })
    await clash(0, '40001')
    assert.deepEqual(await documents.commit([put('c', { serial: 'C' }, 0)], { author }), [1])
  } finally {
    await client.end()
  }
  assert.equal((await documents.changes(0, 10)).length, 3)
})

type Cut = 'before' | 'behind'

/** Stands before the server, and on demand cuts the connection on which the next COMMIT comes: before it, or before its answer. */
async function openCutter(url: string) {
  const server = new URL(url)
  let wanted: Cut | undefined
  let cuts = 0
  const proxy = createServer((client) => {
    const up = connect(Number(server.port), server.hostname)
    let isCut = false
    const end = () => {
      client.destroy()
      up.destroy()
    }
    client.on('data', (bytes) => {
      const cut = bytes.includes('COMMIT') ? wanted : undefined
      if (cut !== undefined) {
        wanted = undefined
        cuts++
        isCut = true
      }
      if (cut === 'before') end()
      else up.write(bytes)
    })
    up.on('data', (bytes) => (isCut ? end() : client.write(bytes)))
    for (const it of [client, up]) it.on('error', end).on('close', end)
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const through = new URL(url)
  through.host = `127.0.0.1:${(proxy.address() as AddressInfo).port}`
  return {
    url: through.href,
    cutNext: (cut: Cut) => {
      wanted = cut
    },
    cuts: () => cuts,
    [Symbol.dispose]: () => void proxy.close(),
  }
}

const counts = {
  name: 'counts',
  schema: Type.Object({ n: Type.Integer() }),
  indexes: {},
  quiet: 'always',
} as const satisfies Collection

test('PostgreSQL: a commit whose answer was lost is known to be stored, told in the feed or not; one that never came is not', {
  skip,
}, async () => {
  await using database = await openPostgresDatabase()
  using cutter = await openCutter(database.url)
  await using documents = await openPostgresDocuments({ url: cutter.url, clock })
  await Promise.all([documents.count(pumps), documents.count(counts)])
  const count = (n: number) => ({ collection: counts, id: 'c', expected: n - 1, put: { n } })

  cutter.cutNext('behind')
  assert.deepEqual(await documents.commit([put('a', { serial: 'A' }, 0)], { author }), [1])
  cutter.cutNext('behind')
  assert.deepEqual(await documents.commit([count(1)], { author }), [1])
  cutter.cutNext('behind')
  assert.deepEqual(
    await documents.commit([count(2), put('b', { serial: 'B' }, 0)], { author }),
    [2, 1],
  )
  for (const write of [put('c', { serial: 'C' }, 0), count(3)]) {
    cutter.cutNext('before')
    await assert.rejects(documents.commit([write], { author }), { code: 'unavailable' })
  }
  assert.equal(cutter.cuts(), 5)
  assert.equal(await documents.get(pumps, 'c'), undefined)
  assert.equal((await documents.get(counts, 'c'))?.body.n, 2)
  assert.deepEqual(
    (await documents.changes(0, 10)).map((it) => it.id),
    ['a', 'b'],
  )
})
