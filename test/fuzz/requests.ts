import type { Dice } from '../support/records.ts'

/** The part of an OpenAPI document that requests are made from. */
export type OpenApi = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}
type Operation = {
  readonly operationId?: string
  readonly parameters?: readonly { name: string; in: string; schema?: Schema }[]
  readonly requestBody?: { content?: Record<string, { schema?: Schema }> }
}
export type Schema = {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
}

export type Making = {
  readonly dice: Dice
  readonly operations: readonly NamedOperation[]
  /** A key that may do everything. */
  readonly authorization: string
}
type NamedOperation = Operation & { readonly method: string; readonly path: string }

/** Deeds that cost a password hash or a file each, asked for rarely. */
const DEAR = /^(signIn|setUp|resetPassword|acceptInvitation|joinByInvitation|changeMyPassword)$/
const NEVER = /^makeBackup$/

export function operationsOf({ paths }: OpenApi): NamedOperation[] {
  return Object.entries(paths)
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, it]) => ({
        ...it,
        path,
        method: method.toUpperCase(),
      })),
    )
    .filter(({ operationId = '' }) => !NEVER.test(operationId))
}

const WORDS = [
  ...[
    '',
    'x',
    'A',
    'B',
    '88.100',
    '88.100.1',
    '88.100.2',
    '88.100.1/x',
    '88.100.1/X',
    '0.NA/88.100.1',
  ],
  ...['product', 'product@1', 'product@99', 'ops', '1', '0', '-1', '2147483648', '1e999', 'null'],
  ...['2026-01-01', '2026-01-01T00:00:00Z', '9999-99-99', '+275760-09-13T00:00:00.001Z', 'true'],
  ...[
    '泵',
    '水泵 GP',
    '🚚',
    '\ud800',
    '\0',
    '\r\n',
    '\u2028',
    '<script>',
    "' OR 1=1 --",
    '%',
    '_',
    '*',
  ],
  ...[
    'URL',
    'HS_ADMIN',
    'HS_SITE',
    'https://a.example',
    'javascript:alert(1)',
    'operator',
    'member',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'x'.repeat(70),
    'y'.repeat(3000),
    '[',
    '(a+)+$',
    '\\',
  ],
  ...['eyJ9', 'MA', 'W10', 'WzEsMl0', '00000000-0000-0000-0000-000000000000', '../../etc/passwd'],
]
const NUMBERS = [0, 1, -1, 2, 100, 1.5, 1e308, -0, 2 ** 31, 2 ** 53, 1_700_000_000_000, 8.64e15 + 1]
const JUNK = [null, true, [], {}, [[[]]], { a: { b: [] } }, [null], '', 0]

/** What members and parameters of these names are when they are right, so that many requests get past the first check. */
const HINTS: Readonly<Record<string, readonly unknown[]>> = {
  prefix: ['88.100', '88.100', '88.100.1', '99'],
  handle: ['88.100/x', '88.100/y', '88.100/Z', '88.100/泵 1', '88.100/a/b', '0.NA/88.100'],
  template: ['product', 'product@1', 'other'],
  name: ['product', 'other', 'weight', 'somebody', '水泵'],
  type: ['text', 'number', 'date', 'url', 'list', 'reference', 'URL', 'DESC', 'HS_ADMIN'],
  fields: [{ name: 'n' }, { name: 'n', weight: '1.5' }, { name: 1, cost: 'c' }, { weight: -0 }],
  values: [[], [{ index: 1, type: 'URL', data: 'https://b.example/' }], [{ index: 1 }]],
  version: [1, 2, 3],
  limit: [1, 2, 50],
  label: [{ en: 'x', zh: 'x' }],
  format: ['csv', 'ndjson', 'xlsx', 'handle-json'],
  q: ['x', '泵', 'product', '"', '%'],
  state: ['registered', 'retired', 'held', 'active', 'open'],
  scopes: [['identifiers.read'], ['identifiers.write', 'templates.read']],
  index: [0, 1, 2, 100],
  from: ['2026-01-01', '2026-01-01T00:00:00Z', 0],
  to: ['2026-12-31', '2026-12-31T00:00:00Z', 1],
  subject: ['88.100', 'node'],
  segment: ['1', '2', 'a', '7'],
  reason: ['because'],
  '*': ['88.100/x', '88.100/y', 'x', '0/000'],
}

