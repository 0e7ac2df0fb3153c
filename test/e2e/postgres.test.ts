import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { PERMISSIONS } from '../../src/kernel/access/permissions.ts'
import { call, keyBy, must, type Reply, sessionOf, setUpBy } from '../support/api-client.ts'
import {
  type NodeProcess,
  PASSWORD,
  run,
  scratchFolder,
  startNodeProcess,
} from '../support/node-process.ts'
import { type PostgresServer, postgresSkip, startPostgres } from '../support/postgres.ts'

const skip = await postgresSkip()
const DATABASE_PASSWORD = 'wren-over-the-weir'
const RECOVER_MS_MAX = 60_000

function environment(server: PostgresServer): Record<string, string> {
  const url = new URL(server.url)
  url.password = DATABASE_PASSWORD
  return { WAYMARK_DATABASE_URL: url.href, WAYMARK_LOG_LEVEL: 'trace' }
}

async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  const end = Date.now() + RECOVER_MS_MAX
  while (!(await holds())) {
    assert.ok(Date.now() < end, what)
    await sleep(50)
  }
}

function assertAway({ status, json, headers }: Reply): void {
  assert.deepEqual([status, json.code], [503, 'unavailable'])
  assert.match(json.detail, /database/)
  assert.ok(Number(headers.get('retry-after')) > 0)
}

type Made = {
  readonly acknowledged: Set<string>
  readonly failed: Reply[]
  readonly links: string[]
}

/** Makes users, four at a time, until told to stop. */
async function makeUsers(
  node: NodeProcess,
  headers: Record<string, string>,
  made: Made,
  isDone: () => boolean,
): Promise<void> {
  let next = 0
  const one = async (): Promise<void> => {
    while (!isDone()) {
      const name = `user${next++}`
      const body = { name, nodeRoles: ['auditor'] }
      const reply = await call(node.url, 'POST', '/api/v1/users', { headers, body })
      if (reply.status === 201) {
        made.acknowledged.add(name)
        made.links.push(reply.json.link.token)
      } else made.failed.push(reply)
    }
  }
  await Promise.all([one(), one(), one(), one()])
}

async function namesOf(node: NodeProcess, headers: Record<string, string>): Promise<string[]> {
  const names: string[] = []
  for (let after = ''; ; ) {
    const page = await must(
      call(node.url, 'GET', `/api/v1/users?limit=100${after && `&after=${after}`}`, { headers }),
    )
    names.push(...page.items.map((it: { name: string }) => it.name))
    if (page.next === undefined) return names
    after = encodeURIComponent(page.next)
  }
}

test('while PostgreSQL is away a node says so and goes on resolving; then it goes on by itself, nothing lost and nothing twice', {
  skip,
}, async () => {
  await using server = await startPostgres()
  await using folder = await scratchFolder()
  await using node = await startNodeProcess(folder.path, environment(server))
  const session = await setUpBy(node.url, node.setupCode)
  const key = await keyBy(node.url, session, { scopes: PERMISSIONS })
  const made: Made = { acknowledged: new Set(), failed: [], links: [] }
  let isDone = false
  const making = makeUsers(node, session, made, () => isDone)
  await until('users are made', () => made.acknowledged.size >= 20)
  await server.crash()
  await until('it is noticed', () => made.failed.length > 0)

  assertAway(await call(node.url, 'GET', '/api/v1/users', { headers: session }))
  assertAway(await call(node.url, 'GET', '/api/v1/users', { headers: key }))
  assertAway(
    await call(node.url, 'POST', '/api/v1/sign-in', { body: { name: 'ops', password: PASSWORD } }),
  )
  assert.equal((await call(node.url, 'GET', '/api/handles/88.100/none')).status, 404)
  const ready = await call(node.url, 'GET', '/health/ready')
  assert.deepEqual([ready.status, ready.json.parts.documents], [503, 'failed'])
  assert.equal((await call(node.url, 'GET', '/health/live')).status, 200)

  const before = made.acknowledged.size
  await server.start()
  await until('it goes on', () => made.acknowledged.size >= before + 10)
  isDone = true
  await making
  for (const it of made.failed) assertAway(it)
  assert.equal((await call(node.url, 'GET', '/health/ready')).status, 200)
  const names = await namesOf(node, session)
  assert.equal(new Set(names).size, names.length, 'nothing twice')
  const missing = [...made.acknowledged].filter((it) => !names.includes(it))
  assert.deepEqual(missing, [], 'nothing lost')
  assert.equal(node.child.exitCode, null, 'the node never ended')
})

type Secrets = Map<string, string>

