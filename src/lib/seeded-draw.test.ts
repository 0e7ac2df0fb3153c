import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { draw, listDigest, seedDigestOf } from './seeded-draw.ts'

type Vector = {
  readonly seed: string
  readonly ids: readonly string[]
  readonly seedDigest: string
  readonly digest: string
  readonly order: readonly string[]
}

const VECTORS = JSON.parse(readFileSync('spec/draw/vectors.json', 'utf8')) as readonly Vector[]

for (const { seed, ids, seedDigest, digest, order } of VECTORS) {
  test(`of ${ids.length} by the seed ${seed.slice(0, 8)}… the same are drawn as published`, () => {
    assert.equal(seedDigestOf(seed), seedDigest)
    assert.equal(listDigest(ids), digest)
    assert.deepEqual(draw(seed, ids), order)
    assert.deepEqual(draw(seed, ids.toReversed()), order, 'the order given does not matter')
    assert.deepEqual(asAnOutsiderWould(seed, ids), order)
  })
}

/** The ten lines of the guide, written from its words alone. */
function asAnOutsiderWould(seed: string, ids: readonly string[]): readonly string[] {
  const list = [...ids].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  const digest = createHash('sha256')
    .update(list.map((id) => `${id}\n`).join(''))
    .digest('hex')
  const order: string[] = []
  for (let index = 0; list.length > 0; ) {
    const mac = createHmac('sha256', Buffer.from(seed, 'hex')).update(`${digest}:${index++}`)
    const number = BigInt(`0x${mac.digest('hex').slice(0, 16)}`)
    const n = BigInt(list.length)
    if (number >= (2n ** 64n / n) * n) continue
    order.push(...list.splice(Number(number % n), 1))
  }
  return order
}

test('another seed, or one name more, draws otherwise', () => {
  const seed = createHash('sha256').update('a').digest('hex')
  const ids = Array.from({ length: 40 }, (_, index) => `m${index}`)
  const order = draw(seed, ids)
  assert.notDeepEqual(draw(createHash('sha256').update('b').digest('hex'), ids), order)
  const more = draw(seed, [...ids, 'zz']).filter((it) => it !== 'zz')
  assert.notDeepEqual(more, order)
  assert.deepEqual(order.toSorted(), ids.toSorted(), 'each is drawn once')
})

test('over many seeds each comes first as often as the others', () => {
  const ids = ['a', 'b', 'c', 'd', 'e']
  const first = new Map(ids.map((it) => [it, 0]))
  for (let seed = 0; seed < 5_000; seed++) {
    const [drawn = ''] = draw(createHash('sha256').update(`${seed}`).digest('hex'), ids)
    first.set(drawn, (first.get(drawn) ?? 0) + 1)
  }
  // a fifth of 5,000, within five standard deviations
  for (const [id, times] of first) assert.ok(Math.abs(times - 1_000) < 142, `${id}: ${times}`)
})

test('a list that cannot be drawn from is a mistake of the caller', () => {
  const seed = '0'.repeat(64)
  assert.throws(() => draw('0', ['a']), TypeError)
  assert.throws(() => draw(seed, ['a', 'a']), TypeError)
  assert.throws(() => draw(seed, ['a\nb']), TypeError)
  assert.throws(
    () =>
      draw(
        seed,
        Array.from({ length: 10_001 }, (_, it) => `${it}`),
      ),
    RangeError,
  )
  assert.deepEqual(draw(seed, []), [])
})
