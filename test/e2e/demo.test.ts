import assert from 'node:assert/strict'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { scratchFolder } from '../support/node-process.ts'
import { ROOT, Shell, shell } from '../support/shell.ts'

const DEMO = `exec "${process.execPath}" "${join(ROOT, 'src', 'main.ts')}" demo`
const TIMEOUT_MS = 240_000

type Summary = {
  readonly ok: boolean
  readonly products: number
  readonly import: { readonly lines: number; readonly linesPerS: number }
  readonly checks: { readonly total: number; readonly failed: readonly unknown[] }
}

test('the demo registers the whole list, checks every answer and leaves nothing behind', async () => {
  await using folder = await scratchFolder()
  const { code, stdout, stderr } = await shell(`${DEMO} --once --json`, {
    cwd: folder.path,
    env: { TMPDIR: folder.path },
    timeoutMs: TIMEOUT_MS,
  })
  assert.equal(code, 0, stderr)
  const { ok, products, checks, import: imported } = JSON.parse(stdout) as Summary
  assert.deepEqual([ok, products, imported.lines, checks.failed], [true, 7614, 7614, []])
  assert.ok(checks.total >= 30, `${checks.total} checks`)
  assert.doesNotMatch(stderr, /✗|"level"/, 'no check failed and the node logged nothing')
  assert.deepEqual(await leftIn(folder.path), [])
})

test('an interrupted demo stops its node and removes its folder', async () => {
  await using folder = await scratchFolder()
  const env = { TMPDIR: join(folder.path, 'tmp') }
  await mkdir(env.TMPDIR)
  await using demo = new Shell(DEMO, { cwd: folder.path, env, timeoutMs: TIMEOUT_MS })
  const [, url = ''] = await demo.said(/ready (\S+)/)
  assert.equal((await leftIn(env.TMPDIR)).length, 1)
  const { code } = await demo.interrupt()
  assert.equal(code, 1)
  assert.deepEqual(await leftIn(env.TMPDIR), [])
  await assert.rejects(fetch(url), 'nobody listens any more')
})

test('wrong use of the demo is told with exit code 2', async () => {
  for (const args of ['--port 70000', '--port x', '--loud']) {
    const ran = await shell(`${DEMO} ${args}`, { cwd: ROOT, timeoutMs: TIMEOUT_MS })
    assert.equal(ran.code, 2, args)
    assert.equal(ran.stdout, '')
  }
})

/** What a run has left in its folder for temporary files; the runtime's own cache of compiled code is not ours. */
async function leftIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((it) => it !== 'node-compile-cache')
}
