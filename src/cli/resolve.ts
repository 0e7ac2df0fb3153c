import { parseArgs } from 'node:util'
import type { Text } from '../lib/text.ts'
import { keyHeader, noAnswer, nodeUrl } from './api.ts'
import { EXIT_DONE, EXIT_FAILED, EXIT_WRONG_USE, type Io, languageOfEnv } from './io.ts'

const HELP: Text = {
  en: `Usage: waymark resolve NAME [--json]
       waymark resolve NAME --trace [OPTIONS]

Asks the node for an identifier by the Handle JSON API: one line a value, or its whole answer with --json.

With --trace, or one of the options below, it is resolved by the Handle protocol, and with --trace every step is shown: who was
asked over what, what was answered and how quickly, where it went on, what is hidden and from whom.

  --server PLACE      begin at this server: HOST:PORT, tcp:HOST:PORT, udp:HOST:PORT, http://HOST:PORT or https://HOST:PORT
  --root FILE         begin at the root sites in a file: HS_SITE, binary or as JSON; may be repeated
                      without either it begins at the node (WAYMARK_URL)
  --type T, --index N the values of these types and indexes alone; may be repeated
  --signed            answers count only if they are signed by the key of the server
  --key N:HANDLE      who asks, for values that not everybody may read; with one of
  --secret-file FILE, --private-key FILE   the secret, or the private key (PEM)
  --json              the steps and the outcome as JSON

Exit code: 0 found, 1 not found, 2 wrong use.
`,
  zh: `用法：waymark resolve 标识 [--json]
      waymark resolve 标识 --trace [选项]

通过 Handle JSON API 解析标识：每个值一行；--json 输出完整应答。

使用 --trace 或下列选项时，按 Handle 协议解析；--trace 显示每一步：经何种协议询问了谁、应答与用时、下一步去向、哪些值被隐藏及对谁隐藏。

  --server 位置       从该服务器开始：主机:端口、tcp:主机:端口、udp:主机:端口、http://主机:端口 或 https://主机:端口
  --root 文件         从文件中的根站点开始：HS_SITE，二进制或 JSON；可重复
                      两者都不给时，从节点（WAYMARK_URL）开始
  --type T, --index N 只取这些类型和索引的值；可重复
  --signed            应答须由服务器的密钥签名，否则不算
  --key N:标识        询问者的身份，用于读取非公开的值；并给出以下之一
  --secret-file 文件, --private-key 文件   密钥或私钥（PEM）
  --json              以 JSON 输出步骤与结果

退出码：0 已找到，1 未找到，2 用法错误。
`,
}

type HandleAnswer = {
  readonly responseCode: number
  readonly message?: string
  readonly values?: readonly {
    readonly index: number
    readonly type: string
    readonly data: { readonly format: string; readonly value: unknown }
  }[]
}

const ANSWER_WAIT_MS_MAX = 60_000
const NOT_FOUND = 100
const OPTIONS = {
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  trace: { type: 'boolean' },
  server: { type: 'string' },
  root: { type: 'string', multiple: true },
  type: { type: 'string', multiple: true },
  index: { type: 'string', multiple: true },
  signed: { type: 'boolean' },
  key: { type: 'string' },
  'secret-file': { type: 'string' },
  'private-key': { type: 'string' },
} as const

/** `waymark resolve NAME`; answers the exit code. */
export async function resolveCommand(args: string[], io: Io): Promise<number> {
  const language = languageOfEnv(io.env)
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: OPTIONS })
  if (values.help) {
    io.stdout.write(HELP[language])
    return EXIT_DONE
  }
  const [name, ...more] = positionals
  if (name === undefined || more.length > 0) {
    io.stderr.write(HELP[language])
    return EXIT_WRONG_USE
  }
  const { json, help: _, ...walked } = values
  if (Object.keys(walked).length > 0) {
    const { walkCommand } = await import('./resolve-walk.ts')
    return await walkCommand(name, { ...walked, json }, io)
  }
  const answer = await ask(io, name)
  if (json) io.stdout.write(`${JSON.stringify(answer)}\n`)
  else show(io, name, answer)
  return answer.responseCode === 1 ? EXIT_DONE : EXIT_FAILED
}
async function ask(io: Io, name: string): Promise<HandleAnswer> {
  const headers = keyHeader(io.env)
  // Encoded as a whole, so that no client on the way folds dots and slashes of the name.
  const url = `${nodeUrl(io.env)}/api/handles/${encodeURIComponent(name)}`
  try {
    const response = await fetch(url, {
      signal: AbortSignal.timeout(ANSWER_WAIT_MS_MAX),
      headers,
    })
    return (await response.json()) as HandleAnswer
  } catch (cause) {
    throw noAnswer(nodeUrl(io.env), cause)
  }
}

function show(io: Io, name: string, answer: HandleAnswer): void {
  const { responseCode, message, values = [] } = answer
  for (const { index, type, data } of values) {
    const text = typeof data.value === 'string' ? data.value : JSON.stringify(data.value)
    io.stdout.write(`${index}\t${type}\t${text}\n`)
  }
  if (responseCode === 1) return
  const language = languageOfEnv(io.env)
  const absent = language === 'zh' ? '没有该标识' : 'there is no such identifier'
  const why = responseCode === NOT_FOUND ? absent : (message ?? `responseCode ${responseCode}`)
  io.stderr.write(`waymark: ${name}: ${why}\n`)
}
