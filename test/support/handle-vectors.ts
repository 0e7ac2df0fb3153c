import assert from 'node:assert/strict'
import { connect } from 'node:net'

/* Recorded answers of the JSON API (spec/handle): asked over a raw socket, and compared as their description says. */
export type Expected = {
  readonly status: number
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: unknown
  readonly callback?: string
  readonly text?: string
  readonly not_json?: true
  readonly any?: true
}
export type Asked = {
  readonly scheme: string
  readonly method: string
  readonly path: string
  readonly auth?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly body_text?: string
}
export type Get = {
  readonly id: string
  readonly shows: string
  readonly request: Asked
  readonly expected: Expected
  readonly better?: readonly Expected[]
}
export type Reply = { status: number; headers: Map<string, string[]>; body: Buffer }

/** Sends exactly these bytes and reads until the other side closes. */
export function ask(port: number, request: Asked): Promise<Reply> {
  const isJson = request.body !== undefined
  const text = request.body_text ?? (isJson ? JSON.stringify(request.body) : undefined)
  const headers = { ...request.headers }
  if (isJson) headers['Content-Type'] ??= 'application/json; charset=utf-8'
  if (text !== undefined) headers['Content-Length'] = String(Buffer.byteLength(text))
  const lines = Object.entries({ Host: 'h', Connection: 'close', ...headers })
  const head = [
    `${request.method} ${request.path} HTTP/1.1`,
    ...lines.map(([k, v]) => `${k}: ${v}`),
  ].join('\r\n')
  return new Promise((done, fail) => {
    const chunks: Uint8Array[] = []
    const socket = connect(port, '127.0.0.1')
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.on('error', fail)
    socket.on('close', () => done(parseReply(Buffer.concat(chunks))))
    socket.write(Buffer.concat([Buffer.from(`${head}\r\n\r\n`, 'latin1'), Buffer.from(text ?? '')]))
  })
}

function parseReply(bytes: Buffer): Reply {
  const end = bytes.indexOf('\r\n\r\n')
  const [first = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const headers = new Map<string, string[]>()
  for (const line of lines) {
    const at = line.indexOf(':')
    const name = line.slice(0, at).toLowerCase()
    headers.set(name, [...(headers.get(name) ?? []), line.slice(at + 1).trim()])
  }
  return { status: Number(first.split(' ')[1]), headers, body: bytes.subarray(end + 4) }
}

const LOOKED_AT = /^(?:content-type|location|www-authenticate|allow|access-control-.*)$/
const LISTS = /^(?:allow|access-control-(?:expose-headers|allow-methods|allow-headers))$/

export function seenHeaders({ headers }: Reply): Record<string, string | string[]> {
  const seen: Record<string, string | string[]> = {}
  for (const [name, values] of headers) {
    if (!LOOKED_AT.test(name)) continue
    if (name === 'www-authenticate') {
      seen[name] = values
      continue
    }
    const text = values.join(', ')
    if (LISTS.test(name)) {
      const parts = text.split(',').map((it) => it.trim())
      seen[name] = parts.filter((it) => it !== 'TRACE').sort()
    } else seen[name] = name === 'content-type' ? text.toLowerCase().replaceAll(' ', '') : text
  }
  return seen
}

function isContaining(wanted: unknown): wanted is { readonly '<contains>': readonly unknown[] } {
  return typeof wanted === 'object' && wanted !== null && '<contains>' in wanted
}

function sameBody(given: unknown, wanted: unknown, path = '$'): void {
  if (wanted === '<varies>') return
  if (wanted === '<text>') {
    assert.ok(typeof given === 'string' && given !== '', path)
  } else if (isContaining(wanted)) {
    assert.ok(Array.isArray(given), path)
    for (const it of wanted['<contains>']) assert.ok(given.includes(it), `${path} has ${it}`)
  } else if (Array.isArray(wanted)) {
    assert.ok(Array.isArray(given), path)
    assert.equal(given.length, wanted.length, `${path}.length`)
    for (const [i, it] of wanted.entries()) sameBody(given[i], it, `${path}[${i}]`)
  } else if (typeof wanted === 'object' && wanted !== null) {
    assert.ok(typeof given === 'object' && given !== null, path)
    assert.deepEqual(Object.keys(given), Object.keys(wanted), `members of ${path}`)
    for (const [name, it] of Object.entries(wanted)) {
      sameBody((given as Record<string, unknown>)[name], it, `${path}.${name}`)
    }
  } else assert.equal(given, wanted, path)
}

function sameHeaders(given: Record<string, unknown>, wanted: Record<string, unknown>): void {
  const { 'www-authenticate': challenges = [], ...others } = given
  const { 'www-authenticate': expected = [], ...rest } = wanted
  assert.deepEqual(others, rest, 'headers')
  assert.ok(Array.isArray(challenges) && Array.isArray(expected))
  assert.equal(challenges.length, expected.length, `challenges ${challenges.join(' | ')}`)
  for (const [i, it] of expected.entries()) {
    const parts = String(it)
      .split(/<varies>|<text>/)
      .map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
    assert.match(String(challenges[i]), new RegExp(`^${parts.join('[^"]+')}$`))
  }
}

function check(reply: Reply, expected: Expected): void {
  assert.equal(reply.status, expected.status, 'status')
  if (expected.any) return
  sameHeaders(seenHeaders(reply), expected.headers ?? {})
  const text = reply.body.toString('utf8')
  if (expected.not_json) {
    assert.throws(() => JSON.parse(text))
    return
  }
  if (expected.text !== undefined && !expected.text.includes('<text>')) {
    const masked = text.replace(/"timestamp":( ?)"[^"]*"/g, '"timestamp":$1"<varies>"')
    assert.equal(masked, expected.text)
  }
  if (expected.body === undefined) {
    assert.equal(text, '')
    return
  }
  const { callback } = expected
  if (callback === undefined) {
    sameBody(JSON.parse(text), expected.body)
    return
  }
  assert.ok(text.startsWith(`${callback}(`) && text.endsWith(');'), text.slice(0, 80))
  sameBody(JSON.parse(text.slice(callback.length + 1, -2)), expected.body)
}

export function checkAny(
  reply: Reply,
  { expected, better = [] }: Pick<Get, 'expected' | 'better'>,
): void {
  try {
    check(reply, expected)
  } catch (first) {
    for (const it of better) {
      try {
        check(reply, it)
        return
      } catch {}
    }
    throw first
  }
}
