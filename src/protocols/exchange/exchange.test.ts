import assert from 'node:assert/strict'
import { test } from 'node:test'
import { question, request, USUAL_FLAGS } from '../../../test/support/handle-client.ts'
import { type PrefixKey, parseHandle } from '../../identifiers/handle.ts'
import type { PrefixAnswer } from '../../identifiers/prefixes/book.ts'
import { resolveLocally } from '../../identifiers/resolution/resolution.ts'
import { openMemoryStore } from '../../identifiers/store/memory.ts'
import type { RecordWrite } from '../../identifiers/store/store.ts'
import { readSite } from '../../identifiers/values/site.ts'
import { madePrefixRecord } from '../handle/prefix-record.ts'
import * as wire from '../wire/index.ts'
import { type Answers, isSeveral, type Outgoing } from './asked.ts'
import { openExchange } from './exchange.ts'
import { spokenTo } from './reply.ts'
import { resolution } from './resolution.ts'
import { getSiteInfo, ownSite } from './site-info.ts'

const SERIAL = 3
const AT = Date.UTC(2026, 10, 22)
const store = openMemoryStore()
const HELD = { ...parseHandle('88.1/held'), state: 'registered', held: true, values: [] } as const
const RECORD = {
  ...parseHandle('88.1/Pump'),
  state: 'registered',
  held: false,
  values: [
    { index: 1, type: 'URL', data: 'https://a.example/泵' },
    { index: 2, type: 'URL.MOBILE', data: 'https://m.example/' },
    { index: 3, type: 'URLX', data: 'x' },
    { index: 4, type: 'NOTE', data: 'within', permissions: 0x0c },
    { index: 5, type: 'KEY', data: 'nobody', permissions: 0x04 },
  ],
} as const
const RETIRED = { ...parseHandle('88.1/gone'), state: 'retired', held: false, values: [] } as const
const ABOVE = {
  ...parseHandle('0.NA/88.1'),
  state: 'registered',
  held: false,
  values: [
    { index: 7, type: 'HS_SERV.PREFIX', data: '0.SERV/below' },
    { index: 8, type: 'HS_SITE', data: 'of the prefix itself' },
  ],
} as const
const writes: RecordWrite[] = [HELD, RECORD, RETIRED, ABOVE].map((next) => ({ expected: 0, next }))
await store.commit({ author: { kind: 'system', id: 'test' }, at: AT, writes }, { atomic: true })

const SITES = [{ address: '192.0.2.7', port: 2641, protocol: 'tcp' }]
const STATES: Readonly<Record<string, PrefixAnswer>> = {
  '88.1': { kind: 'hosted' },
  '88.2': { kind: 'delegated', sites: SITES, at: '88.2' as PrefixKey } as PrefixAnswer,
  '88.3': { kind: 'suspended' } as PrefixAnswer,
  '88.4': { kind: 'delegated', sites: [], service: '0.SERV/four', at: '88.4' } as never,
  '88.2.9': { kind: 'delegated', sites: SITES, service: '0.SERV/two', at: '88.2' } as never,
}

