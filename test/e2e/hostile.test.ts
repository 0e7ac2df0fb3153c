import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { strToU8, zipSync } from 'fflate'
import { PERMISSIONS } from '../../src/kernel/access/permissions.ts'
import {
  type Call,
  call,
  keyBy,
  must,
  type Reply,
  rssAnonBytes,
  setUpBy,
} from '../support/api-client.ts'
import {
  type NodeProcess,
  type Scratch,
  scratchFolder,
  startNodeProcess,
} from '../support/node-process.ts'
import { type Uploaded, upload } from '../support/upload.ts'

const IS_LONG = process.env.WAYMARK_TEST_LONG === '1'
const MIB = 2 ** 20
const LINE_BYTES = IS_LONG ? 1024 * MIB : 64 * MIB
const GROWTH_BYTES_MAX = 300 * MIB
const PREFIX = '88.100'
const IMPORT = `/api/v1/imports?prefix=${PREFIX}&template=thing`
const SCRIPT = `<script>alert(1)</script><img src=x onerror=alert(1)>"'&`
const label = (text: string) => ({ en: text, zh: text })

let folder: Scratch
let node: NodeProcess
let headers: Record<string, string>

before(async () => {
  folder = await scratchFolder()
  node = await startNodeProcess(folder.path, { WAYMARK_LOG_LEVEL: 'error' })
  headers = await keyBy(node.url, await setUpBy(node.url, node.setupCode, PREFIX), {
    scopes: PERMISSIONS,
    label: SCRIPT,
  })
  const fields = [
    { name: 'name', type: 'text', label: label(SCRIPT), required: true },
    { name: 'page', type: 'url', label: label('Page') },
  ]
  const body = { prefix: PREFIX, name: 'thing', label: label(SCRIPT), fields }
  await must(ask('POST', '/api/v1/templates', { body }))
  await must(ask('POST', `/api/v1/templates/${PREFIX}/thing/1/publish`, { body: {} }))
})

after(async () => {
  await node?.[Symbol.asyncDispose]()
  await folder?.[Symbol.asyncDispose]()
})

async function ask(method: string, path: string, more: Call = {}): Promise<Reply> {
  return await call(node.url, method, path, { ...more, headers: { ...headers, ...more.headers } })
}

async function send(body: Parameters<typeof upload>[1]['body'], query = ''): Promise<Uploaded> {
  return await upload(node.url, { path: IMPORT + query, headers, body })
}

/** Nothing was logged as an error of the node, and it answers. */
async function assertWell(what: string): Promise<void> {
  assert.equal(node.out.stderr, '', what)
  assert.equal((await call(node.url, 'GET', '/health/ready')).status, 200, what)
}

function* endlessLine(): Generator<Buffer> {
  yield Buffer.from('suffix,name\nbefore,x\nlong,')
  const piece = Buffer.alloc(MIB, 'y')
  for (let sent = 0; sent < LINE_BYTES; sent += piece.length) yield piece
  yield Buffer.from('\nafter,x\n')
}

test(`a line of ${LINE_BYTES / MIB} MiB is refused by its number, the lines around it are read, and memory stays`, {
  timeout: 600_000,
}, async () => {
  const start = (await rssAnonBytes(node.child.pid)) ?? 0
  let highest = start
  const watching = setInterval(async () => {
    highest = Math.max(highest, (await rssAnonBytes(node.child.pid)) ?? 0)
  }, 50)
  const { outcomes, summary, text } = await send(endlessLine())
  clearInterval(watching)
  assert.deepEqual(
    outcomes.map((it) => [it.line, it.outcome]),
    [
      [2, 'created'],
      [3, 'refused'],
      [4, 'created'],
    ],
    text,
  )
  assert.match(outcomes[1]?.fields?.[0]?.detail ?? '', /longer than 1 MiB/)
  assert.equal(summary.refused, 1)
  assert.ok(highest - start < GROWTH_BYTES_MAX, `grew by ${(highest - start) / MIB} MiB`)
  await assertWell('a long line')
})

