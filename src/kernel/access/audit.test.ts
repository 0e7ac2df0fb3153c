import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  CONTACTS,
  openTestNode,
  type TestClient,
  type TestNode,
} from '../../../test/support/access-app.ts'
import type { DocumentChange } from '../documents/documents.ts'
import { type AuditQuery, AuditTrail } from './audit.ts'
import type { AuditEntry } from './audit-view.ts'
import { readWrite } from './reads.ts'

const ROOM = { kind: 'system', id: 'room' } as const

async function putContact(
  node: TestNode,
  id: string,
  enterprise: string,
  phone: string,
): Promise<void> {
  const put = { enterprise, title: `pump of ${enterprise}`, contact: { phone } }
  await node.documents.commit([{ collection: CONTACTS, id, put }], { author: ROOM })
}

async function audit(client: TestClient, query = ''): Promise<Record<string, unknown>[]> {
  const reply = await client.send('GET', `/api/v1/audit?limit=1000${query}`)
  assert.equal(reply.status, 200, reply.text)
  return reply.body.items
}

test('every write is told, newest first, with who, when, before and after', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  await putContact(node, 'c1', 'e1', '13800000001')
  node.clock.advance(60_000)
  await putContact(node, 'c1', 'e1', '13800000002')
  const [changed, created] = await audit(operator, `&collection=${CONTACTS.name}`)
  assert.deepEqual(changed, {
    at: '2026-01-01T00:01:00.000Z',
    author: ROOM,
    action: 'changed',
    collection: CONTACTS.name,
    id: 'c1',
    version: 2,
    changed: ['contact'],
    before: { enterprise: 'e1', title: 'pump of e1', contact: { phone: '***' } },
    after: { enterprise: 'e1', title: 'pump of e1', contact: { phone: '***' } },
  })
  assert.deepEqual([created?.action, created?.at], ['created', '2026-01-01T00:00:00.000Z'])
})

test('personal data is shown unmasked on request, and the reading is itself told', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const { id, displayName: name } = (await operator.send('GET', '/api/v1/me')).body
  await putContact(node, 'c1', 'e1', '13800000001')
  const [entry] = await audit(operator, `&collection=${CONTACTS.name}&personal=true`)
  const title = 'pump of e1'
  assert.deepEqual(entry?.after, { enterprise: 'e1', title, contact: { phone: '13800000001' } })
  const [read] = await audit(operator)
  assert.equal(read?.action, 'read')
  assert.deepEqual(read?.author, { kind: 'user', id, name })
  assert.deepEqual(read?.after, { what: 'audit', subject: `${CONTACTS.name} * by *` })
})

test('reading somebody else’s entry is told, reading one’s own is not', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const mia = await node.member('mia', 'e1', 'member')
  const { id } = (await mia.send('GET', '/api/v1/me')).body
  const self = (await operator.send('GET', '/api/v1/me')).body.id
  await operator.send('GET', `/api/v1/users/${self}`)
  assert.equal((await audit(operator, '&collection=personal-reads')).length, 0)
  await operator.send('GET', `/api/v1/users/${id}`)
  const [read, ...more] = await audit(operator, '&collection=personal-reads')
  assert.deepEqual(read?.after, { what: 'user', subject: id })
  assert.deepEqual(more, [])
})

test('reads are found by the kind of data that was read', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const mia = await node.member('mia', 'e1', 'member')
  const { id } = (await mia.send('GET', '/api/v1/me')).body
  await operator.send('GET', '/api/v1/users')
  await operator.send('GET', `/api/v1/users/${id}`)
  const readsOf = async (what: string) =>
    (await audit(operator, `&what=${what}`)).map((it) => it.after)
  assert.deepEqual(await readsOf('user'), [{ what: 'user', subject: id }])
  assert.deepEqual(await readsOf('users'), [{ what: 'users', subject: 'all' }])
  assert.deepEqual(await readsOf('licence'), [])
})

