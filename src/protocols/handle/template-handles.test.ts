import assert from 'node:assert/strict'
import { test } from 'node:test'
import { askTcp, question, valuesIn } from '../../../test/support/handle-client.ts'
import { serveExchange } from '../../../test/support/handle-exchange.ts'
import { askHandleJson, type HandleJson } from '../../../test/support/handle-json.ts'
import { type HandleWorld, openHandleWorld } from '../../../test/support/handle-world.ts'
import { type PrefixKey, parseHandle } from '../../identifiers/handle.ts'
import { writeNamespace } from '../../identifiers/namespaces/stored.ts'
import type { HandleValue } from '../../identifiers/record.ts'

const P = '88.100.1'
const author = { kind: 'system', id: 'test' } as const
const FILLED = `<namespace><template delimiter="@"><foreach>
  <if value="type" test="equals" expression="URL">
    <if value="extension" test="matches" expression="box\\(([^,]*),([^,]*),([^,]*),([^,]*)\\)" parameter="x">
      <value data="\${data}?wh=\${x[4]},\${x[3]}&amp;xy=\${x[1]},\${x[2]}"/>
    </if>
    <else><value data="\${data}?\${extension}|\${handle}"/></else>
  </if>
  <else><value/></else>
</foreach></template></namespace>`

async function open(xml: string): Promise<HandleWorld> {
  const world = await openHandleWorld(P, `${P}.2`)
  await namespace(world, xml)
  await put(world, 'Base', [
    { index: 1, type: 'URL', data: 'https://example.cn/p/1', timestamp: 1_000_000_000 },
    { index: 2, type: 'EMAIL', data: 'a@b', ttl: 99 },
    { index: 3, type: 'PIN', data: '1234', permissions: 0x0c },
  ])
  return world
}

async function namespace(world: HandleWorld, xml: string, prefix = P): Promise<void> {
  await writeNamespace(world, prefix as PrefixKey, { xml, author })
}

async function put(
  { registry }: HandleWorld,
  suffix: string,
  values: readonly HandleValue[],
): Promise<void> {
  await registry.administer(parseHandle(`${P}/${suffix}`), () => values, { author })
}

type How = { readonly method?: string; readonly asAdministrator?: boolean; readonly body?: unknown }

const ask = ({ port }: HandleWorld, path: string, { asAdministrator, ...how }: How = {}) =>
  askHandleJson(port, `/api/handles/${path}`, {
    ...how,
    ...(asAdministrator && { as: `300:0.NA/${P}` }),
  })

const dataOf = ({ values }: HandleJson) => values?.map((it) => it.data.value)

test('a name that is not registered is made of its base by the template, as on deployed servers', async () => {
  await using world = await open(FILLED)
  const told = await ask(world, `${P}/base@box(10,20,30,40)`)
  assert.deepEqual(told, {
    status: 200,
    responseCode: 1,
    handle: `${P}/base@box(10,20,30,40)`,
    values: [
      {
        ...{ index: 1, type: 'URL', ttl: 86_400, timestamp: '2001-09-09T01:46:40Z' },
        data: { format: 'string', value: 'https://example.cn/p/1?wh=40,30&xy=10,20' },
      },
      {
        ...{
          index: 2,
          type: 'EMAIL',
          ttl: 99,
          timestamp:
            told.values?.[1] && (told.values[1] as never as { timestamp: string }).timestamp,
        },
        data: { format: 'string', value: 'a@b' },
      },
    ],
  })
  const spelled = await ask(world, `${P}/BASE@a%20B@c?type=URL`)
  assert.deepEqual(dataOf(spelled), [`https://example.cn/p/1?a B@c|${P}/BASE@a B@c`])
  assert.equal((await ask(world, `${P}/base@x?index=7`)).responseCode, 200)
  assert.deepEqual(dataOf(await ask(world, `${P}/base`)), ['https://example.cn/p/1', 'a@b'])
})

test('what is hidden in the base is hidden in what is made of it', async () => {
  await using world = await open(FILLED)
  assert.equal((await ask(world, `${P}/base@x?index=3`)).responseCode, 200)
  assert.equal((await ask(world, `${P}/base@x?publicOnly=false`)).responseCode, 402)
  const own = await ask(world, `${P}/base@x?index=3`, { asAdministrator: true })
  assert.deepEqual(dataOf(own), ['1234'])
})

test('a base without a record has no values; a name without the delimiter is not there', async () => {
  await using world = await open(FILLED)
  const told = await ask(world, `${P}/nothing@x`)
  assert.deepEqual([told.status, told.responseCode], [200, 200])
  assert.equal((await ask(world, `${P}/nothing`)).responseCode, 100)
  await namespace(world, '<n><template delimiter="@"><foreach><notfound/></foreach></template></n>')
  assert.equal((await ask(world, `${P}/base@x`)).responseCode, 100)
})

