import assert from 'node:assert/strict'
import { once } from 'node:events'
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

test('a sign that a thread raised is seen from others, and falls once that thread is gone', async () => {
  const sign = new BulkSign()
  const worker = new Worker(
    `const { workerData } = require('node:worker_threads')
     import(workerData.module).then(({ BulkSign }) => new BulkSign(workerData.memory).raise())`,
    {
      eval: true,
      workerData: { memory: sign.memory, module: new URL('./bulk-sign.ts', import.meta.url).href },
    },
  )
  await once(worker, 'exit')
  assert.equal(sign.isRaised, true)
  await sleep(2_100)
  assert.equal(sign.isRaised, false)
})
