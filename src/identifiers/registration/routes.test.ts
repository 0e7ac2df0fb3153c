import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  furnish,
  must,
  openIdentifierWorld,
  PRODUCT,
  type World,
} from '../../../test/support/identifier-world.ts'

const BASE = '/api/v1/identifiers'
const FIELDS = { name: 'Pump', page: 'https://a.example/p7', serial: 'S-1', weight: 1.5, cost: 9 }
const PUMP = { handle: '88.100.1/Pump-7', template: 'product@1', fields: FIELDS }

async function world(): Promise<World> {
  const opened = await openIdentifierWorld()
  await furnish(opened)
  return opened
}

const change = { name: 'Pump 2', serial: 'S-1' }

test('an identifier is registered by a template and read back typed, labelled and in whole', async () => {
  await using it = await world()
  const made = await it.ask('ann', 'POST', BASE, { body: PUMP })
  assert.equal(made.status, 201)
  assert.equal(made.headers.location, `${BASE}/88.100.1/Pump-7`)
  assert.equal(made.headers.etag, '"1"')
  const { status, body } = await it.ask('abe', 'GET', `${BASE}/88.100.1/PUMP-7`)
  assert.equal(status, 200)
  assert.deepEqual(body, made.body)
  assert.equal(body.handle, '88.100.1/Pump-7')
  assert.deepEqual([body.state, body.held, body.version], ['registered', false, 1])
  assert.equal(body.createdAt, '2026-01-02T03:04:05.000Z')
  assert.deepEqual(body.fields, FIELDS)
  const weight = body.described.find((field: { name: string }) => field.name === 'weight')
  assert.deepEqual([weight.label.zh, weight.unit, weight.value], ['重量', 'kg', 1.5])
  const cost = body.values.find((value: { type: string }) => value.type === 'cost')
  assert.deepEqual([cost.permissions, cost.data], [12, { format: 'string', value: '9' }])
  const page = body.values.find((value: { type: string }) => value.type === 'URL')
  assert.equal(page.data.value, 'https://a.example/p7')
})

test('all that is wrong with an identifier is told at once, in the language that is asked for', async () => {
  await using it = await world()
  const fields = { page: 'ftp://x', weight: '-1', nonsense: 1 }
  const headers = { 'accept-language': 'zh-CN' }
  const body = { ...PUMP, fields }
  const answer = await it.ask('ann', 'POST', BASE, { body, headers })
  assert.equal(answer.status, 422)
  const paths = answer.body.errors.map((error: { path: string }) => error.path).sort()
  assert.deepEqual(paths, ['/fields/name', '/fields/nonsense', '/fields/page', '/fields/weight'])
  for (const error of answer.body.errors) assert.match(error.detail, /[\u4e00-\u9fff]/)
})

test('what is registered cannot be registered again, however it is spelled', async () => {
  await using it = await world()
  await must(it.ask('ann', 'POST', BASE, { body: PUMP }))
  const again = { ...PUMP, handle: '88.100.1/PUMP-7' }
  assert.equal((await it.ask('ann', 'POST', BASE, { body: again })).status, 409)
})

test('a value that must be unique is refused while another record of the prefix has it', async () => {
  await using it = await world()
  await must(it.ask('ann', 'POST', BASE, { body: PUMP }))
  const other = { ...PUMP, handle: '88.100.1/pump-8' }
  const refused = await it.ask('ann', 'POST', BASE, { body: other })
  assert.equal(refused.status, 409)
  assert.equal(refused.body.errors[0].path, '/fields/serial')
  await must(it.ask('ann', 'POST', `${BASE}/retire`, { body: { handle: PUMP.handle } }))
  await must(it.ask('ann', 'POST', BASE, { body: other }))
  const restored = await it.ask('ann', 'POST', `${BASE}/restore`, { body: { handle: PUMP.handle } })
  assert.equal(restored.status, 409)
  await must(
    it.ask('ann', 'PATCH', `${BASE}/88.100.1/pump-8`, { body: { fields: { serial: 'S-2' } } }),
  )
  await must(it.ask('ann', 'POST', `${BASE}/restore`, { body: { handle: PUMP.handle } }))
})