function open() {
  const counted: string[] = []
  const errors: unknown[] = []
  let left = Number.POSITIVE_INFINITY
  const resolve = resolveLocally({
    store,
    prefixState: (prefix) => STATES[prefix] ?? { kind: 'unknown' },
    prefixRecord: madePrefixRecord,
  })
  const askers = {
    meet: (address: string) => ({ client: address, address }),
    admit: () => (left-- > 0 ? 0 : 7),
    count: (prefix: string, told: string) => void counted.push(`${prefix} ${told}`),
  }
  const site = ownSite({
    ...{ serial: SERIAL, address: '192.0.2.1', description: 'test', publicKey: new Uint8Array(0) },
    ports: { udp: 2641, tcp: 2641, http: 8000 },
  })
  const operations = {
    [wire.OP.resolution]: resolution({ resolve, askers, siteSerial: SERIAL }),
    [wire.OP.getSiteInfo]: getSiteInfo(async () => site),
    [wire.OP.deleteHandle]: () => {
      throw new Error('broken')
    },
  }
  const onError = (error: unknown) => void errors.push(error)
  const exchange = openExchange({ operations, siteSerial: SERIAL, onError })
  const peer = { transport: 'tcp', asker: askers.meet('192.0.2.9'), connection: {} } as const
  const ask = async ({ message, envelope }: ReturnType<typeof request>) => {
    const whole = { ...envelope, sequence: 0, messageBytes: message.length }
    const [answer] = await allOf(exchange({ envelope: whole, bytes: message, peer }))
    assert.ok(answer)
    assert.equal(answer.envelope.requestId, envelope.requestId)
    return wire.readMessage(answer.bytes)
  }
  const allow = (count: number) => {
    left = count
  }
  return { ask, counted, errors, allow }
}

async function allOf(answers: Answers): Promise<Outgoing[]> {
  if (!isSeveral(answers)) return [await answers]
  const all: Outgoing[] = []
  for await (const it of answers) all.push(it)
  return all
}

const indexesIn = ({ body }: wire.Message) =>
  wire.readResolutionAnswer(body, false).values.map((it) => it.index)
const codeOf = async (asked: Promise<wire.Message>) => (await asked).header.responseCode
const ALL_FLAGS = USUAL_FLAGS - wire.OP_FLAG.publicOnly

test('values by index and by type: those of either, each once; a dot asks for all below', async () => {
  const { ask } = open()
  const cases = [
    [{}, [1, 2, 3]],
    [{ indexes: [3], types: ['URL'] }, [1, 3]],
    [{ indexes: [1], types: ['url'] }, [1]],
    [{ types: ['URL.'] }, [1, 2]],
    [{ indexes: [4, 1] }, [1]],
  ] as const
  for (const [filter, expected] of cases) {
    const answer = await ask(question('88.1/pump', filter))
    assert.equal(answer.header.responseCode, wire.RESPONSE.success)
    assert.deepEqual(indexesIn(answer), expected, JSON.stringify(filter))
  }
  const { body } = await ask(question('88.1/PUMP', { indexes: [1] }))
  const { handle, values } = wire.readResolutionAnswer(body, false)
  assert.equal(handle, '88.1/PUMP', 'as it was asked for')
  assert.deepEqual(values, [
    {
      ...{ index: 1, timestampS: AT / 1_000, ttlType: 0, ttlS: 86_400, permissions: 0x0e },
      ...{ type: 'URL', data: new Uint8Array(Buffer.from('https://a.example/泵')), references: [] },
    },
  ])
})

test('each state of a name and of its prefix has its code', async () => {
  const { ask, counted } = open()
  const cases = [
    ['88.1/pump', wire.RESPONSE.success],
    ['88.1/nothing', wire.RESPONSE.handleNotFound],
    ['88.1/gone', wire.RESPONSE.handleNotFound],
    ['88.1/held', wire.RESPONSE.handleNotFound],
    ['88.3/x', wire.RESPONSE.handleNotFound],
    ['88.2/x', wire.RESPONSE.prefixReferral],
    ['99/x', wire.RESPONSE.serverNotResponsible],
    ['88.1', wire.RESPONSE.success],
    ['0.NA/88.1', wire.RESPONSE.success],
    ['', wire.RESPONSE.invalidHandle],
    [`88.1/${'x'.repeat(2_100)}`, wire.RESPONSE.invalidHandle],
  ] as const
  for (const [handle, code] of cases)
    assert.equal(await codeOf(ask(question(handle))), code, handle)
  assert.deepEqual(counted.slice(0, 3), ['88.1 found', '88.1 absent', '88.1 retired'])
  assert.equal(
    await codeOf(ask(question('88.1/pump', { types: ['NO'] }))),
    wire.RESPONSE.valuesNotFound,
  )
  const refer = question('88.2/x', { flags: USUAL_FLAGS + wire.OP_FLAG.doNotRefer })
  assert.equal(await codeOf(ask(refer)), wire.RESPONSE.serverNotResponsible)
})

