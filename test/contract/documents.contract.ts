import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type } from 'typebox'
import type {
  Collection,
  Documents,
  DocumentWrite,
  Query,
} from '../../src/kernel/documents/documents.ts'
import type { Author } from '../../src/lib/author.ts'
import type { Clock } from '../../src/lib/clock.ts'
import { Gate } from '../../src/lib/gate.ts'
import { Problem, type ProblemCode } from '../../src/lib/problem.ts'

export const pumps = {
  name: 'pumps',
  schema: Type.Object(
    {
      serial: Type.String({ minLength: 1 }),
      maker: Type.Optional(Type.String()),
      watts: Type.Optional(Type.Integer({ minimum: 0 })),
      tested: Type.Optional(Type.Boolean()),
      tags: Type.Optional(Type.Array(Type.String())),
      contact: Type.Optional(Type.Object({ email: Type.String() })),
      note: Type.Optional(Type.String()),
    },
    { additionalProperties: false },
  ),
  indexes: {
    serial: 'text',
    maker: 'text',
    watts: 'integer',
    tested: 'boolean',
    tags: 'text',
    'contact.email': 'text',
  },
  unique: ['serial'],
} as const satisfies Collection

const plants = {
  name: 'plants',
  schema: Type.Object({ name: Type.String() }),
  indexes: {},
} as const satisfies Collection

/** As `pumps`, with what its feed keeps to itself. */
export const accounts = {
  name: 'accounts',
  schema: Type.Object({
    name: Type.String(),
    password: Type.Optional(Type.Unknown()),
    seenAt: Type.Optional(Type.Integer()),
  }),
  indexes: { name: 'text' },
  secret: ['password'],
  quiet: ['seenAt'],
} as const satisfies Collection

const uses = {
  name: 'uses',
  schema: Type.Object({ at: Type.Integer() }),
  indexes: {},
  quiet: 'always',
} as const satisfies Collection

/** Written once each, the oldest forgotten. */
export const readings = {
  name: 'readings',
  schema: Type.Object({ of: Type.String() }),
  indexes: { of: 'text' },
  forgets: true,
} as const satisfies Collection

/** So many at once are forgotten by `forget-for-ever.ts`, of twice as many. */
export const READINGS_STEP = 5

export const author: Author = { kind: 'user', id: 'mei' }

export type OpenDocuments = (options: { clock: Clock; gate?: Gate }) => Promise<Documents>

/** What every driver of documents promises. A driver's test file calls it with the way to open an empty store. */
export function documentsContract(driver: string, open: OpenDocuments): void {
  const clock = () => 1_000
  const fresh = () => open({ clock })
  gettingAndPutting(driver, open, fresh)
  conflicts(driver, fresh)
  refusals(driver, fresh)
  comparing(driver, fresh)
  paging(driver, fresh)
  feed(driver, open, fresh)
  reserve(driver, fresh)
  pausing(driver, open)
  forgetting(driver, open)
}

type Fresh = () => Promise<Documents>

export function put(id: string, body: unknown, expected?: number): DocumentWrite {
  return { collection: pumps, id, put: body, ...(expected !== undefined && { expected }) }
}

export function del(id: string, expected?: number): DocumentWrite {
  return { collection: pumps, id, delete: true, ...(expected !== undefined && { expected }) }
}

function refused(code: ProblemCode): (error: unknown) => boolean {
  return (error) => error instanceof Problem && error.code === code
}

