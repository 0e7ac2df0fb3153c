import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { nodeRegistrationsDaily } from '../../src/kernel/evidence/claims.ts'
import { openMemoryEvidence } from '../../src/kernel/evidence/embedded.ts'
import { openingOf } from '../../src/kernel/evidence/entry.ts'
import { noteSigner } from '../../src/kernel/evidence/note.ts'
import { publishLog } from '../../src/kernel/evidence/publish.ts'

/** The log as another implementation of the standards sees it: golang.org/x/mod/sumdb, which knows nothing of ours. */
const MODULE = fileURLToPath(new URL('./evidence-go', import.meta.url))
const SPEC = new URL('../../spec/evidence/', import.meta.url)
const FETCH_MS_MAX = 60_000
const BUILD_MS_MAX = 180_000
const SIZE = 700
const run = promisify(execFile)

const hasGo = spawnSync('go', ['version']).status === 0
/** Its one module, from the machine's cache or the Go module proxy. */
const hasModule =
  hasGo && spawnSync('go', ['mod', 'download'], { cwd: MODULE, timeout: FETCH_MS_MAX }).status === 0
const missing = hasGo
  ? 'golang.org/x/mod cannot be fetched: (cd test/interop/evidence-go && go mod download)'
  : 'Go is not installed: apt-get install -y golang-go'
const skip = hasModule || process.env.WAYMARK_TEST_STRICT === '1' ? false : missing

test('another implementation verifies the log, its proofs and an opened entry', {
  skip,
}, async (t) => {
  assert.ok(hasModule, missing)
  await using scratch = await mkdtempDisposable(join(tmpdir(), 'evidence-go-'))
  const program = join(scratch.path, 'evidence-go')
  await run('go', ['build', '-o', program, '.'], { cwd: MODULE, timeout: BUILD_MS_MAX })

  const { privateKey: key } = generateKeyPairSync('ed25519')
  await using log = openMemoryEvidence({ key, name: 'node.example/标识', clock: () => 0 })
  const counts = { created: 1, updated: 2, retired: 3, total: 4 }
  await log.append(Array.from({ length: SIZE }, () => nodeRegistrationsDaily('2026-11-20', counts)))
  const folder = join(scratch.path, 'log')
  await publishLog(log, folder)
  const proofs = join(scratch.path, 'proofs.json')
  await writeFile(proofs, JSON.stringify(await proofsOf(log)))
  const entry = join(scratch.path, 'entry.json')
  const { claim, salt } = (await log.open(555)) ?? assert.fail()
  const opened = openingOf(claim, salt)
  await writeFile(entry, JSON.stringify({ index: 555, size: SIZE, opened }))
  const audit = ['audit', log.verifierKey, folder, proofs, entry]

  await t.test('from a folder', async () => {
    const { stdout } = await run(program, audit)
    assert.match(stdout, /checked 10 inclusion and 15 consistency proofs/)
    assert.match(stdout, /opened entry 555/)
    assert.match(stdout, /verified 700 entries/)
  })

  await t.test('under either of two keys that sign', async () => {
    const { privateKey: nextKey } = generateKeyPairSync('ed25519')
    await using both = openMemoryEvidence({ key, nextKey, name: 'node.example', clock: () => 0 })
    await both.append([nodeRegistrationsDaily('2026-11-20', counts)])
    const place = join(scratch.path, 'both')
    await publishLog(both, place)
    for (const one of [key, nextKey]) {
      const { verifierKey } = noteSigner('node.example', one)
      const { stdout } = await run(program, ['audit', verifierKey, place])
      assert.match(stdout, /verified 1 entries/)
    }
    await both.endKey()
    await publishLog(both, place)
    const { stdout } = await run(program, ['audit', both.verifierKey, place])
    assert.match(stdout, /verified 2 entries/)
  })

  await t.test('from the web', async () => {
    const server = createServer(async (request, reply) => {
      const bytes = await readFile(join(folder, request.url ?? '')).catch(() => undefined)
      reply.writeHead(bytes === undefined ? 404 : 200).end(bytes)
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const { port } = server.address() as AddressInfo
    try {
      const { stdout } = await run(program, ['audit', log.verifierKey, `http://127.0.0.1:${port}`])
      assert.match(stdout, /verified 700 entries/)
    } finally {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    }
  })

  await t.test('and refuses what is not right', async () => {
    const wrongEntry = { index: 554, size: SIZE, opened }
    await writeFile(entry, JSON.stringify(wrongEntry))
    await assert.rejects(run(program, audit), /does not open entry 554/)
    const tile = join(folder, 'tile', '0', '001')
    const bytes = await readFile(tile)
    bytes[9] = (bytes[9] ?? 0) ^ 1
    await writeFile(tile, bytes)
    await assert.rejects(run(program, audit.slice(0, 3)))
  })

  await t.test('the vectors in spec/evidence are what it writes', async () => {
    for (const name of ['rfc6962', 'notes']) {
      const { stdout } = await run(program, ['vectors', name], { maxBuffer: 1 << 20 })
      assert.equal(stdout, await readFile(new URL(`${name}.json`, SPEC), 'utf8'))
    }
  })
})

async function proofsOf(log: ReturnType<typeof openMemoryEvidence>) {
  const inclusion: unknown[] = []
  const consistency: unknown[] = []
  const sizes = [1, 256, 257, 600, SIZE]
  for (const [i, to] of sizes.entries()) {
    for (const index of [Math.floor(to / 3), to - 1]) {
      inclusion.push({ index, size: to, proof: await log.inclusionProof(index, to) })
    }
    for (const from of sizes.slice(0, i + 1)) {
      consistency.push({ from, to, proof: await log.consistencyProof(from, to) })
    }
  }
  return { inclusion, consistency }
}
