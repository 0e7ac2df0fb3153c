import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FairTurns } from './fair-turns.ts'

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

test('so much is done in a turn of the event loop, and the rest in the next ones', async () => {
  const turns = new FairTurns({ turnMsMax: 1, workMsMin: 0.25 }, () => 0)
  const done: number[] = []
  const want = (i: number): void => {
    if (turns.mayRun('a')) turns.run(() => done.push(i))
    else turns.wait('a', () => turns.run(() => done.push(i)))
  }
  for (let i = 0; i < 10; i++) want(i)
  assert.deepEqual(done, [0, 1, 2, 3])
  assert.equal(turns.waitingFor('a'), 6)
  await nextTurn()
  assert.deepEqual(done, [0, 1, 2, 3, 4, 5, 6, 7])
  assert.equal(turns.waitingFor('a'), 2)
  await nextTurn()
  assert.deepEqual(done, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  assert.ok(turns.mayRun('a'))
})

test('networks are served in turns, however much one of them wants', async () => {
  const turns = new FairTurns({ turnMsMax: 1, workMsMin: 1 }, () => 0)
  const done: string[] = []
  const wait = (network: string, name: string) =>
    turns.wait(network, () => turns.run(() => done.push(name)))
  for (let i = 0; i < 100; i++) wait('much', `much ${i}`)
  wait('little', 'little')
  for (let i = 0; i < 3; i++) await nextTurn()
  assert.deepEqual(done, ['much 0', 'little', 'much 1'])
  assert.equal(turns.waitingFor('little'), 0)
})

test('what waits goes before what comes later of the same network, and behind it nobody else waits', async () => {
  const turns = new FairTurns({ turnMsMax: 1, workMsMin: 0.5 }, () => 0)
  const seen: boolean[] = []
  turns.wait('a', () => seen.push(turns.mayRun('a'), turns.mayRun('b')))
  turns.wait('a', () => undefined)
  assert.ok(!turns.mayRun('a'))
  assert.ok(turns.mayRun('b'))
  await nextTurn()
  assert.deepEqual(seen, [true, true], 'whose turn it is may go on')
})

test('a work that takes long is the last of its turn, and one that throws ends nothing', async () => {
  let now = 0
  const turns = new FairTurns({ turnMsMax: 1, workMsMin: 0.1 }, () => now)
  turns.run(() => {
    now += 5
  })
  assert.ok(!turns.mayRun('a'))
  assert.throws(() =>
    turns.run(() => {
      throw new Error('bad')
    }),
  )
  let isDone = false
  turns.wait('a', () => {
    isDone = true
  })
  await nextTurn()
  assert.ok(isDone)
  assert.ok(turns.mayRun('a'))
})
