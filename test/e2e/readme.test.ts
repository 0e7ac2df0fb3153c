import assert from 'node:assert/strict'
import { readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { PASSWORD, scratchFolder } from '../support/node-process.ts'
import { ROOT, Shell, shell } from '../support/shell.ts'

const TIMEOUT_MS = 240_000
/** Fetching every package takes longer than all the rest. */
const isLong = process.env.WAYMARK_TEST_LONG === '1'
const SERVES = /\b(npm start|npm run demo)$/
const IS_READY = {
  'npm start': /^ready (\S+)\n(?:setup \S+#(\S+)\n)/m,
  'npm run demo': /until Ctrl-C/,
}
/** The suite this is part of, and what it is run beside. */
const RUN_ELSEWHERE = /^npm (test|run check)$/

/** The commands of a page in their order, one a line. */
function commandsIn(page: string): string[] {
  const blocks = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block)
  return blocks.flatMap((it) => it.trim().split(/(?<!\\)\n/))
}

test('both READMEs give the same commands', async () => {
  const [en, zh] = await Promise.all(
    ['README.md', 'README.zh.md'].map((it) => readFile(join(ROOT, it), 'utf8')),
  )
  const commands = commandsIn(en ?? '')
  assert.ok(commands.length >= 5, commands.join('\n'))
  assert.deepEqual(commandsIn(zh ?? ''), commands)
})

test('every command of the README works in a fresh clone, in its order', async (t) => {
  await using folder = await scratchFolder()
  await using stack = new AsyncDisposableStack()
  const cwd = join(folder.path, 'clone')
  const cloning = await shell(`git clone -q "${ROOT}" clone`, {
    cwd: folder.path,
    timeoutMs: TIMEOUT_MS,
  })
  if (cloning.code !== 0) return t.skip(`there is no repository to clone: ${cloning.stderr}`)
  if (!isLong) await symlink(join(ROOT, 'node_modules'), join(cwd, 'node_modules'))
  await writeFile(join(cwd, 'password.txt'), `${PASSWORD}\n`)
  const walk = { t, cwd, stack, env: { WAYMARK_HTTP_PORT: '0' } as Record<string, string> }
  for (const command of commandsIn(await readFile(join(cwd, 'README.md'), 'utf8'))) {
    await follow(walk, command)
  }
  assert.match(walk.env.WAYMARK_URL ?? '', /^http:/, 'a node was started')
})

type Walk = {
  readonly t: TestContext
  readonly cwd: string
  /** What serves on while the reader goes on reading. */
  readonly stack: AsyncDisposableStack
  readonly env: Record<string, string>
}

async function follow({ t, cwd, stack, env }: Walk, command: string): Promise<void> {
  const scripts = JSON.parse(await readFile(join(cwd, 'package.json'), 'utf8')).scripts as object
  const [, script] = /^npm (?:run )?(\w+)$/.exec(command) ?? []
  if (RUN_ELSEWHERE.test(command)) {
    assert.ok(script !== undefined && Object.hasOwn(scripts, script), command)
    t.diagnostic(`not run within itself: ${command}`)
    return
  }
  const run = isLong ? command : command.replace(/^npm ci && /, '')
  const options = { cwd, env, timeoutMs: TIMEOUT_MS }
  const [serving] = SERVES.exec(command) ?? []
  if (serving === undefined) {
    const { code, stdout, stderr } = await shell(run, options)
    assert.equal(code, 0, `${command}\n${stdout}${stderr}`)
    return
  }
  const server = stack.use(new Shell(run, options))
  const [, url, code] = await server.said(IS_READY[serving as keyof typeof IS_READY])
  if (serving === 'npm run demo') {
    const ended = await server.interrupt()
    assert.doesNotMatch(ended.stdout, /✗/)
    return
  }
  Object.assign(env, { WAYMARK_URL: url, CODE: code })
}
