import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  error,
  found,
  records,
  referral,
  scriptTcp,
  siteAt,
  siteValueOf,
  value,
} from '../../../test/support/scripted-servers.ts'
import { testClock } from '../../../test/support/test-clock.ts'
import { parseAddress } from '../../identifiers/values/address.ts'
import { type Site, writeSite } from '../../identifiers/values/site.ts'
import { OP_FLAG, RESPONSE } from '../wire/codes.ts'
import { openClientWalk } from './client-walk.ts'
import { reachOf } from './reach.ts'
import { boundedSiteCache } from './site-cache.ts'
import type { WalkQuestion } from './walk.ts'

const LISTED = ['127.0.0.1']

function open(roots: readonly Site[], reachable: readonly string[] = LISTED, walkMsMax = 60_000) {
  const clock = testClock()
  const siteCache = boundedSiteCache({ bytesMax: 2 ** 20, ttlSMax: 86_400 }, clock)
  const reach = reachOf(reachable)
  const tried: string[] = []
  const mayReach = (address: string, port: number) => {
    const may = reach(address, port)
    if (may) tried.push(address)
    return may
  }
  const client = openClientWalk({ roots, reach: mayReach, siteCache, clock, walkMsMax })
  const ask = (name: string, more: Partial<WalkQuestion> = {}) => {
    const plain = { indexes: [], types: [], isAuthoritative: false, isPublic: true }
    const question = { name, ...plain, recursionCount: 1, ...more }
    return client.walk(question, { signal: AbortSignal.timeout(60_000) })
  }
  return { clock, siteCache, tried, ask, [Symbol.dispose]: () => client[Symbol.dispose]() }
}

const at = (address: string, port = 2641): Site => {
  const site = siteAt(port)
  const bytes = parseAddress(address) ?? new Uint8Array(16)
  return { ...site, servers: site.servers.map((it) => ({ ...it, address: bytes })) }
}

test('from the root to who is responsible, asking nobody to recurse, the count raised all the way', async () => {
  const x = value(1, 'URL', 'https://a.example/')
  await using leaf = await scriptTcp(records({ '10.1/X': found('10.1/x', x) }))
  await using root = await scriptTcp(
    records({ '0.NA/10.1': found('0.NA/10.1', siteValueOf(leaf.site)) }),
  )
  using walk = open([root.site])
  const answer = await walk.ask('10.1/x', { recursionCount: 7 })
  assert.equal(answer.kind, 'found')
  assert.deepEqual(answer.kind === 'found' && answer.values.map((it) => it.index), [1])
  assert.deepEqual(await walk.ask('10.1/none'), { kind: 'absent' })
  assert.deepEqual(await walk.ask('10.2/none'), { kind: 'absent' })
  const lookedFor = () => root.asked.filter(({ handle }) => handle === '0.NA/10.1').length
  assert.equal(lookedFor(), 1, 'who answers for a prefix is kept')
  const headers = [...root.asked.slice(0, 1), ...leaf.asked.slice(0, 1)].map(
    (it) => it.message.header,
  )
  assert.deepEqual(
    headers.map((it) => it.recursionCount),
    [7, 7],
  )
  for (const { opFlags } of headers) {
    assert.equal(opFlags & OP_FLAG.recursive, 0)
    assert.notEqual(opFlags & OP_FLAG.publicOnly, 0)
  }
  walk.clock.advance(86_400_000)
  await walk.ask('10.1/x')
  assert.equal(lookedFor(), 2, 'and forgotten in time')
})

test('a record that names a server within leads nowhere, however the address is spelled', async () => {
  const within = [
    ...['127.0.0.2', '169.254.169.254', '10.0.0.1', '::1', 'fe80::1', 'fd00::1', '0.0.0.0'],
    ...['::ffff:10.0.0.1', '::ffff:127.0.0.2', '64:ff9b::10.0.0.1', '2002:a00:1::1', '224.0.0.1'],
  ]
  for (const address of within) {
    await using root = await scriptTcp(
      records({
        '0.NA/10.1': found('0.NA/10.1', siteValueOf(at(address))),
        '0.NA/10.2': referral(RESPONSE.prefixReferral, '', at(address)),
      }),
    )
    using walk = open([root.site])
    for (const name of ['10.1/x', '10.2/x']) {
      const answer = await walk.ask(name)
      assert.equal(answer.kind, 'failed', `${address} ${name}`)
      assert.match(answer.kind === 'failed' ? answer.why : '', /not to be asked/)
    }
    assert.deepEqual([...new Set(walk.tried)], LISTED, address)
  }
  using walk = open([at('127.0.0.1')], [])
  assert.equal((await walk.ask('10.1/x')).kind, 'failed', 'nor is a root')
})