test('a change is refused unless it was made on the version that is stored, and says which that is', async () => {
  await using it = await world()
  await must(it.ask('ann', 'POST', BASE, { body: PUMP }))
  const url = `${BASE}/88.100.1/pump-7`
  const put = (headers: Record<string, string>, version?: number) =>
    it.ask('abe', 'PUT', url, { headers, body: { fields: change, ...(version && { version }) } })
  const changed = await put({ 'if-match': '"1"' })
  assert.deepEqual([changed.status, changed.body.version], [200, 2])
  assert.deepEqual(changed.body.fields, change)
  const stale = await put({ 'if-match': '"1"' })
  assert.deepEqual([stale.status, stale.body.code], [409, 'stale-version'])
  assert.equal(stale.body.errors[0].expected, '2')
  assert.equal((await put({}, 1)).status, 409)
  assert.equal((await put({ 'if-match': '"2"' }, 1)).status, 422)
  assert.equal((await put({ 'if-match': 'x' })).status, 422)
  const same = await put({ 'if-match': '*' })
  assert.deepEqual([same.status, same.body.version], [200, 2], 'nothing changed, no new version')
})

test('of two changes made on one version at once, exactly one wins', async () => {
  await using it = await world()
  await must(it.ask('ann', 'POST', BASE, { body: PUMP }))
  const put = (name: string) =>
    it.ask('ann', 'PUT', `${BASE}/${PUMP.handle}`, { body: { version: 1, fields: { name } } })
  const answers = await Promise.all([put('one'), put('two'), put('three')])
  const won = answers.filter((answer) => answer.status === 200)
  assert.equal(won.length, 1)
  const { body } = await it.ask('ann', 'GET', `${BASE}/${PUMP.handle}`)
  assert.deepEqual([body.version, body.fields], [2, won[0]?.body.fields])
})

test('changes at once that name no version are all made, one after the other', async () => {
  await using it = await world()
  await must(it.ask('ann', 'POST', BASE, { body: PUMP }))
  const weights = [2, 3, 4, 5]
  const patch = (weight: number) =>
    it.ask('ann', 'PATCH', `${BASE}/${PUMP.handle}`, { body: { fields: { weight } } })
  const answers = await Promise.all(weights.map(patch))
  for (const answer of answers) assert.equal(answer.status, 200)
  const { body } = await it.ask('ann', 'GET', `${BASE}/${PUMP.handle}`)
  assert.equal(body.version, 5)
  assert.deepEqual(body.fields, { ...FIELDS, weight: body.fields.weight })
})

test('a patch changes some fields, removes those that are null, and leaves the rest', async () => {
  await using it = await world()
  await must(
    it.ask('ann', 'POST', BASE, { body: { ...PUMP, fields: { ...FIELDS, tags: ['a', 'b'] } } }),
  )
  it.clock.now += 60_000
  const body = { fields: { weight: '12345678901234567890.5', page: null } }
  const { fields, values } = await must(it.ask('ann', 'PATCH', `${BASE}/88.100.1/pump-7`, { body }))
  const { page: _, ...rest } = FIELDS
  assert.deepEqual(fields, { ...rest, weight: '12345678901234567890.5', tags: ['a', 'b'] })
  const times = Object.fromEntries(
    values.map((value: { type: string; timestamp: string }) => [value.type, value.timestamp]),
  )
  assert.equal(times.name, '2026-01-02T03:04:05.000Z', 'a value that stays keeps its time')
  assert.equal(times.weight, '2026-01-02T03:05:05.000Z')
  const wrong = await it.ask('ann', 'PATCH', `${BASE}/88.100.1/pump-7`, {
    body: { fields: { name: null } },
  })
  assert.equal(wrong.body.errors[0].path, '/fields/name')
})

/** Administrator 300:0.NA/88.100.1 with every permission. */
const ADMIN = '0fff0000000d302e4e412f38382e3130302e310000012c'

