import { randomUUID } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { extname } from 'node:path'
import { parseArgs } from 'node:util'
import { Problem } from '../lib/problem.ts'
import type { Language, Text } from '../lib/text.ts'
import { type ImportSummary, type RefusedLine, type ToldField, uploadFile } from './client.ts'
import { saveFrom } from './download.ts'
import { EXIT_DONE, EXIT_FAILED, EXIT_WRONG_USE, type Io, languageOfEnv } from './io.ts'
import { formatCount, formatDuration, startProgress } from './progress.ts'

const HELP: Text = {
  en: `Usage: waymark import FILE --prefix P --template T [OPTIONS]

Registers every line of a file; safe to repeat. A broken connection is taken up again where it broke.

  --prefix P          prefix of the identifiers (needed with --template)
  --template T        template NAME or NAME@VERSION; needed for csv and xlsx
  --map COLUMN=FIELD  a column for a field, for “identifier” or “suffix”; COLUMN= leaves it out (repeatable)
  --format F          csv, ndjson, xlsx or handle-json; by default the file's ending says it
  --sheet NAME        sheet of an xlsx workbook; default the first
  --dry-run           say what would be, store nothing
  --resume TOKEN      go on with an import that broke
  --result FILE       write the outcome of every line to FILE (CSV)
  --json              the summary as one JSON object on standard output

WAYMARK_URL names the node (default http://127.0.0.1:8080), WAYMARK_API_KEY is the key.
Exit code: 0 done, 1 some lines were refused or the import broke, 2 wrong use.
`,
  zh: `用法：waymark import 文件 --prefix 前缀 --template 模板 [选项]

逐行注册文件中的标识；可以安全地重复执行。连接中断后自动从断点继续。

  --prefix 前缀      标识的前缀（与 --template 同用）
  --template 模板    模板 名称 或 名称@版本；csv 和 xlsx 必需
  --map 列=字段      某列对应的字段，或 identifier、suffix；“列=”表示忽略（可重复）
  --format 格式      csv、ndjson、xlsx 或 handle-json；默认按文件扩展名
  --sheet 名称       xlsx 的工作表；默认第一个
  --dry-run          只试运行，不写入
  --resume 令牌      继续中断的导入
  --result 文件      把每行的结果写入文件（CSV）
  --json             在标准输出上输出一个 JSON 摘要

WAYMARK_URL 指定节点（默认 http://127.0.0.1:8080），WAYMARK_API_KEY 为密钥。
退出码：0 完成，1 有行被拒绝或导入中断，2 用法错误。
`,
}