test('a prefix that is delegated is asked for at its own server, and not at the root', async () => {
  await using own = await scriptTcp(records({ '10.1/X': found('10.1/x', value(1, 'URL', 'u')) }))
  using walk = open([])
  assert.equal((await walk.ask('10.1/x', { leading: [siteValueOf(own.site)] })).kind, 'found')
  assert.equal((await walk.ask('10.1/x')).kind, 'failed', 'there is no root')
  const none = await walk.ask('10.1/x', { leading: [] })
  assert.match(none.kind === 'failed' ? none.why : '', /nobody is named/)
})

test('a prefix that is delegated to a service is asked for where the record of the service says', async () => {
  await using own = await scriptTcp(records({ '10.1/X': found('10.1/x', value(1, 'URL', 'u')) }))
  await using services = await scriptTcp(
    records({ '10.9/SERVICE': found('10.9/service', siteValueOf(own.site)) }),
  )
  await using root = await scriptTcp(
    records({ '0.NA/10.9': found('0.NA/10.9', siteValueOf(services.site)) }),
  )
  using walk = open([root.site])
  const leading = [value(1, 'HS_SERV', '10.9/service')]
  assert.equal((await walk.ask('10.1/x', { leading })).kind, 'found')
  assert.deepEqual(await walk.ask('10.1/y', { leading }), { kind: 'absent' })
  assert.deepEqual([root.asked.length, services.asked.length, own.asked.length], [1, 2, 2])
})

test('a server that is silent leaves time for another', async () => {
  await using silent = await scriptTcp(() => undefined)
  await using other = await scriptTcp(records({ '10.1/X': found('10.1/x', value(1, 'URL', 'u')) }))
  using walk = open([], LISTED, 6_000)
  const leading = [siteValueOf(silent.site), siteValueOf(other.site, 'HS_SITE', 2)]
  assert.equal((await walk.ask('10.1/x', { leading })).kind, 'found')
  assert.equal(silent.asked.length, 1)
})

test('an alias is an answer; what is refused for good is, and the rest is a failure', async () => {
  const code = (it: number) => error(it, 'why')
  await using server = await scriptTcp(
    records({
      '10.1/ALIAS': found('10.1/alias', value(1, 'HS_ALIAS', '10.2/elsewhere')),
      '10.1/NONE': code(RESPONSE.valuesNotFound),
      '10.1/HIDDEN': code(RESPONSE.authenticationNeeded),
      '10.1/NOT': code(RESPONSE.insufficientPermissions),
      '10.1/BUSY': code(RESPONSE.serverBusy),
      '10.1/BROKEN': code(RESPONSE.error),
      '10.1/FOREIGN': code(RESPONSE.serverNotResponsible),
      '10.1/LOOP': () => referral(RESPONSE.serviceReferral, '', server.site),
    }),
  )
  using walk = open([])
  const ask = (name: string) => walk.ask(name, { leading: [siteValueOf(server.site)] })
  assert.equal((await ask('10.1/alias')).kind, 'found')
  assert.deepEqual(await ask('10.1/none'), { kind: 'valueless' })
  const refused = await ask('10.1/hidden')
  assert.ok(refused.kind === 'refused' && refused.code === RESPONSE.authenticationNeeded)
  assert.deepEqual(await ask('10.1/not'), { kind: 'refused', code: 401, message: 'why' })
  for (const name of ['busy', 'broken', 'foreign', 'loop']) {
    assert.equal((await ask(`10.1/${name}`)).kind, 'failed', name)
  }
  assert.ok(server.asked.length < 40)
})

test('who answers for which prefix is kept in so many bytes', () => {
  const clock = testClock()
  const cache = boundedSiteCache({ bytesMax: 100_000, ttlSMax: 600 }, clock)
  const site = { ...siteAt(2641), attributes: [{ name: 'desc', value: 'x'.repeat(500) }] }
  for (let i = 0; i < 1_000; i++) {
    cache.put(`10.${i}`, [site, site], 3_600)
    assert.ok(cache.bytes() <= 100_000)
  }
  const kept = cache.get('10.999') ?? []
  assert.deepEqual(kept.map(writeSite), [site, site].map(writeSite))
  clock.advance(599_000)
  assert.equal(cache.get('10.999')?.length, 2)
  clock.advance(1_000)
  assert.equal(cache.get('10.999'), undefined, 'no longer than the node allows')
  cache.put('10.1', [site], 0)
  assert.equal(cache.get('10.1'), undefined)
})
