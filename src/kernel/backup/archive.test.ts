import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, mkdtempDisposable, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { Problem } from '../../lib/problem.ts'
import { folderParts, unpackArchive } from './folder.ts'
import type { ArchivePart } from './manifest.ts'
import { readArchive } from './read-archive.ts'
import { readTarHeader, withPax, writeTarHeader } from './tar.ts'
import { writeTrailer } from './trailer.ts'
import { writeArchive } from './write-archive.ts'

const run = promisify(execFile)
const options = { programVersion: '0.1.0', at: Date.UTC(2026, 0, 31, 8) }
const pass = async () => {}

async function scratch() {
  const folder = await mkdtempDisposable(join(tmpdir(), 'waymark-archive-'))
  return {
    pathOf: (name: string) => join(folder.path, name),
    [Symbol.asyncDispose]: () => folder.remove(),
  }
}

function partOf(name: string, content: Uint8Array): ArchivePart {
  return {
    name,
    sizeBytes: content.length,
    async *content() {
      for (let at = 0; at < content.length; at += 1_000) yield content.subarray(at, at + 1_000)
    },
  }
}

const LONG_NAME = `files/${'深'.repeat(60)}/${'n'.repeat(90)}.bin`
const CONTENTS: Readonly<Record<string, Buffer>> = {
  'documents.sqlite': randomBytes(5_000),
  'identifiers/data.mdb': Buffer.alloc(513, 'x'),
  'evidence/tile/0/000': Buffer.alloc(0),
  'exact.bin': randomBytes(1_024),
  [LONG_NAME]: Buffer.from('标识'),
}
const parts = () => Object.entries(CONTENTS).map(([name, content]) => partOf(name, content))

async function contentsOf(path: string): Promise<Record<string, Buffer>> {
  const found: Record<string, Buffer> = {}
  await readArchive(path, async ({ name, content }) => {
    const chunks = []
    for await (const it of content()) chunks.push(it)
    found[name] = Buffer.concat(chunks)
  })
  return found
}

test('an archive gives back every part, and says of what moment and program it is', async () => {
  await using folder = await scratch()
  const path = folder.pathOf('a.tar.zst')
  const written = await writeArchive(path, parts(), options)
  assert.deepEqual(await contentsOf(path), CONTENTS)
  const read = await readArchive(path, pass)
  assert.deepEqual(read, written)
  assert.equal(read.at, '2026-01-31T08:00:00.000Z')
  assert.equal(read.programVersion, '0.1.0')
  assert.deepEqual(
    read.parts.map((it) => [it.name, it.bytes]),
    Object.entries(CONTENTS).map(([name, content]) => [name, content.length]),
  )
})

test('a part need not be read, or not to its end', async () => {
  await using folder = await scratch()
  const path = folder.pathOf('a.tar.zst')
  await writeArchive(path, parts(), options)
  const first: number[] = []
  await readArchive(path, async ({ content, sizeBytes }) => {
    if (sizeBytes !== 5_000) return
    for await (const chunk of content()) {
      first.push(chunk.length)
      break
    }
  })
  assert.equal(first.length, 1)
})

test('anyone opens it with tar', async (t) => {
  const hasTar = await run('sh', ['-c', 'tar --version && zstd --version']).then(
    () => true,
    () => false,
  )
  if (!hasTar) return t.skip('GNU tar and zstd are not here: apt-get install -y tar zstd')
  await using folder = await scratch()
  await writeArchive(folder.pathOf('a.tar.zst'), parts(), options)
  await mkdir(folder.pathOf('out'))
  await run('tar', ['--zstd', '-xf', folder.pathOf('a.tar.zst'), '-C', folder.pathOf('out')])
  for (const [name, content] of Object.entries(CONTENTS)) {
    assert.deepEqual(await readFile(join(folder.pathOf('out'), name)), content, name)
  }
  await run('sha256sum', ['-c', 'MANIFEST.json.sha256'], { cwd: folder.pathOf('out') })
})