function gettingAndPutting(driver: string, open: OpenDocuments, fresh: Fresh): void {
  test(`${driver}: an unknown id is undefined, not an error`, async () => {
    await using documents = await fresh()
    assert.equal(await documents.get(pumps, 'nobody'), undefined)
    assert.equal(await documents.get(pumps, ''), undefined)
    assert.equal(await documents.get(pumps, 'NUL\0'), undefined)
  })

  test(`${driver}: what was put is read back with its version and times`, async () => {
    let now = 5
    await using documents = await open({ clock: () => now })
    const body = { serial: 'A-1', tags: ['冷却', 'x'], note: 'NUL \0, quote ", 𠀀 and \\' }
    assert.deepEqual(await documents.commit([put('a', body, 0)], { author }), [1])
    now = 9
    assert.deepEqual(await documents.commit([put('a', { serial: 'A-2' }, 1)], { author }), [2])
    assert.deepEqual(await documents.get(pumps, 'a'), {
      id: 'a',
      version: 2,
      createdAt: 5,
      updatedAt: 9,
      body: { serial: 'A-2' },
    })
    const [first] = await documents.changes(0, 10)
    assert.deepEqual(first?.after, body)
  })

  test(`${driver}: a body read is the reader's own`, async () => {
    await using documents = await fresh()
    const body = { serial: 'A', tags: ['one'] }
    await documents.commit([put('a', body)], { author })
    body.tags.push('two')
    const read = await documents.get(pumps, 'a')
    assert.deepEqual(read?.body.tags, ['one'])
    read?.body.tags?.push('three')
    assert.deepEqual((await documents.get(pumps, 'a'))?.body.tags, ['one'])
  })

  test(`${driver}: ids are told apart by case, and collections do not share them`, async () => {
    await using documents = await fresh()
    await documents.commit(
      [
        put('a', { serial: '1' }),
        put('A', { serial: '2' }),
        { collection: plants, id: 'a', put: { name: 'north' } },
      ],
      { author },
    )
    assert.equal((await documents.get(pumps, 'A'))?.body.serial, '2')
    assert.equal((await documents.get(plants, 'a'))?.body.name, 'north')
    assert.equal(await documents.count(pumps), 2)
    assert.equal(await documents.count(plants), 1)
  })

  test(`${driver}: a commit of nothing answers nothing`, async () => {
    await using documents = await fresh()
    assert.deepEqual(await documents.commit([], { author }), [])
    assert.deepEqual(await documents.changes(0, 10), [])
  })

  test(`${driver}: a deleted document is gone from answers, and its versions go on if it returns`, async () => {
    await using documents = await fresh()
    await documents.commit([put('a', { serial: 'A' })], { author })
    assert.deepEqual(await documents.commit([del('a', 1)], { author }), [2])
    assert.equal(await documents.get(pumps, 'a'), undefined)
    assert.equal(await documents.count(pumps, { serial: 'A' }), 0)
    assert.deepEqual(await documents.commit([del('a')], { author }), [0])
    assert.deepEqual(await documents.commit([put('a', { serial: 'A' }, 0)], { author }), [3])
    assert.deepEqual(
      (await documents.changes(0, 10)).map((it) => it.version),
      [1, 2, 3],
    )
  })

  test(`${driver}: a commit of 2,000 documents is stored whole`, async () => {
    await using documents = await fresh()
    const writes = Array.from({ length: 2_000 }, (_, at) => put(`p${at}`, { serial: `S${at}` }, 0))
    const versions = await documents.commit(writes, { author })
    assert.equal(versions.length, 2_000)
    assert.equal(await documents.count(pumps), 2_000)
    assert.equal((await documents.get(pumps, 'p1999'))?.body.serial, 'S1999')
  })
}

