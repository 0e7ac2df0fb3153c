import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempDisposable, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Problem } from '../../lib/problem.ts'
import { auditLog } from './audit.ts'
import { type EmbeddedEvidence, openMemoryEvidence } from './embedded.ts'
import type { Claim } from './evidence.ts'
import { parseVerifierKey } from './note.ts'
import { publishLog } from './publish.ts'
import { publishedAt } from './published.ts'

const { privateKey: key } = generateKeyPairSync('ed25519')
const openLog = () => openMemoryEvidence({ key, name: 'node.example', clock: () => 0 })
const scratch = () => mkdtempDisposable(join(tmpdir(), 'evidence-'))

function claims(count: number): Claim[] {
  return Array.from({ length: count }, (_, i) => ({
    kind: 'k',
    subject: 's',
    at: i,
    fields: {},
    open: 'public',
  }))
}

async function assertPublished(log: EmbeddedEvidence, folder: string): Promise<void> {
  const verifier = parseVerifierKey(log.verifierKey) ?? assert.fail()
  const { findings, head } = await auditLog(publishedAt(folder), verifier)
  assert.deepEqual([findings, head?.size], [[], await log.size()])
}

test('a log is published as files, and what comes later is added to them', async () => {
  await using folder = await scratch()
  await using log = openLog()
  const written: number[] = []
  for (const count of [0, 3, 0, 253, 600]) {
    await log.append(claims(count))
    written.push((await publishLog(log, folder.path)).filesWritten)
    await assertPublished(log, folder.path)
  }
  assert.equal(await readFile(join(folder.path, 'key'), 'utf8'), `${log.verifierKey}\n`)
  // 856 leaves: three full tiles and bundles, a partial one of each, one partial tile above.
  assert.deepEqual(written, [2, 4, 4, 5, 9])
  const files = await readdir(folder.path, { recursive: true })
  assert.ok(!files.some((it) => it.endsWith('.new')))
  assert.ok(!files.some((it) => it.includes('000.p/') && it.includes('tile/0')), 'outgrown')
})

test('a publication that was broken off is completed by the next', async () => {
  await using folder = await scratch()
  await using log = openLog()
  await log.append(claims(10))
  await publishLog(log, folder.path)
  await log.append(claims(1000))
  const stop = new AbortController()
  const counted = {
    ...log,
    tile: async (path: string) => {
      if (path === '0/002') stop.abort()
      return log.tile(path)
    },
  }
  await assert.rejects(publishLog(counted, folder.path, stop.signal), { name: 'AbortError' })
  await writeFile(join(folder.path, 'tile', '0', '001'), 'torn')
  await publishLog(log, folder.path)
  await assertPublished(log, folder.path)
})

test('another history is never published over the one that was', async () => {
  await using folder = await scratch()
  await using log = openLog()
  await log.append(claims(10))
  await publishLog(log, folder.path)
  const isRefused = (error: unknown) => error instanceof Problem && error.code === 'wrong-state'
  await using rewritten = openLog()
  await rewritten.append(claims(20))
  await assert.rejects(publishLog(rewritten, folder.path), isRefused)
  await using shorter = openLog()
  await assert.rejects(publishLog(shorter, folder.path), isRefused)
  await using other = openMemoryEvidence({ key, name: 'other.example', clock: () => 0 })
  await other.append(claims(20))
  await assert.rejects(publishLog(other, folder.path), isRefused)
  await assertPublished(log, folder.path)
})
