import assert from 'node:assert/strict'
import { test } from 'node:test'
import { question, USUAL_FLAGS } from '../../../test/support/handle-client.ts'
import { testClock } from '../../../test/support/test-clock.ts'
import { type HandleKey, type PrefixKey, prefixOf, suffixOf } from '../../identifiers/handle.ts'
import type { Resolution } from '../../identifiers/resolution/resolution.ts'
import { addressSet } from '../../lib/address-set.ts'
import { answerApi } from '../handle/json-api.ts'
import { openDoor, recursing } from '../recursion/recursing.ts'
import { Recursion } from '../recursion/recursion.ts'
import type { Walked, WalkQuestion } from '../recursion/walk.ts'
import * as wire from '../wire/index.ts'
import { isSeveral } from './asked.ts'
import { openExchange } from './exchange.ts'
import { askedElsewhere } from './recursive.ts'
import { resolution } from './resolution.ts'

const CLIENT = '10.1.2.3'
const STRANGER = '10.2.2.3'
const SITES = [{ address: '192.0.2.7', port: 2641, protocol: 'tcp' }] as const
const { RESPONSE, OP_FLAG } = wire
const PLAIN = OP_FLAG.publicOnly + OP_FLAG.cacheCertified

const value = (index: number, type: string, data: string): wire.WireValue => ({
  ...{ index, type, data: new Uint8Array(Buffer.from(data)), ttlS: 600, ttlType: 0 },
  ...{ timestampS: 1_700_000_000, permissions: 0x0e, references: [] },
})
const VALUES = [
  value(1, 'URL', 'https://a.example/泵'),
  value(2, 'EMAIL', 'a@a.example'),
  { ...value(3, 'NOTE', 'within'), permissions: 0x0c },
]

/** A node with 88.1, which has nothing, and 88.2, which is delegated. */
function here(key: HandleKey): Resolution {
  const prefix = prefixOf(key)
  if (prefix === '0.NA') {
    const at = suffixOf(key) as PrefixKey
    return at === '88.1' ? { kind: 'held' } : { kind: 'absent' }
  }
  if (prefix === '88.1') return { kind: 'absent' }
  return prefix === '88.2' ? { kind: 'delegated', sites: SITES, at: prefix } : { kind: 'unknown' }
}

function open({ hasRoots = true }: { readonly hasRoots?: boolean } = {}) {
  const walks: WalkQuestion[] = []
  let next: Walked = { kind: 'found', values: VALUES }
  const recursion = new Recursion({
    clock: testClock(),
    limits: {
      ...{ cacheBytesMax: 2 ** 20, ttlSMax: 600, negativeTtlSMax: 0, staleSMax: 0 },
      ...{ walksMax: 4, walksPerPrefixMax: 4, walkMsMax: 60_000 },
    },
    walk: async (it) => {
      walks.push(it)
      return next
    },
    onFailure: () => undefined,
    onError: (error) => {
      throw error
    },
  })
  const door = openDoor({
    isClient: addressSet(['10.1.0.0/16', 'fd00::/8']),
    isOwn: (prefix) => prefix === '88' || prefix.startsWith('88.'),
    hasRoots,
  })
  const recurse = recursing(recursion, door)
  const counted: string[] = []
  const askers = {
    meet: (address: string) => ({ client: address, address }),
    admit: () => 0,
    count: (prefix: string, told: string) => void counted.push(`${prefix} ${told}`),
  }
  const elsewhere = askedElsewhere(recurse, 1)
  const resolves = resolution({ resolve: here, askers, siteSerial: 1, elsewhere })
  const operations = { [wire.OP.resolution]: resolves }
  const exchange = openExchange({ operations, siteSerial: 1, onError: () => undefined })
  const ask = async (handle: string, more: Parameters<typeof question>[1] & Asking = {}) => {
    const { address = CLIENT, recursionCount = 0, ...wish } = more
    const { message, envelope } = question(handle, wish)
    message[14] = recursionCount
    const peer = { transport: 'tcp', asker: askers.meet(address), connection: {} } as const
    const whole = { ...envelope, sequence: 0, messageBytes: message.length }
    const answers = exchange({ envelope: whole, bytes: message, peer })
    assert.ok(!isSeveral(answers))
    return wire.readMessage((await answers).bytes)
  }
  const api = async (target: string, address = CLIENT) => {
    const request = { method: 'GET', target: `/api/handles/${target}`, language: 'en' } as const
    const { status, body } = await answerApi(here, { ...request, elsewhere: { recurse, address } })
    return { status, json: JSON.parse(body) }
  }
  const bring = (walked: Walked) => {
    next = walked
  }
  return { ask, api, bring, walks, counted, recursion }
}