test('what is registered goes before what is made, and what was withdrawn is not made again', async () => {
  await using world = await open(FILLED)
  const values = [
    { index: 1, type: 'URL', data: { format: 'string', value: 'https://own.example/' } },
  ]
  const path = `${P}/base@7`
  const created = await ask(world, `${path}?overwrite=false`, {
    method: 'PUT',
    asAdministrator: true,
    body: { values },
  })
  assert.equal(created.status, 201)
  assert.deepEqual(dataOf(await ask(world, path)), ['https://own.example/'])
  assert.equal((await ask(world, path, { method: 'DELETE', asAdministrator: true })).status, 200)
  assert.equal((await ask(world, path)).responseCode, 100)
  for (const change of [`${P}/base@8`, `${P}/base@8?index=1`]) {
    assert.equal(
      (await ask(world, change, { method: 'DELETE', asAdministrator: true })).responseCode,
      100,
    )
  }
})

test('a slash computes the whole prefix but what is registered, and its own record stays', async () => {
  await using world = await open(
    `<n><template delimiter="/"><value type="URL" data="https://t.example/\${extension}|\${base}"/></template></n>`,
  )
  const told = await ask(world, `${P}/ABC/d`)
  assert.deepEqual(dataOf(told), [`https://t.example/ABC/d|${P}`])
  assert.ok(!JSON.stringify(told).includes('timestamp'), 'nobody wrote it at any time')
  assert.deepEqual(dataOf(await ask(world, `${P}/base`)), ['https://example.cn/p/1', 'a@b'])
  assert.equal((await ask(world, `0.NA/${P}`)).responseCode, 1)
})

test('an inactive namespace stops every name under the prefix with what it says, until it is active again', async () => {
  await using world = await open(FILLED)
  assert.equal((await ask(world, `${P}/base`)).responseCode, 1)
  await namespace(world, '<n><status>inactive</status><statusmsg>gone fishing</statusmsg></n>')
  for (const name of ['base', 'base@x', 'nothing']) {
    const { status, responseCode, message } = await ask(world, `${P}/${name}`)
    assert.deepEqual([status, responseCode, message], [404, 100, 'gone fishing'], name)
  }
  assert.equal((await ask(world, `0.NA/${P}`)).responseCode, 1)
  await namespace(world, FILLED)
  assert.equal((await ask(world, `${P}/base`)).responseCode, 1)
})

test('a template may stand in another record, where everybody may read it', async () => {
  await using world = await open(`<n><template delimiter="@" ref="1:${P}/tpl"/></n>`)
  assert.equal((await ask(world, `${P}/base@x`)).responseCode, 100)
  const data = `<template><value type="T" data="by reference \${extension}"/></template>`
  await put(world, 'tpl', [{ index: 1, type: 'XML', data }])
  assert.deepEqual(dataOf(await ask(world, `${P}/base@x`)), ['by reference x'])
  await put(world, 'tpl', [{ index: 1, type: 'XML', data: data.replace('by', 'with') }])
  assert.deepEqual(dataOf(await ask(world, `${P}/base@x`)), ['with reference x'])
  await put(world, 'tpl', [{ index: 1, type: 'XML', data, permissions: 0x0c }])
  assert.equal((await ask(world, `${P}/base@x`)).responseCode, 100)
  const loop = `<template ref="1:${P}/tpl"/>`
  await put(world, 'tpl', [{ index: 1, type: 'XML', data: loop }])
  assert.equal((await ask(world, `${P}/base@x`)).responseCode, 100)
})

test('a client of the Handle protocol is told what is wrong with a namespace, and puts a right one', async () => {
  await using world = await open('<n/>')
  const write = (xml: string) =>
    ask(world, `0.NA/${P}?index=10`, {
      ...{ method: 'PUT', asAdministrator: true },
      body: { index: 10, type: 'HS_NAMESPACE', data: { format: 'string', value: xml } },
    })
  const refused = await write('<n>\n<template delimiter="@"><if/></template></n>')
  assert.deepEqual([refused.status, refused.responseCode], [400, 202])
  assert.match(refused.message ?? '', /^Line 2, <if>/)
  assert.equal((await ask(world, `${P}/base@x`)).responseCode, 100)
  assert.equal((await write(FILLED)).status, 200)
  assert.equal((await ask(world, `${P}/base@x`)).responseCode, 1)
})

test('over TCP the same is answered, by filters and without', async () => {
  await using world = await open(FILLED)
  await using server = await serveExchange(world)
  const resolved = async (handle: string, types: readonly string[] = []) => {
    const answer = await askTcp(server.port, question(handle, { types }).bytes)
    if (answer.header.responseCode !== 1) return answer.header.responseCode
    return valuesIn(answer).values.map((it) => Buffer.from(it.data).toString())
  }
  assert.deepEqual(await resolved(`${P}/base@q`), [`https://example.cn/p/1?q|${P}/base@q`, 'a@b'])
  assert.deepEqual(await resolved(`${P}/base@q`, ['EMAIL']), ['a@b'])
  assert.equal(await resolved(`${P}/nothing@q`), 200)
  assert.equal(await resolved(`${P}/nothing`), 100)
  assert.deepEqual(server.errors, [])
})