/** A value of about that schema; now and then something else. */
export function sampleOf(schema: Schema, dice: Dice, depth = 0): unknown {
  if (dice.chance(6) || depth > 6) return dice.pick(JUNK)
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return dice.pick(schema.enum)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices !== undefined) return sampleOf(dice.pick(choices), dice, depth + 1)
  switch (schema.type) {
    case 'object':
      return objectOf(schema.properties ?? {}, dice, depth)
    case 'array': {
      const length = dice.below(4)
      return Array.from({ length }, () => sampleOf(schema.items ?? {}, dice, depth + 1))
    }
    case 'string':
      return dice.pick(WORDS)
    case 'integer':
    case 'number':
      return dice.pick(NUMBERS)
    case 'boolean':
      return dice.chance(50)
    default:
      return dice.pick<unknown>([...JUNK, ...WORDS, ...NUMBERS])
  }
}

function hinted(name: string, dice: Dice): unknown {
  const hints = HINTS[name]
  return hints !== undefined && dice.chance(75) ? dice.pick(hints) : undefined
}

function objectOf(
  properties: Readonly<Record<string, Schema>>,
  dice: Dice,
  depth: number,
): Record<string, unknown> {
  const entries = Object.entries(properties)
    .filter(() => dice.chance(85))
    .map(([name, it]) => [name, hinted(name, dice) ?? sampleOf(it, dice, depth + 1)] as const)
  const more = dice.chance(entries.length === 0 ? 60 : 8)
    ? [[dice.pick(WORDS), sampleOf({}, dice, depth + 1)] as const]
    : []
  return Object.fromEntries([...entries, ...more])
}

export type Batch = {
  readonly bytes: Buffer
  /** The node can tell where each request ends, and closes the connection after the last one. */
  readonly isWhole: boolean
}

const LAST = Buffer.from('GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')

/** Requests for one connection; now and then they are cut off, or the last one is no HTTP. */
export function requestBatch(making: Making, count: number): Batch {
  const { dice } = making
  const requests = Array.from({ length: count }, () =>
    dice.chance(60) ? apiRequest(making) : targetRequest(making),
  )
  const isWhole = dice.chance(85)
  const bytes = Buffer.concat([...requests, isWhole ? LAST : garbage(dice)])
  const isCut = !isWhole && dice.chance(50)
  return { bytes: isCut ? bytes.subarray(0, dice.below(bytes.length + 1)) : bytes, isWhole }
}

function apiRequest(making: Making): Buffer {
  const { dice, operations } = making
  let operation = dice.pick(operations)
  if (DEAR.test(operation.operationId ?? '') && !dice.chance(3)) operation = dice.pick(operations)
  const query: string[] = []
  let path = operation.path
  for (const { name, in: where, schema = {} } of operation.parameters ?? []) {
    const value = String(hinted(name, dice) ?? sampleOf(schema, dice))
    const text = encodeURIComponent(value.toWellFormed())
    if (where === 'path') path = path.replace(`{${name}}`, text || '-')
    else if (where === 'query' && dice.chance(60)) query.push(`${name}=${text}`)
  }
  path = path.replace('{*}', encodeURIComponent(dice.pick(WORDS).toWellFormed()))
  const target = query.length === 0 ? path : `${path}?${query.join('&')}`
  const schema = operation.requestBody?.content?.['application/json']?.schema
  const isImport = operation.operationId === 'importFile'
  const body = isImport ? fileOf(dice) : schema && jsonOf(schema, dice)
  return write(making, { method: operation.method, target, body })
}

function fileOf(dice: Dice): string {
  const lines = Array.from({ length: dice.below(6) }, () =>
    dice.chance(50)
      ? `${dice.pick(WORDS)},${dice.pick(WORDS)}`
      : JSON.stringify({ handle: dice.pick(WORDS), name: dice.pick(WORDS) }),
  )
  return ['suffix,name', ...lines].slice(dice.below(2)).join('\n')
}

function jsonOf(schema: Schema, dice: Dice): string {
  const text = JSON.stringify(sampleOf(schema, dice)) ?? ''
  if (dice.chance(90)) return text
  const at = dice.below(text.length + 1)
  return (
    text.slice(0, at) +
    dice.pick(['', '\0', '"', '{"__proto__":{"a":1}}', '[[[[', '\\u']) +
    text.slice(at + 1)
  )
}

const METHODS = [
  ...[
    'GET',
    'GET',
    'GET',
    'HEAD',
    'POST',
    'PUT',
    'DELETE',
    'OPTIONS',
    'PATCH',
    'TRACE',
    'PROPFIND',
  ],
  ...['QUERY', 'M-SEARCH', 'SEARCH', 'PURGE'],
]
const STEPS = [
  ...[
    '/',
    '//',
    '/88.100.1/x',
    '/88.100.1',
    '/api/handles/',
    '/api/handles/88.100.1/x',
    '/api/v1/',
  ],
  ...[
    '/console/',
    '/evidence/tile/0/',
    '/metrics',
    '/health/live',
    '/.well-known/x',
    '..',
    '%2e%2e',
    '.',
  ],
  ...[
    '%',
    '%00',
    '%2F',
    '%c0%af',
    '%ff',
    '\u00ff',
    ';',
    '+',
    '?',
    '#',
    '&',
    '=',
    'q=svg',
    'qr=png',
    'x',
  ],
  ...[
    '?show',
    '?format=json',
    '?format=json-ld',
    '?lang=zh',
    '?qr=svg',
    '?qr=png&size=99999',
    '?id=x',
  ],
  ...[
    '?callback=f',
    'index=1',
    'type=URL',
    'pretty',
    '0.NA/88.100.1',
    'p'.repeat(500),
    '1/2/3',
    '001',
  ],
]