function conflicts(driver: string, fresh: Fresh): void {
  test(`${driver}: of two writers of one version, exactly one wins`, async () => {
    await using documents = await fresh()
    await documents.commit([put('a', { serial: 'A' })], { author })
    const won = await Promise.allSettled(
      ['x', 'y', 'z'].map((note) =>
        documents.commit([put('a', { serial: 'A', note }, 1)], { author }),
      ),
    )
    assert.equal(won.filter((it) => it.status === 'fulfilled').length, 1)
    for (const it of won) {
      if (it.status === 'rejected') assert.ok(refused('stale-version')(it.reason), it.reason)
    }
    assert.equal((await documents.get(pumps, 'a'))?.version, 2)
  })

  test(`${driver}: one stale write refuses the whole commit`, async () => {
    await using documents = await fresh()
    await documents.commit([put('a', { serial: 'A' })], { author })
    for (const stale of [
      put('a', { serial: 'A2' }, 0),
      del('a', 2),
      put('b', { serial: 'B' }, 1),
    ]) {
      await assert.rejects(
        documents.commit([put('c', { serial: 'C' }), stale], { author }),
        refused('stale-version'),
      )
    }
    assert.equal(await documents.get(pumps, 'c'), undefined)
    assert.equal((await documents.changes(0, 10)).length, 1)
  })

  test(`${driver}: of commits under way together, one refused leaves the others as they are`, async () => {
    await using documents = await fresh()
    await documents.commit([put('a', { serial: 'A' })], { author })
    const done = await Promise.allSettled(
      Array.from({ length: 30 }, (_, at) =>
        documents.commit(
          [
            put(`n${at}`, { serial: `N${at}` }, 0),
            put(`m${at}`, { serial: at % 3 ? `M${at}` : 'A' }),
          ],
          { author },
        ),
      ),
    )
    assert.deepEqual(
      done.map((it) => it.status === 'fulfilled'),
      Array.from({ length: 30 }, (_, at) => at % 3 !== 0),
    )
    assert.equal(await documents.count(pumps), 41)
    assert.equal((await documents.changes(0, 100)).length, 41)
  })

  test(`${driver}: a unique value is held by one document, and free again when that gives it up`, async () => {
    await using documents = await fresh()
    await documents.commit([put('a', { serial: 'S' })], { author })
    await assert.rejects(documents.commit([put('b', { serial: 'S' })], { author }), (error) => {
      assert.ok(refused('already-exists')(error))
      assert.deepEqual(
        (error as Problem).fields.map((it) => it.path),
        ['/serial'],
      )
      return true
    })
    await assert.rejects(
      documents.commit([put('c', { serial: 'T' }), put('d', { serial: 'T' })], { author }),
      refused('already-exists'),
    )
    await documents.commit([put('a', { serial: 'S', note: 'mine still' })], { author })
    await documents.commit([put('a', { serial: 'Z' }), put('b', { serial: 'S' })], { author })
    await documents.commit([del('b')], { author })
    await documents.commit([put('e', { serial: 'S' })], { author })
  })

  test(`${driver}: documents of one commit may swap their unique values`, async () => {
    await using documents = await fresh()
    await documents.commit([put('a', { serial: '1' }), put('b', { serial: '2' })], { author })
    await documents.commit([put('a', { serial: '2' }), put('b', { serial: '1' })], { author })
    const page = await documents.query(pumps, { where: { serial: '1' }, limit: 5 })
    assert.deepEqual(
      page.items.map((it) => it.id),
      ['b'],
    )
  })

  test(`${driver}: of many that want one unique value at once, one gets it`, async () => {
    await using documents = await fresh()
    const done = await Promise.allSettled(
      Array.from({ length: 20 }, (_, at) =>
        documents.commit([put(`p${at}`, { serial: 'only' }, 0)], { author }),
      ),
    )
    assert.equal(done.filter((it) => it.status === 'fulfilled').length, 1)
    assert.equal(await documents.count(pumps), 1)
  })
}

