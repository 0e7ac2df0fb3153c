import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempDisposable, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { ranCli } from '../../test/support/cli-run.ts'
import { nodeRegistrationsDaily } from '../kernel/evidence/claims.ts'
import { type EmbeddedEvidence, openMemoryEvidence } from '../kernel/evidence/embedded.ts'
import { openingOf } from '../kernel/evidence/entry.ts'
import { publishLog } from '../kernel/evidence/publish.ts'

const { privateKey: key } = generateKeyPairSync('ed25519')
const COUNTS = { created: 1, updated: 2, retired: 3, total: 4 }

const run = (args: readonly string[], more?: { lang?: string; isTty?: boolean }) =>
  ranCli(['verify', ...args], more)

type Scene = AsyncDisposable & {
  readonly log: EmbeddedEvidence
  readonly folder: string
  /** A path in a folder of the visitor’s own. */
  readonly own: (name: string) => string
}

async function scene(size = 300): Promise<Scene> {
  const log = openMemoryEvidence({ key, name: 'node.example', clock: () => 0 })
  const folder = await mkdtempDisposable(join(tmpdir(), 'verify-'))
  await log.append(Array.from({ length: size }, () => nodeRegistrationsDaily('2026-11-20', COUNTS)))
  const own = (name: string) => join(folder.path, name)
  await publishLog(log, own('public'))
  await writeFile(own('key'), `${log.verifierKey}\n`)
  await writeFile(own('entry.json'), JSON.stringify(await entryFile(log, 280, size)))
  return {
    log,
    folder: own('public'),
    own,
    async [Symbol.asyncDispose]() {
      await log[Symbol.asyncDispose]()
      await folder.remove()
    },
  }
}

async function entryFile(log: EmbeddedEvidence, index: number, size: number) {
  const { claim, salt } = (await log.open(index)) ?? assert.fail()
  return {
    index,
    opened: openingOf(claim, salt),
    checkpoint: await log.checkpoint(),
    inclusion: await log.inclusionProof(index, size),
  }
}

async function serve(listener: RequestListener): Promise<AsyncDisposable & { url: string }> {
  const server = createServer(listener)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}