/** Every way in which a secret comes to a node, right and wrong; answers what was replied that hands none out. */
async function livesThrough(node: NodeProcess, secrets: Secrets): Promise<Reply[]> {
  const replies: Reply[] = []
  const tell = async (method: string, path: string, body?: unknown, headers = {}) => {
    const reply = await call(node.url, method, path, { headers, body })
    replies.push(reply)
    return reply
  }
  const code = node.setupCode ?? assert.fail()
  secrets.set(code, 'setup code')
  const wish = { name: 'ops', password: PASSWORD, nodePrefix: '88.100' }
  await tell('POST', '/api/v1/setup', { ...wish, code: `${code.slice(0, -1)}!` })
  const session = sessionOf(await tell('POST', '/api/v1/setup', { ...wish, code }))
  for (const cookie of session.cookie?.split('; ') ?? []) {
    secrets.set(cookie.slice(-43), cookie.split('=')[0] ?? '')
  }
  const handed = async (path: string, body: object, of: (json: Reply['json']) => string) => {
    const reply = await call(node.url, 'POST', path, { headers: session, body })
    assert.equal(reply.status, 201, reply.text)
    const token = of(reply.json)
    secrets.set(token.slice(-43), path)
    return token
  }
  const key = await handed('/api/v1/keys', { label: 'k', scopes: ['users.read'] }, (it) => it.token)
  const link = await handed('/api/v1/users', { name: 'ann', nodeRoles: [] }, (it) => it.link.token)
  await handed('/api/v1/invitations', { nodeRole: 'auditor' }, (it) => it.token)
  const [fresh, wrong] = ['marten under the alder', 'weasel beside the willow']
  secrets.set(fresh, 'new password').set(wrong, 'wrong password')
  await tell('POST', '/api/v1/reset', { token: `${link}x`, password: fresh })
  await tell('POST', '/api/v1/reset', { token: link, password: fresh })
  await tell('POST', '/api/v1/sign-in', { name: 'ops', password: wrong })
  await tell('POST', '/api/v1/sign-in', { name: wrong, password: PASSWORD })
  await tell('POST', '/api/v1/sign-in', `{"name":"ops","password":"${wrong}"x}`, {
    'content-type': 'application/json',
  })
  // The reader of JSON tells some letters of what it could not read.
  secrets.set('zq7x9k', 'password without quotation marks')
  await tell('POST', '/api/v1/sign-in', '{"name":"ops","password":zq7x9k}', {
    'content-type': 'application/json',
  })
  await tell('POST', `/api/v1/sign-in?password=${encodeURIComponent(wrong)}`, [wrong])
  await tell('GET', '/api/v1/me', undefined, { authorization: `Bearer ${key}x` })
  await tell('GET', '/api/v1/me', undefined, {
    authorization: `Bearer ${key}`,
    'x-forwarded-for': '203.0.113.9',
  })
  await tell('GET', '/api/v1/me', undefined, { authorization: `Basic ${btoa(`ops:${wrong}`)}` })
  await tell('POST', '/api/v1/me/password', { current: wrong, password: fresh }, session)
  for (const path of [
    '/api/v1/audit?limit=1000',
    '/api/v1/audit/export',
    '/metrics',
    '/health/ready',
  ]) {
    assert.equal((await tell('GET', path, undefined, session)).status, 200, path)
  }
  return replies
}

test('no secret is in the log at its finest, in metrics, health, errors or the audit trail, the database’s least of all', {
  skip,
}, async () => {
  await using server = await startPostgres()
  await using folder = await scratchFolder()
  const env = environment(server)
  await using node = await startNodeProcess(folder.path, env)
  const secrets: Secrets = new Map([
    [PASSWORD, 'password'],
    [DATABASE_PASSWORD, 'database password'],
  ])
  const replies = await livesThrough(node, secrets)
  await server.crash()
  await until('the database is missed', async () => {
    const reply = await call(node.url, 'GET', '/health/ready')
    replies.push(reply)
    return reply.status === 503
  })
  replies.push(
    await call(node.url, 'POST', '/api/v1/sign-in', { body: { name: 'ops', password: PASSWORD } }),
  )
  await node.stop()
  const unreachable = await run(['serve'], { env: { ...env, WAYMARK_DATA: folder.path } })
  assert.notEqual(unreachable.code, 0)
  const checked = await run(['check'], { env: { ...env, WAYMARK_HTTP_PORT: 'x' } })

  assert.ok(secrets.size >= 10, `${secrets.size}`)
  assert.match(node.out.stderr, /"level":20/, 'the log was at its finest')
  const said = new Map<string, string>([
    ['log', node.out.stderr],
    ['start without a database', unreachable.stdout + unreachable.stderr],
    ['check', checked.stdout + checked.stderr],
    ...replies.map((it, at): [string, string] => [`reply ${at}`, it.text]),
  ])
  for (const [where, text] of said) {
    const found = [...secrets].filter(([secret]) => text.includes(secret)).map(([, what]) => what)
    assert.deepEqual(found, [], `${where}: ${text.slice(0, 400)}`)
  }
})
