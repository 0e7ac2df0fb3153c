import assert from 'node:assert/strict'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { PERMISSIONS } from '../../src/kernel/access/permissions.ts'
import { call, keyBy, must, setUpBy } from '../support/api-client.ts'
import { type NodeProcess, run, scratchFolder, startNodeProcess } from '../support/node-process.ts'
import { Dice } from '../support/records.ts'
import { type Uploaded, upload } from '../support/upload.ts'

const IS_LONG = process.env.WAYMARK_TEST_LONG === '1'
const ROUNDS = IS_LONG ? 100 : 5
const LINES = 6_000
const PIECES = 40
const PIECE_EVERY_MS = 50
const WORKERS = 3
const SEED = Number(process.env.WAYMARK_TEST_SEED ?? Date.now() % 2 ** 31)
const PREFIX = '88.100'
const IMPORT = `/api/v1/imports?prefix=${PREFIX}&template=product`
const label = { en: 'Product', zh: '产品' }
const FIELDS = [
  { name: 'name', type: 'text', label, required: true },
  { name: 'serial', type: 'text', label, unique: true },
]

async function furnish({ url, setupCode }: NodeProcess): Promise<Record<string, string>> {
  const session = await setUpBy(url, setupCode, PREFIX)
  const headers = await keyBy(url, session, { scopes: PERMISSIONS })
  const body = { prefix: PREFIX, name: 'product', label, fields: FIELDS }
  await must(call(url, 'POST', '/api/v1/templates', { headers, body }))
  const publish = `/api/v1/templates/${PREFIX}/product/1/publish`
  await must(call(url, 'POST', publish, { headers, body: {} }))
  return headers
}

/** What was acknowledged: names with the version they must have at least. */
type Acknowledged = Map<string, number>

/** Registers and changes one identifier after the other until the node is gone. */
async function registerForEver(
  url: string,
  headers: Record<string, string>,
  name: string,
  acknowledged: Acknowledged,
): Promise<void> {
  for (let n = 0; ; n++) {
    const handle = `${PREFIX}/ONE-${name}-${(n * 7919) % 10_007}`
    const fields = { name: `one ${n}` }
    const body = { handle, template: 'product', fields }
    const made = await call(url, 'POST', '/api/v1/identifiers', { headers, body }).catch(() => null)
    if (made === null) return
    assert.equal(made.status, 201, made.text)
    acknowledged.set(handle, 1)
    if (n % 3 !== 0) continue
    const change = { version: 1, template: 'product', fields: { name: 'changed' } }
    const path = `/api/v1/identifiers/${handle}`
    const changed = await call(url, 'PUT', path, { headers, body: change }).catch(() => null)
    if (changed === null) return
    assert.equal(changed.status, 200, changed.text)
    acknowledged.set(handle, 2)
  }
}

async function backUpForEver(url: string, headers: Record<string, string>): Promise<void> {
  for (;;) {
    const begun = await call(url, 'POST', '/api/v1/backups', { headers }).catch(() => null)
    if (begun === null) return
    if (begun.status !== 202 && begun.status !== 409) assert.fail(begun.text)
  }
}

/** Lines in no order of their names, so that they wait as rows and are packed in the background. */
function fileOf(round: number): Buffer {
  const rows = Array.from({ length: LINES }, (_, i) => {
    const n = (i * 7919) % LINES
    return `BULK-${round}-${n},名 ${i},S${round}-${n}`
  })
  return Buffer.from(`suffix,name,serial\n${rows.join('\n')}\n`)
}

/** A slow line: the file comes in pieces, and is settled in several batches. */
async function* slowly(file: Buffer): AsyncGenerator<Buffer> {
  const size = Math.ceil(file.length / PIECES)
  for (let at = 0; at < file.length; at += size) {
    yield file.subarray(at, at + size)
    await sleep(PIECE_EVERY_MS)
  }
}

/** Everything under the prefix, each name with its version; a name told twice is an error. */
async function exported(url: string, headers: Record<string, string>): Promise<Set<string>> {
  const path = `/api/v1/exports?prefix=${PREFIX}&format=handle-json`
  const { text } = await call(url, 'GET', path, { headers })
  const names = text.trimEnd().split('\n').filter(Boolean)
  const all = new Set(names.map((it) => JSON.parse(it).handle as string))
  assert.equal(all.size, names.length, 'no identifier is there twice')
  return all
}

