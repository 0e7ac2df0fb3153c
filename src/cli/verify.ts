import { readFile, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import {
  type Audit,
  type AuditOptions,
  auditLog,
  type EntryFile,
} from '../kernel/evidence/audit.ts'
import { NOTE_BYTES_MAX, parseVerifierKey, type Verifier } from '../kernel/evidence/note.ts'
import { type Published, publishedAt, Unreachable } from '../kernel/evidence/published.ts'
import { Problem } from '../lib/problem.ts'
import type { Language, Text } from '../lib/text.ts'
import { EXIT_DONE, EXIT_FAILED, EXIT_WRONG_USE, type Io, languageOfEnv } from './io.ts'

const HELP: Text = {
  en: `Usage: waymark verify URL|FOLDER --key FILE [--entry FILE] [--since FILE] [--save FILE] [--json]

Checks a published evidence log: the signature of its head, every entry and tile, the chain of entries and the root.
Needs nothing but the published files and the log's public key.

  --key FILE    the log's verifier key, got from the operator by a way you trust (the node shows it at /evidence/key)
  --entry FILE  an opened entry (the answer of GET /api/v1/evidence/NUMBER): checks that it is in the log as it says
  --since FILE  a checkpoint kept from an earlier look: checks that the log continues it
  --save FILE   keeps the checkpoint for the next look, if everything was right
  --json        one JSON object on standard output

Exit code: 0 everything is right, 1 something is not (it says what), 2 wrong use.
`,
  zh: `用法：waymark verify 网址|目录 --key 文件 [--entry 文件] [--since 文件] [--save 文件] [--json]

校验公开的存证日志：检查点签名、全部条目与数据块、条目哈希链以及树根。只需要公开文件和日志公钥。

  --key 文件    日志的验证公钥，请通过可信途径向运营者获取（节点在 /evidence/key 公布）
  --entry 文件  已公开字段的条目（GET /api/v1/evidence/序号 的返回）：校验它确在日志中且内容一致
  --since 文件  先前保存的检查点：校验日志是否与其连续
  --save 文件   全部通过后保存本次检查点，供下次使用
  --json        在标准输出上输出一个 JSON 对象

退出码：0 全部正确，1 有一项不正确（会说明是哪一项），2 用法错误。
`,
}

const FILE_BYTES_MAX = 1 << 20
const PROGRESS_MS = 200
/** Where nobody watches, a line now and then is enough. */
const PROGRESS_LINE_MS = 10_000

/** `waymark verify URL|FOLDER --key FILE [--entry FILE] [--since FILE] [--save FILE] [--json]`. */
export async function verifyCommand(args: string[], io: Io): Promise<number> {
  const language = languageOfEnv(io.env)
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      key: { type: 'string' },
      entry: { type: 'string' },
      since: { type: 'string' },
      save: { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) {
    io.stdout.write(HELP[language])
    return EXIT_DONE
  }
  const [location, ...more] = positionals
  if (location === undefined || more.length > 0 || values.key === undefined) {
    io.stderr.write(HELP[language])
    return EXIT_WRONG_USE
  }
  const verifier = await readKey(values.key)
  const options: AuditOptions = {
    ...(values.since !== undefined && { since: await readText(values.since, NOTE_BYTES_MAX) }),
    ...(values.entry !== undefined && { entry: await readEntryFile(values.entry) }),
    onProgress: progressTo(io),
  }
  const audit = await auditLog(await locate(location), verifier, options)
  const isRight = audit.findings.length === 0
  if (values.json) io.stdout.write(`${JSON.stringify(jsonOf(audit, verifier, options))}\n`)
  else report(audit, options, { io, language })
  if (isRight && values.save !== undefined) await keep(values.save, audit.note ?? '')
  return isRight ? EXIT_DONE : EXIT_FAILED
}

/** A node's own address is as good as that of its log. */
async function locate(location: string): Promise<Published> {
  const direct = publishedAt(location)
  const below: Published = (path, bytesMax) => direct(`evidence/${path}`, bytesMax)
  if (/\/evidence\/*$/.test(location)) return direct
  try {
    return (await below('checkpoint', NOTE_BYTES_MAX)) === undefined ? direct : below
  } catch (error) {
    if (error instanceof Unreachable) return direct
    throw error
  }
}

async function readKey(path: string): Promise<Verifier> {
  const verifier = parseVerifierKey((await readText(path, FILE_BYTES_MAX)).trim())
  if (verifier !== undefined) return verifier
  throw wrongFile({
    en: `${path} is not an Ed25519 verifier key (NAME+HASH+KEY)`,
    zh: `${path} 不是 Ed25519 验证公钥（名称+哈希+公钥）`,
  })
}

async function readEntryFile(path: string): Promise<EntryFile> {
  const wrong = wrongFile({
    en: `${path} is not an opened entry (the answer of GET /api/v1/evidence/NUMBER with its “opened” part)`,
    zh: `${path} 不是已公开字段的条目（GET /api/v1/evidence/序号 的返回，且含“opened”）`,
  })
  let value: unknown
  try {
    value = JSON.parse(await readText(path, FILE_BYTES_MAX))
  } catch (error) {
    throw error instanceof SyntaxError ? wrong : error
  }
  if (!isEntryFile(value)) throw wrong
  return value
}

function isEntryFile(value: unknown): value is EntryFile {
  if (typeof value !== 'object' || value === null) return false
  const { index, opened, checkpoint, inclusion } = value as Partial<
    Record<keyof EntryFile, unknown>
  >
  return (
    Number.isSafeInteger(index) &&
    Number(index) >= 0 &&
    typeof opened === 'object' &&
    opened !== null &&
    (checkpoint === undefined || typeof checkpoint === 'string') &&
    (inclusion === undefined ||
      (Array.isArray(inclusion) && inclusion.every((it) => typeof it === 'string')))
  )
}

async function readText(path: string, bytesMax: number): Promise<string> {
  let bytes: Buffer
  try {
    bytes = await readFile(path)
  } catch (cause) {
    throw wrongFile({ en: `${path} cannot be read`, zh: `无法读取 ${path}` }, cause)
  }
  if (bytes.length <= bytesMax) return bytes.toString()
  throw wrongFile({
    en: `${path} has more than ${bytesMax} bytes`,
    zh: `${path} 超过 ${bytesMax} 字节`,
  })
}

async function keep(path: string, note: string): Promise<void> {
  try {
    await writeFile(path, note)
  } catch (cause) {
    throw wrongFile({ en: `${path} cannot be written`, zh: `无法写入 ${path}` }, cause)
  }
}

/** The command line turns this into exit code 2. */
function wrongFile(text: Text, cause?: unknown): Problem {
  return new Problem('invalid-input', text, { cause })
}

function progressTo(io: Io): (entries: number, of: number) => void {
  const everyMs = io.isTty ? PROGRESS_MS : PROGRESS_LINE_MS
  let saidAt = performance.now()
  let isDrawn = false
  return (entries, of) => {
    const now = performance.now()
    const isLast = entries === of
    if (isLast && isDrawn) io.stderr.write('\r\u001b[K')
    if (isLast || now - saidAt < everyMs) return
    saidAt = now
    isDrawn = io.isTty
    const percent = Math.floor((100 * entries) / of)
    io.stderr.write(
      io.isTty ? `\r\u001b[K${entries} / ${of}  ${percent} %` : `${entries} / ${of}\n`,
    )
  }
}

function jsonOf({ findings, head }: Audit, verifier: Verifier, options: AuditOptions) {
  return {
    ok: findings.length === 0,
    origin: verifier.name,
    ...(head && { size: head.size, root: Buffer.from(head.root).toString('base64') }),
    checked: { log: true, entry: options.entry?.index ?? null, since: options.since !== undefined },
    findings: findings.map(({ code, where, text }) => ({ code, where, detail: text.en })),
  }
}

function report(
  { findings, head }: Audit,
  { entry, since }: AuditOptions,
  { io, language }: { readonly io: Io; readonly language: Language },
): void {
  const say = (text: Text) => io.stdout.write(`${text[language]}\n`)
  if (head !== undefined) {
    const root = Buffer.from(head.root).toString('base64')
    say({
      en: `${head.origin}: ${head.size} entries, root ${root}, signature good`,
      zh: `${head.origin}：共 ${head.size} 条，树根 ${root}，签名有效`,
    })
  }
  for (const { text } of findings) io.stderr.write(`✗ ${text[language]}\n`)
  if (findings.length > 0) return
  say({
    en: '✓ every entry, tile and link of the chain agrees with the signed root',
    zh: '✓ 全部条目、数据块和哈希链均与已签名的树根一致',
  })
  if (since !== undefined) {
    say({
      en: '✓ the log continues the checkpoint kept before',
      zh: '✓ 日志与先前保存的检查点连续',
    })
  }
  if (entry !== undefined) {
    say({
      en: `✓ entry ${entry.index} is in the log with exactly these fields`,
      zh: `✓ 第 ${entry.index} 条确在日志中，且字段完全一致`,
    })
  }
}