test('reading stops when it is told to, and when the one who reads gives up', async () => {
  await using folder = await scratch()
  const path = folder.pathOf('a.tar.zst')
  await writeArchive(path, [partOf('a', randomBytes(3_000_000)), ...parts()], options)
  const stop = new AbortController()
  const aborted = readArchive(path, async () => stop.abort(), { signal: stop.signal })
  await assert.rejects(aborted, { name: 'AbortError' })
  const givenUp = readArchive(path, async ({ content }) => {
    for await (const _ of content()) throw new DOMException('enough', 'AbortError')
  })
  await assert.rejects(givenUp, /enough/)
})

async function isRefused(path: string): Promise<boolean> {
  try {
    await readArchive(path, pass)
    return false
  } catch (error) {
    assert.ok(error instanceof Problem, `${error}`)
    assert.ok(['unreadable-input', 'unsupported'].includes(error.code), error.code)
    return true
  }
}

test('an archive cut at any byte is refused', async () => {
  await using folder = await scratch()
  const path = folder.pathOf('a.tar.zst')
  await writeArchive(path, [partOf('a', randomBytes(700))], options)
  const whole = await readFile(path)
  for (let length = 0; length < whole.length; length++) {
    await writeFile(folder.pathOf('cut'), whole.subarray(0, length))
    assert.ok(await isRefused(folder.pathOf('cut')), `cut to ${length} of ${whole.length} bytes`)
  }
  await writeFile(folder.pathOf('longer'), Buffer.concat([whole, Buffer.from('x')]))
  assert.ok(await isRefused(folder.pathOf('longer')))
  await writeFile(folder.pathOf('twice'), Buffer.concat([whole, whole]))
  assert.ok(await isRefused(folder.pathOf('twice')))
})

test('an archive with any byte changed is refused', async () => {
  await using folder = await scratch()
  const path = folder.pathOf('a.tar.zst')
  await writeArchive(path, [partOf('a', randomBytes(700))], options)
  const whole = await readFile(path)
  for (let at = 0; at < whole.length; at++) {
    const changed = Buffer.from(whole)
    changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8))
    await writeFile(folder.pathOf('changed'), changed)
    assert.ok(await isRefused(folder.pathOf('changed')), `byte ${at} of ${whole.length}`)
  }
})

test('bytes changed beneath the compression are refused by their digest', async () => {
  await using folder = await scratch()
  const path = folder.pathOf('a.tar.zst')
  await writeArchive(path, [partOf('a', Buffer.from('one two three'))], options)
  const tar = zstdDecompressSync((await readFile(path)).subarray(0, -48))
  const repacked = async (from: string, to: string) => {
    assert.ok(tar.includes(from), from)
    const text = tar.toString('latin1').replace(from, to)
    const packed = zstdCompressSync(Buffer.from(text, 'latin1'))
    const digest = createHash('sha256').update(packed).digest()
    await writeFile(folder.pathOf('b'), Buffer.concat([packed, writeTrailer(digest)]))
    return isRefused(folder.pathOf('b'))
  }
  assert.equal(await repacked('one two three', 'one two three'), false)
  assert.equal(await repacked('one two three', 'one 2wo three'), true)
  assert.equal(await repacked('"bytes": 13', '"bytes": 14'), true)
  assert.equal(await repacked('"programVersion": "0.1.0"', '"programVersion": "0.1.1"'), true)
  assert.equal(await repacked('"format": 1', '"format": 2'), true)
})

test('what is written is there whole or not at all', async () => {
  await using folder = await scratch()
  const path = folder.pathOf('a.tar.zst')
  const shrunk = { ...partOf('a', Buffer.alloc(10)), sizeBytes: 11 }
  const grown = { ...partOf('a', Buffer.alloc(10)), sizeBytes: 9 }
  const broken: ArchivePart = {
    name: 'a',
    sizeBytes: 5,
    // biome-ignore lint/correctness/useYield: it fails before there is anything to yield
    async *content() {
      throw new Error('the disk is gone')
    },
  }
  for (const part of [shrunk, grown, broken])
    await assert.rejects(writeArchive(path, [part], options))
  for (const name of ['../a', '/a', 'a//b', 'a/./b', '', 'MANIFEST.json', 'a\\b', 'c:x', 'n\0']) {
    const part = partOf(name, Buffer.alloc(1))
    await assert.rejects(writeArchive(path, [part], options), TypeError, name)
  }
  const stop = AbortSignal.abort()
  await assert.rejects(writeArchive(path, parts(), { ...options, signal: stop }))
  assert.deepEqual(await readdir(folder.pathOf('.')), [])
  await writeFile(path, 'mine')
  await assert.rejects(writeArchive(path, parts(), options), { code: 'already-exists' })
  assert.equal(await readFile(path, 'utf8'), 'mine')
  await assert.rejects(readArchive(folder.pathOf('nowhere'), pass), { code: 'not-found' })
})