test('plain Handle values are taken as they are, and wrong ones refused', async () => {
  await using it = await world()
  const values = [
    { index: 1, type: 'URL', data: 'https://a.example/' },
    {
      index: 100,
      type: 'HS_ADMIN',
      data: { format: 'hex', value: ADMIN },
      permissions: 14,
      ttl: 60,
    },
    { index: 3, type: 'X.Y', data: { format: 'base64', value: '/w==' }, permissions: 8 },
    {
      index: 4,
      type: 'R',
      data: '',
      references: [{ handle: '88.1/a', index: 0 }],
      ttl: 5,
      ttlAbsolute: true,
    },
  ]
  const made = await must(it.ask('ann', 'POST', BASE, { body: { handle: '88.100.1/v', values } }))
  assert.equal(made.template, undefined)
  assert.equal(made.fields, undefined)
  assert.deepEqual(
    made.values.map((value: { data: unknown }) => value.data),
    [
      { format: 'string', value: 'https://a.example/' },
      { format: 'base64', value: Buffer.from(ADMIN, 'hex').toString('base64') },
      { format: 'base64', value: '/w==' },
      { format: 'string', value: '' },
    ],
  )
  const wrong = [
    { index: 1, type: 'A.', data: '' },
    { index: 1, type: 'B', data: { format: 'hex', value: '0x' } },
  ]
  const refused = await it.ask('ann', 'POST', BASE, {
    body: { handle: '88.100.1/w', values: wrong },
  })
  const paths = refused.body.errors.map((error: { path: string }) => error.path).sort()
  assert.deepEqual(paths, ['/values/0/type', '/values/1/data/value', '/values/1/index'])
  const both = { handle: '88.100.1/w', values: [], fields: {}, template: 'product@1' }
  assert.equal((await it.ask('ann', 'POST', BASE, { body: both })).status, 422)
})

test('a value without write permission is never changed', async () => {
  await using it = await world()
  const sealed = { index: 1, type: 'DIGEST', data: 'abc', permissions: 10 }
  const free = { index: 2, type: 'NOTE', data: 'x' }
  const url = `${BASE}/88.100.1/s`
  await must(
    it.ask('ann', 'POST', BASE, { body: { handle: '88.100.1/s', values: [sealed, free] } }),
  )
  const put = (values: unknown[]) => it.ask('ann', 'PUT', url, { body: { values } })
  assert.equal((await put([free])).status, 409)
  assert.equal((await put([{ ...sealed, data: 'abd' }, free])).status, 409)
  assert.equal((await put([sealed, { ...free, data: 'y' }])).status, 200)
})

test('retired, restored, registered again: the same identifier with one history', async () => {
  await using it = await world()
  await must(it.ask('ann', 'POST', BASE, { body: PUMP }))
  it.clock.now += 1000
  const handle = '88.100.1/PUMP-7'
  await must(it.ask('abe', 'POST', `${BASE}/retire`, { body: { handle, reason: 'scrapped' } }))
  assert.equal(
    (await it.ask('ann', 'PUT', `${BASE}/${handle}`, { body: { fields: change } })).status,
    409,
  )
  await must(it.ask('ann', 'POST', `${BASE}/restore`, { body: { handle } }))
  await must(it.ask('ann', 'POST', `${BASE}/retire`, { body: { handle } }))
  const again = await must(
    it.ask('ann', 'POST', BASE, { body: { ...PUMP, handle, fields: change } }),
  )
  assert.deepEqual([again.version, again.state, again.handle], [5, 'registered', '88.100.1/Pump-7'])
  const { items } = await must(it.ask('ann', 'GET', `/api/v1/history/${handle}`))
  assert.deepEqual(
    items.map((entry: { deed: string }) => entry.deed),
    ['registered', 'retired', 'restored', 'retired', 'registered'],
  )
  assert.deepEqual(items[3].author, { kind: 'user', id: 'u-abe' })
  assert.equal(items[3].reason, 'scrapped')
  assert.equal(items[1].reason, undefined)
  assert.equal(items[3].at, '2026-01-02T03:04:06.000Z')
  const page = await must(it.ask('ann', 'GET', `/api/v1/history/${handle}?limit=2`))
  assert.equal(page.next, '4')
  const rest = await must(
    it.ask('ann', 'GET', `/api/v1/history/${handle}?after=${page.next}&limit=9`),
  )
  assert.deepEqual([...page.items, ...rest.items], items)
  const pump = items[0].changes.find((entry: { index: number }) => entry.index === 2000)
  assert.deepEqual([pump.before.data.value, pump.after.data.value], ['Pump', 'Pump 2'])
})

