import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempDisposable, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { randomFrom } from '../../../test/contract/store.contract.ts'
import { keysOf } from '../../../test/support/kill-store.ts'
import { type LmdbStore, openLmdbStore } from './lmdb.ts'

const WRITER = fileURLToPath(new URL('../../../test/support/kill-store.ts', import.meta.url))
const LONG = process.env.WAYMARK_TEST_LONG === '1'
const KILLS = LONG ? 50 : 3

for (const writing of ['here', 'thread'] as const) {
  test(`killed at any moment, it keeps every acknowledged commit whole (${writing})`, async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-crash-'))
    const random = randomFrom(writing === 'here' ? 11 : 12)
    const acknowledged = new Map<number, string>()
    for (let kill = 1; kill <= KILLS; kill++) {
      const round = { round: kill, writing, afterMs: 30 + random() * 500 }
      for (const [sequence, job] of await writeUntilKilled(folder.path, round)) {
        assert.ok(!acknowledged.has(sequence), `batch ${sequence} was given twice`)
        acknowledged.set(sequence, job)
      }
      await using store = await openLmdbStore({ path: join(folder.path, 'store') })
      await check(store, acknowledged)
      await checkCopies(folder.path)
    }
    assert.ok(acknowledged.size >= KILLS, `only ${acknowledged.size} commits were acknowledged`)
  })
}

type Round = { readonly round: number; readonly writing: string; readonly afterMs: number }

/** Kills a writer some time after its first acknowledgement; answers all it acknowledged: sequence and job. */
async function writeUntilKilled(folder: string, it: Round): Promise<[number, string][]> {
  const child = spawn(process.execPath, [WRITER, folder, `${it.round}`, it.writing], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const gone = once(child, 'exit')
  const told: [number, string][] = []
  const lines = createInterface({ input: child.stdout })
  lines.on('line', (line) => {
    const [job = '', sequence] = line.split(' ')
    if (sequence !== undefined) told.push([Number(sequence), job])
  })
  const read = once(lines, 'close')
  await Promise.race([once(lines, 'line'), gone])
  await delay(it.afterMs)
  child.kill('SIGKILL')
  await Promise.all([gone, read])
  assert.equal(child.signalCode, 'SIGKILL', 'the writer ended by itself')
  return told
}

async function check(store: LmdbStore, acknowledged: ReadonlyMap<number, string>): Promise<void> {
  for await (const { where, why } of store.verify()) assert.fail(`${where}: ${why}`)
  const batches = store.changes(0, 1_000_000)
  const jobs = new Map(batches.map(({ sequence, job }) => [sequence, job]))
  for (const [sequence, job] of acknowledged) assert.equal(jobs.get(sequence), job)
  assert.equal(new Set(jobs.values()).size, jobs.size, 'a commit was stored twice')
  for (const { sequence, job = '', count } of batches.slice(-12)) {
    const keys = keysOf(job).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    assert.equal(count, keys.length)
    assert.deepEqual(store.batchKeys(sequence), keys)
    for (const key of [keys[0], keys.at(-1)]) checkVersions(store, { key, sequence, job })
  }
}

function checkVersions(
  store: LmdbStore,
  it: { key: Parameters<LmdbStore['get']>[0] | undefined; sequence: number; job: string },
): void {
  if (it.key === undefined) return
  const versions = store.history(it.key)
  assert.deepEqual(
    versions.map(({ version }) => version),
    versions.map((_, i) => i + 1),
  )
  const own = versions.filter(({ batch }) => batch === it.sequence)
  assert.deepEqual(
    own.map(({ values }) => values[0]?.data),
    [it.job],
  )
}

/** A copy that has its name is whole; one that the kill cut short has not got it yet. */
async function checkCopies(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith('copy-')) continue
    const path = join(folder, name)
    if (!name.endsWith('.partial')) {
      await using copy = await openLmdbStore({ path, readOnly: true })
      for await (const { where, why } of copy.verify()) assert.fail(`${name}: ${where}: ${why}`)
      assert.ok(copy.totals().total > 0)
    }
    await rm(path, { recursive: true })
  }
}