async function checkKept(
  { url }: NodeProcess,
  headers: Record<string, string>,
  acknowledged: Acknowledged,
): Promise<void> {
  const all = await exported(url, headers)
  assert.deepEqual(
    [...acknowledged.keys()].filter((it) => !all.has(it)),
    [],
  )
  const { counts } = await must(
    call(url, 'GET', `/api/v1/identifiers?prefix=${PREFIX}&limit=1`, { headers }),
  )
  assert.equal(counts.registered, all.size, JSON.stringify(counts))
  const last = [...acknowledged].slice(-20)
  for (const [name, version] of last) {
    const history = await must(call(url, 'GET', `/api/v1/history/${name}`, { headers }))
    assert.ok(history.items.length >= version, `${name}: ${JSON.stringify(history)}`)
    assert.ok(history.items.length <= 2, `${name} was written twice`)
    const record = await must(call(url, 'GET', `/api/v1/identifiers/${name}`, { headers }))
    assert.equal(record.version, history.items.length)
    assert.equal((await call(url, 'GET', `/api/handles/${name}`)).status, 200)
  }
}

/** Goes on where the import broke, to its end: every line is there, each written once. */
async function resumeWhole(
  { url }: NodeProcess,
  headers: Record<string, string>,
  round: number,
  broken: Uploaded,
): Promise<void> {
  const file = fileOf(round)
  const id = broken.id
  const job =
    id === '' ? undefined : await must(call(url, 'GET', `/api/v1/imports/${id}`, { headers }))
  if (job?.state === 'done') return
  if (job !== undefined) assert.equal(job.state, 'broken')
  const { token, bytes = 0 } = job?.resume ?? {}
  const path = token === undefined ? IMPORT : `/api/v1/imports?resume=${token}`
  const { summary, text } = await upload(url, { path, headers, body: file.subarray(bytes) })
  assert.equal(summary?.state, 'done', text)
  assert.equal(summary.refused, 0)
  assert.equal(summary.updated, 0)
  assert.equal(summary.created + summary.unchanged, LINES)
}

/** Backups that the node says are finished are whole. */
async function checkBackups(data: string, folder: string): Promise<number> {
  const names = (await readdir(join(data, 'backups'))).filter((it) => it.endsWith('.tar.zst'))
  for (const name of names) {
    const restored = join(folder, `restored-${name}`)
    const ran = await run(['restore', join(data, 'backups', name)], {
      env: { WAYMARK_DATA: restored },
    })
    assert.equal(ran.code, 0, `${name}: ${ran.stderr}`)
    await rm(restored, { recursive: true })
    await rm(join(data, 'backups', name))
  }
  return names.length
}

test(`a node killed ${ROUNDS} times amid imports, registrations, packing and backups keeps all it acknowledged, once (seed ${SEED})`, {
  timeout: 4 * 3_600_000,
}, async () => {
  const dice = new Dice(SEED)
  await using folder = await scratchFolder()
  const data = join(folder.path, 'data')
  const acknowledged: Acknowledged = new Map()
  const env = { WAYMARK_LOG_LEVEL: 'warn' }
  let node = await startNodeProcess(data, env)
  try {
    const headers = await furnish(node)
    for (let round = 0; round < ROUNDS; round++) {
      const { url } = node
      const dieAt = dice.below(LINES)
      const dieAfterMs = dice.below(PIECES * PIECE_EVERY_MS)
      const kill = () => void node.child.kill('SIGKILL')
      // One round dies at a line, the next at a moment.
      const timer = round % 2 === 0 ? undefined : setTimeout(kill, dieAfterMs)
      const singles = Array.from({ length: WORKERS }, (_, worker) =>
        registerForEver(url, headers, `${round}-${worker}`, acknowledged),
      )
      const backups = round % 3 === 2 ? backUpForEver(url, headers) : undefined
      const told = await upload(url, {
        path: IMPORT,
        headers,
        body: slowly(fileOf(round)),
        onOutcome: (count) => {
          if (timer === undefined && count >= dieAt) kill()
        },
      })
      if (told.summary !== undefined && timer === undefined) kill()
      await Promise.all(singles)
      await backups
      clearTimeout(timer)
      assert.equal(node.out.stderr, '', 'nothing went wrong before the end')
      for (const { outcome, handle } of told.outcomes) {
        assert.equal(outcome, 'created')
        acknowledged.set(handle ?? '', 1)
      }
      node = await startNodeProcess(data, env)
      assert.equal((await call(node.url, 'GET', '/health/ready')).status, 200)
      await checkKept(node, headers, acknowledged)
      await resumeWhole(node, headers, round, told)
      for (let i = 0; i < LINES; i++) acknowledged.set(`${PREFIX}/BULK-${round}-${i}`, 1)
      assert.equal(node.out.stderr, '', 'it started without repair')
    }
    await checkKept(node, headers, acknowledged)
    await checkBackups(data, folder.path)
    await writeFile(
      join(folder.path, 'log.key'),
      (await call(node.url, 'GET', '/evidence/key')).text,
    )
    const verified = await run(['verify', node.url, '--key', join(folder.path, 'log.key')])
    assert.equal(verified.code, 0, verified.stderr)
    assert.equal(await node.stop(), 0)
  } finally {
    await node.stop('SIGKILL')
  }
})