const BOOK = {
  'xl/workbook.xml':
    '<workbook xmlns:r="r"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
  'xl/_rels/workbook.xml.rels':
    '<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="s.xml"/></Relationships>',
}

function workbook(sheet: string): Buffer {
  const parts = { ...BOOK, 'xl/s.xml': sheet }
  const bytes = Object.entries(parts).map(([name, text]) => [name, strToU8(text)] as const)
  return Buffer.from(zipSync(Object.fromEntries(bytes), { level: 9 }))
}

test('a workbook that swells, nests or expands beyond reason is refused with the reason', async () => {
  const header = '<row><c t="str"><v>suffix</v></c><c t="str"><v>name</v></c></row>'
  const blank = `<row/><!--${' '.repeat(MIB)}-->`
  const bomb = workbook(
    `<worksheet><sheetData>${header}${blank.repeat(60)}</sheetData></worksheet>`,
  )
  assert.ok(bomb.length < MIB)
  const laughs = Array.from(
    { length: 9 },
    (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`,
  )
  const entities = `<!DOCTYPE x [<!ENTITY l0 "ha">${laughs.join('')}]><worksheet><sheetData>${header}<row><c t="str"><v>&l9;</v></c></row></sheetData></worksheet>`
  const deep = `<worksheet><sheetData>${header}<row><c>${'<v>'.repeat(200_000)}</c></row></sheetData></worksheet>`
  const start = (await rssAnonBytes(node.child.pid)) ?? 0
  for (const [name, file, status] of [
    ['bomb', bomb, 413],
    ['entities', workbook(entities), 400],
    ['depth', workbook(deep), 400],
    ['no zip', Buffer.from('PK\x03\x04 and no more'), 400],
  ] as const) {
    const told = await send(file, '&format=xlsx')
    const problem = told.summary?.problem ?? JSON.parse(told.text || '{}')
    assert.ok(problem.code, `${name}: ${told.status} ${told.text} ${JSON.stringify(told.summary)}`)
    assert.equal(
      problem.code,
      status === 413 ? 'too-large' : 'unreadable-input',
      `${name}: ${problem.detail}`,
    )
    assert.equal(told.outcomes.length, 0, name)
  }
  assert.ok(((await rssAnonBytes(node.child.pid)) ?? 0) - start < GROWTH_BYTES_MAX)
  await assertWell('workbooks')
})

test('NUL bytes, overlong UTF-8 and broken characters are refused by line; GB 18030 and UTF-16 are read', async () => {
  const mixed = Buffer.concat([
    Buffer.from('suffix,name\ngood,泵\n'),
    Buffer.from('nul,a\0b\n'),
    Buffer.from('overlong,'),
    Buffer.from('c0af', 'hex'),
    Buffer.from('\nsurrogate,'),
    Buffer.from('eda080', 'hex'),
    Buffer.from('\nlast,阀\n'),
  ])
  const told = await send(mixed)
  assert.deepEqual(
    told.outcomes.map((it) => it.outcome),
    ['created', 'refused', 'refused', 'refused', 'created'],
    JSON.stringify(told.outcomes),
  )
  const gb = Buffer.concat([
    Buffer.from('suffix,name\ngb,'),
    Buffer.from('cbaeb1c3', 'hex'),
    Buffer.from('\n'),
  ])
  assert.equal((await send(gb)).summary.created, 1)
  const utf16 = Buffer.from('\ufeffsuffix,name\nwide,水泵\n', 'utf16le')
  assert.equal((await send(utf16)).summary.created, 1)
  for (const suffix of ['gb', 'wide']) {
    const { json } = await call(node.url, 'GET', `/api/handles/${PREFIX}/${suffix}`)
    assert.match(JSON.stringify(json), /水泵/)
  }
  await assertWell('encodings')
})

/** Of brackets or members, just within the largest body. */
const DEEP = 150_000

test('JSON that is deep, huge, no object, or names the prototype is refused or taken as what it is', async () => {
  const bodies: readonly [string, RegExp][] = [
    [`${'['.repeat(DEEP)}${']'.repeat(DEEP)}`, /^4(00|22)$/],
    [
      `{"handle":"${PREFIX}/d","fields":{"name":${'['.repeat(DEEP)}${']'.repeat(DEEP)}}}`,
      /^4(00|22)$/,
    ],
    [`{"handle":"${PREFIX}/d","values":${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}}`, /^4(00|22)$/],
    [`{"handle":"${'x'.repeat(2 * MIB)}"}`, /^413$/],
    [`{"handle":"${PREFIX}/p","__proto__":{"isAdmin":true}}`, /^4(00|22)$/],
    [`{"handle":"${PREFIX}/p","constructor":{"prototype":{"x":1}}}`, /^4(00|22)$/],
    [
      `{"handle":"${PREFIX}/p","template":"thing","fields":{"__proto__":{"x":1},"name":"x"}}`,
      /^4(00|22)$/,
    ],
    [`{"handle":"${PREFIX}/p","template":"thing","fields":{"toString":"x","name":"x"}}`, /^422$/],
    [`{"handle":"${PREFIX}/p","handle":{}}`, /^4(00|22)$/],
    ['\ufeff{}', /^4(00|22)$/],
    ['"text"', /^4(00|22)$/],
    ['null', /^4(00|22)$/],
    ['1e999999', /^4(00|22)$/],
    ['{"handle":"a/b"', /^400$/],
    ['\0', /^400$/],
  ]
  const type = { 'content-type': 'application/json' }
  for (const [body, status] of bodies) {
    const reply = await ask('POST', '/api/v1/identifiers', { body, headers: type })
    assert.match(`${reply.status}`, status, `${body.slice(0, 100)}: ${reply.text.slice(0, 300)}`)
    assert.match(reply.headers.get('content-type') ?? '', /^application\/problem\+json/)
  }
  const lines = [
    `{"suffix":"deep","name":${'['.repeat(DEEP)}${']'.repeat(DEEP)}}`,
    '{"suffix":"proto","__proto__":{"name":"x"}}',
    '{"suffix":"proto-2","name":"x","__proto__":{"name":"y"}}',
    '{"suffix":"fine","name":"x"}',
  ]
  const told = await send(Buffer.from(lines.join('\n')), '&format=ndjson')
  assert.equal(told.outcomes.length, 4, told.text)
  assert.deepEqual(
    told.outcomes.filter((it) => it.outcome === 'created').map((it) => it.handle?.split('/')[1]),
    told.outcomes[2]?.outcome === 'created' ? ['proto-2', 'fine'] : ['fine'],
  )
  const kept = await ask('GET', `/api/v1/identifiers/${PREFIX}/fine`)
  assert.equal(kept.json.isAdmin, undefined)
  await assertWell('JSON')
})

test('a body of another type than it says is refused in our words', async () => {
  const cases: readonly [type: string, body: string, status: number][] = [
    ['text/plain', '{}', 422],
    ['multipart/form-data; boundary=x', '--x--', 415],
    ['application/x-www-form-urlencoded', 'a=b', 415],
    ['application/xml', '<x/>', 415],
    ['application/json; charset=utf-16', '{}', 422],
    ['no type', '{}', 415],
  ]
  for (const [type, body, status] of cases) {
    const reply = await ask('POST', '/api/v1/keys', { body, headers: { 'content-type': type } })
    assert.ok(
      reply.status === status || reply.status === 400,
      `${type}: ${reply.status} ${reply.text}`,
    )
    assert.match(reply.headers.get('content-type') ?? '', /^application\/problem\+json/, type)
    assert.ok(!/FST_|Fastify/.test(reply.text), reply.text)
  }
  await assertWell('types')
})

/** Everything the node says to raw bytes until it closes, or until it was silent for a while. */
async function raw(bytes: string | Buffer, silentMs = 2_000): Promise<string> {
  const { hostname, port } = new URL(node.url)
  const socket = connect({ host: hostname, port: Number(port) })
  let answer = ''
  socket.setEncoding('latin1').on('data', (it: string) => {
    answer += it
  })
  await new Promise<void>((resolve) => {
    socket.on('error', () => resolve()).on('close', () => resolve())
    socket.setTimeout(silentMs, resolve)
    socket.write(bytes)
  })
  socket.destroy()
  return answer
}

test('floods of headers and endless targets are refused, and cost no more than their bytes', async () => {
  const many = Array.from({ length: 3_000 }, (_, i) => `x-${i}: ${i}`).join('\r\n')
  assert.match(await raw(`GET / HTTP/1.1\r\nhost: x\r\n${many}\r\n\r\n`), /^HTTP\/1\.1 431 /)
  assert.match(
    await raw(`GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`),
    /^HTTP\/1\.1 431 /,
  )
  assert.match(
    await raw(`GET /${'a'.repeat(40_000)} HTTP/1.1\r\nhost: x\r\n\r\n`),
    /^HTTP\/1\.1 431 /,
  )
  const long = await raw(
    `GET /${PREFIX}/${'a'.repeat(20_000)} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`,
  )
  assert.match(long, /^HTTP\/1\.1 4\d\d /)
  const cookies = `cookie: ${'waymark=a; '.repeat(1_500)}`
  assert.match(
    await raw(`GET / HTTP/1.1\r\nhost: x\r\n${cookies}\r\nconnection: close\r\n\r\n`),
    /^HTTP\/1\.1 200 /,
  )
  await assertWell('headers')
})

test('two requests that could be taken for one are refused', async () => {
  const smuggled = 'GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n'
  for (const head of [
    `content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    `transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n\r\n0\r\n\r\n${smuggled}`,
    `transfer-encoding: xchunked\r\n\r\n${smuggled}`,
    `content-length: 0\r\ncontent-length: 43\r\n\r\n${smuggled}`,
    `content-length: +5\r\n\r\n${smuggled}`,
    `content-length : 5\r\n\r\n${smuggled}`,
  ]) {
    const answer = await raw(`POST /api/v1/sign-out HTTP/1.1\r\nhost: x\r\n${head}`)
    assert.match(answer, /^HTTP\/1\.1 400 /, head)
    assert.equal(answer.match(/HTTP\/1\.1 /g)?.length, 1, answer)
  }
  await assertWell('smuggling')
})

