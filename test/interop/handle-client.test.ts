import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { parseAddress } from '../../src/identifiers/values/address.ts'
import { writePublicKey } from '../../src/identifiers/values/public-key.ts'
import type { Site } from '../../src/identifiers/values/site.ts'
import {
  type Authentication,
  type ClientOptions,
  type Deed,
  OP_FLAG,
  openHandleClient,
  PROTOCOLS,
  type Protocol,
  proveSecret,
  RESPONSE,
  type Resolved,
  SERIAL_UNKNOWN,
  USUAL_FLAGS,
  writeAdmin,
} from '../../src/protocols/client/index.ts'
import { readSites } from '../../src/protocols/recursion/site-files.ts'
import { scratchFolder } from '../support/node-process.ts'
import { siteAt, value } from '../support/scripted-servers.ts'
import { handleNet, type PeerRecord, startHandleNet } from './support/handle-net.ts'

/** Our client against the Handle.Net server. */
const PREFIX = '20.500.99999'
const KEY = { handle: `0.NA/${PREFIX}`, index: 300 }
const { skip, missing } = handleNet

const text = (index: number, type: string, it: string, permissions = '1110') => ({
  ...{ index, type, permissions, timestamp: '2024-02-29T12:00:00Z', ttl: 3_600 },
  data: { format: 'string', value: it },
})
const admin = {
  ...{ index: 100, type: 'HS_ADMIN' },
  data: { format: 'admin', value: { ...KEY, permissions: '011111110011' } },
}
const record = (name: string, ...values: PeerRecord['values']): PeerRecord => ({
  handle: `${PREFIX}/${name}`,
  values: [...values, admin],
})

const RECORDS = [
  record('PUMP', text(1, 'URL', 'https://a.example/1'), text(2, 'DESC', '离心泵')),
  record('LONG', text(1, 'TEXT', 'x'.repeat(3_000))),
  record('HIDDEN', text(1, 'URL', 'https://a.example/3'), text(2, 'COST', '12.50', '1100')),
  record('ALIAS', text(8, 'HS_ALIAS', `${PREFIX}/PUMP`)),
  ...Array.from({ length: 1_200 }, (_, i) => record(`N${i}`, text(1, 'N', String(i)))),
]

function shown(outcome: Resolved): string[] {
  assert.equal(outcome.kind, 'found', JSON.stringify(outcome))
  if (outcome.kind !== 'found') return []
  const own = outcome.values.filter((it) => it.type !== 'HS_ADMIN')
  return own.map((it) => `${it.index} ${it.type} ${Buffer.from(it.data)}`)
}

/** However slow the machine is. */
const PATIENT = { udpWaitsMs: Array.from({ length: 30 }, () => 2_000), answerMsMax: 60_000 }

async function withClient<T>(options: ClientOptions, use: (it: Client) => Promise<T>): Promise<T> {
  using client = openHandleClient({ ...options, limits: PATIENT })
  return await use(client)
}
type Client = ReturnType<typeof openHandleClient>

test('our client resolves at a Handle.Net server over every protocol, and administers it', {
  skip,
  timeout: 600_000,
}, async () => {
  assert.equal(missing, undefined)
  await using folder = await scratchFolder()
  await using peer = await startHandleNet({
    folder: folder.path,
    prefixes: [PREFIX],
    records: RECORDS,
  })
  const [site] = readSites(await readFile(peer.siteFile))
  assert.ok(site)
  const auth: Authentication = { kind: 'secret', identity: KEY, secret: Buffer.from(peer.secret) }

  // its record does not name the port's HTTPS, whose certificate is by the key of the record
  const https = { type: 3, protocol: PROTOCOLS.indexOf('HTTPS'), port: peer.httpPort }
  const every = {
    ...site,
    servers: site.servers.map((it) => ({ ...it, interfaces: [...it.interfaces, https] })),
  }
  for (const protocol of PROTOCOLS as readonly Protocol[]) {
    await withClient({ sitesForAll: [every], protocols: [protocol] }, async (client) => {
      await resolves(client, auth, protocol)
    })
  }
  // a server of which nothing is known but its port
  const unknown = { ...siteAt(peer.port, { major: 2, minor: 3, serial: SERIAL_UNKNOWN }) }
  await withClient({ sitesForAll: [unknown] }, async (client) => {
    const told = await client.siteInfo(`${PREFIX}/x`)
    assert.ok(told.kind === 'found')
    assert.deepEqual(plain(told.site), plain(site))
    assert.deepEqual(
      shown(await client.resolve({ handle: `${PREFIX}/PUMP` }))[0],
      '1 URL https://a.example/1',
    )
  })
  await withClient({ roots: [site] }, async (client) => {
    for (let i = 0; i < 50; i++) {
      assert.deepEqual(shown(await client.resolve({ handle: `${PREFIX}/N${i}` })), [`1 N ${i}`])
    }
    const absent = await client.resolve({ handle: '20.500.88888/x' })
    assert.equal(absent.kind, 'prefix-not-found', JSON.stringify(absent))
  })
  await withClient({ sitesForAll: [site] }, async (client) => {
    await administers(client, auth)
    await lists(client, auth)
    await verifies(client, peer.secret)
  })
})

function plain(site: Site) {
  const servers = site.servers.map(({ address, ...it }) => ({
    ...it,
    address: [...address],
    publicKey: Buffer.from(it.publicKey).toString('hex'),
  }))
  assert.deepEqual(servers[0]?.address, [...(parseAddress('127.0.0.1') ?? [])])
  return { ...site, servers }
}