function refusals(driver: string, fresh: Fresh): void {
  test(`${driver}: a body against the schema is refused with every wrong field`, async () => {
    await using documents = await fresh()
    const body = { serial: '', watts: -1, tested: 'yes', colour: 'red', tags: ['a', 3] }
    await assert.rejects(documents.commit([put('a', body)], { author }), (error) => {
      assert.ok(refused('invalid-input')(error))
      const paths = (error as Problem).fields.map((it) => it.path)
      assert.deepEqual(paths.toSorted(), ['/colour', '/serial', '/tags/1', '/tested', '/watts'])
      return true
    })
    assert.equal(await documents.count(pumps), 0)
  })

  test(`${driver}: what cannot be indexed or named is refused`, async () => {
    await using documents = await fresh()
    for (const write of [
      put('', { serial: 'A' }),
      put('a\0b', { serial: 'A' }),
      put('x'.repeat(1025), { serial: 'A' }),
      put('a', { serial: 'A'.repeat(1025) }),
      put('a', { serial: 'half \ud800' }),
    ]) {
      await assert.rejects(documents.commit([write], { author }), refused('invalid-input'))
    }
    await documents.commit([put('x'.repeat(1024), { serial: 'A'.repeat(1024) })], { author })
    await assert.rejects(
      documents.commit([put('big', { serial: 'B', note: 'n'.repeat(4 * 1024 * 1024) })], {
        author,
      }),
      refused('too-large'),
    )
  })

  test(`${driver}: a question the collection does not answer is refused`, async () => {
    await using documents = await fresh()
    const asked: Query[] = [
      { limit: 0 },
      { limit: 1001 },
      { limit: 1.5 },
      { where: { note: 'x' }, limit: 1 },
      { where: { watts: 'x' }, limit: 1 },
      { where: { serial: 3 }, limit: 1 },
      { where: { watts: { startsWith: '1' } }, limit: 1 },
      { order: { by: 'note' }, limit: 1 },
      { order: { by: 'tags' }, limit: 1 },
      { after: 'nonsense', limit: 1 },
    ]
    for (const query of asked) {
      await assert.rejects(documents.query(pumps, query), refused('invalid-input'))
    }
    await assert.rejects(documents.changes(-1, 10), refused('invalid-input'))
    await assert.rejects(documents.changes(0, 0), refused('invalid-input'))
  })
}

async function ids(documents: Documents, where: Query['where'], order?: Query['order']) {
  const page = await documents.query(pumps, {
    ...(where && { where }),
    ...(order && { order }),
    limit: 100,
  })
  const found = page.items.map((it) => it.id)
  assert.equal(await documents.count(pumps, where), found.length)
  return found.join(' ')
}

