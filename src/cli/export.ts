import { Writable } from 'node:stream'
import { parseArgs } from 'node:util'
import type { Text } from '../lib/text.ts'
import { saveFrom, streamFrom } from './download.ts'
import { EXIT_DONE, EXIT_WRONG_USE, type Io, languageOfEnv } from './io.ts'

const HELP: Text = {
  en: `Usage: waymark export --prefix P [--template T] [--format F] [--output FILE]

Writes the registered identifiers of a prefix, as an import reads them back.

  --prefix P     the prefix
  --template T   only records of this template; needed for csv and xlsx, whose columns are its fields
  --format F     csv (default with --template), ndjson (default without), xlsx or handle-json
  --output FILE  to a file, which appears when it is whole; default standard output
`,
  zh: `用法：waymark export --prefix 前缀 [--template 模板] [--format 格式] [--output 文件]

导出前缀下已注册的标识，导入时可原样读回。

  --prefix 前缀    前缀
  --template 模板  只导出该模板的记录；csv 和 xlsx 必需，其字段即为列
  --format 格式    csv（有模板时默认）、ndjson（无模板时默认）、xlsx 或 handle-json
  --output 文件    写入文件，完成后才出现；默认标准输出
`,
}

/** `waymark export --prefix P …`; answers the exit code. */
export async function exportCommand(args: string[], io: Io): Promise<number> {
  const language = languageOfEnv(io.env)
  const { values } = parseArgs({
    args,
    options: {
      prefix: { type: 'string' },
      template: { type: 'string' },
      format: { type: 'string' },
      output: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) {
    io.stdout.write(HELP[language])
    return EXIT_DONE
  }
  if (values.prefix === undefined) {
    io.stderr.write(HELP[language])
    return EXIT_WRONG_USE
  }
  const format = values.format ?? (values.template === undefined ? 'ndjson' : 'csv')
  const query = new URLSearchParams({ prefix: values.prefix, format })
  if (values.template !== undefined) query.set('template', values.template)
  const path = `/api/v1/exports?${query}`
  if (values.output !== undefined) await saveFrom(io, path, values.output)
  else await streamFrom(io, path, through(io.stdout))
  return EXIT_DONE
}

/** A stream that may be ended without ending standard output. */
function through(to: Io['stdout']): Writable {
  return new Writable({
    write(chunk, _encoding, done) {
      if (to.write(chunk)) done()
      else to.once('drain', () => done())
    },
  })
}
