import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type HandleWorld, openHandleWorld } from '../../../test/support/handle-world.ts'
import { parseHandle } from '../handle.ts'
import type { HandleValue } from '../record.ts'
import { writeAdmin } from '../values/admin.ts'
import type { OperationAnswer } from './administration.ts'
import { type Identity, parseIdentity } from './identity.ts'
import { RIGHT } from './rights.ts'

const P = '88.100.1'
const OWNER = identity(`300:0.NA/${P}`)
const OTHER = identity('300:0.NA/88.100.2')

function identity(text: string): Identity {
  const it = parseIdentity(text)
  assert.ok(it)
  return it
}

const url = (index: number, data: string, permissions?: number): HandleValue => ({
  index,
  type: 'URL',
  data,
  ...(permissions !== undefined && { permissions }),
})

function admin(index: number, permissions: number, who: Identity): HandleValue {
  const named = { handle: who.handle.spelled, index: who.index }
  return { index, type: 'HS_ADMIN', data: writeAdmin({ permissions, admin: named, legacy: false }) }
}

const told = (answer: OperationAnswer) =>
  answer.kind === 'done' ? (answer.isNew ? 'new' : 'done') : answer.reason

async function indexes({ store }: HandleWorld, name: string): Promise<number[] | undefined> {
  const record = await store.get(parseHandle(name).key)
  return record?.state === 'registered' ? record.values.map((it) => it.index) : undefined
}

test('a record is created, changed and deleted by who administers its prefix, under their name', async () => {
  await using world = await openHandleWorld(P)
  const { administration, store } = world
  const name = `${P}/one`
  assert.equal(told(await administration.create(name, [url(1, 'a')], OWNER)), 'new')
  assert.equal(told(await administration.create(name, [url(1, 'b')], OWNER)), 'handle-exists')
  const add = { kind: 'add', values: [url(2, 'b')], overwrite: false } as const
  assert.equal(told(await administration.change(name, add, OWNER)), 'new')
  assert.equal(told(await administration.change(name, add, OWNER)), 'value-exists')
  const modify = { kind: 'modify', values: [url(2, 'c')] } as const
  assert.equal(told(await administration.change(name, modify, OWNER)), 'done')
  assert.equal(
    told(await administration.change(name, { kind: 'remove', indexes: [1] }, OWNER)),
    'new',
  )
  assert.equal(told(await administration.delete(name, OWNER)), 'done')
  assert.equal(told(await administration.delete(name, OWNER)), 'handle-not-found')
  assert.equal(told(await administration.change(name, add, OWNER)), 'handle-not-found')
  const versions = await store.history(parseHandle(name).key)
  assert.equal(versions.length, 5)
  const authors = new Set<string>()
  for (const { batch } of versions) {
    const { author } = (await store.batch(batch)) ?? {}
    authors.add(`${author?.kind} ${author?.id}`)
  }
  assert.deepEqual([...authors], [`handle 300:0.NA/${P}`])
  assert.equal(told(await administration.create(name, [url(9, 'again')], OWNER)), 'new')
  assert.deepEqual(await indexes(world, name), [9])
})

test('of a change all is done or nothing', async () => {
  await using world = await openHandleWorld(P)
  const { administration } = world
  const name = `${P}/all`
  await administration.create(name, [url(1, 'a'), url(2, 'b')], OWNER)
  const wishes = [
    { kind: 'add', values: [url(3, 'c'), url(1, 'x')], overwrite: false },
    { kind: 'modify', values: [url(1, 'x'), url(9, 'x')] },
    { kind: 'remove', indexes: [1, 9] },
  ] as const
  for (const wish of wishes) {
    const answer = await administration.change(name, wish, OWNER)
    assert.ok(answer.kind === 'refused')
    assert.deepEqual(answer.indexes, [wish.kind === 'add' ? 1 : 9])
  }
  assert.deepEqual(await indexes(world, name), [1, 2])
})

