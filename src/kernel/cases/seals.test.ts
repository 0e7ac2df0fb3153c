import assert from 'node:assert/strict'
import { chmod, mkdtempDisposable, readFile, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { CaseWorld, expert, OFFICER, SEAL_KEY } from '../../../test/support/case-world.ts'
import { openSqliteDocuments } from '../documents/sqlite.ts'
import { CASE_ENTRIES, CASES } from './collections.ts'
import { digestOf } from './content.ts'
import type { CaseEvent } from './events.ts'
import { loadOrCreateSealKey, sealsOf } from './seals.ts'

const SHEET = { marks: { novelty: 91, team: 7 }, comment: '良好' }
const other = (key: Buffer) => Buffer.from(key.map((it) => it ^ 1))

test('a seal opens with its key, in its place and its case, and nowhere else', () => {
  const seals = sealsOf(SEAL_KEY, 'c1')
  const place = ['sheet', '0', '1', 'x1']
  const closed = seals.close(place, SHEET)
  assert.deepEqual(seals.open(place, closed), SHEET)
  assert.equal(seals.open(['sheet', '0', '1', 'x2'], closed), undefined)
  assert.equal(seals.open(['sheet', '0', '2', 'x1'], closed), undefined)
  assert.equal(sealsOf(SEAL_KEY, 'c2').open(place, closed), undefined)
  assert.equal(sealsOf(other(SEAL_KEY), 'c1').open(place, closed), undefined)
})

test('no bit of a seal can be changed, and none left off', () => {
  const seals = sealsOf(SEAL_KEY, 'c1')
  const bytes = Buffer.from(seals.close(['p'], SHEET), 'base64url')
  for (let index = 0; index < bytes.length; index += 7) {
    const changed = Buffer.from(bytes)
    changed[index] = (changed[index] ?? 0) ^ 4
    assert.equal(seals.open(['p'], changed.toString('base64url')), undefined)
    assert.equal(seals.open(['p'], bytes.subarray(0, index).toString('base64url')), undefined)
  }
})

test('what is sealed tells neither by its length nor by its digest what it is', () => {
  const seals = sealsOf(SEAL_KEY, 'c1')
  const low = { marks: { novelty: 0, team: 0 } }
  assert.equal(seals.close(['p'], low).length, seals.close(['p'], SHEET).length)
  assert.notEqual(seals.close(['p'], low), seals.close(['p'], low))
  assert.equal(seals.mark(low), seals.mark(low))
  assert.notEqual(seals.mark(low), sealsOf(SEAL_KEY, 'c2').mark(low))
  assert.notEqual(seals.mark(low), sealsOf(other(SEAL_KEY), 'c1').mark(low))
})

test('who reads the whole store reads neither the seed before the draw nor a score before the last', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-seals-'))
  const path = join(folder.path, 'documents.sqlite')
  await using world = await CaseWorld.open(undefined, (it) => openSqliteDocuments({ ...it, path }))
  const { documents } = world.desk
  const id = await world.submitted()
  const members = await world.withPanel(id)
  const score: CaseEvent = { do: 'score', sheet: SHEET }
  for (const it of members.slice(1)) await world.did(id, expert(it), score)
  const stored = JSON.stringify([
    (await documents.get(CASES, id))?.body,
    (await documents.query(CASE_ENTRIES, { where: { case: id }, limit: 100 })).items,
  ])
  const files = await Promise.all(
    [path, `${path}-wal`].map((it) => readFile(it).catch(() => Buffer.alloc(0))),
  )
  for (const it of [stored, ...files]) {
    assert.equal(it.includes('"marks"'), false)
    assert.equal(it.includes('良好'), false)
    assert.equal(it.includes(digestOf(score)), false, 'a digest is guessed in few tries')
  }
  await world.did(id, expert(members[0] ?? ''), score)
  const { panel } = (await documents.get(CASES, id))?.body ?? {}
  assert.deepEqual(Object.values(panel?.opened?.sheets ?? {}), [SHEET, SHEET, SHEET])
})

test('the seed is sealed until it is drawn by', async () => {
  await using world = await CaseWorld.open()
  const id = await world.submitted()
  await world.did(id, OFFICER, { do: 'advance', outcome: 'accepted' })
  await world.did(id, OFFICER, { do: 'begin-draw' })
  const pool = ['x1', 'x2', 'x3'].map((it) => ({ id: it, organisations: [] }))
  await world.did(id, OFFICER, { do: 'freeze-pool', pool })
  const before = JSON.stringify((await world.desk.documents.get(CASES, id))?.body)
  await world.did(id, OFFICER, { do: 'draw' })
  const seed = (await world.desk.documents.get(CASES, id))?.body.panel?.seed ?? 'none'
  assert.equal(before.includes(seed), false)
})

test('with another key the last score is refused with the reason, and nothing is lost', async () => {
  await using world = await CaseWorld.open()
  const id = await world.submitted()
  const members = await world.withPanel(id)
  const last = expert(members[2] ?? '')
  await world.scored(id, members.slice(0, 2))
  const without = new CaseWorld(world.desk.documents, () => world.now)
  Object.assign(without.desk, { sealKey: async () => other(SEAL_KEY) })
  const sheet = { marks: { novelty: 1, team: 1 } }
  const answer = await without.do(id, last, { do: 'score', sheet }, 'k')
  assert.ok(answer.kind === 'refused')
  assert.match(answer.reasons[0]?.text.en ?? '', /key folder/)
  await world.scored(id, members.slice(2))
})

test('a key is made once, for its owner alone, and a file that holds none is told', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-seals-'))
  const path = join(folder.path, 'cases.key')
  const keys = await Promise.all(Array.from({ length: 8 }, () => loadOrCreateSealKey(path)))
  for (const it of keys) assert.deepEqual(it, keys[0])
  assert.equal(keys[0]?.length, 32)
  await chmod(path, 0o644)
  assert.deepEqual(await loadOrCreateSealKey(path), keys[0])
  assert.equal((await stat(path)).mode & 0o777, 0o600)
  await writeFile(path, 'short')
  await assert.rejects(loadOrCreateSealKey(path), { code: 'wrong-state' })
})