test('what was read together is told in members of its own, that of earlier releases too', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const author = { kind: 'user', id: 'u-anna' } as const
  const at = node.clock()
  const of = { what: 'identifiers', subject: '88.100.1' }
  const together = { place: '88.100.1', names: ['88.100.1/a'], count: 7, from: at, until: at + 9 }
  for (const put of [
    { ...of, count: 3 },
    { ...of, ...together },
  ]) {
    await node.documents.commit([readWrite(put)], { author })
  }
  const [newer, older] = await audit(operator, '&what=identifiers')
  const times = { from: new Date(at).toISOString(), until: new Date(at + 9).toISOString() }
  assert.deepEqual(newer?.read, { ...of, ...together, ...times })
  assert.deepEqual(older?.read, { ...of, place: '88.100.1', count: 3 })
})

test('how long the access log is kept is told to those who may read it', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const mia = await node.member('mia', 'e1', 'member')
  const anna = await node.member('anna', 'e1', 'administrator')
  const asked = (by: TestClient) => by.send('GET', '/api/v1/audit/retention')
  const accessLog = { daysMax: 1_096, rowsMax: 5_000_000 }
  assert.deepEqual((await asked(operator)).body, { accessLog })
  assert.deepEqual((await asked(anna)).body, { accessLog })
  assert.equal((await asked(mia)).status, 403)
})

test('an enterprise sees its own entries and nothing of others', async () => {
  await using node = await openTestNode()
  await node.operator()
  const anna = await node.member('anna', 'e1', 'administrator')
  const boris = await node.member('boris', 'e-second', 'administrator')
  await putContact(node, 'c1', 'e1', '13800000001')
  await putContact(node, 'of-second', 'e-second', '13800000002')
  await boris.send('GET', '/api/v1/users')
  await boris.send('POST', '/api/v1/keys', {
    label: 'second-erp',
    enterprise: 'e-second',
    scopes: ['prefixes.read'],
  })
  const seen = await audit(anna)
  assert.ok(seen.some((it) => it.id === 'c1'))
  assert.ok(!/second|boris|olga|sessions|setup/.test(JSON.stringify(seen)), JSON.stringify(seen))
  assert.ok((await audit(boris)).some((it) => it.action === 'read'))
  assert.deepEqual(await audit(anna, '&collection=personal-reads'), [])
})

test('of somebody in two enterprises each is told what happened there, and not that more did', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const anna = await node.member('anna', 'e-first', 'administrator')
  const boris = await node.member('boris', 'e2', 'administrator')
  const mia = await node.member('mia', 'e-first', 'member')
  const { id } = (await mia.send('GET', '/api/v1/me')).body
  const before = await audit(anna, `&id=${id}`)
  assert.deepEqual(
    before.map((it) => it.action),
    ['created'],
  )
  const wish = { enterprise: 'e2', role: 'administrator' }
  const { token } = (await boris.send('POST', '/api/v1/invitations', wish)).body
  await mia.send('POST', '/api/v1/invitations/join', { token })
  await operator.send('PATCH', `/api/v1/users/${id}`, { nodeRoles: ['auditor'] })
  await boris.send('PATCH', `/api/v1/users/${id}`, { memberships: [] })
  assert.deepEqual(await audit(anna, `&id=${id}`), before)
  const atBoris = await audit(boris, `&id=${id}`)
  assert.deepEqual(
    atBoris.map((it) => it.action),
    ['deleted', 'created'],
  )
  assert.ok(!JSON.stringify(atBoris).includes('e-first'))
})

test('filters by author, time, collection and thing hold together', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  for (let i = 0; i < 10; i++) {
    node.clock.advance(60_000)
    await putContact(node, `c${i}`, 'e1', '13800000001')
  }
  const [from, to] = ['2026-01-01T00:03:00Z', '2026-01-01T00:05:00Z']
  const within = await audit(operator, `&from=${from}&to=${to}`)
  assert.deepEqual(
    within.map((it) => it.id),
    ['c4', 'c3', 'c2'],
  )
  assert.deepEqual((await audit(operator, `&from=${from}&id=c3&author=room`)).length, 1)
  assert.deepEqual(await audit(operator, `&to=${to}&collection=${CONTACTS.name}&author=nobody`), [])
})