test('nobody does anything to what is another’s, and nobody at all without a name', async () => {
  await using world = await openHandleWorld(P)
  const { administration } = world
  const name = `${P}/mine`
  await administration.create(name, [url(1, 'a'), url(2, 'hidden', 0x0c)], OWNER)
  for (const [who, reason] of [
    [OTHER, 'not-administrator'],
    [undefined, 'unauthenticated'],
  ] as const) {
    const add = (index: number) =>
      ({ kind: 'add', values: [url(index, 'x')], overwrite: true }) as const
    const deeds = [
      administration.create(`${P}/theirs`, [url(1, 'x')], who),
      administration.create(name, [url(1, 'x')], who, { overwrite: true }),
      administration.create(P, [url(1, 'x')], who, { mint: true }),
      administration.change(name, add(1), who),
      administration.change(name, add(9), who),
      administration.change(name, { ...add(2), overwrite: false }, who),
      administration.change(name, { kind: 'remove', indexes: [2] }, who),
      administration.change(name, { kind: 'remove', indexes: [9] }, who),
      administration.change(`0.NA/${P}`, add(300), who),
      administration.change(`0.NA/${P}`, add(400), who),
      administration.create(`0.NA/${P}`, [url(1, 'x')], who, { overwrite: true }),
      administration.create(`0.NA/${P}.5`, [url(1, 'x')], who),
      administration.delete(name, who),
    ]
    for (const [at, deed] of (await Promise.all(deeds)).entries()) {
      assert.equal(told(deed), reason, `deed ${at}`)
    }
  }
  assert.deepEqual(await indexes(world, name), [1, 2])
  assert.equal(await indexes(world, `${P}/theirs`), undefined)
})

test('each deed takes its own right', async () => {
  await using world = await openHandleWorld(P)
  const { administration } = world
  const deeds = {
    addValue: (name: string) =>
      administration.change(name, { kind: 'add', values: [url(9, 'x')], overwrite: false }, OTHER),
    modifyValue: (name: string) =>
      administration.change(name, { kind: 'modify', values: [url(1, 'x')] }, OTHER),
    deleteValue: (name: string) =>
      administration.change(name, { kind: 'remove', indexes: [1] }, OTHER),
    addAdmin: (name: string) => {
      const values = [admin(102, 0xfff, OTHER)]
      return administration.change(name, { kind: 'add', values, overwrite: false }, OTHER)
    },
    modifyAdmin: (name: string) =>
      administration.change(name, { kind: 'modify', values: [admin(100, 1, OTHER)] }, OTHER),
    removeAdmin: (name: string) =>
      administration.change(name, { kind: 'remove', indexes: [100] }, OTHER),
    deleteHandle: (name: string) => administration.delete(name, OTHER),
  }
  for (const [right, deed] of Object.entries(deeds)) {
    const bit = RIGHT[right as keyof typeof RIGHT]
    for (const [given, isAllowed] of [
      [bit, true],
      [0xfff & ~bit, false],
    ] as const) {
      const name = `${P}/${right}-${given}`
      const values = [url(1, 'a'), admin(100, 0xfff, OWNER), admin(101, given, OTHER)]
      assert.equal(told(await administration.create(name, values, OWNER)), 'new')
      const answer = await deed(name)
      assert.equal(answer.kind === 'done', isAllowed, `${right} with ${given.toString(16)}`)
      if (!isAllowed) assert.equal(told(answer), 'not-administrator')
    }
  }
})

test('a value becomes no administrator by the right to modify values', async () => {
  await using world = await openHandleWorld(P)
  const { administration } = world
  const name = `${P}/sly`
  const values = [url(1, 'a', 0x0f), admin(100, RIGHT.modifyValue, OTHER)]
  await administration.create(name, values, OWNER)
  for (const index of [1, 100]) {
    const change = { kind: 'modify', values: [admin(index, 0xfff, OTHER)] } as const
    assert.equal(told(await administration.change(name, change, OTHER)), 'not-administrator')
  }
})

