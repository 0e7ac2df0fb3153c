import assert from 'node:assert/strict'
import { once } from 'node:events'
import { getPriority } from 'node:os'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'

const skip = process.platform === 'linux' ? false : 'threads have priorities on Linux alone'

test('a thread that yields does not slow down the one that started it', { skip }, async () => {
  const before = getPriority()
  const module = new URL('./thread-priority.ts', import.meta.url).href
  const worker = new Worker(
    `import('${module}').then(({ yieldToOthers }) => {
       yieldToOthers(15)
       const { readlinkSync } = require('node:fs')
       const tid = Number(readlinkSync('/proc/thread-self').split('/').at(-1))
       require('node:worker_threads').parentPort.postMessage(require('node:os').getPriority(tid))
     })`,
    { eval: true },
  )
  const [nice] = (await once(worker, 'message')) as [number]
  assert.equal(nice, 15)
  assert.equal(getPriority(), before)
})