type Asking = { readonly address?: string; readonly recursionCount?: number }

const indexesIn = ({ body }: wire.Message) =>
  wire.readResolutionAnswer(body, false).values.map((it) => it.index)
const codeOf = async (asked: Promise<wire.Message>) => (await asked).header.responseCode

test('names of others are asked for where a client that is listed wants it, and for nobody else', async () => {
  const { ask, walks, counted } = open()
  const cases = [
    ['10.1/x', {}, RESPONSE.success],
    ['10.1/x', { address: '::ffff:10.1.9.9' }, RESPONSE.success],
    ['10.1/x', { address: 'fd12::1' }, RESPONSE.success],
    ['10.1/x', { address: STRANGER }, RESPONSE.serverNotResponsible],
    ['10.1/x', { flags: PLAIN }, RESPONSE.serverNotResponsible],
    ['88.2/x', {}, RESPONSE.success],
    ['88.2/x', { address: STRANGER }, RESPONSE.prefixReferral],
    ['88.2/x', { flags: PLAIN }, RESPONSE.prefixReferral],
    ['88.2/x', { flags: USUAL_FLAGS + OP_FLAG.doNotRefer }, RESPONSE.success],
    ['0.NA/10.1', {}, RESPONSE.success],
    ['10.1', {}, RESPONSE.success],
    ['10.1', { flags: PLAIN }, RESPONSE.handleNotFound],
  ] as const
  for (const [handle, more, code] of cases) {
    assert.equal(await codeOf(ask(handle, more)), code, `${handle} ${JSON.stringify(more)}`)
  }
  assert.deepEqual(
    walks.map(({ name, leading }) => [name, leading?.map((it) => it.type).join()]),
    [
      ['10.1/x', undefined],
      ['88.2/x', 'HS_SITE'],
      ['0.NA/10.1', undefined],
    ],
  )
  assert.equal(counted[0], '10.1 unknown', 'counted as what it is to this node')
})

test('what this node alone can know is asked of nobody', async () => {
  const { ask, walks } = open()
  const own = ['88.1/x', '88.7/x', '88.1.5/x', '0.NA/88.7', '0.NA/88.1', '88/x']
  for (const handle of own) assert.notEqual(await codeOf(ask(handle)), RESPONSE.success, handle)
  assert.deepEqual(walks, [])
  const rootless = open({ hasRoots: false })
  assert.equal(await codeOf(rootless.ask('10.1/x')), RESPONSE.serverNotResponsible)
  assert.equal(await codeOf(rootless.ask('88.2/x')), RESPONSE.success)
})

test('of the record that was fetched everybody gets what they asked for and may read', async () => {
  const { ask, walks } = open()
  assert.deepEqual(indexesIn(await ask('10.1/x')), [1, 2])
  assert.deepEqual(indexesIn(await ask('10.1/X', { types: ['email'] })), [2])
  assert.deepEqual(indexesIn(await ask('10.1/x', { indexes: [1, 3] })), [1])
  assert.equal(await codeOf(ask('10.1/x', { indexes: [3] })), RESPONSE.valuesNotFound)
  const answer = await ask('10.1/x', { types: ['URL'] })
  const { handle, values } = wire.readResolutionAnswer(answer.body, false)
  assert.equal(handle, '10.1/x')
  assert.deepEqual(values, VALUES.slice(0, 1), 'as it came')
  assert.equal(answer.header.opFlags & OP_FLAG.authoritative, 0, 'only others say it as a primary')
  assert.deepEqual(
    walks.map((it) => it.name),
    ['10.1/x', '10.1/X'],
  )
})