test('a value without a write bit stays as it is for everybody; one that all may write takes no right but a name', async () => {
  await using world = await openHandleWorld(P)
  const { administration } = world
  const name = `${P}/bits`
  await administration.create(name, [url(1, 'sealed', 0x0a), url(2, 'open', 0x0f)], OWNER)
  const modify = (index: number) => ({ kind: 'modify', values: [url(index, 'x', 0x0f)] }) as const
  assert.equal(told(await administration.change(name, modify(1), OWNER)), 'sealed')
  const removal = { kind: 'remove', indexes: [1] } as const
  assert.equal(told(await administration.change(name, removal, OWNER)), 'sealed')
  const whole = await administration.create(name, [url(2, 'y')], OWNER, { overwrite: true })
  assert.equal(told(whole), 'sealed')
  assert.equal(told(await administration.change(name, modify(2), undefined)), 'unauthenticated')
  assert.equal(told(await administration.change(name, modify(2), OTHER)), 'done')
})

test('a prefix’s own record is there before it is written, keeps an administrator, and is not deleted', async () => {
  await using world = await openHandleWorld(P)
  const { administration, resolve } = world
  const name = `0.NA/${P}`
  const text: HandleValue = { index: 1, type: 'DESC', data: 'ours' }
  const add = { kind: 'add', values: [text], overwrite: false } as const
  assert.equal(told(await administration.change(name, add, OWNER)), 'new')
  assert.deepEqual(await indexes(world, name), [1, 100, 200, 300])
  assert.equal(told(await administration.create(name, [text], OWNER)), 'handle-exists')
  assert.equal(told(await administration.delete(name, OWNER)), 'not-supported')
  const removal = { kind: 'remove', indexes: [100] } as const
  assert.equal(told(await administration.change(name, removal, OWNER)), 'new')
  const answer = await resolve(parseHandle(name).key)
  assert.ok(answer.kind === 'found')
  assert.deepEqual(answer.record.values.map((it) => it.type).includes('HS_ADMIN'), true)
})

test('names that are none, prefixes that are others’ or stopped, are told as such', async () => {
  await using world = await openHandleWorld(P)
  const { administration } = world
  const create = (name: string) => administration.create(name, [url(1, 'x')], OWNER)
  assert.equal(told(await create('/x')), 'invalid-handle')
  assert.equal(told(await create(`${P}/a\u0000b`)), 'invalid-handle')
  assert.equal(told(await create('10.1000/x')), 'not-responsible')
  assert.equal(told(await create('0.NA/10.1000')), 'not-responsible')
  const twice = [url(1, 'x'), url(1, 'y')]
  assert.equal(told(await administration.create(`${P}/twice`, twice, OWNER)), 'invalid-value')
})

test('minted names begin as was wished and are new', async () => {
  await using world = await openHandleWorld(P)
  const { administration } = world
  const names = new Set<string>()
  for (const stem of [P, `${P}/`, `${P}/A-`]) {
    const answer = await administration.create(stem, [url(1, 'x')], OWNER, { mint: true })
    assert.ok(answer.kind === 'done' && answer.isNew)
    assert.match(answer.handle, new RegExp(`^${P}/(?:A-)?[0-9A-F]{20}$`))
    names.add(answer.handle)
  }
  assert.equal(names.size, 3)
})

test('of two that write one record at once, both are done, one after the other', async () => {
  await using world = await openHandleWorld(P)
  const { administration } = world
  const name = `${P}/race`
  await administration.create(name, [url(1, 'a')], OWNER)
  const adds = Array.from({ length: 6 }, (_, i) =>
    administration.change(
      name,
      { kind: 'add', values: [url(10 + i, 'x')], overwrite: false },
      OWNER,
    ),
  )
  for (const answer of await Promise.all(adds)) assert.equal(told(answer), 'new')
  assert.equal((await indexes(world, name))?.length, 7)
})
