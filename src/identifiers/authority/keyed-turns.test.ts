import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KeyedTurns } from './keyed-turns.ts'

/** All that was promised so far has happened. */
const turn = () => new Promise(setImmediate)

test('so many of one key go at once, the others in their order, whatever becomes of those before', async () => {
  const turns = new KeyedTurns({ atOnceMax: 2, waitingMax: 10 })
  const begun: number[] = []
  const ends: PromiseWithResolvers<void>[] = []
  const told = [0, 1, 2, 3].map((i) =>
    turns
      .take('a', async () => {
        begun.push(i)
        const end = Promise.withResolvers<void>()
        ends[i] = end
        await end.promise
        return i
      })
      .catch(() => -1),
  )
  const other = turns.take('b', async () => 'b')
  assert.equal(await other, 'b')
  assert.deepEqual(begun, [0, 1])
  ends[1]?.reject(new Error('failed'))
  assert.equal(await told[1], -1)
  await turn()
  assert.deepEqual(begun, [0, 1, 2])
  ends[0]?.resolve()
  await told[0]
  await turn()
  assert.deepEqual(begun, [0, 1, 2, 3])
  ends[2]?.resolve()
  ends[3]?.resolve()
  assert.deepEqual(await Promise.all(told), [0, -1, 2, 3])
  assert.equal(turns.size, 0)
})

test('who comes when too many wait is refused, and nobody else', async () => {
  const turns = new KeyedTurns({ atOnceMax: 1, waitingMax: 1 })
  const end = Promise.withResolvers<void>()
  const first = turns.take('a', () => end.promise)
  const second = turns.take('a', async () => 2)
  await assert.rejects(
    turns.take('a', async () => 3),
    { code: 'too-many-requests' },
  )
  assert.equal(await turns.take('b', async () => 4), 4)
  end.resolve()
  await first
  assert.equal(await second, 2)
})
