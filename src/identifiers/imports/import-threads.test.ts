import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ImportThreads } from './import-threads.ts'
import type { UndoTask } from './undo.ts'
import type { FromWorker, WorkerOrder } from './worker-messages.ts'

/** Tells which thread it is and how many orders came before; then does as the job is called. */
const ENTRY = `
  import { parentPort, threadId } from 'node:worker_threads'
  let orders = 0
  parentPort.on('message', ({ work, port }) => {
    const told = { retired: threadId, leftAlone: orders++ }
    port.postMessage({ kind: 'undone', progress: told })
    const { job } = work.undo
    if (job === 'dies') throw new Error('the thread is dead')
    if (job === 'fails') port.postMessage({ kind: 'failed', error: new Error('no such thing') })
    if (job === 'ends') port.postMessage({ kind: 'done' })
    if (job === 'waits') port.on('message', () => port.postMessage({ kind: 'done' }))
    port.on('close', () => { if (job === 'hangs') process.exit(1) })
  })`

const open = () =>
  new ImportThreads({
    entry: new URL(`data:text/javascript,${encodeURIComponent(ENTRY)}`),
    storeOptions: undefined,
  })

const order = (job: string): WorkerOrder['work'] => ({
  undo: { job, author: { kind: 'system', id: 'test' }, after: 0 } satisfies UndoTask,
})

/** Answers the thread it ran on, and how many it had run before. */
async function run(threads: ImportThreads, job: string): Promise<readonly [number, number]> {
  let told: readonly [number, number] = [0, 0]
  const { finished } = threads.run(order(job), (message: FromWorker) => {
    if (message.kind === 'undone') told = [message.progress.retired, message.progress.leftAlone]
  })
  await finished
  return told
}

test('one thread after another is the same one, also after work that failed', async () => {
  await using threads = open()
  threads.warm()
  const [thread, before] = await run(threads, 'ends')
  assert.equal(before, 0)
  await assert.rejects(run(threads, 'fails'), /no such thing/)
  assert.deepEqual(await run(threads, 'ends'), [thread, 2])
})

test('work that comes while the thread is busy gets one of its own, which ends with it', async () => {
  await using threads = open()
  const [kept] = await run(threads, 'ends')
  const first = threads.run(order('waits'), () => undefined)
  const [other, before] = await run(threads, 'ends')
  assert.notEqual(other, kept)
  assert.equal(before, 0)
  first.send({ kind: 'stop' })
  await first.finished
  assert.deepEqual(await run(threads, 'ends'), [kept, 2])
})

test('a thread that dies fails its work and no other', async () => {
  await using threads = open()
  const [thread] = await run(threads, 'ends')
  await assert.rejects(run(threads, 'dies'), /the thread is dead/)
  const [next, before] = await run(threads, 'ends')
  assert.notEqual(next, thread)
  assert.equal(before, 0)
})

test('a thread whose work cannot be answered is left, and ends by itself', async () => {
  await using threads = open()
  const [thread] = await run(threads, 'ends')
  const { finished } = threads.run(order('hangs'), () => {
    throw new Error('cannot be answered')
  })
  await assert.rejects(finished, /cannot be answered/)
  const [next] = await run(threads, 'ends')
  assert.notEqual(next, thread)
})