test('an order holds an identifier against its enterprise until it is lifted', async () => {
  await using it = await world()
  await must(it.ask('ann', 'POST', BASE, { body: PUMP }))
  const { handle } = PUMP
  const order = { handle, reason: 'counterfeit', order: '2026-7', authority: 'Market Supervision' }
  assert.equal((await it.ask('ann', 'POST', `${BASE}/hold`, { body: order })).status, 403)
  assert.equal((await it.ask('operator', 'POST', `${BASE}/hold`, { body: { handle } })).status, 422)
  const held = await must(it.ask('operator', 'POST', `${BASE}/hold`, { body: order }))
  assert.deepEqual([held.held, held.state, held.version], [true, 'registered', 2])
  await must(it.ask('operator', 'POST', `${BASE}/hold`, { body: order }))
  const url = `${BASE}/${handle}`
  assert.equal((await it.ask('ann', 'PUT', url, { body: { fields: change } })).status, 409)
  assert.equal((await it.ask('ann', 'POST', `${BASE}/retire`, { body: { handle } })).status, 409)
  assert.equal((await it.ask('ann', 'POST', BASE, { body: PUMP })).status, 409)
  await must(it.ask('operator', 'POST', `${BASE}/lift`, { body: { handle, reason: 'cleared' } }))
  await must(it.ask('ann', 'PUT', url, { body: { fields: change } }))
  const { items } = await must(it.ask('ann', 'GET', `/api/v1/history/${handle}`))
  assert.deepEqual(
    items.map((entry: { deed: string; order?: string; reason?: string }) => [
      entry.deed,
      entry.order,
      entry.reason,
    ]),
    [
      ['updated', undefined, undefined],
      ['lifted', undefined, 'cleared'],
      ['held', '2026-7', 'counterfeit'],
      ['registered', undefined, undefined],
    ],
  )
})

test('the same key with the same request answers as the first time; with another it is refused', async () => {
  await using it = await world()
  const headers = { 'idempotency-key': 'k-1' }
  const first = await it.ask('ann', 'POST', BASE, { body: PUMP, headers })
  await must(
    it.ask('ann', 'PATCH', `${BASE}/${PUMP.handle}`, { body: { fields: { name: 'Later' } } }),
  )
  it.clock.now += 24 * 3_600_000
  const second = await it.ask('ann', 'POST', BASE, { body: PUMP, headers })
  assert.deepEqual([second.status, second.body], [first.status, first.body])
  const other = { ...PUMP, handle: '88.100.1/other' }
  assert.equal((await it.ask('ann', 'POST', BASE, { body: other, headers })).status, 422)
  const others = await it.ask('abe', 'POST', BASE, { body: PUMP, headers })
  assert.equal(others.status, 409, 'another person’s key is another key')
  const wrong = { ...PUMP, handle: '88.100.1/wrong', fields: {} }
  const failing = { 'idempotency-key': 'k-2' }
  assert.equal((await it.ask('ann', 'POST', BASE, { body: wrong, headers: failing })).status, 422)
  const right = { ...wrong, fields: { name: 'right' } }
  const mended = await it.ask('ann', 'POST', BASE, { body: right, headers: failing })
  assert.equal(mended.status, 201, 'a request that failed may be mended under its key')
})

test('many repeats of one request at once register once', async () => {
  await using it = await world()
  const headers = { 'idempotency-key': 'k-1' }
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => it.ask('ann', 'POST', BASE, { body: PUMP, headers })),
  )
  const codes = answers.map((answer) => answer.status)
  assert.ok(codes.includes(201))
  assert.ok(codes.every((code) => code === 201 || code === 409))
  assert.equal(
    (
      await it.store.history(
        (
          await it.store.scan('88.100.1' as never, { limit: 9 })
        )[0]?.key as never,
      )
    ).length,
    1,
  )
})

test('lists go on from page to page, filter, and count exactly as of a commit', async () => {
  await using it = await world()
  for (let number = 0; number < 25; number++) {
    const fields = { name: `Part ${number}` }
    const handle = `88.100.1/part-${String(number).padStart(2, '0')}`
    await must(it.ask('ann', 'POST', BASE, { body: { handle, template: 'product', fields } }))
    it.clock.now += 1000
  }
  await must(it.ask('ann', 'POST', BASE, { body: { handle: '88.100.1/raw', values: [] } }))
  await must(it.ask('ann', 'POST', `${BASE}/retire`, { body: { handle: '88.100.1/part-03' } }))
  const names: string[] = []
  let next = ''
  do {
    const page = await must(it.ask('ann', 'GET', `${BASE}?prefix=88.100.1&limit=7${next}`))
    names.push(...page.items.map((item: { handle: string }) => item.handle))
    if (next === '') {
      const { asOf, ...counts } = page.counts
      assert.deepEqual(counts, { total: 26, registered: 25, retired: 1, held: 0 })
      assert.equal(asOf.sequence, 27)
      assert.match(asOf.at, /^2026-/)
    }
    next = page.next === undefined ? 'end' : `&after=${page.next}`
  } while (next !== 'end')
  assert.equal(names.length, 26)
  assert.deepEqual(names, names.toSorted())
  const count = async (filter: string) =>
    (await must(it.ask('ann', 'GET', `${BASE}?limit=500&${filter}`))).items.length
  assert.equal(await count('state=retired'), 1)
  assert.equal(await count('state=registered'), 25)
  assert.equal(await count('template=product'), 25)
  assert.equal(await count('template=product@1'), 25)
  assert.equal(await count('template=product@2'), 0)
  assert.equal(await count('from=2026-01-02T03:04:15Z&to=2026-01-02T03:04:20Z'), 5)
  assert.equal((await it.ask('ann', 'GET', `${BASE}?after=%21`)).status, 422)
  assert.equal((await it.ask('ann', 'GET', `${BASE}?from=yesterday`)).status, 422)
  assert.equal((await it.ask('ann', 'GET', `${BASE}?q=part`)).status, 501)
})

