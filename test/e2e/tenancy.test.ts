import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { call, must, type Reply } from '../support/api-client.ts'
import {
  type NodeProcess,
  type Scratch,
  scratchFolder,
  startNodeProcess,
} from '../support/node-process.ts'
import { eventually, makeTenants, type Names, type Tenants } from '../support/tenants.ts'
import { type Row, TABLE } from './tenancy-table.ts'

type Headers = Readonly<Record<string, string>>
type Operation = { readonly id: string; readonly method: string }

let folder: Scratch
let node: NodeProcess
let tenants: Tenants
let operations: readonly Operation[] = []
/** Names that nobody has, each as long as its counterpart of B. */
let absent: Names

before(async () => {
  folder = await scratchFolder()
  node = await startNodeProcess(folder.path, { WAYMARK_LOG_LEVEL: 'error' })
  tenants = await makeTenants(node.url, node.setupCode)
  const { paths } = await must(call(node.url, 'GET', '/api/openapi.json'))
  operations = Object.values(
    paths as Record<string, Record<string, { operationId: string }>>,
  ).flatMap((methods) =>
    Object.entries(methods).map(([method, it]) => ({
      id: it.operationId,
      method: method.toUpperCase(),
    })),
  )
  const { names } = tenants.b
  absent = {
    enterprise: 'e0000000000z',
    prefix: '88.100.8',
    derived: '88.100.8.7',
    template: 'wrong-kind',
    draft: 'wrong-draft',
    handle: '88.100.8/wrong-pump',
    retired: '88.100.8/wrong-gone',
    held: '88.100.8/wrong-kept',
    import: randomUUID(),
    key: 'f'.repeat(names.key.length),
    user: randomUUID(),
    invitation: 'f'.repeat(names.invitation.length),
    file: randomUUID(),
    request: randomUUID(),
  }
  for (const [name, it] of Object.entries(absent)) {
    assert.equal(it.length, names[name as keyof Names].length, name)
  }
})

after(async () => {
  await node?.[Symbol.asyncDispose]()
  await folder?.[Symbol.asyncDispose]()
})

const CALLERS = ['member', 'administrator', 'key'] as const

function callers(): readonly (readonly [string, Headers])[] {
  return CALLERS.map((it) => [it, tenants.a[it]] as const)
}

/** What can be told apart in an answer, the asked names taken out of it. */
function seen({ status, headers, text }: Reply, names: Names): string {
  const kept = [...headers]
    .filter(([name]) => !/^(?:date|content-length|set-cookie|keep-alive|connection)$/.test(name))
    .map(([name, value]) => `${name}: ${value}`)
  let masked = [`${status}`, ...kept, text].join('\n')
  const byLength = Object.entries(names).toSorted(([, one], [, other]) => other.length - one.length)
  for (const [name, value] of byLength) {
    masked = masked
      .replaceAll(value, `«${name}»`)
      .replaceAll(encodeURIComponent(value), `«${name}»`)
  }
  return masked
    .replace(/"requestId":"[^"]*"/g, '')
    .replace(/"(?:startedAt|finishedAt|id)":"[^"]*"/g, '')
    .replace(/^location: .*$/gm, '')
    .replace(/\/api\/v1\/imports\/[0-9a-f-]{36}/g, '')
}

function assertNothingOfB(reply: Reply, asked: string, more: readonly string[] = []): void {
  const { names, secrets } = tenants.b
  const own = asked.includes('enterprise=') ? [] : [names.enterprise]
  for (const secret of [...secrets, ...own, ...more]) {
    assert.ok(!reply.text.includes(secret), `${asked} tells “${secret}”: ${reply.text}`)
  }
}

function rowsOf(kind: Row['kind']): (Extract<Row, { ask: unknown }> & Operation)[] {
  return operations.flatMap((operation) => {
    const row = TABLE[operation.id]
    return row !== undefined && row.kind === kind && row.kind !== 'open'
      ? [{ ...row, ...operation }]
      : []
  })
}

test('every operation of the API has its row in the table of tenancy, and no row is of none', () => {
  const ids = operations.map((it) => it.id)
  const missing = ids.filter((it) => TABLE[it] === undefined)
  assert.deepEqual(missing, [], 'add them to tenancy-table.ts')
  assert.deepEqual(
    Object.keys(TABLE).filter((it) => !ids.includes(it)),
    [],
  )
})

test('lists, counts, searches and exports hold nothing of another enterprise, whatever they are filtered by', async () => {
  const { names } = tenants.b
  const search = `/api/v1/identifiers?prefix=${names.prefix}&q=secret`
  await eventually(
    async () => (await call(node.url, 'GET', search, { headers: tenants.b.key })).json,
    (it) => it.items.length > 0,
  )
  const wrong: string[] = []
  for (const { ask } of rowsOf('list')) {
    for (const [who, headers] of callers()) {
      for (const of of ask) wrong.push(...(await listWrong(of, who, headers)))
    }
  }
  assert.deepEqual(wrong, [])
})

