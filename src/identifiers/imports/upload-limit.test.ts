import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ImportWorld, openImportWorld } from '../../../test/support/import-world.ts'
import { upload } from '../../../test/support/upload.ts'
import { IMPORTS } from './import-job.ts'

const PATH = '/api/v1/imports?prefix=88.100.1&template=product'
const LIMIT_BYTES = 200_000
const HEAD = 'suffix,name\n'
const ROW_BYTES = 'A00000,n\n'.length
const ROWS_MAX = Math.floor((LIMIT_BYTES - HEAD.length) / ROW_BYTES)

/** Rows of equal length. */
function rows(first: number, count: number): Buffer {
  const row = (_: unknown, i: number) => `A${`${first + i}`.padStart(5, '0')},n\n`
  return Buffer.from(Array.from({ length: count }, row).join(''))
}

const openSmall = () => openImportWorld(undefined, 0, LIMIT_BYTES)

/** Sends pieces without saying how long they are together. */
function sendPieces(world: ImportWorld, body: Iterable<Buffer> | AsyncIterable<Buffer>) {
  return upload(world.url, { path: PATH, headers: { 'x-as': 'ann' }, body })
}

// biome-ignore lint/suspicious/noExplicitAny: replies are read freely in tests
async function get(world: ImportWorld, path: string): Promise<any> {
  return await (await world.call('ann', 'GET', path)).json()
}

test('a file that says it is longer than the limit is refused before it is read', async () => {
  await using world = await openSmall()
  const answer = await world.call('ann', 'POST', PATH, rows(0, ROWS_MAX + 100))
  assert.equal(answer.status, 413)
  const { code, detail } = (await answer.json()) as { code: string; detail: string }
  assert.deepEqual([code, /\b200000 bytes/.test(detail)], ['too-large', true], detail)
  assert.deepEqual((await get(world, '/api/v1/imports')).items, [])
})

test('a file of the limit is taken, and one a byte longer is not, whether or not it says so', async () => {
  await using world = await openSmall()
  const whole = Buffer.concat([Buffer.from(HEAD), rows(0, ROWS_MAX)])
  const exact = Buffer.concat([whole, Buffer.alloc(LIMIT_BYTES - whole.length, '\n')])
  assert.equal((await sendPieces(world, [exact])).summary.state, 'done')
  assert.equal((await world.call('ann', 'POST', PATH, exact)).status, 200)
  const longer = Buffer.concat([exact, Buffer.from('\n')])
  assert.equal((await world.call('ann', 'POST', PATH, longer)).status, 413)
  assert.equal((await sendPieces(world, [exact, Buffer.from('\n')])).summary.state, 'broken')
})

test('an upload that passes the limit ends with it and the line; what was told stays; nothing is resumed', async () => {
  await using world = await openSmall()
  const pieces = Array.from({ length: 6 }, (_, i) => rows(i * 5000, 5000))
  const { outcomes, summary } = await sendPieces(world, [Buffer.from(HEAD), ...pieces])
  const made = outcomes.filter((it) => it.outcome === 'created').length
  assert.ok(made > 0 && made <= ROWS_MAX, `${made}`)
  assert.deepEqual([summary.state, summary.created, summary.resume], ['broken', made, undefined])
  assert.equal(summary.problem.code, 'too-large')
  assert.match(summary.problem.detail, new RegExp(`200000 bytes.* line ${made + 1},`))
  assert.equal((await world.store.totals()).total, made)
  const kept = await get(world, `/api/v1/imports/${summary.id}`)
  assert.deepEqual([kept.state, kept.resume, kept.problem.code], ['broken', undefined, 'too-large'])
  const token = (await world.documents.get(IMPORTS, kept.id))?.body.token
  const path = `/api/v1/imports?resume=${kept.id}.${token}`
  const resumed = await world.call('ann', 'POST', path, rows(0, 1))
  assert.equal(resumed.status, 409)
  assert.match(await resumed.text(), /nothing to resume/)
})

test('what is sent in several uploads counts together', async () => {
  await using world = await openSmall()
  const begun = Buffer.concat([Buffer.from(HEAD), rows(0, 15_000)])
  async function* torn() {
    yield begun
    while (((await get(world, '/api/v1/imports')).items[0]?.bytes ?? 0) < begun.length) {
      await sleep(20)
    }
    throw new Error('cut off')
  }
  const { id } = await sendPieces(world, torn())
  await world.imports.live(id)?.finished
  const { resume } = await get(world, `/api/v1/imports/${id}`)
  assert.equal(resume.bytes, begun.length)
  const path = `/api/v1/imports?resume=${resume.token}`
  const left = ROWS_MAX - 15_000
  const tooMany = await world.call('ann', 'POST', path, rows(15_000, left + 1))
  assert.equal(tooMany.status, 413)
  const rest = await world.call('ann', 'POST', path, rows(15_000, left))
  assert.equal(rest.status, 200, await rest.text())
  assert.equal((await world.store.totals()).total, ROWS_MAX)
})