test('a delegated prefix is a referral to its record, with the sites that serve it', async () => {
  const { body } = await open().ask(question('88.2/x'))
  const { handle, values } = wire.readReferral(body, false)
  assert.equal(handle, '0.NA/88.2')
  assert.deepEqual(
    values.map((it) => it.type),
    ['HS_SITE'],
  )
  const [server] = readSite(values[0]?.data ?? new Uint8Array(0)).servers
  assert.deepEqual(server?.interfaces, [{ type: 3, protocol: 1, port: 2641 }])
})

test('where a service has the sites the referral is to the service', async () => {
  const { body, header } = await open().ask(question('88.4/x'))
  assert.equal(header.responseCode, wire.RESPONSE.serviceReferral)
  assert.deepEqual(wire.readReferral(body, false), { handle: '0.SERV/four', values: [] })
  const refer = question('88.4/x', { flags: USUAL_FLAGS + wire.OP_FLAG.doNotRefer })
  assert.equal((await open().ask(refer)).header.responseCode, wire.RESPONSE.serverNotResponsible)
})

test('the record of a delegated prefix says where it and those below it are, and below it that is the referral', async () => {
  const typesOf = async (name: string, code: number) => {
    const answer = await open().ask(question(name))
    assert.equal(answer.header.responseCode, code, name)
    const { values } =
      code === 1
        ? wire.readResolutionAnswer(answer.body, false)
        : wire.readReferral(answer.body, false)
    return values.map(({ index, type }) => `${index} ${type}`)
  }
  assert.deepEqual(await typesOf('0.NA/88.4', 1), ['1 HS_SERV', '2 HS_SERV.PREFIX', '100 HS_ADMIN'])
  assert.deepEqual(await typesOf('0.NA/88.2', 1), ['1 HS_SITE', '2 HS_SITE.PREFIX', '100 HS_ADMIN'])
  assert.deepEqual(await typesOf('0.NA/88.2.9', 303), ['1 HS_SITE.PREFIX', '2 HS_SERV.PREFIX'])
  assert.deepEqual(await typesOf('88.2.9/x', 303), ['1 HS_SITE', '2 HS_SERV'])
})

test('of a prefix that is not known the record above may say where it is, in the form it stands there', async () => {
  for (const name of ['0.NA/88.1.5', '0.NA/88.1.5.6']) {
    const { body, header } = await open().ask(question(name))
    assert.equal(header.responseCode, wire.RESPONSE.prefixReferral)
    const { handle, values } = wire.readReferral(body, false)
    assert.equal(handle, '')
    const told = values.map(({ index, type, data }) => [index, type, Buffer.from(data).toString()])
    assert.deepEqual(told, [[7, 'HS_SERV.PREFIX', '0.SERV/below']])
  }
  assert.equal((await open().ask(question('0.NA/88.9.1'))).header.responseCode, 100)
  assert.equal((await open().ask(question('88.1.5/x'))).header.responseCode, 301)
})

test('types on which the node acts have records; of every other it knows nothing', async () => {
  const { body, header } = await open().ask(question('0.type/hs_admin'))
  assert.equal(header.responseCode, 1)
  assert.deepEqual(
    wire.readResolutionAnswer(body, false).values.map((it) => it.type),
    ['DESC'],
  )
  assert.equal((await open().ask(question('0.TYPE/URL'))).header.responseCode, 301)
})

test('a hidden value is told to nobody who has not shown who they are', async () => {
  const { ask } = open()
  const wanted = (indexes: number[]) => ask(question('88.1/pump', { indexes, flags: ALL_FLAGS }))
  assert.deepEqual(indexesIn(await wanted([1])), [1])
  assert.equal(await codeOf(wanted([1, 4])), wire.RESPONSE.unableToAuthenticate)
  assert.equal(await codeOf(wanted([5])), wire.RESPONSE.insufficientPermissions)
})

