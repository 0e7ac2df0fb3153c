import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdtempDisposable, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { type AuditOptions, auditLog } from './audit.ts'
import { type EmbeddedEvidence, EVIDENCE_FILE, openEvidence } from './embedded.ts'
import type { Claim, Handover } from './evidence.ts'
import { EVIDENCE_KEY, openHandover } from './handover.ts'
import { noteSigner, parseVerifierKey } from './note.ts'
import { publishLog } from './publish.ts'
import { publishedAt } from './published.ts'

const NAME = 'node.example'
const newKey = () => generateKeyPairSync('ed25519').privateKey
const [first, second, third] = [newKey(), newKey(), newKey()]
const nameOfKey = (key: KeyObject) => noteSigner(NAME, key).verifierKey
const verifierOf = (key: KeyObject) => parseVerifierKey(nameOfKey(key)) ?? assert.fail()

const claims = (count: number): Claim[] =>
  Array.from({ length: count }, (_, at) => ({
    kind: 'k',
    subject: 's',
    at,
    fields: {},
    open: 'public',
  }))

type Place = AsyncDisposable & {
  readonly open: (key: KeyObject, nextKey?: KeyObject) => Promise<EmbeddedEvidence>
  readonly file: string
  /** Where it is published. */
  readonly public: string
  readonly findings: (key: KeyObject, options?: AuditOptions) => Promise<readonly string[]>
}

async function place(): Promise<Place> {
  const scratch = await mkdtempDisposable(join(tmpdir(), 'evidence-keys-'))
  const [folder, published] = [join(scratch.path, 'log'), join(scratch.path, 'public')]
  return {
    open: (key, nextKey) => openEvidence({ folder, key, nextKey, name: NAME, clock: () => 7 }),
    file: join(folder, EVIDENCE_FILE),
    public: published,
    findings: async (key, options) =>
      (await auditLog(publishedAt(published), verifierOf(key), options)).findings.map(
        (it) => it.code,
      ),
    [Symbol.asyncDispose]: () => scratch.remove(),
  }
}

/** 300 entries under the first key, 10 under both, and what comes after the first has ended. */
async function rotated(at: Place): Promise<{ readonly early: string }> {
  let early: string
  {
    await using log = await at.open(first)
    await log.append(claims(300))
    await publishLog(log, at.public)
    early = await log.checkpoint()
  }
  {
    await using log = await at.open(first, second)
    await log.append(claims(10))
    await publishLog(log, at.public)
    await log.endKey()
  }
  await using log = await at.open(second)
  await log.append(claims(10))
  await publishLog(log, at.public)
  return { early }
}

test('beside one another two keys sign every head, the one there was already included', async () => {
  await using at = await place()
  {
    await using log = await at.open(first)
    await log.append(claims(3))
    await publishLog(log, at.public)
  }
  assert.deepEqual(await at.findings(second), ['unknown-key'])
  await using log = await at.open(first, second)
  assert.equal(log.verifierKey, nameOfKey(second))
  for (const more of [0, 2]) {
    await log.append(claims(more))
    await publishLog(log, at.public)
    for (const key of [first, second]) assert.deepEqual(await at.findings(key), [])
  }
  assert.deepEqual(await log.handovers(), [])
})

test('after a key has ended the log says so, and either key verifies it', async () => {
  await using at = await place()
  const { early } = await rotated(at)
  for (const key of [first, second]) assert.deepEqual(await at.findings(key), [])
  assert.deepEqual(await at.findings(first, { since: early }), [], 'kept under the first key')
  assert.deepEqual(await at.findings(third), ['unknown-key'])
  const note = await readFile(join(at.public, 'checkpoint'), 'utf8')
  assert.equal(note.match(/^— /gm)?.length, 1, 'the first signs no more')
  await using log = await at.open(second)
  const [ended] = await log.about('node', { kind: EVIDENCE_KEY, limit: 9, openTo: ['public'] })
  assert.deepEqual(ended?.claim.fields, { key: nameOfKey(first), state: 'ended' })
})

test('a key that has ended is not taken back, and the log is not opened with it', async () => {
  await using at = await place()
  await rotated(at)
  await assert.rejects(at.open(first), { code: 'wrong-state' })
  await assert.rejects(at.open(third, first), { code: 'wrong-state' })
  await using log = await at.open(second)
  await assert.rejects(log.endKey(), { code: 'wrong-state' })
})

test('a rotation that broke off after the key had ended goes on under the second alone', async () => {
  await using at = await place()
  await rotated(at)
  await using log = await at.open(first, second)
  assert.equal(log.hasEnded, true)
  await log.append(claims(1))
  await publishLog(log, at.public)
  assert.equal((await log.checkpoint()).match(/^— /gm)?.length, 1)
  for (const key of [first, second]) assert.deepEqual(await at.findings(key), [])
})

test('one key leads to the next and that to the one after', async () => {
  await using at = await place()
  const { early } = await rotated(at)
  {
    await using log = await at.open(second, third)
    await log.endKey()
    await publishLog(log, at.public)
  }
  for (const key of [first, second, third]) assert.deepEqual(await at.findings(key), [])
  assert.deepEqual(await at.findings(first, { since: early }), [])
  await using log = await at.open(third)
  assert.equal((await log.handovers()).length, 2)
})

test('who follows a key is believed only where both have signed it', async () => {
  await using at = await place()
  await rotated(at)
  const path = join(at.public, 'handovers.json')
  const [handover] = JSON.parse(await readFile(path, 'utf8')) as Handover[]
  assert.ok(handover)
  const lines = handover.note.split('\n')
  const notes = {
    'without the successor’s signature': lines.toSpliced(-2, 1).join('\n'),
    'with another successor': handover.note.replace(nameOfKey(second), nameOfKey(third)),
    'with two successors': handover.note.replace(
      `successor ${nameOfKey(second)}\n`,
      (it) => `${it}successor ${nameOfKey(third)}\n`,
    ),
  }
  for (const [what, note] of Object.entries(notes)) {
    assert.equal(openHandover(note, verifierOf(first)), undefined, what)
    await writeFile(path, JSON.stringify([{ ...handover, note }]))
    assert.deepEqual(await at.findings(first), ['wrong-handover'], what)
    assert.deepEqual(await at.findings(second), [], 'who has the new key needs none')
  }
  for (const text of ['[', '{}', '[null]', '[{}]']) {
    await writeFile(path, text)
    assert.deepEqual(await at.findings(first), ['malformed-file'], text)
  }
  await rm(path)
  assert.deepEqual(await at.findings(first), ['unknown-key'])
})

test('a history that is not the one the first key signed is found out', async () => {
  await using at = await place()
  await rotated(at)
  const handovers = await readFile(join(at.public, 'handovers.json'))
  await using other = await place()
  {
    await using log = await other.open(second)
    await log.append(claims(400))
    await publishLog(log, other.public)
  }
  await writeFile(join(other.public, 'handovers.json'), handovers)
  assert.deepEqual(await other.findings(second), [])
  assert.deepEqual(await other.findings(first), ['split-view'])
})

test('a log of the first format is opened, and its key can end', async () => {
  await using at = await place()
  await (await at.open(first))[Symbol.asyncDispose]()
  const file = new DatabaseSync(at.file)
  file.exec('DROP TABLE handovers; PRAGMA user_version = 1')
  file.close()
  await rotated(at)
  assert.deepEqual(await at.findings(first), [])
})