test('clients that send slowly hold nobody up, and are let go', { timeout: 300_000 }, async () => {
  const { hostname, port } = new URL(node.url)
  const slow = Array.from({ length: 300 }, () => connect({ host: hostname, port: Number(port) }))
  for (const socket of slow) socket.on('error', () => undefined).resume()
  const gone = slow.map((it) => new Promise<void>((resolve) => it.on('close', () => resolve())))
  const drip = setInterval(() => {
    for (const it of slow) if (it.writable) it.write('x')
  }, 500)
  for (const it of slow) it.write('GET / HTTP/1.1\r\nx-')
  const start = performance.now()
  for (let n = 0; n < 20; n++)
    assert.equal((await call(node.url, 'GET', '/health/live')).status, 200)
  const tookMs = performance.now() - start
  await Promise.race([Promise.all(gone), sleep(240_000, undefined, { ref: false })])
  clearInterval(drip)
  const left = slow.filter((it) => !it.destroyed && it.readyState === 'open').length
  for (const it of slow) it.destroy()
  // Whoever had to wait for them would wait until their headers are given up, after a minute.
  assert.ok(tookMs < 30_000, `others waited ${tookMs} ms`)
  assert.equal(left, 0, 'headers that never end are cut off')
  await assertWell('slow clients')
})