test('what is kept is told as it was told at first, to the byte', async () => {
  const { ask, bring, walks } = open()
  const all = [VALUES.slice(0, 2), VALUES, []]
  for (const [i, values] of all.entries()) {
    bring({ kind: 'found', values })
    for (const flags of [USUAL_FLAGS, USUAL_FLAGS + OP_FLAG.returnDigest]) {
      const asking = () => ask(`10.1/${i}`, { flags, address: CLIENT })
      const [first, second] = [await asking(), await asking()]
      assert.deepEqual(
        [second.header.responseCode, second.body],
        [first.header.responseCode, first.body],
      )
    }
    const kept = await ask(`10.1/${i}`)
    bring({ kind: 'found', values })
    const anew = await ask(`10.1/${i}`, { flags: USUAL_FLAGS + OP_FLAG.authoritative })
    assert.deepEqual([kept.header.responseCode, kept.body], [anew.header.responseCode, anew.body])
  }
  assert.equal(walks.length, 6, 'one each, and one for each that asked for a primary')
})

test('who wants a primary server, or more than everybody may read, has it asked for', async () => {
  const { ask, walks } = open()
  await ask('10.1/x')
  const primary = await ask('10.1/x', { flags: USUAL_FLAGS + OP_FLAG.authoritative })
  assert.deepEqual(indexesIn(primary), [1, 2])
  const hidden = { flags: OP_FLAG.recursive, indexes: [1, 3] }
  assert.deepEqual(indexesIn(await ask('10.1/x', hidden)), [1])
  const shown = walks.map(({ isAuthoritative, isPublic, indexes }) => [
    isAuthoritative,
    isPublic,
    indexes.length,
  ])
  assert.deepEqual(shown, [
    [false, true, 0],
    [true, true, 0],
    [false, false, 2],
  ])
})

test('what others say and refuse has its code, in every protocol', async () => {
  const { ask, api, bring } = open()
  const refused = (code: number): Walked => ({ kind: 'refused', code, message: 'why' })
  const cases: readonly [Walked, number, number, number][] = [
    [{ kind: 'absent' }, RESPONSE.handleNotFound, 404, 100],
    [{ kind: 'valueless' }, RESPONSE.valuesNotFound, 200, 200],
    [refused(RESPONSE.insufficientPermissions), RESPONSE.insufficientPermissions, 403, 401],
    [refused(RESPONSE.authenticationNeeded), RESPONSE.unableToAuthenticate, 500, 406],
    [refused(RESPONSE.invalidHandle), RESPONSE.invalidHandle, 400, 102],
    [refused(RESPONSE.recursionTooHigh), RESPONSE.recursionTooHigh, 500, 2],
  ]
  for (const [i, [walked, code, status, jsonCode]] of cases.entries()) {
    bring(walked)
    assert.equal(await codeOf(ask(`10.1/${i}`)), code)
    const { status: told, json } = await api(`10.1/${i}`)
    assert.deepEqual([told, json.responseCode], [status, jsonCode])
  }
  assert.equal(await codeOf(ask('10.1/x', { recursionCount: 10 })), RESPONSE.recursionTooHigh)
  bring({ kind: 'failed', why: 'down' })
  assert.equal(await codeOf(ask('10.1/down')), RESPONSE.error)
  assert.equal((await api('10.1/down')).json.message, 'The servers of the prefix do not answer')
})

test('the JSON API answers names of others as it does its own, for clients that are listed', async () => {
  const { api, walks } = open()
  const { status, json } = await api('10.1/x?type=URL')
  assert.equal(status, 200)
  assert.deepEqual(json, {
    ...{ responseCode: 1, handle: '10.1/x' },
    values: [
      {
        ...{ index: 1, type: 'URL', data: { format: 'string', value: 'https://a.example/泵' } },
        ...{ ttl: 600, timestamp: '2023-11-14T22:13:20Z' },
      },
    ],
  })
  assert.deepEqual((await api('10.1/x?type=NONE')).json.values, [])
  await api('10.1/x?auth')
  assert.deepEqual(
    walks.map((it) => it.isAuthoritative),
    [false, true],
  )
  assert.equal((await api('10.1/x', STRANGER)).json.responseCode, RESPONSE.serverNotResponsible)
  assert.equal((await api('88.2/x', STRANGER)).json.responseCode, RESPONSE.prefixReferral)
  assert.equal((await api('88.2/x')).json.responseCode, RESPONSE.success)
  assert.equal((await api('88.1/x')).json.responseCode, RESPONSE.handleNotFound)
})
