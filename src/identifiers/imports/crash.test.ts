import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { HandleKey, PrefixKey } from '../handle.ts'
import { openLmdbStore } from '../store/lmdb.ts'

const KILLS = process.env.WAYMARK_TEST_LONG === '1' ? 20 : 2
const LINES = 40_000
const PATH = '/api/v1/imports?prefix=88.100.1&template=product'

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function startServer(folder: string, port: number): Promise<ChildProcess> {
  const script = join(import.meta.dirname, '../../../test/support/import-server.ts')
  const child = spawn(process.execPath, [script, folder, String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  assert.ok(child.stdout)
  await once(createInterface({ input: child.stdout }), 'line')
  return child
}

async function killed(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

type Told = { readonly acknowledged: string[]; readonly id: string; readonly isDone: boolean }

/** Uploads `body`, hearing every outcome until the end or until the server is no more. */
function upload(port: number, path: string, body: Buffer, onOutcome: () => void): Promise<Told> {
  const acknowledged: string[] = []
  let id = ''
  let isDone = false
  return new Promise((resolve) => {
    const end = () => resolve({ acknowledged, id, isDone })
    const headers = { 'x-as': 'ann', accept: 'application/x-ndjson' }
    const sending = request({ port, host: '127.0.0.1', path, method: 'POST', headers })
    sending.on('error', end)
    sending.on('close', end)
    sending.on('response', (response) => {
      id = response.headers.location?.split('/').at(-1) ?? ''
      response.on('error', end)
      const heard = createInterface({ input: response })
      heard.on('error', end)
      heard.on('line', (text) => {
        if (!text.endsWith('}')) return
        const told = JSON.parse(text)
        if (told.outcome === 'created' || told.outcome === 'unchanged')
          acknowledged.push(told.handle)
        if (told.summary?.state === 'done') isDone = true
        onOutcome()
      })
    })
    sending.end(body)
  })
}

test('a node killed in the middle of an import keeps every acknowledged line, and no line is doubled by the rest', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'waymark-import-crash-'))
  const rows = Array.from({ length: LINES }, (_, i) => `N${(i * 7919) % LINES},名 ${i},S${i}`)
  const body = Buffer.from(`suffix,name,serial\n${rows.join('\n')}\n`)
  const port = await freePort()
  let child = await startServer(folder, port)
  try {
    const acknowledged = new Set<string>()
    let path = PATH
    let from = 0
    for (let kill = 0; ; kill++) {
      let heard = 0
      const isToDie = kill < KILLS
      const dieAfter = isToDie ? Math.floor((Math.random() * LINES) / KILLS) + 1 : 0
      let dying: Promise<void> | undefined
      const told = await upload(port, path, body.subarray(from), () => {
        if (isToDie && ++heard >= dieAfter) dying ??= killed(child)
      })
      for (const it of told.acknowledged) acknowledged.add(it)
      if (told.isDone) break
      assert.ok(isToDie, 'the last upload is not disturbed')
      await (dying ?? killed(child))
      await checkKept(folder, acknowledged)
      child = await startServer(folder, port)
      const answer = await fetch(`http://127.0.0.1:${port}/api/v1/imports/${told.id}`, {
        headers: { 'x-as': 'ann' },
      })
      const job = (await answer.json()) as { resume: { token: string; bytes: number } }
      path = `/api/v1/imports?resume=${job.resume.token}`
      from = job.resume.bytes
      await sleep(Math.random() * 50)
    }
    await killed(child)
    await checkWhole(folder)
  } finally {
    if (child.exitCode === null && child.signalCode === null) await killed(child)
    await rm(folder, { recursive: true, force: true })
  }
})

async function checkKept(folder: string, acknowledged: ReadonlySet<string>): Promise<void> {
  await using store = await openLmdbStore({ path: join(folder, 'store') })
  const keys = [...acknowledged] as HandleKey[]
  const found = await store.getMany(keys)
  assert.deepEqual(
    keys.filter((_, i) => found[i] === undefined),
    [],
  )
}

/** Every line is there once: as many records as lines, each at its first version. */
async function checkWhole(folder: string): Promise<void> {
  await using store = await openLmdbStore({ path: join(folder, 'store') })
  assert.equal((await store.counts('88.100.1' as PrefixKey)).registered, LINES)
  for (let after: HandleKey | undefined; ; ) {
    const page = await store.scan('88.100.1' as PrefixKey, {
      limit: 1000,
      ...(after !== undefined && { after }),
    })
    for (const record of page) assert.equal(record.version, 1, record.key)
    after = page.at(-1)?.key
    if (after === undefined) break
  }
  for await (const broken of store.verify()) assert.fail(JSON.stringify(broken))
}
