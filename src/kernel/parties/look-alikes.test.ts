import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anEntry, openPartiesWorld, usccOf } from '../../../test/support/parties-world.ts'
import { openMemoryDocuments } from '../documents/memory.ts'
import { ENTERPRISES, indexed, type StoredEnterprise } from './enterprise.ts'
import { findLookAlikes, SIMILARITY_MIN } from './look-alikes.ts'
import { nameCore, nameGrams, nameKey, similarity } from './name-forms.ts'
import { type EntryWish, entryOf } from './wish.ts'

const between = (a: string, b: string) => similarity(new Set(nameGrams(a)), new Set(nameGrams(b)))

test('names that people take for each other are alike', () => {
  const alike: readonly (readonly [string, string])[] = [
    ['深圳市华盛精密机械有限公司', '华盛精密机械（深圳）有限公司'],
    ['深圳市华盛精密机械有限公司', '宝安区華晟精密機械集團股份有限公司'],
    ['深圳市华盛精密机械有限公司', '华盛精密机器有限公司'],
    ['东莞市金马电子厂', '廣東東莞金馬電子有限公司'],
    ['Delta Robotics Co., Ltd.', 'DELTA-Robotics Limited'],
    ['北京天地科技有限公司', '北京夭地科技有限公司'],
    ['上海１０１机床厂', '上海lOl机床厂'],
    ['华为技术有限公司', '深圳华为技术'],
  ]
  for (const [a, b] of alike) {
    assert.ok(between(a, b) >= SIMILARITY_MIN, `${a} ${b} ${between(a, b)}`)
  }
})

test('names that share only a place, a form or a trade are not', () => {
  const apart: readonly (readonly [string, string])[] = [
    ['深圳市华盛精密机械有限公司', '深圳市金马电子有限公司'],
    ['比亚迪股份有限公司', '格力电器股份有限公司'],
    ['北京天地科技有限公司', '北京四方科技有限公司'],
    ['华为技术有限公司', '华星光电技术有限公司'],
  ]
  for (const [a, b] of apart) {
    assert.ok(between(a, b) < SIMILARITY_MIN, `${a} ${b} ${between(a, b)}`)
  }
})

test('places and legal forms go, but never the whole name', () => {
  const table: readonly (readonly [string, string])[] = [
    ['广东省深圳市宝安区海纳电源有限公司', nameCore('海纳电源')],
    ['中国石油', '石油'],
    ['长安汽车', '长安汽车'],
    ['深圳市有限公司', nameKey('深圳市有限公司')],
    ['有限公司', '有限公司'],
    ['', ''],
    ['！！', ''],
  ]
  for (const [name, core] of table) assert.equal(nameCore(name), core, name)
  assert.equal(nameGrams('x'.repeat(10_000)).length, 3)
  assert.ok(nameGrams([...'ab'.repeat(100)].map((it, at) => it + at).join('')).length <= 64)
})

function enterprise(number: number, name: string): StoredEnterprise {
  const entry = entryOf(
    { ...anEntry(), name, uscc: usccOf(number) } as unknown as EntryWish,
    undefined,
  )
  const unique = {
    ...entry,
    legalPerson: { name: `person ${number}` },
    contact: { ...entry.contact, phone: String(13_000_000_000 + number) },
  }
  const body = indexed({
    enterprise: `e${number}`,
    state: 'admitted',
    entry: unique,
    applicant: 'u',
    statusHash: '0'.repeat(64),
    statusUntil: 0,
    cases: 0,
  })
  return { id: `e${number}`, version: 1, createdAt: 0, updatedAt: 0, body }
}

test('the indexed search finds every name that comparing with all would find', async () => {
  await using documents = await openMemoryDocuments({ clock: () => 1 })
  const [first, second, third] = ['华金科海', '盛马信创', '精密电子']
  let seed = 7
  const pick = (from: string) => {
    seed = (seed * 48_271) % 2_147_483_647
    return [...from][seed % [...from].length] ?? ''
  }
  const all = Array.from({ length: 400 }, (_, number) => {
    const trade = Array.from({ length: 1 + (number % 4) }, () => pick(third ?? '')).join('')
    return enterprise(number, `深圳市${pick(first ?? '')}${pick(second ?? '')}${trade}有限公司`)
  })
  await documents.commit(
    all.map(({ id, body }) => ({ collection: ENTERPRISES, id, put: body })),
    { author: { kind: 'system', id: 'test' } },
  )
  let shown = 0
  for (const one of all.slice(0, 60)) {
    const expected = all
      .filter((it) => it.id !== one.id)
      .filter((it) => between(it.body.entry.name, one.body.entry.name) >= SIMILARITY_MIN)
      .map((it) => it.id)
    const { items, complete } = await findLookAlikes(documents, one)
    const found = items.map((it) => it.enterprise.id)
    if (complete) assert.deepEqual(found.toSorted(), expected.toSorted(), one.body.entry.name)
    else assert.ok(expected.length >= found.length)
    shown += found.length
  }
  assert.ok(shown > 60, `${shown}: the names are alike enough to try the search`)
})

test('a pending change is compared too, from either side', async () => {
  await using world = await openPartiesWorld()
  const old = await world.applicant('old1', {})
  await world.decide(old.id, { decision: 'approve' })
  const { version } = (await old.client.send('GET', `/api/v1/enterprises/${old.id}`)).body
  const wish = { ...anEntry(), name: '海纳电源有限公司', version }
  await old.client.send('PUT', `/api/v1/enterprises/${old.id}`, wish)
  const other = await world.applicant('other', {
    name: '深圳海纳电源',
    uscc: usccOf(2),
    legalPerson: { name: '赵六' },
    contact: { name: '赵六', phone: '13900000000', email: 'z@example.com' },
  })
  for (const [one, another] of [
    [old.id, other.id],
    [other.id, old.id],
  ]) {
    const { body } = await world.reviewer.send('GET', `/api/v1/enterprises/${one}/look-alikes`)
    assert.deepEqual(
      body.items.map((it: { id: string }) => it.id),
      [another],
    )
    assert.deepEqual(body.items[0].because, ['name'])
  }
})