function comparing(driver: string, fresh: Fresh): void {
  test(`${driver}: conditions hold together, over text, numbers, booleans, lists and paths`, async () => {
    await using documents = await fresh()
    await documents.commit(
      [
        put('a', { serial: 'A', maker: 'anta', watts: 5, tested: true, tags: ['red', 'hot'] }),
        put('b', { serial: 'B', maker: 'anta', watts: -0, tested: false, tags: ['red'] }),
        put('c', { serial: 'C', maker: 'byd', watts: 1_000_000_000_000, tags: [] }),
        put('d', { serial: 'D', watts: 300, contact: { email: 'd@x.example' } }),
      ],
      { author },
    )
    assert.equal(await ids(documents, undefined), 'a b c d')
    assert.equal(await ids(documents, { maker: 'anta' }), 'a b')
    assert.equal(await ids(documents, { maker: 'anta', tested: true }), 'a')
    assert.equal(await ids(documents, { maker: { in: ['byd', 'anta', 'x'] } }), 'a b c')
    assert.equal(await ids(documents, { maker: { in: [] } }), '')
    assert.equal(await ids(documents, { watts: { from: 5, below: 300 } }), 'a')
    assert.equal(await ids(documents, { watts: { from: 5, to: 300 } }), 'a d')
    assert.equal(await ids(documents, { watts: { to: 5 } }), 'a b')
    assert.equal(await ids(documents, { watts: { from: -5, below: 0 } }), '')
    assert.equal(await ids(documents, { tags: 'red' }), 'a b')
    assert.equal(await ids(documents, { tags: { from: 'h' } }), 'a b')
    assert.equal(await ids(documents, { tags: { in: ['hot', 'red'] }, watts: { from: 1 } }), 'a')
    assert.equal(await ids(documents, { 'contact.email': 'd@x.example' }), 'd')
    assert.equal(await ids(documents, { id: { from: 'b' }, maker: 'anta' }), 'b')
    assert.equal(await ids(documents, { id: { in: ['d', 'a', 'zz'] } }), 'a d')
    assert.equal(await ids(documents, { id: 'c' }), 'c')
    assert.equal(await ids(documents, { createdAt: 1_000, updatedAt: { to: 999 } }), '')
    assert.equal(await ids(documents, { tested: false }), 'b')
  })

  test(`${driver}: text is ordered by its UTF-8 bytes, and starts as it is spelled`, async () => {
    await using documents = await fresh()
    const names = [
      'Z',
      'a',
      'ab',
      'a%',
      'a_c',
      'é',
      '标识',
      '标',
      '\u{ffff}',
      '\u{10000}',
      '\u{10ffff}x',
      'a\0b',
    ]
    await documents.commit(
      names.map((maker, at) => put(`p${at}`, { serial: `${at}`, maker })),
      { author },
    )
    const page = await documents.query(pumps, { order: { by: 'maker' }, limit: 100 })
    const sorted = names.toSorted((x, y) => Buffer.compare(Buffer.from(x), Buffer.from(y)))
    assert.deepEqual(
      page.items.map((it) => it.body.maker),
      sorted,
    )
    for (const start of ['', 'a', 'a%', 'a_', '标', '标识', '\u{10ffff}', '\u{d7ff}', 'zz']) {
      const found = await documents.query(pumps, {
        where: { maker: { startsWith: start } },
        limit: 99,
      })
      assert.deepEqual(
        found.items.map((it) => it.body.maker).toSorted(),
        names.filter((it) => it.startsWith(start)).toSorted(),
        start,
      )
    }
  })

  test(`${driver}: ids start as they are spelled`, async () => {
    await using documents = await fresh()
    const all = ['a', 'a%', 'ab', 'b', '标', '标1', '\u{10ffff}', '\u{10ffff}1']
    await documents.commit(
      all.map((id) => put(id, { serial: id })),
      { author },
    )
    for (const start of ['', 'a', 'a%', '标', '\u{10ffff}']) {
      const where = { id: { startsWith: start } }
      assert.equal(await ids(documents, where), all.filter((it) => it.startsWith(start)).join(' '))
    }
  })

  test(`${driver}: documents without the value come first, and last when descending`, async () => {
    await using documents = await fresh()
    await documents.commit(
      [
        put('a', { serial: 'A', watts: 2 }),
        put('b', { serial: 'B' }),
        put('c', { serial: 'C', watts: 1 }),
      ],
      { author },
    )
    assert.equal(await ids(documents, undefined, { by: 'watts' }), 'b c a')
    assert.equal(await ids(documents, undefined, { by: 'watts', descending: true }), 'a c b')
    assert.equal(await ids(documents, { watts: { to: 9 } }, { by: 'watts' }), 'c a')
  })
}

function paging(driver: string, fresh: Fresh): void {
  test(`${driver}: pages follow one another without gap or repetition, in either direction`, async () => {
    await using documents = await fresh()
    await documents.commit(
      Array.from({ length: 57 }, (_, at) =>
        put(`p${at}`, { serial: `S${at}`, watts: at % 4, maker: at % 2 ? 'odd' : 'even' }),
      ),
      { author },
    )
    const queries: Omit<Query, 'limit'>[] = [
      {},
      { order: { by: 'watts' } },
      { order: { by: 'watts', descending: true } },
      { where: { maker: 'odd' }, order: { by: 'id', descending: true } },
      { where: { maker: 'odd', watts: { from: 1 } }, order: { by: 'createdAt' } },
      { where: { maker: { in: ['odd', 'even'] } }, order: { by: 'serial' } },
    ]
    for (const query of queries) {
      const whole = await documents.query(pumps, { ...query, limit: 1000 })
      assert.equal(whole.next, undefined)
      const paged = await walk(documents, { ...query, limit: 5 })
      assert.deepEqual(paged, whole.items)
      assert.equal(paged.length, await documents.count(pumps, query.where))
    }
  })

  test(`${driver}: the last full page has no next`, async () => {
    await using documents = await fresh()
    await documents.commit([put('a', { serial: 'A' }), put('b', { serial: 'B' })], { author })
    assert.equal((await documents.query(pumps, { limit: 2 })).next, undefined)
    assert.notEqual((await documents.query(pumps, { limit: 1 })).next, undefined)
  })

  test(`${driver}: the next of another query is refused`, async () => {
    await using documents = await fresh()
    await documents.commit([put('a', { serial: 'A' }), put('b', { serial: 'B' })], { author })
    const { next = '' } = await documents.query(pumps, { limit: 1 })
    for (const other of [{ order: { by: 'serial' } }, { where: { serial: 'A' } }]) {
      await assert.rejects(
        documents.query(pumps, { ...other, after: next, limit: 1 }),
        refused('invalid-input'),
      )
    }
    await assert.rejects(
      documents.query(plants, { after: next, limit: 1 }),
      refused('invalid-input'),
    )
  })
}