test('one enterprise learns nothing of another, by any route', async () => {
  await using it = await world()
  await must(it.ask('ann', 'POST', BASE, { body: PUMP }))
  const foreign = PUMP.handle
  const absent = '88.100.77/pump-7'
  const asks = (handle: string) =>
    [
      ['GET', `${BASE}/${handle}`],
      ['GET', `/api/v1/history/${handle}`],
      ['PUT', `${BASE}/${handle}`, { fields: {} }],
      ['PATCH', `${BASE}/${handle}`, { fields: {} }],
      ['POST', `${BASE}/retire`, { handle }],
      ['POST', `${BASE}/restore`, { handle }],
      ['POST', `${BASE}/hold`, { handle, reason: 'x' }],
      ['POST', `${BASE}/lift`, { handle, reason: 'x' }],
      ['POST', BASE, { ...PUMP, handle }],
      ['GET', `${BASE}?prefix=${handle.split('/')[0]}`],
      ['GET', `/api/v1/prefixes/${handle.split('/')[0]}`],
      ['POST', `/api/v1/prefixes/${handle.split('/')[0]}/derive`, { segment: 'x' }],
      ['GET', `/api/v1/templates?prefix=${handle.split('/')[0]}`],
      ['GET', `/api/v1/templates/${handle.split('/')[0]}/product`],
      ['GET', `/api/v1/templates/${handle.split('/')[0]}/product/1`],
      ['GET', `/api/v1/templates/${handle.split('/')[0]}/product/1/schema`],
      ['POST', `/api/v1/templates/${handle.split('/')[0]}/product/1/withdraw`],
      ['POST', `/api/v1/templates/${handle.split('/')[0]}/product/versions`],
      ['POST', '/api/v1/templates', { ...PRODUCT, prefix: handle.split('/')[0] }],
    ] as const
  for (const [place, [method, url, body]] of asks(foreign).entries()) {
    const other = asks(absent)[place]
    const [there, nowhere] = [
      await it.ask('bob', method, url, { body }),
      await it.ask('bob', other?.[0] ?? 'GET', other?.[1] ?? '', { body: other?.[2] }),
    ]
    assert.equal(there.status, 404, `${method} ${url} ${JSON.stringify(there.body)}`)
    assert.deepEqual(there.body, nowhere.body, url)
    const unsigned = await it.ask('nobody', method, url, { body })
    assert.equal(unsigned.status, 401, `${method} ${url}`)
  }
  const list = await must(it.ask('bob', 'GET', BASE))
  assert.deepEqual(list.items, [])
  assert.equal(list.counts.total, 0)
  const prefixes = await must(it.ask('bob', 'GET', '/api/v1/prefixes'))
  assert.deepEqual(
    [prefixes.total, prefixes.items.length, prefixes.items[0].prefix],
    [1, 1, '88.100.2'],
  )
  assert.equal((await must(it.ask('bob', 'GET', '/api/v1/prefixes?enterprise=A'))).total, 0)
  assert.deepEqual((await must(it.ask('bob', 'GET', '/api/v1/templates'))).items, [])
  const cursor = (await must(it.ask('ann', 'GET', `${BASE}?limit=1`))).next
  assert.equal((await it.ask('bob', 'GET', `${BASE}?after=${cursor}`)).status, 422)
})

