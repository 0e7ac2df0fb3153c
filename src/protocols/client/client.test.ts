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
import { OP, OP_FLAG, RESPONSE } from '../wire/index.ts'
import { type ClientOptions, openHandleClient } from './client.ts'
import type { Resolved } from './outcomes.ts'
import type { Step } from './trace.ts'

const { serviceReferral, prefixReferral, valuesNotFound } = RESPONSE

async function walked(options: ClientOptions, handle: string, types: string[] = []) {
  using client = openHandleClient(options)
  const steps: Step[] = []
  const outcome = await client.resolve({ handle, types }, { trace: (it) => steps.push(it) })
  return { outcome, steps, asked: questionsIn(steps) }
}

function questionsIn(steps: readonly Step[]): string[] {
  return steps.flatMap((it) => (it.kind === 'ask' ? [`${it.purpose} ${it.handle}`] : []))
}

function urlsIn(outcome: Resolved): string[] {
  assert.equal(outcome.kind, 'found', JSON.stringify(outcome))
  return outcome.kind === 'found'
    ? outcome.values.map((it) => Buffer.from(it.data).toString('utf8'))
    : []
}

test('from the root through the record of the prefix to who answers, which is kept', async () => {
  await using leaf = await scriptTcp(records({ '88.1/X': found('88.1/x', value(1, 'URL', 'u')) }))
  await using root = await scriptTcp(
    records({ '0.NA/88.1': found('0.NA/88.1', siteValueOf(leaf.site)) }),
  )
  using client = openHandleClient({ roots: [root.site] })
  for (let i = 0; i < 3; i++)
    assert.deepEqual(urlsIn(await client.resolve({ handle: '88.1/x' })), ['u'])
  assert.equal((await client.resolve({ handle: '88.1/y' })).kind, 'not-found')
  assert.equal(root.asked.length, 1)
  assert.equal(leaf.asked.length, 4)
  assert.equal(leaf.connections(), 1, 'questions share a connection')
})

test('services are found through HS_SERV, several and nested, and one that names itself is told so', async () => {
  await using leaf = await scriptTcp(records({ '88.1/X': found('88.1/x', value(1, 'URL', 'u')) }))
  const serv = (name: string, ...to: string[]) =>
    found(name, ...to.map((it, i) => value(i + 1, 'HS_SERV', it)))
  await using root = await scriptTcp((asked) =>
    records({
      '0.NA/88.1': serv('0.NA/88.1', '0.NA/GONE', '0.NA/S1'),
      '0.NA/S1': serv('0.NA/S1', '0.NA/S2'),
      '0.NA/S2': found('0.NA/S2', siteValueOf(leaf.site)),
      '0.NA/88.2': serv('0.NA/88.2', '0.NA/S3'),
      '0.NA/S3': serv('0.NA/S3', '0.NA/S4'),
      '0.NA/S4': serv('0.NA/S4', '0.NA/S3'),
      '0.NA/88.3': serv('0.NA/88.3', '88.3/service'),
    })(asked),
  )
  const options = { roots: [root.site] }
  assert.deepEqual(urlsIn((await walked(options, '88.1/x')).outcome), ['u'])
  const { outcome } = await walked(options, '88.2/x')
  assert.deepEqual(outcome, {
    ...{ kind: 'endless', of: 'services' },
    names: ['0.NA/88.2', '0.NA/S3', '0.NA/S4', '0.NA/S3'],
  })
  const own = await walked(options, '88.3/x')
  assert.deepEqual(own.outcome, {
    ...{ kind: 'endless', of: 'services' },
    names: ['0.NA/88.3', '88.3/SERVICE', '0.NA/88.3'],
  })
})

