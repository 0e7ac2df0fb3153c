import { randomUUID } from 'node:crypto'
import { parseArgs } from 'node:util'
import { Problem } from '../lib/problem.ts'
import type { Text } from '../lib/text.ts'
import { callNode } from './api.ts'
import { EXIT_DONE, EXIT_WRONG_USE, type Io, languageOfEnv } from './io.ts'

const HELP: Text = {
  en: `Usage: waymark register HANDLE --template T FIELD=VALUE… [--json]
       waymark register HANDLE --values JSON [--json]

Registers one identifier by a template's fields, or with plain Handle values (a JSON array of index, type, data).
`,
  zh: `用法：waymark register 标识 --template 模板 字段=值… [--json]
      waymark register 标识 --values JSON [--json]

按模板字段注册一个标识，或直接给出 Handle 值（由 index、type、data 组成的 JSON 数组）。
`,
}

/** `waymark register HANDLE …`; answers the exit code. */
export async function registerCommand(args: string[], io: Io): Promise<number> {
  const language = languageOfEnv(io.env)
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      template: { type: 'string' },
      values: { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) {
    io.stdout.write(HELP[language])
    return EXIT_DONE
  }
  const [handle, ...pairs] = positionals
  const isPlain = values.values !== undefined
  if (handle === undefined || isPlain === (values.template !== undefined)) {
    io.stderr.write(HELP[language])
    return EXIT_WRONG_USE
  }
  const body = isPlain
    ? { handle, values: parseValues(values.values ?? '') }
    : { handle, template: values.template, fields: parsePairs(pairs) }
  const headers = { 'idempotency-key': randomUUID() }
  const record = await callNode(io, { method: 'POST', path: '/api/v1/identifiers', body, headers })
  if (values.json) io.stdout.write(`${JSON.stringify(record)}\n`)
  else io.stdout.write(`${(record as { handle: string }).handle}\n`)
  return EXIT_DONE
}

function parsePairs(pairs: readonly string[]): Record<string, string> {
  const fields = pairs.map((pair) => {
    const at = pair.indexOf('=')
    if (at > 0) return [pair.slice(0, at), pair.slice(at + 1)] as const
    throw new Problem('invalid-input', {
      en: `“${pair}” is not FIELD=VALUE`,
      zh: `“${pair}”不是 字段=值`,
    })
  })
  return Object.fromEntries(fields)
}

function parseValues(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const told = { en: '--values is not JSON', zh: '--values 不是 JSON' }
    throw new Problem('invalid-input', told, { cause })
  }
}