test('an answer begins with the digest of its request where that asked for it', async () => {
  const { ask } = open()
  for (const [minor, algorithm] of [
    [11, wire.DIGEST_SHA256],
    [3, wire.DIGEST_SHA1],
  ] as const) {
    for (const handle of ['88.1/pump', '88.1/nothing', '88.2/x']) {
      const asked = question(handle, { flags: USUAL_FLAGS + wire.OP_FLAG.returnDigest, minor })
      const answer = await ask(asked)
      const digest = wire.digestOf(wire.readMessage(asked.message), algorithm)
      assert.notEqual(answer.header.opFlags & wire.OP_FLAG.returnDigest, 0)
      const head = Buffer.from([digest.algorithm, ...digest.digest])
      assert.ok(Buffer.from(answer.body).subarray(0, head.length).equals(head), handle)
    }
  }
})

test('an answer is in the version that its client would rather speak, and this server can', () => {
  const cases = [
    [2, 3, 2, 11, '2.11'],
    [2, 3, 2, 7, '2.7'],
    [2, 1, 0, 0, '2.1'],
    [2, 11, 2, 11, '2.11'],
    [2, 10, 3, 0, '2.10'],
    [2, 9, 2, 3, '2.9'],
    [2, 12, 2, 12, '2.11'],
    [3, 0, 3, 0, '2.11'],
    [1, 0, 2, 11, '2.11'],
  ] as const
  for (const [major, minor, suggestedMajor, suggestedMinor, expected] of cases) {
    const spoken = spokenTo({ major, minor, suggestedMajor, suggestedMinor })
    assert.equal(`${spoken.major}.${spoken.minor}`, expected)
  }
})

test('what is not known, not whole, expired or broken is answered with its code', async () => {
  const { ask, errors } = open()
  const body = wire.writeHandleBody('88.1/x')
  assert.equal(
    await codeOf(ask(request({ opCode: 999, body }))),
    wire.RESPONSE.operationNotSupported,
  )
  const cut = request({ body: Buffer.from('0000ffff', 'hex') })
  assert.equal(await codeOf(ask(cut)), wire.RESPONSE.protocolError)
  const none = { ...cut, message: new Uint8Array(24) }
  assert.equal(await codeOf(ask(none)), wire.RESPONSE.protocolError)
  const old = request({ opCode: wire.OP.deleteHandle, body })
  new DataView(old.message.buffer).setUint32(16, 0x60000000)
  assert.equal(await codeOf(ask(old)), wire.RESPONSE.protocolError)
  assert.deepEqual(errors, [])
  const broken = request({ opCode: wire.OP.deleteHandle, body })
  assert.equal(await codeOf(ask(broken)), wire.RESPONSE.error)
  assert.equal(errors.length, 1)
})

test('who asks too much is told that the server is busy', async () => {
  const { ask, allow } = open()
  allow(1)
  assert.equal(await codeOf(ask(question('88.1/pump'))), wire.RESPONSE.success)
  assert.equal(await codeOf(ask(question('88.1/pump'))), wire.RESPONSE.serverBusy)
})

test('the site record says where and over what the server is reached', async () => {
  const { ask } = open()
  const { body } = await ask(
    request({ opCode: wire.OP.getSiteInfo, body: wire.writeHandleBody('/') }),
  )
  const site = readSite(wire.readSiteAnswer(body, false).site)
  assert.equal(site.serial, SERIAL)
  assert.deepEqual(site.servers[0]?.interfaces, [
    { type: 2, protocol: 0, port: 2641 },
    { type: 3, protocol: 1, port: 2641 },
    { type: 3, protocol: 2, port: 8000 },
  ])
})