/** Any web server: the files as they lie, below `/evidence/`. */
function filesOf(folder: string): RequestListener {
  return async (request, reply) => {
    const path = (request.url ?? '').replace(/^\/evidence\//, '')
    const bytes = await readFile(join(folder, path)).catch(() => undefined)
    reply.writeHead(bytes === undefined ? 404 : 200).end(bytes)
  }
}

test('a log that is right is said to be right, from a folder and from the web', async () => {
  await using it = await scene()
  await using web = await serve(filesOf(it.folder))
  for (const location of [
    it.folder,
    web.url,
    `${web.url}/`,
    `${web.url}/evidence`,
    `${web.url}/evidence/`,
  ]) {
    const ran = await run([location, '--key', it.own('key'), '--entry', it.own('entry.json')])
    assert.deepEqual([ran.code, ran.err], [0, ''], location)
    assert.match(ran.out, /node\.example: 300 entries, root .{44}, signature good/)
    assert.match(ran.out, /entry 280 is in the log with exactly these fields/)
  }
})

test('with --json there is one object, whatever comes out', async () => {
  await using it = await scene()
  const args = [it.folder, '--key', it.own('key'), '--json']
  const right = JSON.parse((await run(args)).out)
  assert.deepEqual(
    [right.ok, right.origin, right.size, right.findings],
    [true, 'node.example', 300, []],
  )
  await rm(join(it.folder, 'tile', '0', '000'))
  const ran = await run(args)
  const wrong = JSON.parse(ran.out)
  assert.equal(ran.code, 1)
  assert.deepEqual(
    [wrong.ok, wrong.findings[0].code, wrong.findings[0].where],
    [false, 'missing-file', 'tile/0/000'],
  )
})

test('what is wrong is said in the reader’s language, with exit code 1', async () => {
  await using it = await scene()
  const path = join(it.folder, 'tile', 'entries', '000')
  const bytes = await readFile(path)
  bytes[100] = (bytes[100] ?? 0) ^ 1
  await writeFile(path, bytes)
  const english = await run([it.folder, '--key', it.own('key')])
  assert.equal(english.code, 1)
  assert.match(english.err, /tile\/0\/000: does not agree with the entries \(hash 1\)/)
  assert.match(english.err, /the entries do not give the signed root/)
  const chinese = await run([it.folder, '--key', it.own('key')], { lang: 'zh_CN.UTF-8' })
  assert.match(chinese.err, /与条目内容不一致/)
})

test('a checkpoint is kept, and the next look finds out a log that does not continue it', async () => {
  await using it = await scene()
  const kept = it.own('kept')
  const base = ['--key', it.own('key')]
  assert.equal((await run([it.folder, ...base, '--save', kept])).code, 0)
  assert.equal(await readFile(kept, 'utf8'), await it.log.checkpoint())
  await it.log.append([nodeRegistrationsDaily('2026-11-21', COUNTS)])
  await publishLog(it.log, it.folder)
  const ran = await run([it.folder, ...base, '--since', kept])
  assert.equal(ran.code, 0)
  assert.match(ran.out, /continues the checkpoint/)

  await using other = await scene(400)
  const split = await run([other.folder, ...base, '--since', kept, '--save', it.own('not')])
  assert.equal(split.code, 1)
  assert.match(split.err, /does not continue a head/)
  await assert.rejects(readFile(it.own('not')), { code: 'ENOENT' })
})

test('an entry with other fields or salt is not the one in the log', async () => {
  await using it = await scene()
  const entry = await entryFile(it.log, 7, 300)
  const changed = { ...entry, opened: { ...entry.opened, fields: { ...COUNTS, created: 9 } } }
  await writeFile(it.own('entry.json'), JSON.stringify(changed))
  const ran = await run([it.folder, '--key', it.own('key'), '--entry', it.own('entry.json')])
  assert.equal(ran.code, 1)
  assert.match(ran.err, /entry 7: fields and salt do not give the digest/)
})

test('wrong use is exit code 2 and says what is wrong', async () => {
  await using it = await scene()
  await writeFile(it.own('bad'), '{}')
  await writeFile(it.own('torn'), '{')
  const withKey = [it.folder, '--key', it.own('key')]
  const table: readonly (readonly [readonly string[], RegExp])[] = [
    [[], /Usage/],
    [[it.folder], /Usage/],
    [['--key', it.own('key')], /Usage/],
    [[...withKey, 'more'], /Usage/],
    [[...withKey, '--nonsense'], /nonsense/],
    [[it.folder, '--key', it.own('absent')], /absent cannot be read/],
    [[it.folder, '--key', it.own('bad')], /not an Ed25519 verifier key/],
    [[...withKey, '--entry', it.own('bad')], /not an opened entry/],
    [[...withKey, '--entry', it.own('torn')], /not an opened entry/],
    [[...withKey, '--since', it.own('absent')], /absent cannot be read/],
    [[...withKey, '--save', it.own('absent/kept')], /kept cannot be written/],
  ]
  for (const [args, says] of table) {
    const ran = await run(args)
    assert.equal(ran.code, 2, args.join(' '))
    assert.match(ran.err, says)
  }
  const help = await run(['--help'])
  assert.equal(help.code, 0)
  assert.match(help.out, /--since FILE/)
})

test('a log that cannot be reached, or answers without end, fails the check', async () => {
  await using it = await scene()
  const key = ['--key', it.own('key')]
  const nowhere = await run([it.own('nowhere'), ...key])
  assert.deepEqual([nowhere.code, /no checkpoint/.test(nowhere.err)], [1, true])
  await using endless = await serve((request, reply) => {
    if (request.url !== '/evidence/checkpoint') return void reply.writeHead(404).end()
    Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(65_536, 'x')
      })(),
    ).pipe(reply)
  })
  const ran = await run([`${endless.url}/evidence`, ...key])
  assert.equal(ran.code, 1)
  assert.match(ran.err, /longer than 65536 bytes/)
  await using forbidding = await serve((_request, reply) => void reply.writeHead(403).end())
  assert.match((await run([`${forbidding.url}/evidence`, ...key])).err, /HTTP 403/)
})

test('a log that asks to come back later is asked again', async () => {
  await using it = await scene()
  const files = filesOf(it.folder)
  const refused = new Set<string>()
  await using web = await serve((request, reply) => {
    const url = request.url ?? ''
    if (refused.has(url)) return files(request, reply)
    refused.add(url)
    reply.writeHead(429, { 'retry-after': '0' }).end()
  })
  const ran = await run([`${web.url}/evidence`, '--key', it.own('key')])
  assert.deepEqual([ran.code, ran.err], [0, ''])
  assert.ok(refused.size >= 5)
})