function targetRequest(making: Making): Buffer {
  const { dice } = making
  let target = dice.chance(97) ? '/' : dice.pick(['', '*', 'http://o.example/', 'o.example:443'])
  for (let left = dice.below(6); left > 0; left--) target += dice.pick(STEPS)
  const body = dice.chance(20) ? dice.pick(['{}', 'index=1', '\0', 'x'.repeat(5000)]) : undefined
  return write(making, { method: dice.pick(METHODS), target, body })
}

const HEADERS = [
  ...[
    'accept: text/html',
    'accept: application/json',
    'accept: */*;q=',
    'accept: application/x-ndjson',
  ],
  ...['accept-language: zh', 'accept-language: ,;q=9', 'origin: https://o.example', 'origin: null'],
  ...[
    'cookie: waymark=x.y',
    'cookie: waymark=%',
    'cookie: ;;=;',
    'if-match: "1"',
    'if-match: W/"x"',
  ],
  ...['content-type: text/csv', 'content-type: application/json; charset=gbk', 'content-type: /'],
  ...['content-type: multipart/form-data; boundary=x', 'content-encoding: gzip', 'range: bytes=0-'],
  ...['expect: 100-continue', 'upgrade: h2c', 'x-forwarded-for: 1.2.3.4', 'connection: keep-alive'],
  ...[
    'forwarded: for=_x',
    'idempotency-key: k',
    'sec-fetch-site: cross-site',
    'host: ',
    'te: trailers',
  ],
  ...[
    'access-control-request-method: PUT',
    'user-agent: ',
    'x: \u00ff\u0080',
    'accept-encoding: gzip',
  ],
]

type Written = {
  readonly method: string
  readonly target: string
  readonly body?: string | undefined
}

function write({ dice, authorization }: Making, { method, target, body }: Written): Buffer {
  const headers = ['host: node.example']
  const who = dice.below(10)
  if (who < 6) headers.push(`authorization: ${authorization}`)
  else if (who === 6) headers.push(dice.pick(['authorization: Bearer wmk_a_b', 'authorization: x']))
  for (let left = dice.below(4); left > 0; left--) headers.push(dice.pick(HEADERS))
  const bytes = Buffer.from(body ?? '')
  const isChunked = dice.chance(15)
  if (body !== undefined) {
    if (dice.chance(80)) headers.push('content-type: application/json')
    headers.push(isChunked ? 'transfer-encoding: chunked' : `content-length: ${bytes.length}`)
  }
  const head = Buffer.from(
    `${method} ${target} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`,
    'latin1',
  )
  if (body === undefined || !isChunked) return Buffer.concat([head, bytes])
  const size = Buffer.from(bytes.length === 0 ? '' : `${bytes.length.toString(16)}\r\n`)
  const end = Buffer.from(bytes.length === 0 ? '0\r\n\r\n' : '\r\n0\r\n\r\n')
  return Buffer.concat([head, size, bytes, end])
}

const BROKEN = [
  'GET / HTTP/1.1\r\n',
  'GET /\r\n\r\n',
  'GET / HTTP/9.9\r\n\r\n',
  'POST /api/v1/sign-in HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n{}',
  'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
  'POST /api/v1/imports?prefix=88.100.1 HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
  'POST /api/v1/keys HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n',
  'POST /api/v1/keys HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999999999999999\r\n\r\n',
  'GET /x HTTP/1.1\r\nhost: x\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n',
  'GET / HTTP/1.1\r\n: no name\r\n\r\n',
  'GET / HTTP/1.1\r\nhost: x\r\n folded: yes\r\n\r\n',
  'CONNECT x:1 HTTP/1.1\r\nhost: x\r\n\r\n',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'BREW /api/handles/x HTTP/1.1\r\n\r\n',
  'get / HTTP/1.1\r\nhost: x\r\n\r\n',
  '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
]

function garbage(dice: Dice): Buffer {
  if (dice.chance(40))
    return Buffer.from(Array.from({ length: dice.below(300) }, () => dice.below(256)))
  const bytes = Buffer.from(dice.pick(BROKEN), 'latin1')
  if (dice.chance(50)) bytes[dice.below(bytes.length)] = dice.below(256)
  return bytes
}
