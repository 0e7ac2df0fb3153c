import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { type AuditOptions, auditLog, type EntryFile } from './audit.ts'
import { openMemoryEvidence } from './embedded.ts'
import { digestOf, openingOf, sealClaim, writeEntry } from './entry.ts'
import type { Claim, Evidence } from './evidence.ts'
import { formatCheckpoint, noteSigner, parseVerifierKey } from './note.ts'
import type { Published } from './published.ts'
import { readBundle, writeBundle } from './tiles.ts'
import { Edge, leafHash, sha256 } from './tree.ts'

const { privateKey: key } = generateKeyPairSync('ed25519')
const NAME = 'node.example/evidence'
const signer = noteSigner(NAME, key)
const verifier = parseVerifierKey(signer.verifierKey) ?? assert.fail()
const SIZE = 600

function claims(count: number): Claim[] {
  return Array.from({ length: count }, (_, i) => ({
    kind: 'registrations-daily',
    subject: '88.100.7',
    at: i,
    fields: { created: i },
    open: { enterprise: 'e7' },
  }))
}

async function logOf(size: number): Promise<Evidence> {
  const log = openMemoryEvidence({ key, name: NAME, clock: () => 0 })
  await log.append(claims(size))
  return log
}

function publishedBy(log: Evidence): Published {
  return async (path) =>
    path === 'checkpoint'
      ? Buffer.from(await log.checkpoint())
      : log.tile(path.replace(/^tile\//, ''))
}

/** The log as published, with one file changed; undefined takes the file away. */
function changed(
  published: Published,
  where: string,
  change: (bytes: Buffer) => Uint8Array | undefined,
): Published {
  return async (path, max) => {
    const bytes = await published(path, max)
    return path === where && bytes !== undefined ? change(Buffer.from(bytes)) : bytes
  }
}

function flipped(offset: number) {
  return (bytes: Buffer) => {
    bytes[offset] = (bytes[offset] ?? 0) ^ 1
    return bytes
  }
}

async function findingsOf(published: Published, options?: AuditOptions): Promise<string[]> {
  const { findings } = await auditLog(published, verifier, options)
  return findings.map(({ code, where }) => `${code} ${where}`)
}

async function entryFile(log: Evidence, index: number, size: number): Promise<EntryFile> {
  const { claim, salt } = (await log.open(index)) ?? assert.fail()
  return {
    index,
    opened: JSON.parse(JSON.stringify(openingOf(claim, salt))),
    checkpoint: await log.checkpoint(),
    inclusion: await log.inclusionProof(index, size),
  }
}

test('logs of every shape that tiles can take are found right', async () => {
  for (const size of [0, 1, 255, 256, 257, 512, SIZE]) {
    await using log = await logOf(size)
    const { findings, head } = await auditLog(publishedBy(log), verifier)
    assert.deepEqual([findings, head?.size], [[], size])
  }
})

test('a log of more than 65,536 entries, with two full levels of tiles, is found right', async () => {
  await using log = openMemoryEvidence({ key, name: NAME, clock: () => 0 })
  for (let i = 0; i < 66; i++) await log.append(claims(1000))
  const seen = new Set<string>()
  const published = publishedBy(log)
  const recorded: Published = (path, max) => {
    seen.add(path)
    return published(path, max)
  }
  assert.deepEqual(await findingsOf(recorded), [])
  for (const path of ['tile/1/000', 'tile/1/001.p/1', 'tile/2/000.p/1', 'tile/0/257.p/208']) {
    assert.ok(seen.has(path), path)
  }
})

test('what was altered is named exactly', async () => {
  await using log = await logOf(SIZE)
  const good = publishedBy(log)
  const bundle = (i: number) => 2 + i * 67
  const table: readonly (readonly [string, (bytes: Buffer) => Uint8Array | undefined, string[]])[] =
    [
      ['tile/0/001', flipped(7 * 32), ['wrong-hash tile/0/001']],
      ['tile/0/002.p/88', flipped(0), ['wrong-hash tile/0/002.p/88']],
      ['tile/1/000.p/2', flipped(63), ['wrong-hash tile/1/000.p/2']],
      ['tile/0/000', () => undefined, ['missing-file tile/0/000']],
      ['tile/1/000.p/2', () => undefined, ['missing-file tile/1/000.p/2']],
      ['tile/0/000', (it) => it.subarray(32), ['malformed-file tile/0/000']],
      ['tile/entries/001', () => undefined, ['missing-file tile/entries/001']],
      ['tile/entries/001', (it) => it.subarray(0, -1), ['malformed-file tile/entries/001']],
      ['tile/entries/001', (it) => it.subarray(0, -67), ['malformed-file tile/entries/001']],
      [
        'tile/entries/002.p/88',
        (it) => Buffer.concat([it, it]),
        ['malformed-file tile/entries/002.p/88'],
      ],
      [
        'tile/entries/001', // a digest: the tile and the root say otherwise, and the next entry's chain
        flipped(bundle(4) + 64),
        [
          'broken-chain entry 261',
          'wrong-hash tile/0/001',
          'wrong-hash tile/1/000.p/2',
          'wrong-root checkpoint',
        ],
      ],
      [
        'tile/entries/000',
        flipped(bundle(0)),
        [
          'malformed-entry entry 0',
          'broken-chain entry 1',
          'wrong-hash tile/0/000',
          'wrong-hash tile/1/000.p/2',
          'wrong-root checkpoint',
        ],
      ],
    ]
  for (const [path, change, found] of table) {
    assert.deepEqual(await findingsOf(changed(good, path, change)), found)
  }
})

test('a partial tile that is no longer there is read from the full one', async () => {
  await using log = await logOf(SIZE)
  const then = Buffer.from(await log.checkpoint())
  await log.append(claims(300))
  const good = publishedBy(log)
  const pruned: Published = async (path, max) => {
    if (path === 'checkpoint') return then
    return path.endsWith('.p/88') ? undefined : good(path, max)
  }
  assert.deepEqual(await findingsOf(pruned), [])
})

test('a head that is missing, forged, of another key or another log is refused', async () => {
  await using log = await logOf(3)
  const good = publishedBy(log)
  const other = noteSigner(NAME, generateKeyPairSync('ed25519').privateKey)
  const root = Buffer.alloc(32, 1)
  const text = formatCheckpoint({ origin: NAME, size: 3, root })
  const otherOrigin = formatCheckpoint({ origin: 'other.example', size: 3, root })
  const table: readonly (readonly [(bytes: Buffer) => Uint8Array | undefined, string[]])[] = [
    [() => undefined, ['no-checkpoint checkpoint']],
    [() => Buffer.from('nonsense'), ['malformed-checkpoint checkpoint']],
    [() => Buffer.from(signer.sign('signed, but no head\n')), ['malformed-checkpoint checkpoint']],
    [() => Buffer.from(other.sign(text)), ['unknown-key checkpoint']],
    [(it) => Buffer.from(it.toString().replace('\n3\n', '\n2\n')), ['wrong-signature checkpoint']],
    [() => Buffer.from(signer.sign(otherOrigin)), ['wrong-origin checkpoint']],
    [() => Buffer.from(signer.sign(text)), ['wrong-root checkpoint']],
  ]
  for (const [change, found] of table) {
    assert.deepEqual(await findingsOf(changed(good, 'checkpoint', change)), found)
  }
})

test('the operator who rewrites the past with the right key is found out by a kept checkpoint', async () => {
  await using log = await logOf(300)
  const kept = await log.checkpoint()
  await log.append(claims(300))
  assert.deepEqual(await findingsOf(publishedBy(log), { since: kept }), [])

  await using rewritten = await logOf(SIZE) // same claims, other salts: another history
  assert.deepEqual(await findingsOf(publishedBy(rewritten)), [], 'on its own it looks right')
  assert.deepEqual(await findingsOf(publishedBy(rewritten), { since: kept }), ['split-view since'])

  await using shorter = await logOf(299)
  assert.deepEqual(await findingsOf(publishedBy(shorter), { since: kept }), ['rolled-back since'])
  const forged = kept.replace('\n300\n', '\n301\n')
  assert.deepEqual(await findingsOf(publishedBy(log), { since: forged }), ['wrong-signature since'])
})

test('an entry left out of the chain is found even where tiles and head were made to fit', async () => {
  const edge = new Edge()
  const entries = claims(3).map((claim, i) => {
    const digest = digestOf(sealClaim(claim, Buffer.alloc(32, i)))
    const entry = writeEntry({ previous: Buffer.alloc(32), digest })
    edge.append(leafHash(entry))
    return entry
  })
  const files: Record<string, Uint8Array> = {
    checkpoint: Buffer.from(
      signer.sign(formatCheckpoint({ origin: NAME, size: 3, root: edge.root() })),
    ),
    'tile/0/000.p/3': Buffer.concat(entries.map(leafHash)),
    'tile/entries/000.p/3': writeBundle(entries),
  }
  assert.deepEqual(await findingsOf(async (path) => files[path]), [
    'broken-chain entry 1',
    'broken-chain entry 2',
  ])
})

test('an opened entry is the one in the log, or it is said what is wrong with it', async () => {
  await using log = await logOf(SIZE)
  const published = publishedBy(log)
  const entry = await entryFile(log, 300, SIZE)
  const of = (change: Partial<EntryFile>) =>
    findingsOf(published, { entry: { ...entry, ...change } })
  const opened = entry.opened as Record<string, unknown>
  assert.deepEqual(await of({}), [])
  assert.deepEqual(await findingsOf(published, { entry: { index: 300, opened } }), [])
  const salt = Buffer.alloc(32).toString('base64')
  assert.deepEqual(await of({ opened: { ...opened, salt } }), ['wrong-opening entry 300'])
  assert.deepEqual(await of({ opened: { ...opened, fields: { created: 301 } } }), [
    'wrong-opening entry 300',
  ])
  assert.deepEqual(await of({ index: 301 }), ['wrong-opening entry 301', 'wrong-proof entry 301'])
  assert.deepEqual(await of({ index: SIZE }), ['no-such-entry entry 600'])
  assert.deepEqual(await of({ inclusion: (entry.inclusion ?? []).slice(1) }), [
    'wrong-proof entry 300',
  ])
  assert.deepEqual(await of({ inclusion: ['zz'] }), ['wrong-proof entry 300'])
  const forged = (entry.checkpoint ?? '').replace('\n600\n', '\n599\n')
  assert.deepEqual(await of({ checkpoint: forged }), ['wrong-signature entry'])
})

test('an entry proved against a head of a hidden log is found out', async () => {
  await using shown = await logOf(SIZE)
  await using hidden = await logOf(SIZE)
  const entry = await entryFile(hidden, 5, SIZE)
  assert.deepEqual(await findingsOf(publishedBy(shown), { entry }), [
    'wrong-opening entry 5',
    'wrong-proof entry 5',
    'split-view entry',
  ])
})

test('a log that is wrong everywhere does not fill the memory with findings', async () => {
  await using log = await logOf(SIZE)
  const bad = changed(publishedBy(log), 'tile/entries/000', (bytes) => {
    const entries = readBundle(bytes, 256) ?? assert.fail()
    return writeBundle(entries.map((entry) => sha256(entry)))
  })
  assert.equal((await findingsOf(bad)).length, 20)
})

const RUNS = process.env.WAYMARK_TEST_LONG === '1' ? 100_000 : 500

test('no change to any byte of any file goes unnoticed', async () => {
  await using log = await logOf(3)
  const good = publishedBy(log)
  const damage = fc.oneof(
    fc.record({ kind: fc.constant('flip' as const), at: fc.nat(), bit: fc.nat(7) }),
    fc.record({ kind: fc.constant('cut' as const), at: fc.nat() }),
    fc.record({ kind: fc.constant('insert' as const), at: fc.nat(), byte: fc.nat(255) }),
    fc.record({ kind: fc.constant('replace' as const), bytes: fc.uint8Array({ maxLength: 300 }) }),
  )
  const where = fc.constantFrom('checkpoint', 'tile/0/000.p/3', 'tile/entries/000.p/3')
  await fc.assert(
    fc.asyncProperty(where, damage, async (path, it) => {
      const bad = changed(good, path, (bytes) => {
        if (it.kind === 'replace') return it.bytes
        const at = it.at % bytes.length
        if (it.kind === 'cut') return bytes.subarray(0, at)
        if (it.kind === 'flip') {
          bytes[at] = (bytes[at] ?? 0) ^ (1 << it.bit)
          return bytes
        }
        return Buffer.concat([bytes.subarray(0, at), Buffer.of(it.byte), bytes.subarray(at)])
      })
      assert.notDeepEqual(await findingsOf(bad), [])
    }),
    { numRuns: RUNS },
  )
})
