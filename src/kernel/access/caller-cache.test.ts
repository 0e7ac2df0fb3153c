import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testClock } from '../../../test/support/test-clock.ts'
import { CallerCache, type Identity } from './caller-cache.ts'
import { ANONYMOUS } from './permissions.ts'

const OLGA: Identity = { caller: ANONYMOUS, credential: 's1', user: 'olga', endsAt: 9e15 }

function counting(identity: Identity | undefined): {
  load: () => Promise<Identity | undefined>
  loads: () => number
} {
  let loads = 0
  return {
    load: async () => {
      loads++
      return identity
    },
    loads: () => loads,
  }
}

test('what was asked a moment ago is not asked again, and after five seconds it is', async () => {
  const clock = testClock()
  const cache = new CallerCache(clock)
  const { load, loads } = counting(OLGA)
  await cache.get('a', load)
  clock.advance(4_999)
  await cache.get('a', load)
  assert.equal(loads(), 1)
  clock.advance(1)
  await cache.get('a', load)
  assert.equal(loads(), 2)
})

test('nothing is good beyond its own end', async () => {
  const clock = testClock()
  const cache = new CallerCache(clock)
  const { load, loads } = counting({ ...OLGA, endsAt: clock() + 1_000 })
  await cache.get('a', load)
  clock.advance(1_000)
  await cache.get('a', load)
  assert.equal(loads(), 2)
})

test('a credential or a person is forgotten at once, and others are not', async () => {
  const cache = new CallerCache(testClock())
  const olga = counting(OLGA)
  const pavel = counting({ ...OLGA, credential: 's2', user: 'pavel' })
  const both = async () => [await cache.get('o', olga.load), await cache.get('p', pavel.load)]
  await both()
  cache.forgetCredential('s1')
  await both()
  cache.forgetUser('olga')
  await both()
  assert.deepEqual([olga.loads(), pavel.loads()], [3, 1])
})

test('what is forgotten while it is being read is not kept', async () => {
  const cache = new CallerCache(testClock())
  const { promise, resolve } = Promise.withResolvers<Identity>()
  const reading = cache.get('a', () => promise)
  cache.forgetUser('olga')
  resolve(OLGA)
  assert.equal(await reading, OLGA)
  assert.equal(await cache.get('a', async () => undefined), undefined)
})

test('unknown credentials fill nothing, and known ones only so much', async () => {
  const cache = new CallerCache(testClock())
  for (let i = 0; i < 12_000; i++) await cache.get(`bad ${i}`, async () => undefined)
  assert.equal(cache.size, 0)
  for (let i = 0; i < 12_000; i++) await cache.get(`good ${i}`, async () => OLGA)
  assert.equal(cache.size, 10_000)
})
