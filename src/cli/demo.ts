import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readConfig } from '../config/config.ts'
import type { Text } from '../lib/text.ts'
import { startNode } from '../node.ts'
import { type Admitted, admitAll, HASTY } from './demo-admission.ts'
import { CAST, DISTRICT, ownerOf } from './demo-cast.ts'
import { identify, importList, publishTemplate } from './demo-import.ts'
import type { Listed } from './demo-list.ts'
import { workAsEnterprise } from './demo-member.ts'
import { verifyLog } from './demo-proof.ts'
import { resolveAll, resolveEveryWay } from './demo-resolve.ts'
import { pathOfHandle, runCommand, type Session, type Stage, signIn } from './demo-stage.ts'
import { type States, showStates } from './demo-states.ts'
import { Story } from './demo-story.ts'
import { type Supported, support } from './demo-support.ts'
import { EXIT_DONE, EXIT_FAILED, EXIT_WRONG_USE, type Io, languageOfEnv } from './io.ts'
import { formatCount, formatDuration } from './progress.ts'
import { setupCommand } from './setup.ts'

const HELP: Text = {
  en: `Usage: waymark demo [--once] [--port N] [--json]

Starts a node in a scratch folder and plays the whole story on 7,614 real industrial products: enterprises apply and are
admitted, a template is published, the list is imported, identifiers resolve in every supported way, a support measure computes an award.
Serves until Ctrl-C.

  --once     ends when the story is told
  --port N   port of 127.0.0.1; any free one if not said
  --json     what came of it as one JSON object on standard output; the story goes to standard error

Exit code: 0 every check holds, 1 one does not, 2 wrong use.
`,
  zh: `用法：waymark demo [--once] [--port 端口] [--json]

在临时目录中启动节点，用 7,614 个真实工业产品演示全过程：企业申请与准入、发布模板、批量导入、以各种方式解析标识、按扶持措施计算资助。
演示完毕后继续提供服务，按 Ctrl-C 结束。

  --once       演示完毕即退出
  --port 端口  127.0.0.1 的端口；默认任意空闲端口
  --json       在标准输出上输出一个 JSON 摘要；演示过程写到标准错误

退出码：0 全部检查通过，1 有检查未通过，2 用法错误。
`,
}

const OPTIONS = {
  once: { type: 'boolean' },
  port: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

const NODE_PREFIX = '88.100'
const OPERATOR = { name: 'demo', password: 'seven herons over the harbour' }

/** `waymark demo`; answers the exit code. */
export async function demoCommand(args: string[], io: Io): Promise<number> {
  const { values } = parseArgs({ args, options: OPTIONS })
  const language = languageOfEnv(io.env)
  if (values.help) {
    io.stdout.write(HELP[language])
    return EXIT_DONE
  }
  const port = Number(values.port ?? 0)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    io.stderr.write(HELP[language])
    return EXIT_WRONG_USE
  }
  await using stack = new AsyncDisposableStack()
  const stop = stack.use(stopSignal())
  const folder = await mkdtemp(join(tmpdir(), 'waymark-demo-'))
  stack.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  const story = new Story(values.json ? io.stderr : io.stdout, language)
  const startedAt = performance.now()
  const node = stack.use(await startNode(await demoConfig(folder, port)))
  const startMs = performance.now() - startedAt
  const stage = { url: node.url, folder, story, io }
  const playing = play(stage, { setupCode: node.setupCode ?? '', startMs })
  const told = await Promise.race([playing, stop.aborted])
  if (told === undefined) {
    // interrupted: what is under way ends with the node
    playing.catch(() => undefined)
    return EXIT_FAILED
  }
  const passedMs = performance.now() - startedAt
  if (values.json) io.stdout.write(`${JSON.stringify(summaryOf(stage, told))}\n`)
  conclude(stage, told, passedMs)
  if (!values.once) {
    story.tell({ en: 'It serves until Ctrl-C.', zh: '节点继续提供服务，按 Ctrl-C 结束。' })
    await stop.aborted
  }
  return story.failures.length === 0 ? EXIT_DONE : EXIT_FAILED
}

/** Resolves at the first SIGINT or SIGTERM; a second one ends the process as usual. */
function stopSignal(): Disposable & { readonly aborted: Promise<undefined> } {
  const stop = new AbortController()
  const abort = () => stop.abort()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, abort)
  return {
    aborted: once(stop.signal, 'abort').then(() => undefined),
    [Symbol.dispose]() {
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, abort)
    },
  }
}

/** From a file of its own, so that neither the environment nor the working folder has a say. */
async function demoConfig(folder: string, httpPort: number) {
  const file = join(folder, 'waymark.json')
  const settings = {
    data: join(folder, 'data'),
    httpPort,
    // a node of this machine may have the usual one
    handlePort: 0,
    logLevel: 'warn',
    // the demo is one client and asks for everything at once
    resolutionsPerSMax: 0,
  }
  await writeFile(file, JSON.stringify(settings))
  return readConfig({ WAYMARK_CONFIG: file })
}

type Told = {
  readonly products: readonly Listed[]
  readonly shown: Listed
  readonly states: States
  readonly supported: Supported
  readonly lines: number
  readonly linesPerS: number
  readonly answersPerS: number
  readonly entries: number
  readonly startMs: number
}