test('a derived prefix is found through the prefix above it, or by referral', async () => {
  const derived = records({
    '0.NA/88.1.7': error(valuesNotFound),
    '88.1.7/X': found('88.1.7/x', value(1, 'URL', 'u')),
  })
  await using leaf = await scriptTcp(derived)
  await using above = await scriptTcp(
    records({ '0.NA/88.1': found('0.NA/88.1', siteValueOf(leaf.site, 'HS_SITE.PREFIX')) }),
  )
  const first = await walked({ roots: [above.site] }, '88.1.7/x')
  assert.deepEqual(urlsIn(first.outcome), ['u'])
  assert.deepEqual(first.asked, [
    'service 0.NA/88.1.7',
    'derived 0.NA/88.1',
    'service 0.NA/88.1.7',
    'answer 88.1.7/x',
  ])

  await using refers = await scriptTcp((asked) =>
    records({
      '0.NA/88.1.7': referral(prefixReferral, '0.NA/88.1'),
      '0.NA/88.1': found('0.NA/88.1', siteValueOf(leaf.site, 'HS_SITE.PREFIX')),
      '0.NA/88.1.8': referral(prefixReferral, '0.NA/88.1.8', leaf.site),
    })(asked),
  )
  const second = await walked({ roots: [refers.site] }, '88.1.7/x')
  assert.deepEqual(urlsIn(second.outcome), ['u'])
  const absent = await walked({ roots: [refers.site] }, '88.1.8/x')
  assert.equal(absent.outcome.kind, 'prefix-not-found')
})

test('a referral is followed to the sites in it, to the root it names, and not for ever', async () => {
  await using leaf = await scriptTcp(records({ '88.1/X': found('88.1/x', value(1, 'URL', 'u')) }))
  await using root = await scriptTcp(
    records({ '0.NA/88.1': found('0.NA/88.1', siteValueOf(leaf.site)) }),
  )
  await using near = await scriptTcp((asked) =>
    asked.handle === '88.1/loop'
      ? referral(serviceReferral, '', near.site)
      : referral(serviceReferral, '', leaf.site),
  )
  const options = { localSites: { '88.1': [near.site] }, roots: [root.site] }
  assert.deepEqual(urlsIn((await walked(options, '88.1/x')).outcome), ['u'])
  const { outcome, asked } = await walked(options, '88.1/loop')
  assert.ok(outcome.kind === 'endless' && outcome.of === 'referrals', JSON.stringify(outcome))
  assert.equal(asked.length, 9)

  await using lost = await scriptTcp(() => referral(prefixReferral, '0.NA/0.NA'))
  const toRoot = await walked({ localSites: { '88.1': [lost.site] }, roots: [root.site] }, '88.1/x')
  assert.equal(toRoot.outcome.kind, 'not-found', 'the root does not have it')
})

test('an alias leads to another handle, a circle of them to an end that names them', async () => {
  const alias = (name: string, to: string) => found(name, value(1, 'HS_ALIAS', to, 60))
  await using server = await scriptTcp(
    records({
      '88.1/A': alias('88.1/a', '88.1/b'),
      '88.1/B': alias('88.1/b', '88.1/c'),
      '88.1/C': found('88.1/c', value(1, 'URL', 'u', 300)),
      '88.1/R': alias('88.1/r', '88.1/s'),
      '88.1/S': alias('88.1/s', '88.1/R'),
      ...Object.fromEntries(
        Array.from({ length: 20 }, (_, i) => [`88.1/N${i}`, alias('', `88.1/n${i + 1}`)]),
      ),
    }),
  )
  const options = { sitesForAll: [server.site] }
  const { outcome } = await walked(options, '88.1/a', ['URL'])
  assert.deepEqual(urlsIn(outcome), ['u'])
  assert.ok(outcome.kind === 'found')
  assert.deepEqual(
    [outcome.handle, outcome.aliases, outcome.ttlS],
    ['88.1/c', ['88.1/a', '88.1/b'], 60],
  )
  assert.deepEqual(server.asked[0]?.types, ['URL', 'HS_ALIAS'])
  const circle = await walked(options, '88.1/r')
  assert.deepEqual(circle.outcome, {
    ...{ kind: 'endless', of: 'aliases' },
    names: ['88.1/r', '88.1/s', '88.1/R'],
  })
  const chain = await walked(options, '88.1/n0')
  assert.ok(chain.outcome.kind === 'endless' && chain.outcome.of === 'aliases')
  const asIs = await walked(options, '88.1/a', ['HS_ALIAS'])
  assert.deepEqual(urlsIn(asIs.outcome), ['88.1/b'])
})