export async function walk(
  documents: Documents,
  query: Query,
  collection: Collection<typeof pumps.schema> = pumps,
) {
  const items = []
  for (let after: string | undefined; ; ) {
    const page = await documents.query(collection, {
      ...query,
      ...(after !== undefined && { after }),
    })
    items.push(...page.items)
    if (page.next === undefined) return items
    assert.equal(page.items.length, query.limit)
    after = page.next
  }
}

function feed(driver: string, open: OpenDocuments, fresh: Fresh): void {
  test(`${driver}: every change tells who, when, why, before and after`, async () => {
    let now = 10
    await using documents = await open({ clock: () => now })
    await documents.commit([put('a', { serial: 'A' })], { author, note: 'first' })
    now = 20
    const robot: Author = { kind: 'system', id: 'robot' }
    await documents.commit([put('a', { serial: 'B' }, 1), put('b', { serial: 'C' })], {
      author: robot,
    })
    await documents.commit([del('a')], { author })
    const changes = await documents.changes(0, 100)
    const base = { collection: 'pumps', at: 20 }
    assert.deepEqual(
      changes.map(({ sequence: _, ...it }) => it),
      [
        { ...base, id: 'a', version: 1, at: 10, author, note: 'first', after: { serial: 'A' } },
        {
          ...base,
          id: 'a',
          version: 2,
          author: robot,
          before: { serial: 'A' },
          after: { serial: 'B' },
        },
        { ...base, id: 'b', version: 1, author: robot, after: { serial: 'C' } },
        { ...base, id: 'a', version: 3, author, before: { serial: 'B' } },
      ],
    )
    const sequences = changes.map((it) => it.sequence)
    assert.deepEqual(
      sequences,
      [...new Set(sequences)].toSorted((x, y) => x - y),
    )
    const [, second = 0] = sequences
    assert.deepEqual(await documents.changes(second, 100), changes.slice(2))
    assert.deepEqual(await documents.changes(0, 2), changes.slice(0, 2))
    assert.deepEqual(await documents.changes(sequences.at(-1) ?? 0, 2), [])
  })

  test(`${driver}: the feed can be asked for one collection or one document`, async () => {
    await using documents = await fresh()
    await documents.commit(
      [
        put('a', { serial: 'A' }),
        { collection: plants, id: 'a', put: { name: 'n' } },
        put('b', { serial: 'B' }),
      ],
      { author },
    )
    const of = async (filter: { collection?: string; id?: string }) =>
      (await documents.changes(0, 10, filter)).map((it) => `${it.collection}/${it.id}`).join(' ')
    assert.equal(await of({ collection: 'pumps' }), 'pumps/a pumps/b')
    assert.equal(await of({ id: 'a' }), 'pumps/a plants/a')
    assert.equal(await of({ collection: 'plants', id: 'a' }), 'plants/a')
    assert.equal(await of({ collection: 'nothing' }), '')
  })

  test(`${driver}: a reader that follows the feed while others write misses nothing`, async () => {
    await using documents = await fresh()
    const commits = 120
    let written = 0
    const writers = Array.from({ length: 6 }, async (_, writer) => {
      for (let at = 0; at < commits / 6; at++) {
        await documents.commit([put(`${writer}-${at}`, { serial: `${writer}-${at}` })], { author })
        written++
      }
    })
    const seen: string[] = []
    const follow = async () => {
      let after = 0
      for (;;) {
        const done = written === commits
        const changes = await documents.changes(after, 7)
        seen.push(...changes.map((it) => it.id))
        after = changes.at(-1)?.sequence ?? after
        if (done && changes.length === 0) return
        if (changes.length === 0) await new Promise(setImmediate)
      }
    }
    await Promise.all([...writers, follow()])
    assert.equal(seen.length, commits)
    assert.equal(new Set(seen).size, commits)
  })
}