test('paths that try to lead elsewhere name identifiers and nothing else', async () => {
  const tricks = [
    ...['/../../etc/passwd', '/..%2f..%2fetc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '//etc/passwd'],
    ...[
      '/console/../../package.json',
      '/console/%2e%2e/%2e%2e/package.json',
      '/console/..%5c..%5cx',
    ],
    ...['/evidence/tile/../../node.pem', '/evidence/tile/0/..%2f..%2f..%2fkeys%2fnode.pem'],
    ...['/api/v1/backups/..%2f..%2flock.sqlite', '/api/v1/backups/%2e%2e', '/.git/config', '/.env'],
    ...['/api/v1/imports/..%2f..%2fkeys/result', '/api/v1/files/..%2f..%2fkeys%2fnode.pem'],
    ...['/assets/../../keys/node.pem', '/api/..%2fhealth/live', '/\\..\\..\\etc\\passwd'],
  ]
  for (const path of tricks) {
    const auth = `authorization: ${headers.authorization}\r\n`
    const answer = await raw(`GET ${path} HTTP/1.1\r\nhost: x\r\n${auth}connection: close\r\n\r\n`)
    const status = path.startsWith('/console/')
      ? /^HTTP\/1\.1 (?:200|4\d\d) /
      : /^HTTP\/1\.1 4\d\d /
    assert.match(answer, status, `${path}: ${answer.slice(0, 300)}`)
    assert.doesNotMatch(answer, /root:|PRIVATE KEY|"dependencies"|SQLite format/, path)
  }
  await assertWell('paths')
})

test('stored scripts are text wherever they are shown', async () => {
  const name = `x${SCRIPT}`
  const made = { handle: `${PREFIX}/${name}`, template: 'thing', fields: { name: SCRIPT } }
  await must(ask('POST', '/api/v1/identifiers', { body: made }))
  const plain = {
    handle: `${PREFIX}/urls`,
    values: [
      { index: 1, type: 'URL', data: 'javascript:alert(1)' },
      { index: 2, type: SCRIPT, data: SCRIPT },
      { index: 3, type: 'URL', data: 'data:text/html,<script>alert(1)</script>' },
    ],
  }
  await must(ask('POST', '/api/v1/identifiers', { body: plain }))
  await must(ask('PATCH', '/api/v1/node', { body: { name: SCRIPT } }))
  const path = `/${PREFIX}/${encodeURIComponent(name)}`
  const pages = [
    ...[
      path,
      `${path}?show`,
      `${path}?lang=zh`,
      `${path}?format=html`,
      `/${PREFIX}/urls`,
      '/',
      `/?id=`,
    ],
    ...[
      `/${PREFIX}/${encodeURIComponent(`no ${SCRIPT}`)}`,
      `/?id=${encodeURIComponent(`/${SCRIPT}`)}`,
    ],
    ...[`/${encodeURIComponent(SCRIPT)}`, `${path}?qr=svg`, '/console/', '/nothing/%3Cscript%3E'],
  ]
  for (const page of pages) {
    const reply = await call(node.url, 'GET', page, { headers: { accept: 'text/html' } })
    const type = reply.headers.get('content-type') ?? ''
    assert.ok(!reply.text.includes('<script>alert'), `${page}: ${reply.text}`)
    assert.ok(!reply.text.includes('<img src=x'), page)
    assert.doesNotMatch(reply.text, /href="?(?:javascript|data):/i, page)
    assert.equal(reply.headers.get('x-content-type-options'), 'nosniff', page)
    if (type.startsWith('text/html')) {
      assert.match(reply.headers.get('content-security-policy') ?? '', /default-src 'none'/, page)
    }
    assert.notEqual(reply.headers.get('location')?.startsWith('javascript:'), true)
  }
  for (const page of [path, `/api/handles${path}`, '/api/v1/keys', `/api/v1/history${path}`]) {
    const reply = await ask('GET', page, { headers: { accept: 'application/json' } })
    assert.equal(reply.status, 200, `${page}: ${reply.text}`)
    assert.match(reply.headers.get('content-type') ?? '', /^application\/(?:problem\+)?json/, page)
    assert.equal(reply.headers.get('x-content-type-options'), 'nosniff', page)
  }
  const table = await ask('GET', `/api/v1/exports?prefix=${PREFIX}&template=thing`)
  assert.match(table.headers.get('content-disposition') ?? '', /^attachment/)
  await assertWell('scripts')
})