async function resolves(client: Client, auth: Authentication, protocol: string): Promise<void> {
  const ask = (name: string, more: object = {}) =>
    client.resolve({ handle: `${PREFIX}/${name}`, ...more })
  assert.deepEqual(
    shown(await ask('pump')),
    ['1 URL https://a.example/1', '2 DESC 离心泵'],
    protocol,
  )
  assert.deepEqual(shown(await ask('PUMP', { types: ['URL'] })), ['1 URL https://a.example/1'])
  assert.deepEqual(shown(await ask('alias', { indexes: [2] })), ['2 DESC 离心泵'])
  assert.equal(shown(await ask('long'))[0]?.length, 3_000 + '1 TEXT '.length)
  assert.equal((await ask('absent')).kind, 'not-found')
  assert.equal((await ask('PUMP', { types: ['NOPE'] })).kind, 'values-not-found')
  const flags = USUAL_FLAGS + OP_FLAG.certified + OP_FLAG.returnDigest
  const signed = await ask('LONG', { flags })
  assert.ok(signed.kind === 'found' && signed.isSigned, `${protocol} ${JSON.stringify(signed)}`)
  const closed = await ask('HIDDEN', { flags: OP_FLAG.recursive })
  assert.ok(closed.kind === 'refused' && closed.code === RESPONSE.authenticationNeeded)
  const all = await ask('HIDDEN', { flags: OP_FLAG.returnDigest + OP_FLAG.certified, auth })
  assert.deepEqual(shown(all), ['1 URL https://a.example/3', '2 COST 12.50'], protocol)
}

async function administers(client: Client, auth: Authentication): Promise<void> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' })
  const key = {
    ...value(310, 'HS_PUBKEY', writePublicKey({ kty: 'RSA', n, e })),
    permissions: 0x0e,
  }
  const added = await client.perform({ kind: 'add', handle: KEY.handle, values: [key] }, { auth })
  assert.equal(added.kind, 'done', JSON.stringify(added))
  const byKey: Authentication = { kind: 'key', identity: { ...KEY, index: 310 }, privateKey }
  const hmac: Authentication = { ...auth, algorithm: 'HMAC-SHA256' } as Authentication
  const adminValue = adminOf(KEY.index)
  for (const [i, who] of [auth, hmac].entries()) {
    const handle = `${PREFIX}/made-${i}`
    const one = value(1, 'URL', 'one')
    const deeds: readonly (readonly [Deed, number])[] = [
      [{ kind: 'create', handle, values: [one, adminValue] }, 1],
      [{ kind: 'create', handle, values: [one, adminValue] }, RESPONSE.handleExists],
      [{ kind: 'add', handle, values: [value(2, 'DESC', 'two')] }, 1],
      [{ kind: 'modify', handle, values: [value(1, 'URL', 'ONE')] }, 1],
      [{ kind: 'remove', handle, indexes: [2] }, 1],
    ]
    for (const [deed, code] of deeds) {
      const done = await client.perform(deed, { auth: who })
      assert.equal(
        done.kind === 'refused' ? done.code : done.kind === 'done' && 1,
        code,
        JSON.stringify(done),
      )
    }
    assert.deepEqual(shown(await client.resolve({ handle })), ['1 URL ONE'])
    assert.equal((await client.perform({ kind: 'delete', handle }, { auth: who })).kind, 'done')
    assert.equal((await client.resolve({ handle })).kind, 'not-found')
  }
  const handle = `${PREFIX}/by-key`
  const values = [value(1, 'URL', 'one'), adminOf(310)]
  const made = await client.perform({ kind: 'create', handle, values }, { auth })
  const change: Deed = { kind: 'modify', handle, values: [value(1, 'URL', 'ONE')] }
  const changed = await client.perform(change, { auth: byKey })
  assert.deepEqual([made.kind, changed.kind], ['done', 'done'], JSON.stringify(changed))
  assert.deepEqual(shown(await client.resolve({ handle })), ['1 URL ONE'])
  await client.perform({ kind: 'delete', handle }, { auth: byKey })
  const wrong = { ...auth, secret: Buffer.from('wrong') } as Authentication
  const refused = await client.perform(
    { kind: 'delete', handle: `${PREFIX}/PUMP` },
    { auth: wrong },
  )
  assert.ok(refused.kind === 'refused' && refused.code === RESPONSE.authenticationFailed)
}

function adminOf(index: number) {
  const record = { permissions: 0x0ff3, admin: { ...KEY, index }, legacy: false }
  return value(100, 'HS_ADMIN', writeAdmin(record))
}

async function lists(client: Client, auth: Authentication): Promise<void> {
  const listed = await client.list(PREFIX, { auth })
  assert.ok(listed.kind === 'found', JSON.stringify(listed))
  const names = new Set<string>()
  for await (const it of listed.handles) names.add(it.toUpperCase())
  assert.equal(names.size, RECORDS.length)
}

async function verifies(client: Client, secret: string): Promise<void> {
  const [nonce, digest] = [new Uint8Array(20), new Uint8Array(32)]
  const asked = Buffer.concat([nonce, digest])
  const form = { algorithm: 'HMAC-SHA1' } as const
  for (const [by, isValid] of [
    [secret, true],
    ['wrong', false],
  ] as const) {
    const answer = await proveSecret(Buffer.from(by), asked, form)
    const verified = await client.verify({ key: KEY, nonce, digest, answer })
    assert.ok(verified.kind === 'found', JSON.stringify(verified))
    assert.equal(verified.isValid, isValid)
  }
}