test('a folder comes back from an archive file by file, or not at all', async () => {
  await using folder = await scratch()
  await mkdir(folder.pathOf('in/deep/er'), { recursive: true })
  await writeFile(folder.pathOf('in/a'), 'A')
  await writeFile(folder.pathOf('in/deep/er/b'), randomBytes(200_000))
  await writeFile(folder.pathOf('in/deep/empty'), '')
  const path = folder.pathOf('a.tar.zst')
  await writeArchive(path, folderParts('files', folder.pathOf('in')), options)
  await unpackArchive(path, folder.pathOf('out'))
  for (const name of ['a', 'deep/er/b', 'deep/empty']) {
    const [from, to] = [`in/${name}`, `out/files/${name}`].map(folder.pathOf)
    assert.deepEqual(await readFile(to ?? ''), await readFile(from ?? ''), name)
  }
  await assert.rejects(unpackArchive(path, folder.pathOf('out')), { code: 'already-exists' })
  const whole = await readFile(path)
  await writeFile(folder.pathOf('cut'), whole.subarray(0, whole.length - 100))
  await assert.rejects(unpackArchive(folder.pathOf('cut'), folder.pathOf('again')), {
    code: 'unreadable-input',
  })
  assert.deepEqual((await readdir(folder.pathOf('.'))).toSorted(), [
    'a.tar.zst',
    'cut',
    'in',
    'out',
  ])
  const none = []
  for await (const it of folderParts('x', folder.pathOf('absent'))) none.push(it)
  assert.deepEqual(none, [])
})

test('memory does not grow with the archive', async () => {
  await using folder = await scratch()
  const path = folder.pathOf('big.tar.zst')
  const mebibytes = 192
  const chunk = randomBytes(1024 * 1024)
  const big: ArchivePart = {
    name: 'big',
    sizeBytes: mebibytes * chunk.length,
    async *content() {
      for (let at = 0; at < mebibytes; at++) yield chunk
    },
  }
  const before = process.memoryUsage().rss
  let most = 0
  const watch = () => {
    most = Math.max(most, process.memoryUsage().rss - before)
  }
  await writeArchive(path, [big], { ...options, onProgress: watch })
  let bytes = 0
  await readArchive(path, async ({ content }) => {
    for await (const it of content()) {
      bytes += it.length
      watch()
    }
  })
  assert.equal(bytes, big.sizeBytes)
  assert.ok(most < 96 * 1024 * 1024, `${Math.round(most / 1024 / 1024)} MiB more`)
})

test('a header is read as it was written, whatever its name and size', () => {
  for (const entry of [
    { name: 'a', sizeBytes: 0, modifiedAt: 0 },
    { name: 'x'.repeat(100), sizeBytes: 8 ** 11 - 1, modifiedAt: 1_767_225_600_000 },
    { name: 'x'.repeat(101), sizeBytes: 1, modifiedAt: 1_000 },
    { name: '标识/文件', sizeBytes: 8 ** 11, modifiedAt: 1_000 },
    { name: 'y', sizeBytes: Number.MAX_SAFE_INTEGER, modifiedAt: 1_000 },
    ...Array.from({ length: 12 }, (_, at) => ({
      name: 'z'.repeat(85 + at),
      sizeBytes: 1,
      modifiedAt: 0,
    })),
  ]) {
    const bytes = writeTarHeader(entry)
    assert.equal(bytes.length % 512, 0)
    const first = readTarHeader(bytes.subarray(0, 512))
    if (first.kind === 'file') {
      assert.equal(bytes.length, 512)
      assert.deepEqual(first.entry, entry)
      continue
    }
    assert.ok(first.kind === 'pax')
    const last = readTarHeader(bytes.subarray(-512))
    assert.ok(last.kind === 'file')
    const records = bytes.subarray(512, 512 + first.entry.sizeBytes)
    assert.deepEqual(withPax(last.entry, records), entry)
  }
})