test('pages put together are the whole, each entry once', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  for (let i = 0; i < 25; i++) await putContact(node, `c${i}`, 'e1', '13800000001')
  const whole = await audit(operator)
  const pieces: object[] = []
  let after = ''
  do {
    const { items, next } = (await operator.send('GET', `/api/v1/audit?limit=4${after}`)).body
    pieces.push(...items)
    after = next === undefined ? '' : `&after=${next}`
  } while (after !== '')
  assert.deepEqual(pieces, whole)
  assert.equal((await operator.send('GET', '/api/v1/audit?after=bm9uc2Vuc2U')).status, 422)
})

test('the export is CSV a spreadsheet runs nothing of', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const put = { enterprise: 'e1', title: '=1+1', contact: { phone: '1' } }
  const write = { collection: CONTACTS, id: '=cmd|calc', put }
  await node.documents.commit([write], { author: ROOM, note: '@SUM(A1)\r\n"x"' })
  const reply = await operator.send('GET', '/api/v1/audit/export')
  assert.equal(reply.status, 200)
  assert.match(String(reply.headers['content-type']), /text\/csv/)
  assert.ok(reply.text.startsWith('\uFEFFat,authorKind,author,authorName,action,'))
  const [, line = ''] = reply.text.split('\r\n')
  assert.match(line, /,created,test-contacts,"'=cmd\|calc",,1,,/)
  assert.match(reply.text, /,"'@SUM\(A1\)\r\n""x""",/)
})

test('the export names who did it and what it was done to', async () => {
  await using node = await openTestNode({
    audited: [
      {
        collection: CONTACTS,
        enterprisesOf: (it: { enterprise: string }) => [it.enterprise],
        nameOf: () => ({ en: 'Kind', zh: '类别' }),
      } as never,
    ],
  })
  const operator = await node.operator()
  const { id, displayName } = (await operator.send('GET', '/api/v1/me')).body
  const put = { enterprise: 'e1', title: 'x', contact: { phone: '1' } }
  const write = { collection: CONTACTS, id: 'c1', put }
  await node.documents.commit([write], { author: { kind: 'user', id } })
  const line = async (language: string) =>
    (await operator.send('GET', `/api/v1/audit/export${language}`)).text.split('\r\n')[1]
  const head = `,user,${id},${displayName},created,test-contacts,c1`
  assert.ok((await line(''))?.includes(`${head},类别,1,`))
  assert.ok((await line('?language=en'))?.includes(`${head},Kind,1,`))
})

test('of a collection nobody declared it is told that it changed, not what, and to staff alone', async () => {
  await using node = await openTestNode({ audited: [] })
  const operator = await node.operator()
  const anna = await node.member('anna', 'e1', 'administrator')
  await putContact(node, 'c1', 'e1', '13800000001')
  const [entry] = await audit(operator, `&collection=${CONTACTS.name}`)
  assert.deepEqual(entry?.changed, [])
  assert.ok(!('after' in (entry ?? {})))
  assert.deepEqual(await audit(anna, `&collection=${CONTACTS.name}`), [])
})

