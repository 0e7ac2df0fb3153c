import assert from 'node:assert/strict'
import { test } from 'node:test'
import { digestOf, readEntry } from '../../src/kernel/evidence/entry.ts'
import type { Claim, Evidence } from '../../src/kernel/evidence/evidence.ts'
import {
  openNote,
  parseBase64,
  parseCheckpoint,
  parseVerifierKey,
} from '../../src/kernel/evidence/note.ts'
import { type Head, provesConsistency, provesInclusion } from '../../src/kernel/evidence/proofs.ts'
import { readBundle } from '../../src/kernel/evidence/tiles.ts'
import { Edge, leafHash, sameHash, sha256 } from '../../src/kernel/evidence/tree.ts'
import { Problem, type ProblemCode } from '../../src/lib/problem.ts'

/** What every evidence log promises. `open` gives a new, empty log. */
export function evidenceContract(driver: string, open: () => Promise<Evidence>): void {
  test(`${driver}: an empty log has a signed head of size 0`, async () => {
    await using log = await open()
    assert.equal(await log.size(), 0)
    const head = await signedHead(log)
    assert.deepEqual([head.size, Buffer.from(head.root)], [0, Buffer.from(sha256(Buffer.of()))])
    assert.equal(await log.leaf(0), undefined)
    assert.equal(await log.open(0), undefined)
    assert.equal(await log.tile('0/000'), undefined)
    assert.deepEqual(await log.about('node', { limit: 10 }), [])
  })

  test(`${driver}: what was appended is opened again, field for field`, async () => {
    await using log = await open()
    const claim: Claim = {
      kind: 'enterprise-decision',
      subject: 'e1',
      at: 1_700_000_000_123,
      fields: { 名称: '风机厂 😀', deep: [{ b: null, a: [true, -0.5, 1e21] }], __proto__x: 0 },
      open: { enterprise: 'e1' },
    }
    const indexes = await log.append([claim, day(1)])
    assert.deepEqual(indexes, [0, 1])
    const opened = await log.open(0)
    assert.deepEqual(opened?.claim, claim)
    assert.equal(parseBase64(opened?.salt ?? '')?.length, 32)
    assert.notEqual(opened?.salt, (await log.open(1))?.salt)
  })

  test(`${driver}: entries are chained, each by the digest of the one before`, async () => {
    await using log = await open()
    await log.append(days(5))
    let previous: Uint8Array = new Uint8Array(32)
    for (let i = 0; i < 5; i++) {
      const { entry: bytes } = (await log.leaf(i)) ?? assert.fail()
      const entry = readEntry(bytes) ?? assert.fail()
      assert.ok(sameHash(entry.previous, previous))
      previous = sha256(bytes)
    }
  })

  test(`${driver}: every head, proof and tile agrees with a tree computed from the entries`, async () => {
    await using log = await open()
    const heads: Head[] = [await signedHead(log)]
    const edge = new Edge()
    for (const count of [1, 1, 1, 2, 3, 248, 1, 255, 1, 100]) {
      await log.append(days(count))
      const head = await signedHead(log)
      for (let i = edge.size; i < head.size; i++) edge.append(await leafOf(log, i))
      assert.ok(sameHash(edge.root(), head.root), `root of ${head.size}`)
      heads.push(head)
    }
    const now = heads.at(-1) ?? assert.fail()
    for (const before of heads) {
      const proof = bytesOf(await log.consistencyProof(before.size, now.size))
      assert.ok(provesConsistency(before, now, proof), `from ${before.size}`)
    }
    for (const index of [0, 1, 7, 255, 256, 300, 511, 512, 612]) {
      const proof = bytesOf(await log.inclusionProof(index, now.size))
      assert.ok(provesInclusion(await leafOf(log, index), { index, ...now }, proof), `of ${index}`)
    }
    const bundle = (await log.tile('entries/002.p/101')) ?? assert.fail()
    const tile = (await log.tile('0/002.p/101')) ?? assert.fail()
    const entries = readBundle(bundle, 101) ?? assert.fail()
    assert.deepEqual(Buffer.concat(entries.map(leafHash)), Buffer.from(tile))
    assert.equal((await log.tile('1/000.p/2'))?.length, 64)
    for (const path of ['0/002', '1/000', '1/000.p/3', 'entries/003.p/1', '0/002.p/102', '../x']) {
      assert.equal(await log.tile(path), undefined, path)
    }
  })

  test(`${driver}: a feed's position is stored with its claims and never goes back`, async () => {
    await using log = await open()
    assert.equal(await log.position('store'), 0)
    await log.append([day(1)], { feed: 'store', position: 7 })
    await rejectsWith('stale-version', log.append([day(1)], { feed: 'store', position: 7 }))
    await rejectsWith('stale-version', log.append([day(1)], { feed: 'store', position: 3 }))
    await log.append([], { feed: 'store', position: 9 })
    await log.append([day(2)], { feed: 'documents', position: 1 })
    assert.equal(await log.position('store'), 9)
    assert.equal(await log.position('documents'), 1)
    assert.equal(await log.size(), 2)
  })

  test(`${driver}: of appends made at once, each is whole, and one that is refused spoils no other`, async () => {
    await using log = await open()
    const outcomes = await Promise.allSettled(
      Array.from({ length: 60 }, (_, i) =>
        i % 10 === 9
          ? log.append([day(i), { ...day(i), kind: 'Not A Kind' }])
          : log.append(days(3), { feed: 'f', position: i + 1 }),
      ),
    )
    const indexes = outcomes.flatMap((it) => (it.status === 'fulfilled' ? it.value : []))
    assert.deepEqual(
      indexes.toSorted((a, b) => a - b),
      Array.from({ length: 54 * 3 }, (_, i) => i),
    )
    for (const it of outcomes) {
      if (it.status === 'fulfilled') assert.equal((it.value[2] ?? 0) - (it.value[0] ?? 0), 2)
    }
    assert.equal(await log.position('f'), 59)
    assert.equal(await log.size(), indexes.length)
  })

  test(`${driver}: entries about a subject come newest first, by kind, and only for those who may see`, async () => {
    await using log = await open()
    await log.append([
      day(0),
      { ...day(1), open: { enterprise: 'e1' } },
      { ...day(2), open: { enterprise: 'e2' } },
      { ...day(3), open: 'staff', kind: 'other-kind' },
      { ...day(4), subject: '88.1.2' },
      day(5),
    ])
    const indexes = async (options: Parameters<Evidence['about']>[1]) =>
      (await log.about('88.1.1', options)).map((it) => it.index)
    assert.deepEqual(await indexes({ limit: 10 }), [5, 3, 2, 1, 0])
    assert.deepEqual(await indexes({ limit: 2 }), [5, 3])
    assert.deepEqual(await indexes({ limit: 2, before: 3 }), [2, 1])
    assert.deepEqual(await indexes({ limit: 9, kind: 'other-kind' }), [3])
    assert.deepEqual(await indexes({ limit: 9, openTo: ['public'] }), [5, 0])
    const toOne = { openTo: ['public', { enterprise: 'e1' }] } as const
    assert.deepEqual(await indexes({ limit: 9, ...toOne }), [5, 1, 0])
    const recent = async (options: Parameters<Evidence['recent']>[0]) =>
      (await log.recent(options)).map((it) => it.index)
    assert.deepEqual(await recent({ limit: 10 }), [5, 4, 3, 2, 1, 0])
    assert.deepEqual(await recent({ limit: 2, before: 4 }), [3, 2])
    assert.deepEqual(await recent({ limit: 9, kind: 'other-kind' }), [3])
    assert.deepEqual(await recent({ limit: 9, ...toOne }), [5, 4, 1, 0])
    assert.deepEqual(await recent({ limit: 9, kind: 'other-kind', ...toOne }), [])
    assert.deepEqual(await indexes({ limit: 1, before: 5, ...toOne }), [1])
    assert.deepEqual(await indexes({ limit: 9, kind: 'other-kind', ...toOne }), [])
    assert.deepEqual(await indexes({ limit: 9, openTo: [] }), [])
  })

  test(`${driver}: erasing takes the opening away and leaves leaf, head and proofs`, async () => {
    await using log = await open()
    await log.append(days(10))
    const before = { leaf: await log.leaf(4), note: await log.checkpoint() }
    const proof = await log.inclusionProof(4, 10)
    await log.erase(4, 'asked for by the person')
    await log.erase(4, 'asked for again')
    assert.equal(await log.open(4), undefined)
    assert.deepEqual(
      (await log.about('88.1.1', { limit: 99 })).map((it) => it.index).sort(),
      [0, 1, 2, 3, 5, 6, 7, 8, 9],
    )
    const leaf = await log.leaf(4)
    assert.deepEqual(leaf?.entry, before.leaf?.entry)
    assert.equal(leaf?.erased?.why, 'asked for by the person')
    assert.equal(await log.checkpoint(), before.note)
    assert.deepEqual(await log.inclusionProof(4, 10), proof)
    await log.append(days(1))
    assert.equal(await log.size(), 11)
    await rejectsWith('not-found', log.erase(11, 'not there'))
    await rejectsWith('invalid-input', log.erase(1, ''))
  })

  test(`${driver}: claims that cannot be sealed are refused and leave nothing behind`, async () => {
    await using log = await open()
    const odd: Partial<Record<keyof Claim, unknown>>[] = [
      { kind: '' },
      { kind: 'Upper' },
      { subject: '' },
      { subject: 'x'.repeat(2049) },
      { subject: '\ud800' },
      { at: -1 },
      { at: 0.5 },
      { at: 253_402_300_800_000 },
      { open: 'everybody' },
      { open: { enterprise: '' } },
      { fields: { a: Number.NaN } },
      { fields: { a: undefined } },
      { fields: { a: new Date(0) } },
      { fields: { a: 'x'.repeat(16_384) } },
      { fields: { a: '\udc00' } },
    ]
    for (const members of odd) {
      const claim = { ...day(0), ...members } as Claim
      await rejectsWith('invalid-input', log.append([day(0), claim]))
    }
    await rejectsWith('too-large', log.append(days(1001)))
    await rejectsWith('invalid-input', log.append([day(0)], { feed: 'f', position: 0 }))
    await rejectsWith('invalid-input', log.append([day(0)], { feed: '', position: 1 }))
    assert.equal(await log.size(), 0)
    assert.deepEqual(await log.append([]), [])
    assert.equal((await log.append(days(1000))).length, 1000)
  })

  test(`${driver}: a claim of the largest size is taken, one byte more is not`, async () => {
    await using log = await open()
    await log.append([{ ...day(0), fields: { a: '' } }])
    const { claim, salt } = (await log.open(0)) ?? assert.fail()
    const frame = JSON.stringify({ ...claim, at: new Date(claim.at).toISOString(), salt }).length
    const sized = (bytes: number): Claim => ({
      ...day(0),
      fields: { a: 'x'.repeat(bytes - frame) },
    })
    await log.append([sized(16_384)])
    await rejectsWith('invalid-input', log.append([sized(16_385)]))
  })

  test(`${driver}: proofs of trees the log never had are refused`, async () => {
    await using log = await open()
    await log.append(days(3))
    for (const [index, size] of [
      [3, 3],
      [0, 4],
      [-1, 3],
      [0.5, 3],
      [0, 0],
      [1e300, 3],
    ] as const) {
      await rejectsWith('invalid-input', log.inclusionProof(index, size))
    }
    for (const [from, to] of [
      [3, 2],
      [0, 4],
      [-1, 3],
      [1.5, 3],
    ] as const) {
      await rejectsWith('invalid-input', log.consistencyProof(from, to))
    }
    assert.deepEqual(await log.consistencyProof(0, 3), [])
    assert.deepEqual(await log.consistencyProof(3, 3), [])
  })

  test(`${driver}: a digest is that of the canonical JSON of the opening`, async () => {
    await using log = await open()
    await log.append([day(3)])
    const { claim, salt } = (await log.open(0)) ?? assert.fail()
    const text = `{"at":"1970-01-04T00:00:00.000Z","fields":{"created":3,"day":"1970-01-04"},"kind":"registrations-daily","open":"public","salt":"${salt}","subject":"88.1.1"}`
    assert.deepEqual(claim, day(3))
    const { entry } = (await log.leaf(0)) ?? assert.fail()
    assert.ok(sameHash(digestOf(text), entry.subarray(33)))
  })
}

