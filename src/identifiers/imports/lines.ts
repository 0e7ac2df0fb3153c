import type { FieldProblem } from '../../lib/problem.ts'
import type { Text } from '../../lib/text.ts'

/** What a reader finds in a file, in the order of the file. Lines are counted from 1. */
export type LineSink = {
  /** The columns of a table. Throws Problem if nothing can be made of them. */
  header(columns: readonly string[]): void
  /** `dates`: cells that a spreadsheet keeps as dates. */
  row(line: number, cells: readonly string[], dates?: ReadonlySet<number>): void
  object(line: number, value: unknown): void
  /** A line of which nothing can be registered. */
  refuse(line: number, problem: FieldProblem): void
}

/** Where the next unread line begins: bytes of the file before it, and its number. */
export type Position = { readonly bytes: number; readonly line: number }

/** How the bytes of a file are to be read; found out from its beginning, kept for a resumed upload. */
export type FileForm = {
  readonly encoding: Encoding
  readonly newline: '\n' | '\r'
  readonly delimiter: string
  readonly columns: readonly string[]
}

export type Encoding = 'utf-8' | 'gb18030' | 'utf-16le' | 'utf-16be'

/** Takes a file piece by piece and tells a sink its lines. */
export type FileReader = {
  push(chunk: Uint8Array): void
  /** The file is complete: what is left is its last line. */
  end(): void
  /** Nothing more came for a while: what is there may be read now. */
  idle(): void
  /** The end of the last line that was told to the sink. */
  position(): Position
  /** Undefined until it is decided. */
  form(): FileForm | undefined
}

export function refusal(reason: Text, expected?: Text, path = ''): FieldProblem {
  return expected === undefined ? { path, reason } : { path, reason, expected }
}

export const TOO_LONG = refusal(
  { en: 'The line is longer than 1 MiB', zh: '该行超过 1 MiB' },
  { en: 'At most 1,048,576 bytes a line', zh: '每行最多 1,048,576 字节' },
)
export const NUL_BYTE = refusal(
  { en: 'The line holds NUL characters', zh: '该行含有 NUL 字符' },
  {
    en: 'Plain text; if every line is refused, save the file as UTF-8',
    zh: '纯文本；如果每行都被拒绝，请把文件另存为 UTF-8',
  },
)
export const NOT_JSON: FieldProblem = refusal(
  { en: 'The line is not JSON', zh: '该行不是 JSON' },
  { en: 'One JSON object a line', zh: '每行一个 JSON 对象' },
)