async function play(
  stage: Stage,
  { setupCode, startMs }: { readonly setupCode: string; readonly startMs: number },
): Promise<Told> {
  const { operator, key } = await setUp(stage, setupCode, startMs)
  const admitted = await admitAll(stage, operator)
  await publishTemplate(stage, operator, NODE_PREFIX)
  const products = await identify(
    new Map(admitted.map(({ enterprise, prefix }) => [enterprise.account, prefix])),
  )
  const imported = await importList(stage, products, { key, nodePrefix: NODE_PREFIX })
  const { answersPerS } = await resolveAll(stage, products)
  const [shown, retired, held] = chosen(products)
  await resolveEveryWay(stage, shown, ownerOf(shown).name)
  await workAsEnterprise(stage, admitted, products)
  const states = await showStates(stage, operator, [retired, held])
  const supported = await support(stage, operator, ofDistrict(admitted))
  const entries = await verifyLog(
    stage,
    admitted.find((it) => it.enterprise.account === HASTY)?.id ?? '',
  )
  return { products, shown, states, supported, ...imported, answersPerS, entries, startMs }
}

function ofDistrict(admitted: readonly Admitted[]): Admitted {
  const found = admitted.find((it) => it.enterprise === DISTRICT)
  if (found === undefined) throw new Error('the registry of the district was not admitted')
  return found
}

async function setUp(
  stage: Stage,
  code: string,
  startMs: number,
): Promise<{ readonly operator: Session; readonly key: string }> {
  const { story, url } = stage
  story.step({ en: 'A node starts', zh: '启动节点' })
  const took = Math.round(startMs)
  story.tell({ en: `ready ${url} after ${took} ms`, zh: `ready ${url}，用时 ${took} 毫秒` })
  const args = ['--code', code, '--name', OPERATOR.name, '--password-stdin', '--node', NODE_PREFIX]
  const { stdout } = await runCommand(stage, setupCommand, [...args, '--json'], {
    input: `${OPERATOR.password}\n`,
  })
  const { key, node } = JSON.parse(stdout) as { key: string; node: string }
  story.check(
    {
      en: `the printed code made the operator “${OPERATOR.name}” of node ${node}`,
      zh: `用打印的设置码创建节点 ${node} 的运营者“${OPERATOR.name}”`,
    },
    node === NODE_PREFIX && key !== '',
    stdout,
  )
  return { operator: await signIn(stage, OPERATOR), key }
}

/** A product to show, with models and one owner's page; two more of the same owner for the other states. */
function chosen(products: readonly Listed[]): readonly [Listed, Listed, Listed] {
  const [first] = CAST
  const own = products.filter((it) => ownerOf(it) === first && it.models.includes('|'))
  const [shown, retired, held] = own
  if (shown === undefined || retired === undefined || held === undefined) {
    throw new Error('the list has no products to show')
  }
  return [shown, retired, held]
}

function conclude(stage: Stage, told: Told, passedMs: number): void {
  const { story, url } = stage
  const { shown, states, supported } = told
  const path = pathOfHandle(shown.handle)
  const checks = story.checks.length
  const failed = story.failures.length
  const took = formatDuration(passedMs)
  story.step({ en: 'Look yourself', zh: '亲自看看' })
  const links: readonly (readonly [Text, string])[] = [
    [{ en: 'the node', zh: '节点首页' }, '/'],
    [{ en: 'a product', zh: '产品页面' }, `${path}?show`],
    [{ en: 'its code', zh: '二维码' }, `${path}?qr=svg`],
    [{ en: 'for programs', zh: '程序接口' }, `${path}?format=json-ld`],
    [{ en: 'Handle API', zh: 'Handle API' }, `/api/handles${path}`],
    [{ en: 'retired', zh: '已注销' }, pathOfHandle(states.retired)],
    [{ en: 'held', zh: '依令停止' }, pathOfHandle(states.held)],
    [{ en: 'support', zh: '政策支持' }, '/console/support'],
    [{ en: 'a measure', zh: '扶持措施' }, `/console/support/measures/${supported.measure}`],
    [{ en: 'a call', zh: '申报批次' }, `/console/support/calls/${supported.call}`],
    [{ en: 'API', zh: 'API 文档' }, '/api/docs'],
  ]
  const width = Math.max(...links.map(([{ en }]) => en.length))
  for (const [{ en, zh }, at] of links) {
    story.tell({ en: `${en.padEnd(width)}  ${url}${at}`, zh: `${zh}  ${url}${at}` })
  }
  const who = `${OPERATOR.name} / ${OPERATOR.password}`
  story.tell({ en: `sign in as ${who}`, zh: `登录：${who}` })
  const count = formatCount(told.lines)
  story.tell({
    en: `${count} products registered, ${checks - failed} of ${checks} checks hold, ${took} in all`,
    zh: `注册 ${count} 个产品，${checks} 项检查通过 ${checks - failed} 项，共用时 ${took}`,
  })
}

function summaryOf({ url, story }: Stage, told: Told) {
  const { products, shown, states, lines, linesPerS, answersPerS, entries, startMs } = told
  return {
    ok: story.failures.length === 0,
    url,
    products: products.length,
    import: { lines, linesPerS },
    resolution: { answersPerS },
    evidence: { entries },
    startMs: Math.round(startMs),
    shown: shown.handle,
    states,
    checks: { total: story.checks.length, failed: story.failures },
  }
}