const DAY_MS = 86_400_000

function day(number: number): Claim {
  const at = number * DAY_MS
  const fields = { day: new Date(at).toISOString().slice(0, 10), created: number }
  return { kind: 'registrations-daily', subject: '88.1.1', at, fields, open: 'public' }
}

function days(count: number): Claim[] {
  return Array.from({ length: count }, (_, i) => day(i))
}

async function leafOf(log: Evidence, index: number): Promise<Uint8Array> {
  return leafHash(((await log.leaf(index)) ?? assert.fail()).entry)
}

async function signedHead(log: Evidence): Promise<Head> {
  const verifier = parseVerifierKey(log.verifierKey) ?? assert.fail()
  const note = openNote(await log.checkpoint(), verifier)
  assert.equal(note.kind, 'signed')
  const checkpoint = parseCheckpoint(note.kind === 'signed' ? note.text : '') ?? assert.fail()
  assert.equal(checkpoint.origin, verifier.name)
  return checkpoint
}

function bytesOf(hashes: readonly string[]): Uint8Array[] {
  return hashes.map((it) => parseBase64(it) ?? assert.fail())
}

async function rejectsWith(code: ProblemCode, promise: Promise<unknown>): Promise<void> {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof Problem, String(error))
    assert.equal(error.code, code)
    return true
  })
}
