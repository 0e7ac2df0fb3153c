import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { test } from 'node:test'
import { type ImportWorld, openImportWorld } from '../../test/support/import-world.ts'
import { exportCommand } from './export.ts'
import { importCommand, registerCommand } from './import.ts'
import type { Io } from './io.ts'
import { formatDuration, startProgress } from './progress.ts'

type Heard = Io & { out(): string; err(): string }

function ioFor(url: string, isTty = false): Heard {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  const out: Buffer[] = []
  const err: Buffer[] = []
  stdout.on('data', (it) => out.push(it))
  stderr.on('data', (it) => err.push(it))
  return {
    stdout,
    stderr,
    stdin: Readable.from([]),
    env: { WAYMARK_URL: url, WAYMARK_API_KEY: 'ann', LANG: 'en_US.UTF-8' },
    isTty,
    out: () => Buffer.concat(out).toString(),
    err: () => Buffer.concat(err).toString(),
  }
}

async function withFile<T>(text: string, use: (path: string, folder: string) => Promise<T>) {
  const folder = await mkdtemp(join(tmpdir(), 'waymark-cli-'))
  const path = join(folder, 'list.csv')
  await writeFile(path, text)
  try {
    return await use(path, folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

const INTO = ['--prefix', '88.100.1', '--template', 'product']

test('a file is imported, its refused lines are told, and the exit code says so', async () => {
  await using world = await openImportWorld()
  await withFile('suffix,Titel,x\n1,a,\n2,,\n', async (path, folder) => {
    const io = ioFor(world.url)
    const result = join(folder, 'result.csv')
    const args = [path, ...INTO, '--map', 'Titel=name', '--result', result]
    assert.equal(await importCommand(args, io), 1)
    assert.match(io.out(), /^created 1 {2}refused 1 /)
    assert.match(io.out(), /columns not used: x/)
    assert.match(io.err(), /^line 3 88.100.1\/2: name: /m)
    assert.match(
      await readFile(result, 'utf8'),
      /\r\n2,created,88.100.1\/1,\r\n3,refused,88.100.1\/2,/,
    )
    const again = ioFor(world.url)
    assert.equal(await importCommand([path, ...INTO, '--map', 'Titel=name', '--json'], again), 1)
    const summary = JSON.parse(again.out())
    assert.deepEqual([summary.state, summary.unchanged, summary.refused], ['done', 1, 1])
  })
})

test('a dry run stores nothing, and what fits altogether exits with 0', async () => {
  await using world = await openImportWorld()
  await withFile('suffix,name\n1,a\n', async (path) => {
    assert.equal(await importCommand([path, ...INTO, '--dry-run'], ioFor(world.url)), 0)
    assert.equal((await world.store.totals()).total, 0)
  })
})

test('wrong use says how it is used', async () => {
  const io = ioFor('http://127.0.0.1:1')
  assert.equal(await importCommand([], io), 2)
  assert.match(io.err(), /^Usage: waymark import/)
  assert.equal(await importCommand(['--help'], io), 0)
  assert.equal(await exportCommand([], io), 2)
  assert.equal(await registerCommand(['88.1/x'], io), 2)
  await assert.rejects(importCommand(['/no/such/file', ...INTO], io), { code: 'invalid-input' })
})

test('what is wrong with a file as a whole is told with its fields', async () => {
  await using world = await openImportWorld()
  await withFile('name\na\n', async (path) => {
    await assert.rejects(importCommand([path, ...INTO], ioFor(world.url)), (error) => {
      assert.ok(error instanceof Error && 'fields' in error && Array.isArray(error.fields))
      assert.equal(error.fields[0].path, '/map')
      return true
    })
  })
})

/**
 * Passes connections on to the node, and cuts the first ones after so many bytes of theirs. With `noticedAfterMs` nothing
 * of the answer comes back over a connection that will be cut, and the node learns that much later that it is gone.
 */
async function openBadLine(world: ImportWorld, cuts: number[], noticedAfterMs?: number) {
  const to = Number(new URL(world.url).port)
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(to, '127.0.0.1')
    let left = Number.POSITIVE_INFINITY
    client.once('data', (first) => {
      if (first.toString().startsWith('POST')) left = cuts.shift() ?? left
    })
    client.on('data', (bytes: Buffer) => {
      left -= bytes.length
      if (left >= 0) upstream.write(bytes)
      else {
        upstream.write(bytes.subarray(0, left))
        client.destroy()
      }
    })
    client.on('end', () => upstream.end())
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {})
    }
    upstream.on('data', (bytes) => {
      const isLost = noticedAfterMs !== undefined && Number.isFinite(left)
      if (!isLost && client.writable) client.write(bytes)
    })
    client.on('close', () => setTimeout(() => upstream.destroy(), noticedAfterMs ?? 0))
    upstream.on('close', () => client.end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

test('a connection that breaks again and again is taken up where it broke', async () => {
  await using world = await openImportWorld()
  await using line = await openBadLine(world, [100_000, 1_500_000, 400_000])
  const count = 60_000
  const rows = Array.from(
    { length: count },
    (_, i) => `P${i},a pump of some length and number ${i}`,
  )
  await withFile(`suffix,name\n${rows.join('\n')}\n`, async (path) => {
    const io = ioFor(line.url)
    assert.equal(await importCommand([path, ...INTO, '--json'], io), 0)
    const summary = JSON.parse(io.out())
    assert.deepEqual([summary.state, summary.lines], ['done', count])
    assert.equal(summary.created + summary.unchanged, count)
    assert.match(io.err(), /connection lost \(1\)/)
  })
  const { total } = await world.store.totals()
  assert.equal(total, count)
})

test('a connection that breaks before the import has told its name is taken up too', async () => {
  await using world = await openImportWorld()
  await using line = await openBadLine(world, [5_000], 900)
  const count = 500
  const rows = Array.from({ length: count }, (_, i) => `P${i},a pump of some length ${i}`)
  await withFile(`suffix,name\n${rows.join('\n')}\n`, async (path) => {
    const io = ioFor(line.url)
    assert.equal(await importCommand([path, ...INTO, '--json'], io), 0)
    const { state, lines } = JSON.parse(io.out())
    assert.deepEqual([state, lines], ['done', count])
    assert.match(io.err(), /connection lost \(2\)/)
  })
})

test('one identifier is registered, and a prefix exported to a file', async () => {
  await using world = await openImportWorld()
  const io = ioFor(world.url)
  const values = '[{"index":1,"type":"URL","data":"https://a.example"}]'
  // The world has no routes for single records: the node says so, in its own words.
  await assert.rejects(registerCommand(['88.100.1/x', '--values', values], io))
  await withFile('suffix,name\n1,=a\n', async (path, folder) => {
    assert.equal(await importCommand([path, ...INTO], io), 0)
    const file = join(folder, 'out.csv')
    assert.equal(await exportCommand([...INTO, '--output', file], io), 0)
    assert.match(await readFile(file, 'utf8'), /\r\n88.100.1\/1,"'=a",/)
    const piped = ioFor(world.url)
    assert.equal(await exportCommand(['--prefix', '88.100.1'], piped), 0)
    assert.equal(JSON.parse(piped.out()).fields.name, '=a')
  })
})

test('progress is a bar on a terminal and now and then a line elsewhere', () => {
  let now = 0
  const draw = (isTty: boolean) => {
    const io = ioFor('', isTty)
    now = 0
    const progress = startProgress(io, { total: 100, language: 'en', clock: () => now })
    for (now = 0; now <= 20_000; now += 50) progress.update(now / 200, 'n')
    progress.end()
    return io.err()
  }
  assert.ok(draw(true).includes(`${'█'.repeat(12)}${'░'.repeat(12)}  50 %  n  10 s left`))
  assert.deepEqual(draw(false).split('\n').length, 3)
  assert.equal(formatDuration(59_400), '59 s')
  assert.equal(formatDuration(187_000), '3:07')
  assert.equal(formatDuration(3_729_000), '1:02:09')
})