test('things are told by name as far as their viewer may know them', async () => {
  const contacts = {
    collection: CONTACTS,
    enterprisesOf: (it: { enterprise: string }) => [it.enterprise],
    nameOf: (it: { title: string }) => it.title,
    readAs: ['contact'],
  }
  await using node = await openTestNode({ audited: [contacts] })
  const operator = await node.operator()
  const anna = await node.member('anna', 'e1', 'administrator')
  const bert = await node.member('bert', 'e1', 'member')
  const id = (await bert.send('GET', '/api/v1/me')).body.id
  await putContact(node, 'c1', 'e1', '13800000001')
  await putContact(node, 'c2', 'e2', '13800000001')
  const nameIn = async (client: TestClient, query: string) =>
    (await audit(client, query)).map((it) => it.name)
  const thing = `&collection=${CONTACTS.name}`
  assert.deepEqual(await nameIn(operator, thing), ['pump of e2', 'pump of e1'])
  assert.deepEqual(await nameIn(anna, thing), ['pump of e1'])
  const person = (await operator.send('GET', `/api/v1/users/${id}`)).body.displayName
  const account = `&collection=users&id=${id}`
  assert.ok((await nameIn(operator, account)).every((it) => it === person))
  assert.ok((await nameIn(anna, account)).every((it) => it === person))
  // who may read the trail and no accounts sees ids alone
  const body = { label: 'trail', scopes: ['audit.read'], expiresAt: '2026-02-01T00:00:00Z' }
  const { token } = (await operator.send('POST', '/api/v1/keys', body)).body
  const key = node.client()
  key.headers = { authorization: `Bearer ${token}` }
  assert.deepEqual(new Set(await nameIn(key, account)), new Set([undefined]))
  // what was read is told by the name of that
  for (const [subject, enterprise] of [
    ['c1', 'e1'],
    ['c2', 'e1'],
  ] as const) {
    const write = readWrite({ what: 'contact', subject, enterprise })
    await node.documents.commit([write], { author: ROOM })
  }
  const reads = '&collection=personal-reads&what=contact'
  assert.deepEqual(await nameIn(operator, reads), ['pump of e2', 'pump of e1'])
  assert.deepEqual(await nameIn(anna, reads), [undefined, 'pump of e1'], 'c2 is none of e1')
})

test('of what is closed its name is told to staff, and nothing of what changed', async () => {
  const closed = { collection: CONTACTS, closed: true, nameOf: (it: { title: string }) => it.title }
  await using node = await openTestNode({ audited: [closed] })
  const operator = await node.operator()
  const anna = await node.member('anna', 'e1', 'administrator')
  await putContact(node, 'c1', 'e1', '13800000001')
  const [entry] = await audit(operator, `&collection=${CONTACTS.name}`)
  assert.deepEqual([entry?.name, entry?.after, entry?.changed], ['pump of e1', undefined, []])
  assert.deepEqual(await audit(anna, `&collection=${CONTACTS.name}`), [])
})

/** A feed with gaps, as PostgreSQL's sequences have them; refuses what the stores refuse. */
function feedOf(sequences: readonly number[]): {
  changes: (after: number, limit: number) => Promise<DocumentChange[]>
  reads: () => number
} {
  const all = sequences.map((sequence) => ({
    sequence,
    collection: 'unknown',
    id: String(sequence),
    version: 1,
    at: sequence * 10,
    author: ROOM,
  }))
  let reads = 0
  return {
    reads: () => reads,
    changes: async (after, limit) => {
      reads++
      assert.ok(Number.isSafeInteger(after) && after >= 0)
      return all.filter((it) => it.sequence > after).slice(0, limit)
    },
  }
}

async function wholeOf(trail: AuditTrail, query: AuditQuery): Promise<AuditEntry[]> {
  const found: AuditEntry[] = []
  let after: string | undefined
  do {
    const place = after === undefined ? {} : { after }
    const page = await trail.page({ ...query, ...place }, { reach: 'node', personal: false })
    found.push(...page.items)
    after = page.next
  } while (after !== undefined)
  return found
}

test('the feed is read backwards without missing anything, whatever its gaps', async () => {
  const shapes: readonly (readonly number[])[] = [
    [],
    [1],
    [7],
    Array.from({ length: 2_500 }, (_, i) => i + 1),
    Array.from({ length: 3_000 }, (_, i) => i * 37 + 5),
    [
      ...Array.from({ length: 1_500 }, (_, i) => i + 1),
      ...Array.from({ length: 1_500 }, (_, i) => 10 ** 9 + i),
    ],
    [3, 10 ** 12],
  ]
  for (const sequences of shapes) {
    const trail = new AuditTrail([feedOf(sequences)], [])
    for (const limit of [7, 1_000]) {
      const ids = (await wholeOf(trail, { limit })).map((it) => Number(it.id))
      assert.deepEqual(ids, sequences.toReversed(), `${sequences.length} by ${limit}`)
    }
    const [low, high] = [sequences[3] ?? 0, sequences.at(-3) ?? 0]
    const within = await wholeOf(trail, { limit: 100, from: low * 10, to: high * 10 })
    const expected = sequences.filter((it) => it >= low && it <= high).toReversed()
    assert.deepEqual(
      within.map((it) => Number(it.id)),
      expected,
    )
  }
})

