import { parseArgs } from 'node:util'
import type { Text } from '../lib/text.ts'
import { keyHeader, noAnswer, nodeUrl } from './api.ts'
import { EXIT_DONE, EXIT_FAILED, EXIT_WRONG_USE, type Io, languageOfEnv } from './io.ts'

const HELP: Text = {
  en: `Usage: waymark resolve NAME [--json]

Asks the node for an identifier by the Handle JSON API: one line a value, or its whole answer with --json.
Exit code: 0 found, 1 not found, 2 wrong use.
`,
  zh: `用法：waymark resolve 标识 [--json]

通过 Handle JSON API 解析标识：每个值一行；--json 输出完整应答。
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

/** `waymark resolve NAME`; answers the exit code. */
export async function resolveCommand(args: string[], io: Io): Promise<number> {
  const language = languageOfEnv(io.env)
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  })
  if (values.help) {
    io.stdout.write(HELP[language])
    return EXIT_DONE
  }
  const [name, ...more] = positionals
  if (name === undefined || more.length > 0) {
    io.stderr.write(HELP[language])
    return EXIT_WRONG_USE
  }
  const answer = await ask(io, name)
  if (values.json) io.stdout.write(`${JSON.stringify(answer)}\n`)
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