test('a key that may write but not read is told nothing of what is there', async () => {
  await using it = await world()
  await must(it.ask('ann', 'POST', BASE, { body: PUMP }))
  const answer = await it.ask('writer', 'PATCH', `${BASE}/${PUMP.handle}`, {
    body: { fields: { name: 'N' } },
  })
  assert.equal(answer.status, 200)
  assert.equal(answer.body.version, 2)
  assert.equal(answer.body.fields, undefined)
  assert.equal(answer.body.values, undefined)
  assert.equal((await it.ask('writer', 'GET', `${BASE}/${PUMP.handle}`)).status, 404)
})

test('names are taken from the address as they are, slashes, dots and all', async () => {
  await using it = await world()
  for (const suffix of ['a/b', 'a%2Fb', '../x', 'q?x=1#y', '水泵 7']) {
    const handle = `88.100.1/${suffix}`
    const made = await must(it.ask('ann', 'POST', BASE, { body: { handle, values: [] } }))
    const read = await it.ask('ann', 'GET', made.links.self)
    assert.deepEqual([read.status, read.body.handle], [200, handle], made.links.self)
    await must(it.ask('ann', 'GET', made.links.history))
  }
  assert.equal((await it.ask('ann', 'GET', `${BASE}/88.100.1/%zz`)).status, 400)
  const long = { handle: `88.100.1/${'x'.repeat(246)}`, values: [] }
  assert.equal(long.handle.length, 255)
  await must(it.ask('ann', 'POST', BASE, { body: long }))
  const longer = { ...long, handle: `${long.handle}x` }
  assert.equal((await it.ask('ann', 'POST', BASE, { body: longer })).status, 400)
  const control = { handle: '88.100.1/a\u0000b', values: [] }
  assert.equal((await it.ask('ann', 'POST', BASE, { body: control })).status, 400)
})

test('nothing is registered or changed where a prefix is not active here', async () => {
  await using it = await world()
  await must(it.ask('ann', 'POST', BASE, { body: PUMP }))
  const at = '/api/v1/prefixes/88.100.1'
  const order = { order: '1', authority: 'x', reason: 'x' }
  const sites = [{ url: 'https://own.example/' }]
  const states = [
    [`${at}/suspend`, { reason: 'x' }, `${at}/resume`],
    [`${at}/hold`, order, `${at}/lift`],
    [`${at}/delegate`, { sites }, `${at}/take-back`],
  ] as const
  const other = { ...PUMP, handle: '88.100.1/n', fields: { name: 'n' } }
  for (const [url, body, back] of states) {
    await must(it.ask('operator', 'POST', url, { body }))
    assert.equal((await it.ask('ann', 'POST', BASE, { body: other })).status, 409, url)
    const patch = { fields: { name: 'x' } }
    assert.equal(
      (await it.ask('ann', 'PATCH', `${BASE}/${PUMP.handle}`, { body: patch })).status,
      409,
    )
    assert.equal((await it.ask('ann', 'GET', `${BASE}/${PUMP.handle}`)).status, 200)
    await must(it.ask('operator', 'POST', back, { body: {} }))
  }
  await must(it.ask('ann', 'POST', BASE, { body: other }))
})

test('a national identifier has a suffix; under another prefix a local name may be empty, as handles may', async () => {
  await using it = await openIdentifierWorld()
  await furnish(it)
  await must(
    it.ask('operator', 'POST', '/api/v1/prefixes', { body: { enterprise: 'A', prefix: '20.500' } }),
  )
  const values = [{ index: 1, type: 'DESC', data: 'x' }]
  const national = await it.ask('ann', 'POST', BASE, { body: { handle: '88.100.1/', values } })
  assert.equal(national.status, 400)
  assert.match(national.body.detail, /suffix/)
  const made = await must(it.ask('ann', 'POST', BASE, { body: { handle: '20.500/', values } }))
  assert.equal(made.handle, '20.500/')
  const read = await it.ask('ann', 'GET', made.links.self)
  assert.deepEqual([read.status, read.body.handle], [200, '20.500/'], made.links.self)
  await must(it.ask('ann', 'GET', made.links.history))
})

test('whoever registers under a prefix that is not theirs is told so, whether it is there or not', async () => {
  await using it = await world()
  const told = async (handle: string) => {
    const { status, body } = await it.ask('ann', 'POST', BASE, { body: { handle, values: [] } })
    return { status, ...body }
  }
  const foreign = await told('88.100.2/x')
  assert.deepEqual([foreign.status, foreign.errors[0].path], [404, '/handle'])
  assert.match(foreign.detail, /no such prefix/)
  assert.deepEqual(await told('88.100.99/x'), foreign)
  assert.deepEqual(await told('P5'), foreign)
})
