import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { PASSWORD, scratchFolder } from '../support/node-process.ts'
import { ROOT, Shell, shell } from '../support/shell.ts'

const TIMEOUT_MS = 240_000
/** Fetching every package takes longer than all the rest. */
const isLong = process.env.WAYMARK_TEST_LONG === '1'
const START = /\bnpm start$/
const DEMO = /\bnpm run demo$/
/** The suite this is part of, and what it is run beside. */
const RUN_ELSEWHERE = /^npm (test|run check)$/
const GUIDE = join('docs', 'guide', 'first-steps')

/** The commands of a page in their order, one a line. */
async function commandsOf(page: string): Promise<string[]> {
  const text = await readFile(page, 'utf8')
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block)
  return blocks.flatMap((it) => it.trim().split('\n'))
}

/** What a reader has in front of them, and what they have typed in so far. */
type Walk = AsyncDisposable & {
  readonly cwd: string
  readonly env: Record<string, string>
  /** Starts what serves on while the reader goes on reading. */
  start(command: string): Shell
}

/** A fresh clone, its packages linked unless there is time to fetch them; undefined where there is no repository. */
async function walk(t: TestContext): Promise<Walk | undefined> {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await scratchFolder())
  const cwd = join(folder.path, 'clone')
  const options = { cwd: folder.path, timeoutMs: TIMEOUT_MS }
  const cloning = await shell(`git clone -q "${ROOT}" clone`, options)
  if (cloning.code !== 0) {
    assert.notEqual(process.env.WAYMARK_TEST_STRICT, '1', cloning.stderr)
    t.skip('there is no git repository to clone')
    return undefined
  }
  if (!isLong) await symlink(join(ROOT, 'node_modules'), join(cwd, 'node_modules'))
  await writeFile(join(cwd, 'password.txt'), `${PASSWORD}\n`)
  const owned = stack.move()
  const env: Record<string, string> = { WAYMARK_HTTP_PORT: '0' }
  return {
    cwd,
    env,
    start: (command) =>
      owned.use(new Shell(withoutFetching(command), { cwd, env, timeoutMs: TIMEOUT_MS })),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

function withoutFetching(command: string): string {
  return isLong ? command : command.replace(/^npm ci && /, '')
}

/** `npm start`; its address and code are at hand from then on. */
async function startNode({ start, env }: Walk, command: string): Promise<void> {
  const [, url, code] = await start(command).said(/^ready (\S+)\n(?:setup \S+#(\S+)\n)/m)
  Object.assign(env, { WAYMARK_URL: url, CODE: code })
}

test('both READMEs and both guides give the same commands', async () => {
  for (const name of ['README', GUIDE]) {
    const commands = await commandsOf(join(ROOT, `${name}.md`))
    assert.ok(commands.length >= 5, commands.join('\n'))
    assert.deepEqual(await commandsOf(join(ROOT, `${name}.zh.md`)), commands)
  }
})

test('every command of the README works in a fresh clone, in its order', async (t) => {
  await using reader = await walk(t)
  if (reader === undefined) return
  const { cwd, env } = reader
  const { scripts } = JSON.parse(await readFile(join(cwd, 'package.json'), 'utf8')) as {
    scripts: object
  }
  for (const command of await commandsOf(join(ROOT, 'README.md'))) {
    if (RUN_ELSEWHERE.test(command)) {
      assert.ok(Object.hasOwn(scripts, command.split(' ').at(-1) ?? ''), command)
      t.diagnostic(`not run within itself: ${command}`)
    } else if (DEMO.test(command)) {
      const demo = reader.start(command)
      await demo.said(/until Ctrl-C/)
      assert.doesNotMatch((await demo.interrupt()).stdout, /✗/)
    } else if (START.test(command)) {
      await startNode(reader, command)
    } else {
      const ran = await shell(command, { cwd, env, timeoutMs: TIMEOUT_MS })
      assert.equal(ran.code, 0, `${command}\n${ran.stdout}${ran.stderr}`)
    }
  }
  assert.match(env.WAYMARK_URL ?? '', /^http:/, 'a node was started')
})

test('the first steps lead to a code that answers', async (t) => {
  if (spawnSync('curl', ['--version']).status !== 0) {
    assert.notEqual(process.env.WAYMARK_TEST_STRICT, '1', 'needs curl')
    return t.skip('needs curl')
  }
  await using reader = await walk(t)
  if (reader === undefined) return
  const { cwd, env } = reader
  const [start = '', ...steps] = await commandsOf(join(ROOT, `${GUIDE}.md`))
  assert.match(start, START)
  await startNode(reader, start)
  const ran = await shell(steps.join('\n'), { cwd, env, timeoutMs: TIMEOUT_MS })
  assert.equal(ran.code, 0, `${ran.stdout}${ran.stderr}`)
  const [page, code] = await Promise.all([
    fetch(`${env.WAYMARK_URL}/88.100/P-2026-0003?lang=zh`),
    readFile(join(cwd, 'code.png')),
  ])
  const shown = await page.text()
  assert.match(shown, /自吸泵 ZX50-15-30，不锈钢/)
  assert.doesNotMatch(shown, /B26-04/, 'the batch is the enterprise’s own')
  assert.equal(code.subarray(1, 4).toString(), 'PNG')
})