test('a site that fails or has nothing to say leaves it to the next; the best known answers', async () => {
  await using broken = await scriptTcp(() => error(RESPONSE.error, 'broken'))
  await using whole = await scriptTcp(records({ '88.1/X': found('88.1/x', value(1, 'URL', 'u')) }))
  const gone = siteAt(1)
  const { outcome, steps } = await walked(
    { sitesForAll: [gone, broken.site, whole.site] },
    '88.1/x',
  )
  assert.deepEqual(urlsIn(outcome), ['u'])
  assert.deepEqual(
    steps.flatMap((it) => (it.kind === 'no-answer' ? [it.reason] : [])),
    ['refused'],
  )
  const all = await walked({ sitesForAll: [gone, broken.site] }, '88.1/x')
  assert.ok(all.outcome.kind === 'refused' && all.outcome.code === RESPONSE.error)
  const none = await walked({ sitesForAll: [gone] }, '88.1/x')
  assert.ok(none.outcome.kind === 'unreachable')
  assert.deepEqual(
    none.outcome.tried.map((it) => it.reason),
    ['refused'],
  )
})

test('what is not to be connected to is not, whoever names it', async () => {
  await using inner = await scriptTcp(records({}))
  await using root = await scriptTcp(
    records({ '0.NA/88.1': found('0.NA/88.1', siteValueOf(inner.site)) }),
  )
  const asked: string[] = []
  const mayConnect = (address: string, port: number) => {
    asked.push(`${address} ${port}`)
    return port === root.port
  }
  const { outcome } = await walked({ roots: [root.site], mayConnect }, '88.1/x')
  assert.ok(outcome.kind === 'unreachable')
  assert.deepEqual(
    outcome.tried.map((it) => it.reason),
    ['forbidden'],
  )
  assert.equal(inner.connections(), 0)
  assert.deepEqual(asked, [`127.0.0.1 ${root.port}`, `127.0.0.1 ${inner.port}`])
})

test('a site record that is out of date is asked for anew, once', async () => {
  const { siteInfoExpired } = RESPONSE
  await using server = await scriptTcp(({ message, handle }) => {
    if (message.header.opCode === OP.getSiteInfo) {
      const data = siteValueOf(siteAt(server.port, { serial: 7 })).data
      return { code: RESPONSE.success, body: data }
    }
    if (message.header.siteSerial !== 7 || handle === '88.1/never') return error(siteInfoExpired)
    return found(handle, value(1, 'URL', 'u'))
  })
  const options = { sitesForAll: [server.site] }
  const { outcome, asked } = await walked(options, '88.1/x')
  assert.deepEqual(urlsIn(outcome), ['u'])
  assert.deepEqual(asked, ['answer 88.1/x', 'refresh 88.1/x', 'answer 88.1/x'])
  const never = await walked(options, '88.1/never')
  assert.ok(never.outcome.kind === 'refused' && never.outcome.code === siteInfoExpired)
})

test('of primary and mirror the primary is asked where it has to be', async () => {
  const script = records({ '88.1/X': found('88.1/x', value(1, 'URL', 'u')) })
  await using mirror = await scriptTcp(script)
  await using primary = await scriptTcp(script)
  using client = openHandleClient({
    sitesForAll: [{ ...mirror.site, primary: false }, primary.site],
  })
  await client.resolve({ handle: '88.1/x' })
  assert.equal(mirror.asked.length, 1)
  await client.resolve({ handle: '88.1/x', flags: OP_FLAG.authoritative })
  assert.deepEqual([mirror.asked.length, primary.asked.length], [1, 1])
})

test('questions have an end, and a signal ends them', async () => {
  await using root = await scriptTcp(records({}))
  const deep = `${Array.from({ length: 100 }, (_, i) => i).join('.')}/x`
  const { outcome } = await walked({ roots: [root.site] }, deep)
  assert.ok(outcome.kind === 'endless' && outcome.of === 'questions')
  assert.equal((await walked({}, '88.1/x')).outcome.kind, 'no-service')
  assert.equal((await walked({ roots: [root.site] }, '88.1/x')).outcome.kind, 'prefix-not-found')

  const stop = new AbortController()
  await using silent = await scriptTcp(() => {
    stop.abort(new Error('enough'))
    return undefined
  })
  using client = openHandleClient({ sitesForAll: [silent.site] })
  await assert.rejects(client.resolve({ handle: '88.1/x' }, { signal: stop.signal }), /enough/)
})
