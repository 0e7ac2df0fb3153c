import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { getPriority } from 'node:os'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'

const skip = process.platform === 'linux' ? false : 'threads have priorities on Linux alone'
const module = new URL('./thread-priority.ts', import.meta.url).href

/** Posts the priority of a thread that yields. */
const YIELDING = `import('${module}').then(({ yieldToOthers }) => {
  yieldToOthers(15)
  const { readlinkSync } = require('node:fs')
  const tid = Number(readlinkSync('/proc/thread-self').split('/').at(-1))
  require('node:worker_threads').parentPort.postMessage(require('node:os').getPriority(tid))
})`

test('a thread that yields does not slow down the one that started it', { skip }, async () => {
  const before = getPriority()
  const worker = new Worker(YIELDING, { eval: true })
  const [nice] = (await once(worker, 'message')) as [number]
  assert.equal(nice, Math.min(19, before + 15))
  assert.equal(getPriority(), before)
})

test('a thread that yields in a program that is nice itself goes behind it all the same', {
  skip,
}, async () => {
  const program = `
    const { setPriority, getPriority } = require('node:os')
    setPriority(19)
    const worker = new (require('node:worker_threads').Worker)(${JSON.stringify(YIELDING)}, { eval: true })
    worker.on('message', (nice) => console.log(nice, getPriority()))`
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', program])
  assert.equal(stdout, '19 19\n')
})

test('the runtime’s own threads yield, and the one that answers does not', { skip }, async () => {
  const program = `import('${module}').then(({ letHelpersYield }) => {
    const { readdirSync, readFileSync } = require('node:fs')
    const { getPriority } = require('node:os')
    const before = getPriority()
    letHelpersYield(5)
    const tids = readdirSync('/proc/self/task')
    const helpers = tids.filter((it) => readFileSync('/proc/self/task/' + it + '/comm', 'utf8').includes('V8Worker'))
    const nices = new Set(helpers.map((it) => getPriority(Number(it)) - before))
    console.log(helpers.length > 0, [...nices].join(), getPriority() - before)
  })`
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', program])
  const moved = Math.min(19, getPriority() + 5) - getPriority()
  assert.equal(stdout, `true ${moved} 0\n`)
})

const isChrtThere = spawnSync('chrt', ['--version']).status === 0
const skipIdle = skip || (isChrtThere ? false : 'chrt is not there: apt-get install util-linux')

test('a thread that yields at once is scheduled where nobody else wants to be, and alone', {
  skip: skipIdle,
}, async () => {
  const program = `import('${module}').then(async ({ yieldAtOnce }) => {
    const { readFileSync, readlinkSync } = require('node:fs')
    const { parentPort } = require('node:worker_threads')
    yieldAtOnce(15)
    const tid = readlinkSync('/proc/thread-self').split('/').at(-1)
    const policyOf = (it) => Number(readFileSync('/proc/self/task/' + it + '/stat', 'utf8').split(') ')[1].split(' ')[38])
    while (policyOf(tid) === 0) await new Promise((next) => setTimeout(next, 10))
    parentPort.postMessage([policyOf(tid), policyOf(process.pid)])
  })`
  const worker = new Worker(program, { eval: true })
  const [policies] = (await once(worker, 'message')) as [number[]]
  const SCHED_OTHER = 0
  const SCHED_IDLE = 5
  assert.deepEqual(policies, [SCHED_IDLE, SCHED_OTHER])
})
