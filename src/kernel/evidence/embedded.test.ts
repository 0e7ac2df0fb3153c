import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { copyFile, mkdtempDisposable, readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { evidenceContract } from '../../../test/contract/evidence.contract.ts'
import { Gate } from '../../lib/gate.ts'
import { Problem } from '../../lib/problem.ts'
import { auditLog } from './audit.ts'
import { EVIDENCE_FILE, openEvidence, openMemoryEvidence } from './embedded.ts'
import type { Claim, Evidence } from './evidence.ts'
import { parseVerifierKey } from './note.ts'

const clock = () => 1_700_000_000_000
const { privateKey: key } = generateKeyPairSync('ed25519')

evidenceContract('memory', async () => openMemoryEvidence({ key, clock }))

evidenceContract('sqlite', async () => {
  const folder = await mkdtempDisposable(join(tmpdir(), 'evidence-'))
  const log = await openEvidence({ folder: folder.path, key, name: 'node.example/evidence', clock })
  return {
    ...log,
    async [Symbol.asyncDispose]() {
      await log[Symbol.asyncDispose]()
      await folder.remove()
    },
  } satisfies Evidence
})

const scratch = () => mkdtempDisposable(join(tmpdir(), 'evidence-'))
const isProblem = (code: string) => (error: unknown) =>
  error instanceof Problem && error.code === code

function claim(word: string): Claim {
  return { kind: 'enterprise-decision', subject: 'e1', at: 0, fields: { word }, open: 'staff' }
}

function claims(count: number): Claim[] {
  return Array.from({ length: count }, (_, i) => claim(`word ${i}`))
}

async function assertWhole(log: Evidence): Promise<void> {
  const verifier = parseVerifierKey(log.verifierKey) ?? assert.fail()
  const { findings, head } = await auditLog(
    async (path) =>
      path === 'checkpoint'
        ? Buffer.from(await log.checkpoint())
        : log.tile(path.replace(/^tile\//, '')),
    verifier,
  )
  assert.deepEqual(findings, [])
  assert.equal(head?.size, await log.size())
}

test('a log that is opened again goes on where it was', async () => {
  await using folder = await scratch()
  const at = { folder: folder.path, key, clock }
  const notes: string[] = []
  for (const count of [0, 1, 254, 2, 300]) {
    await using log = await openEvidence({ ...at, name: `name-${count}` })
    if (notes.length > 0) assert.equal(await log.checkpoint(), notes.at(-1))
    await log.append(claims(count), { feed: 'f', position: notes.length + 1 })
    assert.equal(await log.position('f'), notes.length + 1)
    notes.push(await log.checkpoint())
    assert.equal(log.origin, 'name-0', 'the name is that of the first opening, for ever')
  }
  await using log = await openEvidence(at)
  assert.equal(await log.size(), 557)
  assert.deepEqual((await log.open(556))?.claim, claim('word 299'))
  await assertWhole(log)
})

test('a log without a name is named after its key', async () => {
  await using one = openMemoryEvidence({ key, clock })
  await using same = openMemoryEvidence({ key, clock })
  await using other = openMemoryEvidence({ key: generateKeyPairSync('ed25519').privateKey, clock })
  assert.match(one.origin, /^waymark\/[0-9a-f]{16}$/)
  assert.equal(one.origin, same.origin)
  assert.notEqual(one.origin, other.origin)
  assert.throws(() => openMemoryEvidence({ key, name: 'a b', clock }), isProblem('invalid-input'))
})

test('a log is refused to another key', async () => {
  await using folder = await scratch()
  await (await openEvidence({ folder: folder.path, key, clock }))[Symbol.asyncDispose]()
  const other = generateKeyPairSync('ed25519').privateKey
  await assert.rejects(
    openEvidence({ folder: folder.path, key: other, clock }),
    isProblem('wrong-state'),
  )
})

test('a log whose newest entries were altered on disk is not opened', async () => {
  await using folder = await scratch()
  const at = { folder: folder.path, key, clock }
  {
    await using log = await openEvidence(at)
    await log.append(claims(300))
  }
  const file = join(folder.path, EVIDENCE_FILE)
  await copyFile(file, `${file}.good`)
  const alterations = [
    'UPDATE entries SET entry = zeroblob(65) WHERE i = 299',
    'DELETE FROM entries WHERE i = 299',
    'UPDATE nodes SET hash = zeroblob(32)',
    'UPDATE head SET size = 299',
    "UPDATE head SET note = replace(note, char(10) || '300', char(10) || '299')",
    'DELETE FROM head',
  ]
  for (const alteration of alterations) {
    await copyFile(`${file}.good`, file)
    const db = new DatabaseSync(file)
    db.exec(alteration)
    db.close()
    await assert.rejects(openEvidence(at), Error, alteration)
  }
  await copyFile(`${file}.good`, file)
  await using log = await openEvidence(at)
  await assertWhole(log)
})

test('fields that were altered on disk are never answered', async () => {
  await using folder = await scratch()
  const at = { folder: folder.path, key, clock }
  {
    await using log = await openEvidence(at)
    await log.append(claims(3))
  }
  const db = new DatabaseSync(join(folder.path, EVIDENCE_FILE))
  db.exec(
    "UPDATE sealed SET opening = CAST(replace(opening, 'word 1', 'word 7') AS BLOB) WHERE i = 1",
  )
  db.close()
  await using log = await openEvidence(at)
  assert.ok(await log.open(0))
  await assert.rejects(log.open(1), /does not open it/)
  await assert.rejects(log.about('e1', { limit: 5 }), /does not open it/)
})

test('a file of a newer format is refused', async () => {
  await using folder = await scratch()
  const at = { folder: folder.path, key, clock }
  await (await openEvidence(at))[Symbol.asyncDispose]()
  const db = new DatabaseSync(join(folder.path, EVIDENCE_FILE))
  db.exec('PRAGMA user_version = 99')
  db.close()
  await assert.rejects(openEvidence(at), /format 99/)
})

test('erased fields and salts are in none of the files any more, though they lay among many', async () => {
  await using folder = await scratch()
  await using log = await openEvidence({ folder: folder.path, key, clock })
  const words = Array.from(
    { length: process.env.WAYMARK_TEST_LONG === '1' ? 2000 : 240 },
    (_, i) => `secret-${i}-${'x'.repeat(i % 7 === 0 ? 6000 : i % 90)}`,
  )
  for (let i = 0; i < words.length; i += 150) await log.append(words.slice(i, i + 150).map(claim))
  const marks = new Map<number, string[]>()
  for (let i = 0; i < words.length; i += 3) {
    const opened = (await log.open(i)) ?? assert.fail()
    marks.set(i, [`secret-${i}-`, opened.salt])
  }
  const contents = async () => {
    const files = await readdir(folder.path)
    return Promise.all(files.map((file) => readFile(join(folder.path, file), 'latin1')))
  }
  const before = await contents()
  for (const [i, them] of marks) {
    for (const mark of them)
      assert.ok(
        before.some((it) => it.includes(mark)),
        `${i} is there first`,
      )
    await log.erase(i, 'asked for')
  }
  const after = await contents()
  for (const [i, them] of marks) {
    for (const mark of them)
      assert.ok(!after.some((it) => it.includes(mark)), `${mark} of ${i} is left`)
  }
  assert.deepEqual((await log.open(1))?.claim, claim(words[1] ?? ''))
  await assertWhole(log)
})

test('two processes may append to one log: neither forks it', async () => {
  await using folder = await scratch()
  const at = { folder: folder.path, key, clock }
  await using one = await openEvidence(at)
  await using two = await openEvidence(at)
  const indexes: number[] = []
  for (let round = 0; round < 5; round++) {
    for (const log of [one, two, two]) indexes.push(...(await log.append(claims(70))))
  }
  assert.deepEqual(indexes, [...indexes.keys()])
  assert.equal(await one.size(), 1050)
  await assertWhole(one)
  await assertWhole(two)
})

test('a backup is the log of one moment, and opens', async () => {
  await using folder = await scratch()
  await using other = await scratch()
  await using log = await openEvidence({ folder: folder.path, key, clock })
  await log.append(claims(500), { feed: 'f', position: 3 })
  const going = log.append(claims(1000))
  await log.backup(join(other.path, EVIDENCE_FILE))
  await going
  await using copy = await openEvidence({ folder: other.path, key, clock })
  assert.ok([500, 1500].includes(await copy.size()))
  assert.equal(await copy.position('f'), 3)
  assert.equal(copy.verifierKey, log.verifierKey)
  await assertWhole(copy)
})

test('while a gate is closed nothing is appended, then all of it', async () => {
  const gate = new Gate()
  await using log = openMemoryEvidence({ key, clock, gate })
  await log.append(claims(1))
  const pause = await gate.pause()
  const waiting = [log.append(claims(2)), log.append(claims(3))]
  const first = await Promise.race([
    ...waiting,
    new Promise((done) => setTimeout(done, 50, 'none')),
  ])
  assert.equal(first, 'none')
  assert.equal(await log.size(), 1)
  pause[Symbol.dispose]()
  assert.deepEqual(await Promise.all(waiting), [
    [1, 2],
    [3, 4, 5],
  ])
})

test('a log that is being closed finishes what was asked of it and takes nothing more', async () => {
  await using folder = await scratch()
  const at = { folder: folder.path, key, clock }
  const log = await openEvidence(at)
  const appended = log.append(claims(300))
  await log[Symbol.asyncDispose]()
  assert.equal((await appended).length, 300)
  await assert.rejects(log.append(claims(1)), isProblem('unavailable'))
  await assert.rejects(log.erase(1, 'why'), isProblem('unavailable'))
  await using again = await openEvidence(at)
  assert.equal(await again.size(), 300)
})

test('during a long append other work gets its turn and sees the log as it was', async () => {
  await using folder = await scratch()
  await using log = await openEvidence({ folder: folder.path, key, clock })
  await log.append(claims(1))
  const before = await log.checkpoint()
  let isDone = false
  const appended = log.append(claims(1000)).then(() => {
    isDone = true
  })
  let turns = 0
  while (!isDone) {
    await new Promise(setImmediate)
    if (isDone) break
    turns++
    assert.equal(await log.checkpoint(), before)
    assert.equal(await log.leaf(1), undefined)
  }
  await appended
  assert.ok(turns >= 9, `${turns} turns`)
  assert.equal(await log.size(), 1001)
})

const KILLS = process.env.WAYMARK_TEST_LONG === '1' ? 100 : 3

/** Appends for ever, telling every acknowledged index; half of it from a feed whose position it tells too. */
const WRITER = `
import { readFileSync } from 'node:fs'
import { createPrivateKey } from 'node:crypto'
const [module, folder, pem] = process.argv.slice(1)
const { openEvidence } = await import(module)
const log = await openEvidence({ folder, key: createPrivateKey(readFileSync(pem)), clock: Date.now })
let position = await log.position('f')
const say = (line) => process.stdout.write(line + '\\n')
say('open')
for (let round = 0; ; round++) {
  const claim = (word) => ({ kind: 'k', subject: 's', at: 0, fields: { word }, open: 'public' })
  const some = Array.from({ length: 1 + (round * 37) % 200 }, (_, i) => claim(round + '/' + i))
  position += 1
  const [a, b] = await Promise.all([log.append(some, { feed: 'f', position }), log.append([claim('one')])])
  say(JSON.stringify({ position, to: Math.max(a.at(-1), b.at(-1)), indexes: [a[0], a.at(-1), b[0]] }))
}
`

test(`what was acknowledged survives kill -9 at ${KILLS} moments, and the log is whole at once`, async () => {
  await using folder = await scratch()
  await using keys = await scratch()
  const pem = join(keys.path, 'key.pem')
  const { loadOrCreateNodeKey } = await import('./node-key.ts')
  const at = { folder: folder.path, key: await loadOrCreateNodeKey(pem), clock }
  const module = new URL('./embedded.ts', import.meta.url).href
  let acknowledged = { position: 0, to: -1 }
  for (let kill = 0; kill < KILLS; kill++) {
    const args = ['--input-type=module', '-e', WRITER, module, folder.path, pem]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    const exited = once(child, 'exit')
    let lines = 0
    for await (const line of createInterface({ input: child.stdout })) {
      if (line === 'open') continue
      if (line.endsWith('}')) acknowledged = JSON.parse(line)
      if (lines === 0) setTimeout(() => child.kill('SIGKILL'), Math.random() * 150)
      lines++
    }
    assert.deepEqual(await exited, [null, 'SIGKILL'])
    assert.ok(lines > 0)
    await using log = await openEvidence(at)
    assert.ok((await log.size()) > acknowledged.to, 'every acknowledged entry is there')
    const position = await log.position('f')
    assert.ok(position === acknowledged.position || position === acknowledged.position + 1)
    await assertWhole(log)
    const words = await log.about('s', { limit: 1000 })
    assert.equal(words.length, Math.min(1000, await log.size()), 'every leaf can be opened')
  }
  assert.ok(acknowledged.to > 0)
})
