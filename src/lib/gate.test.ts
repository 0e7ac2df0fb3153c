import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { setImmediate as tick } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { Gate } from './gate.ts'

test('a pause waits for the write under way and holds the next one back', async () => {
  const gate = new Gate()
  const told: string[] = []
  const writing = Promise.withResolvers<void>()
  const first = gate.through(async () => {
    await writing.promise
    told.push('first')
  })
  const pausing = gate.pause().then((it) => {
    told.push('paused')
    return it
  })
  await tick()
  const second = gate.through(() => void told.push('second'))
  writing.resolve()
  const pause = await pausing
  await first
  await tick()
  assert.deepEqual(told, ['first', 'paused'])
  pause[Symbol.dispose]()
  await second
  assert.deepEqual(told, ['first', 'paused', 'second'])
})

test('a write that throws leaves the gate open', async () => {
  const gate = new Gate()
  await assert.rejects(
    gate.through(() => Promise.reject(new Error('no'))),
    /no/,
  )
  using _pause = await gate.pause()
})

test('writers in another thread are held back too', async () => {
  const gate = new Gate()
  const pause = await gate.pause()
  const worker = new Worker(
    `const { parentPort, workerData } = require('node:worker_threads')
     import(workerData.module).then(async ({ Gate }) => {
       parentPort.postMessage('asking')
       await new Gate(workerData.memory).through(() => parentPort.postMessage('wrote'))
     })`,
    {
      eval: true,
      workerData: { memory: gate.memory, module: new URL('./gate.ts', import.meta.url).href },
    },
  )
  const heard: string[] = []
  worker.on('message', (it: string) => heard.push(it))
  await once(worker, 'message')
  await tick()
  assert.deepEqual(heard, ['asking'])
  pause[Symbol.dispose]()
  await once(worker, 'exit')
  assert.deepEqual(heard, ['asking', 'wrote'])
})
