import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type ImportWorld, openImportWorld } from '../../../test/support/import-world.ts'
import { IMPORTS } from './import-job.ts'
import { JOB_KEEPING, type JobKeeping, sweepJobFiles } from './job-sweep.ts'

const PATH = '/api/v1/imports?prefix=88.100.1&template=product'
const HOUR_MS = 3_600_000

type Job = { id: string; state: string; resultGoneAt?: string; resume?: { token: string } }

async function imported(world: ImportWorld, rows: string): Promise<string> {
  const answer = await world.call('ann', 'POST', PATH, `suffix,name\n${rows}`)
  const text = await answer.text()
  assert.equal(answer.status, 200, text)
  return (JSON.parse(text.trimEnd().split('\n').at(-1) ?? '') as { summary: Job }).summary.id
}

async function jobOf(world: ImportWorld, id: string): Promise<Job> {
  return (await (await world.call('ann', 'GET', `/api/v1/imports/${id}`)).json()) as Job
}

/** As if the job had last been written to so long ago. */
function age(world: ImportWorld, id: string, hours: number): void {
  const folder = world.imports.folderOf(id)
  const then = new Date(Date.now() - hours * HOUR_MS)
  for (const name of readdirSync(folder)) utimesSync(join(folder, name), then, then)
  utimesSync(folder, then, then)
}

async function become(world: ImportWorld, id: string, state: 'broken' | 'receiving') {
  const stored = await world.documents.get(IMPORTS, id)
  assert.ok(stored)
  const put = { ...stored.body, state }
  const write = { collection: IMPORTS, id, expected: stored.version, put }
  await world.documents.commit([write], { author: { kind: 'system', id: 'test' } })
}

function sweep(world: ImportWorld, keeping: Partial<JobKeeping>, running: string[] = []) {
  return sweepJobFiles({
    documents: world.documents,
    folder: join(world.folder, 'imports'),
    keeping: { ...JOB_KEEPING, ...keeping },
    now: Date.now(),
    isRunning: (id) => running.includes(id),
    stateOf: (stored) => world.imports.now(stored).state,
  })
}

test('a result is kept for its time, and then told to be gone', async () => {
  await using world = await openImportWorld()
  const id = await imported(world, '1,Pump\n2,Valve\n')
  const result = `/api/v1/imports/${id}/result?format=ndjson`
  age(world, id, 719.9)
  assert.equal(await world.imports.sweep(), 0)
  assert.equal((await world.call('ann', 'GET', result)).status, 200)
  age(world, id, 720)
  assert.equal(await sweep(world, {}, [id]), 0, 'not while it runs')
  assert.equal(await world.imports.sweep(), 1)
  assert.ok(!existsSync(world.imports.folderOf(id)))
  const answer = await world.call('ann', 'GET', result)
  assert.equal(answer.status, 404)
  assert.match(((await answer.json()) as { detail: string }).detail, /no longer kept/)
  const job = await jobOf(world, id)
  assert.equal(job.state, 'done', 'the job itself stays')
  assert.ok(job.resultGoneAt)
  assert.equal(await world.imports.sweep(), 0)
})

test('of more bytes than are kept the oldest go, and no more than must', async () => {
  await using world = await openImportWorld()
  const ids = [
    await imported(world, '1,Pump\n'),
    await imported(world, '2,Pump\n'),
    await imported(world, '3,Pump\n'),
  ]
  const [oldest = '', middle = '', newest = ''] = ids
  age(world, oldest, 3)
  age(world, middle, 2)
  const bytes = ids.map((id) => {
    const folder = world.imports.folderOf(id)
    const paths = [folder, ...readdirSync(folder).map((it) => join(folder, it))]
    return paths.reduce((sum, it) => sum + statSync(it).size, 0)
  })
  const all = bytes.reduce((a, b) => a + b)
  assert.equal(await sweep(world, { bytesMax: all }), 0)
  assert.equal(await sweep(world, { bytesMax: all - 1 }), 1)
  assert.deepEqual(
    ids.map((it) => existsSync(world.imports.folderOf(it))),
    [false, true, true],
  )
  await become(world, middle, 'broken')
  assert.equal(await sweep(world, { bytesMax: 0 }), 1, 'what can be resumed stays')
  assert.ok(existsSync(world.imports.folderOf(middle)))
  assert.ok(!existsSync(world.imports.folderOf(newest)))
})

test('an import that broke can be resumed for its time and not longer, and is then told so', async () => {
  await using world = await openImportWorld()
  const id = await imported(world, '1,Pump\n')
  // as a stop of the program leaves it
  await become(world, id, 'receiving')
  const token = (await jobOf(world, id)).resume?.token
  assert.ok(token)
  age(world, id, 71.9)
  assert.equal(await sweep(world, { keptHoursMax: 1 }), 0)
  age(world, id, 72)
  assert.equal(await sweep(world, { keptHoursMax: 1 }), 1)
  assert.equal((await jobOf(world, id)).resume, undefined)
  const answer = await world.call('ann', 'POST', `/api/v1/imports?resume=${token}`, '')
  assert.equal(answer.status, 409)
  assert.match(((await answer.json()) as { detail: string }).detail, /send the file again/)
})

test('a folder that belongs to no job goes with the rest once it is old', async () => {
  await using world = await openImportWorld()
  const stray = world.imports.folderOf('stray')
  mkdirSync(stray, { recursive: true })
  writeFileSync(join(stray, 'result.ndjson'), '{}\n')
  assert.equal(await world.imports.sweep(), 0)
  age(world, 'stray', 721)
  assert.equal(await world.imports.sweep(), 1)
  assert.ok(!existsSync(stray))
})