const OPTIONS = {
  prefix: { type: 'string' },
  template: { type: 'string' },
  map: { type: 'string', multiple: true },
  format: { type: 'string' },
  sheet: { type: 'string' },
  'dry-run': { type: 'boolean' },
  resume: { type: 'string' },
  result: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

const FORMAT_OF: Readonly<Record<string, string>> = {
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.xlsx': 'xlsx',
  '.json': 'handle-json',
}

type Values = ReturnType<typeof parse>['values']

function parse(args: string[]) {
  return parseArgs({ args, options: OPTIONS, allowPositionals: true })
}

/** `waymark import FILE …`; answers the exit code. */
export async function importCommand(args: string[], io: Io): Promise<number> {
  const language = languageOfEnv(io.env)
  const { values, positionals } = parse(args)
  if (values.help) {
    io.stdout.write(HELP[language])
    return EXIT_DONE
  }
  const [file, ...more] = positionals
  if (file === undefined || more.length > 0) {
    io.stderr.write(HELP[language])
    return EXIT_WRONG_USE
  }
  const bytes = await sizeOf(file)
  const startedAt = Date.now()
  const summary = await upload(io, { file, bytes, values, language })
  if (values.result !== undefined) {
    await saveFrom(io, `/api/v1/imports/${summary.id}/result`, values.result)
  }
  if (values.json) io.stdout.write(`${JSON.stringify(summary)}\n`)
  else report(io, summary, { language, passedMs: Date.now() - startedAt })
  return summary.state === 'done' && summary.refused === 0 ? EXIT_DONE : EXIT_FAILED
}

async function sizeOf(file: string): Promise<number> {
  try {
    const found = await stat(file)
    if (found.isFile()) return found.size
  } catch {
    // Told below: whatever the reason, there is no such file to read.
  }
  const text = { en: `There is no file ${file}`, zh: `没有文件 ${file}` }
  throw new Problem('invalid-input', text)
}

type Job = { file: string; bytes: number; values: Values; language: Language }

async function upload(io: Io, { file, bytes, values, language }: Job): Promise<ImportSummary> {
  const progress = startProgress(io, { total: bytes, language })
  const startedAt = Date.now()
  let shown = 0
  try {
    return await uploadFile(io, {
      file,
      query: queryOf(file, values),
      idempotencyKey: randomUUID(),
      resume: values.resume,
      onProgress: (it) => {
        const rate = (it.lines / Math.max(Date.now() - startedAt, 1)) * 1000
        progress.update(it.bytes, noteOf(it.lines, rate, language))
      },
      onRefused: (line) => {
        if (values.json || ++shown > REFUSED_SHOWN_MAX) return
        progress.end()
        io.stderr.write(refusedText(line, language))
      },
      onBreak: (tries, cause) => {
        progress.end()
        const said = language === 'zh' ? `连接中断（第 ${tries} 次）` : `connection lost (${tries})`
        io.stderr.write(`waymark: ${said}: ${cause.message}\n`)
      },
    })
  } finally {
    progress.end()
  }
}

/** Refused lines told as they come; all of them are in the result. */
const REFUSED_SHOWN_MAX = 20

function queryOf(file: string, values: Values): URLSearchParams {
  const query = new URLSearchParams()
  if (values.prefix !== undefined) query.set('prefix', values.prefix)
  if (values.template !== undefined) query.set('template', values.template)
  if (values.sheet !== undefined) query.set('sheet', values.sheet)
  if (values['dry-run']) query.set('dryRun', 'true')
  query.set('format', values.format ?? FORMAT_OF[extname(file).toLowerCase()] ?? 'csv')
  for (const map of values.map ?? []) query.append('map', map)
  return query
}

function noteOf(lines: number, rate: number, language: Language): string {
  return language === 'zh'
    ? `${formatCount(lines)} 行  ${formatCount(rate)} 行/秒`
    : `${formatCount(lines)} lines  ${formatCount(rate)}/s`
}

function refusedText({ line, handle, fields }: RefusedLine, language: Language): string {
  const where = language === 'zh' ? `第 ${line} 行` : `line ${line}`
  const reasons = fields.map(fieldText).join('; ')
  return `${where}${handle === undefined ? '' : ` ${handle}`}: ${reasons}\n`
}

function fieldText({ path, detail, expected }: ToldField): string {
  const name = path === '' ? '' : `${path.slice(1)}: `
  return `${name}${detail}${expected === undefined ? '' : ` (${expected})`}`
}

function report(
  io: Io,
  summary: ImportSummary,
  { language, passedMs }: { language: Language; passedMs: number },
): void {
  const { lines, created, updated, unchanged, refused, state, problem, resume } = summary
  const counts = { created, updated, unchanged, refused }
  const told = Object.entries(counts)
    .filter(([name, count]) => count > 0 || name === 'created')
    .map(([name, count]) => `${NAMES[name]?.[language] ?? name} ${formatCount(count)}`)
  const rate = formatCount((lines / Math.max(passedMs, 1)) * 1000)
  const time = formatDuration(passedMs)
  const took = language === 'zh' ? `${time}，${rate} 行/秒` : `${time}, ${rate} lines/s`
  io.stdout.write(`${told.join('  ')}  (${took})\n`)
  if (summary.unmapped?.length) {
    const unused = language === 'zh' ? '未使用的列' : 'columns not used'
    io.stdout.write(`${unused}: ${summary.unmapped.join(', ')}\n`)
  }
  if (refused > REFUSED_SHOWN_MAX) {
    const id = language === 'zh' ? '全部被拒绝的行' : 'all refused lines'
    io.stdout.write(`${id}: /api/v1/imports/${summary.id}/result?outcomes=refused\n`)
  }
  if (state === 'done') return
  io.stdout.write(`${STATES[state]?.[language] ?? state}: ${problem?.detail ?? ''}\n`)
  for (const field of problem?.errors ?? []) io.stdout.write(`  ${fieldText(field)}\n`)
  if (resume !== undefined) io.stdout.write(`--resume ${resume.token}\n`)
}

const NAMES: Readonly<Record<string, Text>> = {
  created: { en: 'created', zh: '新建' },
  updated: { en: 'updated', zh: '更新' },
  unchanged: { en: 'unchanged', zh: '未变' },
  refused: { en: 'refused', zh: '拒绝' },
}
const STATES: Readonly<Record<string, Text>> = {
  broken: { en: 'broken', zh: '已中断' },
  cancelled: { en: 'cancelled', zh: '已取消' },
}

export { registerCommand } from './register.ts'
export { resolveCommand } from './resolve.ts'