test('what is of another enterprise answers as what is not there, to members, administrators and keys', async () => {
  const wrong: string[] = []
  for (const row of rowsOf('foreign')) {
    for (const [who, headers] of callers()) {
      for (const of of row.ask) {
        for (const it of await foreignWrong(row, of, headers)) wrong.push(`${who}: ${row.id} ${it}`)
      }
    }
  }
  assert.deepEqual(wrong, [])
})

type Ask = Extract<Row, { ask: unknown }>['ask'][number]

/** What tells a thing of B from one that is not there. */
async function foreignWrong(
  { id, method }: Operation,
  of: Ask,
  headers: Headers,
): Promise<string[]> {
  const [theirs, nothing] = [of(tenants.b.names), of(absent)]
  const first = await call(node.url, method, theirs.path, withHeaders(theirs, headers))
  const second = await call(node.url, method, nothing.path, withHeaders(nothing, headers))
  assertNothingOfB(first, `${method} ${theirs.path}`)
  const wrong: string[] = []
  const [one, other] = [seen(first, tenants.b.names), seen(second, absent)]
  if (one !== other) wrong.push(`tells: ${one}\n-- absent:\n${other}`)
  // Wrong fields would be told before anybody looks whose it is.
  if ([400, 415, 422].includes(first.status)) wrong.push(`is asked wrongly: ${first.text}`)
  // A file of many prefixes is taken, and each line refused.
  if (first.status < 400 && id !== 'importFile') wrong.push(`lets in: ${first.text}`)
  return wrong
}

test('the same is answered to whom it belongs', async () => {
  // One is for reviewers, and nobody has sent a picture of a licence.
  const others = ['listLookAlikes', 'getLicence']
  const rows = rowsOf('foreign').filter((it) => it.method === 'GET' && !others.includes(it.id))
  assert.ok(rows.length > 12)
  for (const { id, ask } of rows) {
    for (const of of ask) {
      const { path } = of(tenants.b.names)
      const reply = await call(node.url, 'GET', path, { headers: tenants.b.administrator })
      assert.equal(reply.status, 200, `${id} ${path}: ${reply.text}`)
    }
  }
})

async function listWrong(of: (names: Names) => { path: string }, who: string, headers: Headers) {
  const { names } = tenants.b
  const [theirs, nothing] = [of(names), of(absent)]
  const first = await listed(theirs.path, headers)
  const isFiltered = theirs.path !== nothing.path
  assertNothingOfB(first, `${who} ${theirs.path}`, isFiltered ? [] : [names.prefix])
  assert.ok(first.status === 200 || first.status > 400, `${theirs.path} is asked rightly`)
  assert.notEqual(first.status, 422, `${theirs.path} is asked rightly: ${first.text}`)
  if (!isFiltered) return []
  const second = await listed(nothing.path, headers)
  const [one, other] = [seen(first, names), seen(second, absent)]
  return one === other ? [] : [`${who}: ${theirs.path}\n${one}\n-- absent:\n${other}`]
}

/** A search has so much time for an answer, and says where that was too little: then it is asked again. */
function listed(path: string, headers: Headers): Promise<Reply> {
  return eventually(
    () => call(node.url, 'GET', path, { headers }),
    ({ text }) => !text.includes('"exact":false'),
  )
}

function withHeaders(asked: { headers?: Headers; body?: unknown }, headers: Headers) {
  return { body: asked.body, headers: { ...headers, ...asked.headers } }
}

test('the same lists do hold what is one’s own', async () => {
  const { names, administrator } = tenants.b
  const own: readonly (readonly [path: string, text: string])[] = [
    ['/api/v1/users', 'bravo-member'],
    ['/api/v1/keys', 'bravo-key'],
    ['/api/v1/invitations', names.invitation],
    ['/api/v1/prefixes', names.derived],
    ['/api/v1/prefix-requests', names.request],
    ['/api/v1/templates', names.draft],
    ['/api/v1/identifiers', 'bravo-secret'],
    ['/api/v1/identifiers?q=secret', names.handle],
    ['/api/v1/imports', names.import],
    [`/api/v1/files?enterprise=${names.enterprise}`, names.file],
    ['/api/v1/enterprises', names.enterprise],
    ['/api/v1/audit?limit=500', names.template],
    [`/api/v1/files/${names.file}`, 'bravo-contents'],
    [`/api/v1/exports?prefix=${names.prefix}&format=ndjson`, 'bravo-secret'],
  ]
  for (const [path, text] of own) {
    const reply = await call(node.url, 'GET', path, { headers: administrator })
    assert.ok(reply.text.includes(text), `${path}: ${reply.status} ${reply.text}`)
  }
})

