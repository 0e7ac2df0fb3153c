import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Problem } from '../../lib/problem.ts'
import { WorkQueue } from './work-queue.ts'

function gated(): { open: () => void; work: () => Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { open: resolve, work: () => promise }
}

test('no more runs at once than may, and everything runs in the end', async () => {
  const queue = new WorkQueue({ runningMax: 2, waitingMax: 100 })
  let running = 0
  let most = 0
  const work = async (): Promise<void> => {
    most = Math.max(most, ++running)
    await new Promise(setImmediate)
    running--
  }
  await Promise.all(Array.from({ length: 50 }, () => queue.run(work)))
  assert.equal(most, 2)
  assert.equal(running, 0)
})

test('what is urgent goes before what came earlier', async () => {
  const queue = new WorkQueue({ runningMax: 1, waitingMax: 10 })
  const first = gated()
  const order: string[] = []
  const note = (name: string) => async () => void order.push(name)
  const all = [
    queue.run(first.work),
    queue.run(note('ordinary')),
    queue.run(note('urgent'), { urgent: true }),
  ]
  first.open()
  await Promise.all(all)
  assert.deepEqual(order, ['urgent', 'ordinary'])
})

test('a full line refuses the next, and a flood of the ordinary leaves room for the urgent', async () => {
  const queue = new WorkQueue({ runningMax: 1, waitingMax: 2 })
  const first = gated()
  const taken = [queue.run(first.work), queue.run(first.work), queue.run(first.work)]
  await assert.rejects(
    queue.run(first.work),
    (it) => it instanceof Problem && it.code === 'too-many-requests' && it.retryAfterS === 2,
  )
  const urgent = queue.run(async () => 'served', { urgent: true })
  first.open()
  assert.equal(await urgent, 'served')
  await Promise.all(taken)
})

test('work that fails gives its place on', async () => {
  const queue = new WorkQueue({ runningMax: 1, waitingMax: 2 })
  await assert.rejects(
    queue.run(() => Promise.reject(new Error('no'))),
    /no/,
  )
  assert.equal(await queue.run(async () => 1), 1)
})