function reserve(driver: string, fresh: Fresh): void {
  const account = (body: object, expected?: number): DocumentWrite => {
    return { collection: accounts, id: 'a', put: body, ...(expected !== undefined && { expected }) }
  }
  const gone: DocumentWrite = { collection: accounts, id: 'a', delete: true }

  test(`${driver}: the feed tells that a secret is there and that it changes, never what it is`, async () => {
    await using documents = await fresh()
    const bodies = [
      { name: 'n' },
      { name: 'n', password: 'hunter2' },
      { name: 'm', password: 'hunter2' },
      { name: 'm', password: { hash: 'hunter3' } },
      { name: 'm' },
      { name: 'm', password: null },
    ]
    for (const body of bodies) await documents.commit([account(body)], { author })
    await documents.commit([gone], { author })
    const changes = await documents.changes(0, 100)
    const [told, former] = ['[secret]', '[former secret]']
    assert.deepEqual(
      changes.map(({ before, after }) => [before, after]),
      [
        [undefined, { name: 'n' }],
        [{ name: 'n' }, { name: 'n', password: told }],
        [
          { name: 'n', password: told },
          { name: 'm', password: told },
        ],
        [
          { name: 'm', password: former },
          { name: 'm', password: told },
        ],
        [{ name: 'm', password: former }, { name: 'm' }],
        [{ name: 'm' }, { name: 'm', password: told }],
        [{ name: 'm', password: told }, undefined],
      ],
    )
    await documents.commit([account({ name: 'n', password: 'hunter4' }, 0)], { author })
    const stored = await documents.get(accounts, 'a')
    assert.deepEqual([stored?.version, stored?.body.password], [8, 'hunter4'])
  })

  test(`${driver}: a change of what is quiet is stored and not told`, async () => {
    await using documents = await fresh()
    const writes = [{ seenAt: 1 }, { seenAt: 2 }, { seenAt: 3, password: 'p' }, { seenAt: 4 }, {}]
    for (const it of writes) await documents.commit([account({ name: 'n', ...it })], { author })
    assert.equal((await documents.get(accounts, 'a'))?.version, 5)
    await documents.commit([gone], { author })
    assert.deepEqual(await documents.commit([account({ name: 'n' }, 0)], { author }), [7])
    const changes = await documents.changes(0, 100)
    assert.deepEqual(
      changes.map((it) => it.version),
      [1, 3, 4, 6, 7],
    )
  })

  test(`${driver}: of what is always quiet nothing is told, and it is stored like the rest`, async () => {
    await using documents = await fresh()
    const use = (at: number, expected: number) =>
      documents.commit([{ collection: uses, id: 'u', expected, put: { at } }], { author })
    assert.deepEqual([await use(1, 0), await use(2, 1)], [[1], [2]])
    await assert.rejects(use(3, 1), refused('stale-version'))
    assert.equal((await documents.get(uses, 'u'))?.body.at, 2)
    await documents.commit(
      [{ collection: uses, id: 'u', delete: true }, put('p', { serial: 'P' })],
      {
        author,
      },
    )
    assert.equal(await documents.get(uses, 'u'), undefined)
    assert.deepEqual(await use(4, 0), [1], 'forgotten')
    const changes = await documents.changes(0, 100)
    assert.deepEqual(
      changes.map((it) => it.collection),
      ['pumps'],
    )
  })
}