test('the newest page of a long trail is found in a few reads', async () => {
  const feed = feedOf(Array.from({ length: 200_000 }, (_, i) => i + 1))
  const trail = new AuditTrail([feed], [])
  await trail.page({ limit: 10 }, { reach: 'node', personal: false })
  assert.ok(feed.reads() < 45, `${feed.reads()} reads`)
  const before = feed.reads()
  await trail.page({ limit: 10 }, { reach: 'node', personal: false })
  assert.ok(feed.reads() - before < 5, `${feed.reads() - before} reads`)
})

test('several feeds are told as one, newest first, whatever the limit and wherever a page ends', async () => {
  const hidden = { collection: { name: 'bookkeeping' }, hidden: true }
  const shapes: readonly (readonly number[])[] = [
    [],
    [5],
    Array.from({ length: 60 }, (_, i) => i * 3 + 1),
    Array.from({ length: 40 }, (_, i) => i * 5 + 2),
    Array.from({ length: 1_200 }, (_, i) => i * 7 + 200),
  ]
  for (const one of shapes) {
    for (const other of shapes) {
      const trail = new AuditTrail([feedOf(one), feedOf(other)], [hidden])
      const expected = [...one, ...other].sort((a, b) => b - a)
      for (const limit of [1, 9, 5_000]) {
        if (limit === 1 && expected.length > 200) continue
        const found = await wholeOf(trail, { limit })
        assert.deepEqual(
          found.map((it) => it.at / 10),
          expected,
          `${one.length} and ${other.length} by ${limit}`,
        )
      }
    }
  }
})

test('a page ends where one feed has nothing to show for long, before older entries of another', async () => {
  const quiet = Array.from({ length: 60_000 }, (_, i) => i + 10)
  const busy = feedOf([5, ...quiet])
  const bookkeeping: typeof busy.changes = async (after, limit) =>
    (await busy.changes(after, limit)).map((it) =>
      it.sequence === 5 ? it : { ...it, collection: 'bookkeeping' },
    )
  const hidden = { collection: { name: 'bookkeeping' }, hidden: true }
  const trail = new AuditTrail([{ changes: bookkeeping }, feedOf([3, 7, 70_000])], [hidden])
  const first = await trail.page({ limit: 10 }, { reach: 'node', personal: false })
  assert.deepEqual(first.items, [])
  assert.notEqual(first.next, undefined)
  const found = await wholeOf(trail, { limit: 10 })
  assert.deepEqual(
    found.map((it) => it.at / 10),
    [70_000, 7, 5, 3],
  )
})

test('entries are found by deed and by version, and exported as JSON lines', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  await putContact(node, 'c1', 'e1', '13800000001')
  await putContact(node, 'c1', 'e1', '13800000002')
  const filter = `&collection=${CONTACTS.name}&id=c1`
  const versions = async (more: string) =>
    (await audit(operator, `${filter}${more}`)).map((it) => it.version)
  assert.deepEqual(await versions(''), [2, 1])
  assert.deepEqual(await versions('&action=changed'), [2])
  assert.deepEqual(await versions('&action=created'), [1])
  assert.deepEqual(await versions('&action=deleted'), [])
  assert.deepEqual(await versions('&version=1'), [1])
  assert.deepEqual(await versions('&version=3'), [])
  const path = `/api/v1/audit/export?format=ndjson${filter}`
  const { text } = await operator.send('GET', path)
  const lines = text.trimEnd().split('\n')
  assert.deepEqual(
    lines.map((it) => JSON.parse(it).version),
    [2, 1],
  )
})