test('protected values are in no public answer, in whatever way they are asked for', async () => {
  const { names, secrets } = tenants.b
  const anonymous: readonly [string, Headers] = ['anybody', {}]
  const hidden = (await must(
    call(node.url, 'GET', `/api/v1/identifiers/${names.handle}`, { headers: tenants.b.key }),
  )) as { values: { index: number; type: string; data: unknown }[] }
  const cost = hidden.values.find((it) => JSON.stringify(it.data).includes('bravo-secret'))
  assert.ok(cost, JSON.stringify(hidden))
  const queries = [
    ...['', '?show', '?lang=zh', '?format=json', '?format=json-ld', '?qr=svg'],
    ...['?auth', '?publicOnly=false', `?index=${cost.index}`, `?type=${cost.type}`, '?type=cost.'],
    ...['?pretty&auth=true', `?callback=f&index=${cost.index}`, '?cert', '?cnid=x'],
  ]
  for (const [who, headers] of [anonymous, ...callers()]) {
    for (const handle of [names.handle, names.retired, names.held, names.prefix]) {
      for (const base of ['/', '/api/handles/', '/api/v1/explain/']) {
        for (const query of queries) {
          const path = `${base}${handle}${query}`
          const reply = await call(node.url, 'GET', path, { headers })
          assert.ok(reply.status < 500, `${who} ${path}: ${reply.text}`)
          for (const secret of secrets) {
            assert.ok(!reply.text.includes(secret), `${who} ${path}: ${reply.text}`)
          }
        }
      }
    }
  }
})

test('a key shows protected values however its scheme is spelled, by every way of asking', async () => {
  const { names, key } = tenants.b
  const token = key.authorization?.replace(/^Bearer /, '')
  for (const scheme of ['Bearer ', 'bearer ', 'BEARER   ']) {
    const headers = { authorization: `${scheme}${token}` }
    for (const path of [`/api/handles/${names.handle}`, `/api/v1/identifiers/${names.handle}`]) {
      const reply = await call(node.url, 'GET', path, { headers })
      assert.ok(reply.text.includes('bravo-secret'), `${scheme}${path}: ${reply.text}`)
    }
  }
})

test('who was shown protected values stands in the access log of their owner, and in nobody else’s', async () => {
  const { names, key, administrator } = tenants.b
  const logOf = async (headers: Headers) => {
    const path = '/api/v1/audit?collection=personal-reads&what=identifiers'
    return (await must(call(node.url, 'GET', path, { headers }))) as {
      readonly items: readonly {
        readonly author: { readonly id: string }
        readonly after: object
      }[]
    }
  }
  await call(node.url, 'GET', `/api/handles/${names.handle}`, { headers: key })
  await call(node.url, 'GET', `/api/handles/${names.handle}?publicOnly`, {
    headers: tenants.operator,
  })
  const own = await logOf(administrator)
  const byKey = own.items.filter((it) => it.author.id === names.key)
  assert.ok(JSON.stringify(byKey).includes(names.prefix), JSON.stringify(own))
  const theirs = JSON.stringify(await logOf(tenants.a.administrator))
  assert.ok(!theirs.includes(names.enterprise) && !theirs.includes(names.prefix), theirs)
  const byMember = await call(node.url, 'GET', '/api/v1/audit', { headers: tenants.b.member })
  assert.equal(byMember.status, 403)
})

test('an entry of the evidence log is opened for those it is about, and for others only proven', async () => {
  const size = await eventually(
    async () => Number((await call(node.url, 'GET', '/evidence/checkpoint')).text.split('\n')[1]),
    (it) => it >= 2,
  )
  let opened = 0
  for (let index = 0; index < size; index++) {
    const path = `/api/v1/evidence/${index}`
    const mine = await must(call(node.url, 'GET', path, { headers: tenants.b.administrator }))
    const isOfB = JSON.stringify(mine.opened?.open ?? '').includes(tenants.b.names.enterprise)
    if (isOfB) opened++
    for (const [who, headers] of callers()) {
      const reply = await call(node.url, 'GET', path, { headers })
      assert.equal(reply.status, 200)
      if (!isOfB) continue
      assert.equal(reply.json.opened, undefined, `${who} opened ${path}`)
      assertNothingOfB(reply, path)
    }
  }
  assert.ok(opened > 0, 'B can open what is about it')
})

test('nothing of another enterprise was changed by all that was tried', async () => {
  const { names, key, administrator } = tenants.b
  const get = (path: string) => must(call(node.url, 'GET', path, { headers: administrator }))
  for (const handle of [names.handle, names.retired, names.held]) {
    const { items } = await get(`/api/v1/history/${handle}`)
    assert.equal(items.length, handle === names.handle ? 1 : 2, handle)
  }
  const { total } = (await get(`/api/v1/identifiers?prefix=${names.prefix}`)).counts
  assert.ok(total === 4 || total === undefined, String(total))
  assert.equal((await get('/api/v1/users')).items.length, 2)
  assert.equal((await get('/api/v1/invitations')).items.length, 1)
  assert.equal((await get(`/api/v1/files?enterprise=${names.enterprise}`)).items.length, 1)
  assert.equal((await get('/api/v1/keys')).items.length, 1)
  assert.equal((await get('/api/v1/templates')).items.length, 2)
  assert.equal((await call(node.url, 'GET', '/api/v1/me', { headers: key })).status, 200)
  assert.equal(node.out.stderr, '')
})
