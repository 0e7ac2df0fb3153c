import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { BulkSign } from './bulk-sign.ts'

test('a sign is raised and lowered', () => {
  const sign = new BulkSign()
  assert.equal(sign.isRaised, false)
  sign.raise()
  assert.equal(sign.isRaised, true)
  sign.lower()
  assert.equal(sign.isRaised, false)
})

test('a sign that a thread raises is seen from others, and falls once that thread is gone', async () => {
  const sign = new BulkSign()
  const worker = new Worker(
    `const { workerData } = require('node:worker_threads')
     import(workerData.module).then(({ BulkSign }) => {
       const sign = new BulkSign(workerData.memory)
       setInterval(() => sign.raise(), 50)
     })`,
    {
      eval: true,
      workerData: { memory: sign.memory, module: new URL('./bulk-sign.ts', import.meta.url).href },
    },
  )
  while (!sign.isRaised) await sleep(20)
  await worker.terminate()
  while (sign.isRaised) await sleep(20)
  assert.equal(sign.isRaised, false)
})
