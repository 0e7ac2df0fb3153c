import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import {
  type Asked,
  ask,
  checkAny,
  type Expected,
  type Get,
  type Reply,
} from '../../../test/support/handle-vectors.ts'
import { type HandleWorld, openHandleWorld, SECRET } from '../../../test/support/handle-world.ts'
import { type SecretForm, secretCode } from '../../identifiers/authority/secret-code.ts'

/* The recorded answers to those who have credentials, and to those who want to: reads, writes, lists, sessions. */

type Step = {
  readonly request: Asked & { readonly save?: Readonly<Record<string, string>> }
  readonly expected: Expected
  readonly better?: readonly Expected[]
}
type Sequence = {
  readonly id: string
  readonly shows: string
  readonly uses?: readonly string[]
  readonly steps: readonly Step[]
}
type Loaded = { readonly handle: string; readonly values: unknown }

const PREFIX = '20.500.99999'
const file = new URL('../../../spec/handle/handle-json.json', import.meta.url)
const vectors: { records: Loaded[]; gets: Get[]; sequences: Sequence[] } = JSON.parse(
  readFileSync(file, 'utf8'),
)

let world: HandleWorld
const saved = new Map<string, string>([
  ['admin', `300:0.NA/${PREFIX}`],
  ['adminEncoded', `300%3A0.NA/${PREFIX}`],
  ['secret', SECRET],
])

before(async () => {
  world = await openHandleWorld(PREFIX)
  for (const { handle, values } of vectors.records) {
    const path = `/api/handles/${handle.split('/').map(encodeURIComponent).join('/')}`
    const reply = await send({ scheme: 'https', method: 'PUT', path, auth: 'admin', body: values })
    assert.equal(reply.status, 201, `${handle}: ${reply.body.toString()}`)
  }
})
after(async () => {
  await world[Symbol.asyncDispose]()
})

async function send(request: Asked): Promise<Reply> {
  const { auth, scheme } = request
  const authorization = await credentialOf(auth)
  const headers = {
    ...request.headers,
    ...(scheme === 'https' && { 'X-Forwarded-Proto': 'https' }),
    ...(authorization !== undefined && { Authorization: authorization }),
  }
  return await ask(world.port, { ...request, path: filled(request.path), headers })
}

function filled(text: string): string {
  return text.replace(/\{(\w+)\}/g, (_, name) => saved.get(name) ?? '')
}

async function credentialOf(auth: unknown): Promise<string | undefined> {
  if (auth === undefined) return undefined
  if (auth === 'admin') return basic('{adminEncoded}', '{secret}')
  const given = auth as Readonly<Record<string, string>>
  const { scheme, user = '', password = '', session = '', secret } = given
  if (scheme !== 'Handle') return basic(user, password)
  const pairs: [string, string][] = [['sessionId', filled(session)]]
  if (secret !== undefined) pairs.push(...(await proofPairs(given)))
  return `Handle ${pairs.map(([name, value]) => `${name}="${value}"`).join(', ')}`
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${filled(user)}:${filled(password)}`).toString('base64')}`
}

async function proofPairs(given: Readonly<Record<string, string>>): Promise<[string, string][]> {
  const { nonce = '', id = '', type = '', cnonce = '', alg = '', secret = '' } = given
  const asked = Buffer.concat([Buffer.from(filled(nonce), 'base64'), Buffer.from(cnonce, 'base64')])
  const salt = randomBytes(16)
  const form =
    alg === 'PBKDF2WithHmacSHA1'
      ? { algorithm: alg, salt, iterations: 10_000, keyBits: 160 }
      : { algorithm: alg }
  const code = await secretCode(Buffer.from(filled(secret)), asked, form as SecretForm)
  const rounds: [string, string][] = [
    ['salt', salt.toString('base64')],
    ['iterations', '10000'],
    ['length', '160'],
  ]
  return [
    ['id', filled(id)],
    ['type', type],
    ['cnonce', cnonce],
    ['alg', alg],
    ['signature', Buffer.from(code).toString('base64')],
    ...(alg === 'PBKDF2WithHmacSHA1' ? rounds : []),
  ]
}

function save({ request: { save = {} } }: Step, reply: Reply): void {
  const text = reply.body.toString()
  for (const [name, from] of Object.entries(save)) {
    const [where = '', member = ''] = from.split('.')
    const challenge = (reply.headers.get('www-authenticate') ?? []).join(', ')
    const body = text === '' ? {} : JSON.parse(text)
    if (where === 'body') saved.set(name, String(body[member]))
    else if (where === 'handlePath') saved.set(name, encodeURIComponent(body.handle))
    else saved.set(name, new RegExp(`${member}="([^"]*)"`).exec(challenge)?.[1] ?? '')
  }
}

const isOurs = ({ request }: Get) =>
  request.scheme === 'https' ||
  request.auth !== undefined ||
  !request.path.startsWith('/api/handles/')

test('every recorded request is replayed here or among the anonymous ones', () => {
  assert.equal(vectors.gets.filter(isOurs).length, 37)
  assert.equal(vectors.sequences.length, 18)
})

for (const get of vectors.gets.filter(isOurs)) {
  test(`${get.id}: ${get.shows}`, async () => {
    checkAny(await send(get.request), get)
  })
}

async function remove(handles: readonly string[]): Promise<void> {
  for (const handle of handles) {
    const path = `/api/handles/${handle}`
    await send({ scheme: 'https', method: 'DELETE', path, auth: 'admin' })
  }
}

for (const { id, shows, uses = [], steps } of vectors.sequences) {
  test(`${id}: ${shows}`, async () => {
    await remove(uses)
    for (const [at, step] of steps.entries()) {
      const reply = await send(step.request)
      try {
        checkAny(reply, step)
      } catch (error) {
        const { method, path } = step.request
        throw new Error(`step ${at} ${method} ${path}: ${reply.status} ${reply.body}`, {
          cause: error,
        })
      }
      save(step, reply)
    }
    await remove(uses)
  })
}
