import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type HandleKey, parseHandle } from '../handle.ts'
import type { HandleValue, IdRecord } from '../record.ts'
import { writeAdmin } from '../values/admin.ts'
import { writeReferences } from '../values/references.ts'
import { type Identity, parseIdentity } from './identity.ts'
import { GROUP_RECORDS_MAX, hasAdministrator, RIGHT, rightsOf } from './rights.ts'

const P = '0.NA/88.100.1'

function identity(text: string): Identity {
  const it = parseIdentity(text)
  assert.ok(it)
  return it
}

function admin(permissions: number, text: string, legacy = false): HandleValue {
  const { handle, index } = identity(text)
  const data = writeAdmin({ permissions, admin: { handle: handle.spelled, index }, legacy })
  return { index: 100, type: 'HS_ADMIN', data }
}

function group(index: number, ...members: string[]): HandleValue {
  const references = members
    .map(identity)
    .map((it) => ({ handle: it.handle.spelled, index: it.index }))
  return { index, type: 'HS_VLIST', data: writeReferences(references) }
}

/** Reads of these records, counted. */
function world(records: Readonly<Record<string, readonly HandleValue[]>>) {
  const reads: string[] = []
  const read = (key: HandleKey) => {
    reads.push(key)
    const values = records[key]
    return values === undefined ? undefined : ({ key, values } as IdRecord)
  }
  return { read, reads }
}

test('an identity is an index and a handle; without an index it is some key', () => {
  assert.equal(identity(`300:${P}`).index, 300)
  assert.equal(identity(`300:${P}`).handle.key, P)
  assert.equal(identity(P).index, 0)
  assert.equal(identity(`0:${P}`).index, 0)
  assert.equal(identity('300:88.1').handle.key, '0.NA/88.1')
  for (const wrong of ['', '300:', '9999999999:a/b', '300:/x']) {
    assert.equal(parseIdentity(wrong), undefined, wrong)
  }
})

test('every right is a bit of its own', async () => {
  const { read } = world({})
  for (const [name, bit] of Object.entries(RIGHT)) {
    const rights = await rightsOf(identity(`300:${P}`), [admin(bit, `300:${P}`)], read)
    assert.equal(rights, bit, name)
  }
  assert.equal(
    Object.values(RIGHT).reduce((all, it) => all | it, 0),
    0xfff,
  )
})

test('rights of several values add up; those of others, and of broken values, do not count', async () => {
  const values: HandleValue[] = [
    admin(RIGHT.addValue, `300:${P}`),
    admin(RIGHT.modifyValue, `300:${P.toLowerCase()}`, true),
    admin(0xfff, '300:0.NA/88.100.2'),
    admin(0xfff, `301:${P}`),
    { index: 5, type: 'HS_ADMIN', data: 'no administrator' },
    { index: 6, type: 'URL', data: admin(0xfff, `300:${P}`).data },
  ]
  const rights = await rightsOf(identity(`300:${P}`), values, world({}).read)
  assert.equal(rights, RIGHT.addValue | RIGHT.modifyValue)
})

test('index 0 in HS_ADMIN means any key of the handle; who shows no index has the rights of 0 alone', async () => {
  const { read } = world({})
  assert.equal(await rightsOf(identity(`301:${P}`), [admin(3, `0:${P}`)], read), 3)
  assert.equal(await rightsOf(identity(`0:${P}`), [admin(3, `0:${P}`)], read), 3)
  assert.equal(await rightsOf(identity(`0:${P}`), [admin(3, `300:${P}`)], read), 0)
})

test('groups hold, also within groups, and loops end', async () => {
  const { read, reads } = world({
    [P]: [group(200, '200:88.100.1/B', '200:0.NA/88.100.1')],
    '88.100.1/B': [group(200, `200:${P}`, '300:88.100.1/ANN')],
  })
  const values = [admin(0xfff, `200:${P}`)]
  assert.equal(await rightsOf(identity('300:88.100.1/ann'), values, read), 0xfff)
  reads.length = 0
  assert.equal(await rightsOf(identity('300:88.100.1/EVE'), values, read), 0)
  assert.deepEqual(reads, [P, '88.100.1/B', '88.100.1/ANN'], 'each once')
})

test('a group counts only as HS_VLIST, and only the value that is named', async () => {
  const { read } = world({
    [P]: [{ ...group(200, '300:a/b'), type: 'DESC' }, group(201, '300:a/b')],
  })
  assert.equal(await rightsOf(identity('300:a/b'), [admin(1, `200:${P}`)], read), 0)
  assert.equal(await rightsOf(identity('300:a/b'), [admin(1, `201:${P}`)], read), 1)
})

test('a chain of groups without end is given up after so many records', async () => {
  const reads: string[] = []
  const read = (key: HandleKey) => {
    reads.push(key)
    const next = `200:88.100.1/${reads.length}`
    return { key, values: [group(200, next, next, next)] } as unknown as IdRecord
  }
  assert.equal(await rightsOf(identity('300:a/b'), [admin(1, '200:88.100.1/0')], read), 0)
  assert.equal(reads.length, GROUP_RECORDS_MAX)
})

test('a record without HS_ADMIN names nobody', () => {
  assert.equal(hasAdministrator([{ index: 1, type: 'URL', data: 'x' }]), false)
  assert.equal(hasAdministrator([{ index: 1, type: 'hs_admin', data: 'x' }]), true)
  assert.equal(parseHandle(P).key, P)
})