function forgetting(driver: string, open: OpenDocuments): void {
  test(`${driver}: the oldest are forgotten with what was told of them, and nothing else is`, async () => {
    let now = 1
    await using documents = await open({ clock: () => now })
    const write = async (id: string, at: number) => {
      now = at
      const reading = { collection: readings, id, expected: 0, put: { of: 'pump' } }
      await documents.commit([reading, put(`p-${id}`, { serial: id })], { author })
    }
    for (const [at, id] of ['a', 'b', 'c', 'd'].entries()) await write(id, at + 1)
    const before = await documents.changes(0, 100)
    assert.equal(await documents.forget(readings, { to: 3, limit: 2 }), 2)
    assert.equal(await documents.forget(readings, { to: 3, limit: 2 }), 1)
    assert.equal(await documents.forget(readings, { to: 3, limit: 2 }), 0)
    assert.equal(await documents.get(readings, 'a'), undefined)
    assert.equal(await documents.count(readings), 1)
    assert.equal(await documents.count(readings, { of: 'pump' }), 1)
    const { items } = await documents.query(readings, { order: { by: 'createdAt' }, limit: 10 })
    assert.deepEqual(
      items.map((it) => it.id),
      ['d'],
    )
    const gone = new Set(['a', 'b', 'c'])
    assert.deepEqual(
      await documents.changes(0, 100),
      before.filter((it) => !gone.has(it.id)),
    )
    assert.equal(await documents.count(pumps), 4)
  })

  test(`${driver}: no sequence is given again, though all that can be is forgotten`, async () => {
    await using documents = await open({ clock: () => 1 })
    const write = (id: string) =>
      documents.commit([{ collection: readings, id, expected: 0, put: { of: id } }], { author })
    await write('a')
    await write('b')
    const last = (await documents.changes(0, 100)).at(-1)?.sequence ?? 0
    assert.equal(await documents.forget(readings, { to: 9, limit: 1_000 }), 1)
    assert.ok(await documents.get(readings, 'b'), 'the newest change of all stays')
    assert.deepEqual(await write('a'), [1])
    const [told, ...more] = await documents.changes(last, 100)
    assert.ok((told?.sequence ?? 0) > last)
    assert.deepEqual([told?.id, more.length], ['a', 0])
    assert.equal(await documents.forget(readings, { to: 9, limit: 1_000 }), 1)
  })

  test(`${driver}: a collection that does not say so is not forgotten`, async () => {
    await using documents = await open({ clock: () => 1 })
    await documents.commit([put('a', { serial: 'A' }), put('b', { serial: 'B' })], { author })
    await assert.rejects(documents.forget(pumps, { to: 9, limit: 1 }), TypeError)
    await assert.rejects(documents.forget(readings, { to: 9, limit: 0 }), refused('invalid-input'))
    assert.equal(await documents.count(pumps), 2)
  })
}

function pausing(driver: string, open: OpenDocuments): void {
  test(`${driver}: while its gate is paused nothing is committed, and everything is afterwards`, async () => {
    const gate = new Gate()
    await using documents = await open({ clock: () => 1, gate })
    await documents.commit([put('a', { serial: 'A' })], { author })
    const early = documents.commit([put('b', { serial: 'B' })], { author })
    const pause = await gate.pause()
    const stored = await documents.count(pumps)
    const late = documents.commit([put('c', { serial: 'C' })], { author })
    for (let reads = 0; reads < 20; reads++) {
      assert.equal((await documents.changes(0, 10)).length, stored)
    }
    pause[Symbol.dispose]()
    await Promise.all([early, late])
    assert.equal(await documents.count(pumps), 3)
  })
}
