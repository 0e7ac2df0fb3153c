import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  furnish,
  must,
  openIdentifierWorld,
  type World,
} from '../../../test/support/identifier-world.ts'
import { parseHandle } from '../handle.ts'

const BASE = '/api/v1/identifiers'

async function world(): Promise<World> {
  const opened = await openIdentifierWorld()
  await furnish(opened)
  return opened
}

const PEM = '-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----\n'
/** Administrator 300:0.NA/88.100.1 with every permission. */
const ADMIN = '0fff0000000d302e4e412f38382e3130302e310000012c'

test('values of the Handle System’s own types are taken in its JSON forms, and refused where they are none', async () => {
  await using it = await world()
  const reference = { handle: '0.NA/88.100.1', index: 300 }
  const admin = { format: 'admin', value: { ...reference, permissions: '111111111111' } }
  const site = { version: 1, protocolVersion: '2.11', serialNumber: 1, servers: [] }
  const key = { kty: 'RSA', n: 'x-ig6xJbVaPeiq8PVuVPLoM1N_-EgWrD', e: 'AQAB' }
  const right = [
    { index: 100, type: 'HS_ADMIN', data: admin },
    { index: 200, type: 'HS_VLIST', data: { format: 'vlist', value: [reference] } },
    { index: 1, type: 'hs_site.prefix', data: { format: 'site', value: site } },
    { index: 300, type: 'HS_PUBKEY', data: { format: 'key', value: key } },
    { index: 301, type: 'HS_PUBKEY', data: PEM },
    { index: 302, type: 'HS_SECKEY', data: 'hush', permissions: 12 },
    { index: 303, type: 'hs_seckey', data: 'hush too' },
    { index: 2, type: 'HS_SERV', data: '88.100.1/service' },
    { index: 3, type: 'HS_ALIAS', data: '88.100.1/other' },
    { index: 4, type: 'HS_OTHER', data: 'of no known form' },
  ]
  const ask = (values: unknown[], handle = '88.100.1/hs') =>
    it.ask('ann', 'POST', BASE, { body: { handle, values } })
  const made = await must(ask(right))
  const told = made.values.find((value: { index: number }) => value.index === 100)
  assert.equal(told.data.value, Buffer.from(ADMIN, 'hex').toString('base64'))
  const secret = made.values.find((value: { index: number }) => value.index === 303)
  assert.equal(secret.permissions, 12)
  const wrong: [type: string, data: unknown, path: string, permissions?: number][] = [
    ['HS_ADMIN', 'not an admin record', '/data'],
    ['HS_ADMIN', { format: 'hex', value: ADMIN.slice(2) }, '/data'],
    ['hs_admin', { format: 'admin', value: { handle: '', index: 1 } }, '/data'],
    ['HS_ADMIN', { format: 'admin', value: { index: 300 } }, '/data/value/handle'],
    ['HS_ADMIN', { format: 'admin', value: 'x' }, '/data/value'],
    ['HS_VLIST', '88.100.1/a', '/data'],
    ['HS_SITE', '10.0.0.1', '/data'],
    ['HS_SITE.PREFIX', { format: 'site', value: { servers: 5 } }, '/data/value/servers'],
    ['HS_NA_DELEGATE', { format: 'hex', value: '0001' }, '/data'],
    ['HS_PUBKEY', 'ssh-rsa AAAA', '/data'],
    ['HS_PUBKEY', '-----BEGIN PUBLIC KEY-----', '/data'],
    ['HS_PUBKEY', { format: 'key', value: { kty: 'oct', k: 'x' } }, '/data/value/kty'],
    ['HS_SECKEY', '', '/data'],
    ['HS_SECKEY', 'for everybody', '/permissions', 14],
    ['HS_SERV', '', '/data'],
    ['HS_ALIAS', '/x', '/data'],
  ]
  const wished = wrong.map(([type, data, , permissions], i) => ({
    index: i + 1,
    type,
    data,
    ...(permissions !== undefined && { permissions }),
  }))
  const refused = await ask(wished, '88.100.1/wrong')
  const errors = refused.body.errors as { path: string; expected?: string }[]
  const paths = errors.map((error) => error.path).sort()
  assert.deepEqual(paths, wrong.map(([, , path], i) => `/values/${i}${path}`).sort())
  const admin0 = errors.find((error) => error.path === '/values/0/data')
  assert.match(admin0?.expected ?? '', /"format":"admin".*"index":300/)
})

test('a record that holds what would not be taken can be changed around it', async () => {
  await using it = await world()
  const handle = parseHandle('88.100.1/moved')
  const values = [{ index: 100, type: 'HS_ADMIN', data: 'not an admin record' }]
  const next = { ...handle, state: 'registered', held: false, values } as const
  const author = { kind: 'system', id: 'test' } as const
  await it.store.commit({ author, at: 0, writes: [{ expected: 0, next }] })
  const put = (wished: unknown[]) =>
    it.ask('ann', 'PUT', `${BASE}/88.100.1/moved`, { body: { values: wished } })
  await must(put([...values, { index: 1, type: 'URL', data: 'https://a.example/' }]))
  const other = await put([{ index: 100, type: 'HS_ADMIN', data: 'neither is this' }])
  assert.equal(other.body.errors[0].path, '/values/0/data')
})
