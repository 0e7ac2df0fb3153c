import { Writable } from 'node:stream'
import { parseArgs } from 'node:util'
import { logOfNode } from '../kernel/evidence/node-log.ts'
import { publishLog } from '../kernel/evidence/publish.ts'
import type { Text } from '../lib/text.ts'
import { nodeUrl } from './api.ts'
import { saveFrom, streamFrom } from './download.ts'
import { EXIT_DONE, EXIT_WRONG_USE, type Io, languageOfEnv } from './io.ts'

const HELP: Text = {
  en: `Usage: waymark export --prefix P [--template T] [--format F] [--output FILE]
       waymark export --evidence FOLDER [--json]

Writes the registered identifiers of a prefix, as an import reads them back.

  --prefix P     the prefix
  --template T   only records of this template; needed for csv and xlsx, whose columns are its fields
  --format F     csv (default with --template), ndjson (default without), xlsx or handle-json
  --output FILE  to a file, which appears when it is whole; default standard output

--evidence publishes the node's evidence log as static files in a folder, for any web server; no key is needed. Run it again
to add what is new: the checkpoint comes last, so that the folder is whole at every moment.
`,
  zh: `用法：waymark export --prefix 前缀 [--template 模板] [--format 格式] [--output 文件]
      waymark export --evidence 目录 [--json]

导出前缀下已注册的标识，导入时可原样读回。

  --prefix 前缀    前缀
  --template 模板  只导出该模板的记录；csv 和 xlsx 必需，其字段即为列
  --format 格式    csv（有模板时默认）、ndjson（无模板时默认）、xlsx 或 handle-json
  --output 文件    写入文件，完成后才出现；默认标准输出

--evidence 将节点的存证日志以静态文件发布到目录，可由任意 Web 服务器提供，无需密钥。再次运行只追加新增内容；检查点最后写入，目录始终完整。
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
      evidence: { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) {
    io.stdout.write(HELP[language])
    return EXIT_DONE
  }
  if (values.evidence !== undefined) return await exportEvidence(values.evidence, values.json, io)
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

async function exportEvidence(folder: string, asJson: boolean | undefined, io: Io) {
  const told = await publishLog(await logOfNode(nodeUrl(io.env)), folder)
  const lines = languageOfEnv(io.env) === 'zh' ? TOLD.zh : TOLD.en
  io.stdout.write(asJson ? `${JSON.stringify(told)}\n` : `${lines(told.size, told.filesWritten)}\n`)
  return EXIT_DONE
}

const TOLD = {
  en: (size: number, files: number) => `${size} entries published, ${files} files written`,
  zh: (size: number, files: number) => `已发布 ${size} 条，写入 ${files} 个文件`,
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
