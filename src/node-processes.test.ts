import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { readConfig } from './config/config.ts'
import { startResolvers } from './node-processes.ts'

/** A process that notes its start, then does what is asked of it here; `starts` is its own number among them. */
async function children(body: string) {
  const folder = await mkdtempDisposable(join(tmpdir(), 'waymark-processes-'))
  const [entry, starts] = [join(folder.path, 'child.mjs'), join(folder.path, 'starts')]
  const head = `import { appendFileSync, readFileSync } from 'node:fs'
    appendFileSync(${JSON.stringify(starts)}, process.pid + '\\n')
    const pids = readFileSync(${JSON.stringify(starts)}, 'utf8').trim().split('\\n')
    const starts = pids.indexOf(String(process.pid)) + 1
    process.on('disconnect', () => process.exit(0))
  `
  await writeFile(entry, head + body)
  const config = { ...readConfig({ WAYMARK_DATA: folder.path }), processes: 3 }
  const errors: string[] = []
  const made = {
    pids: () => readFileSync(starts, 'utf8').trim().split('\n').map(Number),
    errors,
    start: () =>
      startResolvers(
        { config, port: 1, handlePort: undefined, siteSerial: 1, inner: '' },
        (it) => errors.push(String(it)),
        entry,
      ),
    async [Symbol.asyncDispose]() {
      // those that a failed test leaves would keep its process waiting
      for (const pid of made.pids()) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
      await folder.remove()
    },
  }
  return made
}

const RESTART_MS = 1_000

async function until(holds: () => boolean): Promise<void> {
  for (let looks = 0; looks < 200 && !holds(); looks++) await sleep(50)
  assert.ok(holds())
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('a process that ends before its first answer fails the start, once, and leaves none', async () => {
  await using made = await children(`
    if (starts === 1) process.exit(3)
    process.once('message', () => process.send('ready', () => {}))
  `)
  await assert.rejects(made.start(), /ended before it answered/)
  await sleep(RESTART_MS * 1.5)
  assert.deepEqual(made.errors, [])
  assert.ok(made.pids().length <= 2, 'and none is started in its place')
  await until(() => !made.pids().some(isAlive))
})

test('a process that has answered and ends is replaced, however often its successor fails', async () => {
  await using made = await children(`
    if (starts === 3) process.exit(4)
    process.once('message', () => process.send('ready', () => {}))
  `)
  {
    await using _processes = await made.start()
    const [first = 0] = made.pids()
    assert.equal(made.pids().length, 2)
    process.kill(first, 'SIGKILL')
    await until(() => made.pids().length === 4)
    assert.equal(made.errors.length, 2)
    assert.match(made.errors.join(), /another is started.*ended before it answered/)
  }
  assert.ok(!made.pids().some(isAlive), 'stopped with the others')
})
