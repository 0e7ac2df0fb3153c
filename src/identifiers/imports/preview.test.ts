import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openImportWorld } from '../../../test/support/import-world.ts'
import { PREVIEW_BYTES_MAX } from './limits.ts'

const PATH = '/api/v1/imports/preview?prefix=88.100.1&template=product'

type Preview = {
  readonly columns: { column: string; field: string }[]
  readonly rows: {
    line: number
    cells: string[]
    outcome?: string
    fields?: { path: string; detail: string }[]
  }[]
  readonly problem?: { detail: string; errors: { path: string }[] }
}

test('a preview shows the first rows and what is wrong with each, and leaves no trace', async () => {
  await using world = await openImportWorld()
  const text = '后缀,name,超出\np-1,Pump,x\n,Pump,x\n'
  const answer = await world.call('ann', 'POST', PATH, text)
  assert.equal(answer.status, 200)
  const seen = (await answer.json()) as Preview
  assert.deepEqual(
    seen.columns.map((it) => it.field),
    ['suffix', 'name', ''],
  )
  assert.deepEqual(
    seen.rows.map(({ line, cells, outcome }) => ({ line, cells, outcome })),
    [
      { line: 2, cells: ['p-1', 'Pump', 'x'], outcome: 'created' },
      { line: 3, cells: ['', 'Pump', 'x'], outcome: 'refused' },
    ],
  )
  const { items } = (await (await world.call('ann', 'GET', '/api/v1/imports')).json()) as {
    items: unknown[]
  }
  assert.deepEqual(items, [])
  const folder = join(world.folder, 'imports')
  assert.deepEqual(existsSync(folder) ? readdirSync(folder) : [], [])
  assert.equal((await world.store.totals()).total, 0)
})

test('without a column for the identifier a preview still shows columns and rows', async () => {
  await using world = await openImportWorld()
  const seen = (await (
    await world.call('ann', 'POST', PATH, 'number,name\np-1,Pump\n')
  ).json()) as Preview
  assert.equal(seen.problem?.errors[0]?.path, '/map')
  assert.deepEqual(
    seen.rows.map((it) => it.cells),
    [['p-1', 'Pump']],
  )
  const mapped = (await (
    await world.call('ann', 'POST', `${PATH}&map=number%3Dsuffix`, 'number,name\np-1,Pump\n')
  ).json()) as Preview
  assert.equal(mapped.problem, undefined)
  assert.equal(mapped.rows[0]?.outcome, 'created')
})

test('of the beginning of a file the torn last line is left out, and twenty rows are enough', async () => {
  await using world = await openImportWorld()
  const torn = 'suffix,name\na,Pump\nb,Pu'
  const read = async (text: string, more: string) =>
    (await (await world.call('ann', 'POST', PATH + more, text)).json()) as Preview
  assert.equal((await read(torn, '&partial=true')).rows.length, 1)
  assert.equal((await read(torn, '')).rows.length, 2)
  const many = Array.from({ length: 30 }, (_, i) => `s-${i},Pump\n`).join('')
  assert.equal((await read(`suffix,name\n${many}`, '')).rows.length, 20)
})

test('JSON lines are shown by their members', async () => {
  await using world = await openImportWorld()
  const text = '{"suffix":"a","name":"Pump"}\n{"suffix":"b"}\nno json\n'
  const answer = await world.call('ann', 'POST', `${PATH}&format=ndjson`, text)
  const seen = (await answer.json()) as Preview
  assert.deepEqual(
    seen.columns.map((it) => it.field),
    ['suffix', 'name'],
  )
  assert.deepEqual(
    seen.rows.map((it) => [it.cells, it.outcome]),
    [
      [['a', 'Pump'], 'created'],
      [['b', ''], 'refused'],
      [[], 'refused'],
    ],
  )
})

test('a preview is for those who may import', async () => {
  await using world = await openImportWorld()
  assert.equal((await world.call('nobody', 'POST', PATH, 'suffix,name\n')).status, 401)
  const foreign = PATH.replace('88.100.1', '88.100.2')
  assert.equal((await world.call('ann', 'POST', foreign, 'suffix,name\n')).status, 404)
})

test('no more than the limit is looked at', async () => {
  await using world = await openImportWorld()
  const begin = 'suffix,name\na,Pump\n'
  const atLimit = begin + ' '.repeat(PREVIEW_BYTES_MAX - begin.length)
  assert.equal((await world.call('ann', 'POST', PATH, atLimit)).status, 200)
  assert.equal((await world.call('ann', 'POST', PATH, `${atLimit} `)).status, 413)
})

test('an import is found by its idempotency key by who began it, with file, size and author', async () => {
  await using world = await openImportWorld()
  const text = 'suffix,name\na,Pump\n'
  const path = '/api/v1/imports?prefix=88.100.1&template=product&file=pumps.csv'
  const answer = await fetch(world.url + path, {
    method: 'POST',
    headers: { 'x-as': 'ann', 'idempotency-key': 'one' },
    body: text,
  })
  assert.equal(answer.status, 200)
  const find = async (as: string) =>
    (await (await world.call(as, 'GET', '/api/v1/imports?key=one')).json()) as {
      items: { file: string; bytesTotal: number; author: { kind: string } }[]
    }
  const [mine] = (await find('ann')).items
  assert.equal(mine?.file, 'pumps.csv')
  assert.equal(mine?.bytesTotal, text.length)
  assert.equal(mine?.author.kind, 'user')
  assert.deepEqual((await find('bob')).items, [])
})
