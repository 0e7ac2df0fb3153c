import type { Author } from '../../lib/author.ts'
import { type FieldProblem, Problem } from '../../lib/problem.ts'
import { fieldProblems } from '../../lib/schema-problems.ts'
import { declaredOf, indexProblems } from './declared.ts'
import type { CommitOptions, DocumentWrite } from './documents.ts'
import { DOCUMENT_ID_BYTES_MAX, isId } from './ids.ts'

/** A write that has been judged by its schema; plain data. */
export type PreparedWrite = {
  readonly collection: string
  readonly id: string
  readonly expected?: number
  /** The body; absent: delete. */
  readonly json?: string
}

export type PreparedCommit = {
  readonly writes: readonly PreparedWrite[]
  readonly author: Author
  readonly note?: string
  /** Milliseconds since 1970. */
  readonly at: number
}

export const DOCUMENT_BYTES_MAX = 4 * 1024 * 1024
export const COMMIT_WRITES_MAX = 10_000
export const COMMIT_BYTES_MAX = 64 * 1024 * 1024
const NOTE_CHARS_MAX = 10_000

/** Judges the writes by what they say alone. Throws `invalid-input` with every wrong field, or `too-large`. */
export function prepareCommit(
  writes: readonly DocumentWrite[],
  { author, note }: CommitOptions,
  at: number,
): PreparedCommit {
  if (writes.length > COMMIT_WRITES_MAX) throw tooLarge(COMMIT_WRITES_MAX, 'writes', '次写入')
  if (note !== undefined && note.length > NOTE_CHARS_MAX) {
    throw tooLarge(NOTE_CHARS_MAX, 'characters of note', '个字符的备注')
  }
  if (note !== undefined && !isPlain(note)) throw notPlain()
  if (!isId(author.id)) throw new TypeError('an author has an id')
  const prepared = writes.map(prepareWrite)
  const keys = new Set(prepared.map((it) => `${it.collection} ${it.id}`))
  if (keys.size < prepared.length) throw new TypeError('a commit writes a document once at most')
  const bytes = prepared.reduce((sum, it) => sum + (it.json?.length ?? 0), 0)
  if (bytes > COMMIT_BYTES_MAX)
    throw tooLarge(COMMIT_BYTES_MAX, 'bytes a commit', '字节（单次提交）')
  return { writes: prepared, author, at, ...(note !== undefined && { note }) }
}

function prepareWrite(write: DocumentWrite): PreparedWrite {
  const { collection, id, expected } = write
  const declared = declaredOf(collection)
  checkId(id)
  const base = { collection: collection.name, id, ...(expected !== undefined && { expected }) }
  if (!('put' in write)) return base
  const json: string | undefined = JSON.stringify(write.put)
  if (json === undefined) throw new TypeError(`${collection.name}: a body must be JSON`)
  if (Buffer.byteLength(json) > DOCUMENT_BYTES_MAX) {
    throw tooLarge(DOCUMENT_BYTES_MAX, 'bytes a document', '字节（单个文档）')
  }
  // What will be read back is judged, not what was handed in: dates are text by now, and undefined members gone.
  const body: unknown = JSON.parse(json)
  const wrong = fieldProblems(collection.schema, body)
  throwIfAny(wrong.length > 0 ? wrong : indexProblems(declared, body))
  return { ...base, json }
}

function throwIfAny(fields: readonly FieldProblem[]): void {
  if (fields.length === 0) return
  throw new Problem(
    'invalid-input',
    { en: 'Some fields are not right', zh: '部分字段不符合要求' },
    { fields },
  )
}

function checkId(id: string): void {
  if (isId(id)) return
  throw new Problem('invalid-input', {
    en: `An id is text of 1 to ${DOCUMENT_ID_BYTES_MAX} bytes without control characters`,
    zh: `编号为 1 至 ${DOCUMENT_ID_BYTES_MAX} 字节且不含控制字符的文本`,
  })
}

/** PostgreSQL holds no NUL in text, and nobody means one in a note. */
function isPlain(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0')
}

function notPlain(): Problem {
  const reason = { en: 'must be Unicode text without NUL', zh: '必须是不含 NUL 的 Unicode 文本' }
  return new Problem('invalid-input', reason, { fields: [{ path: '/note', reason }] })
}

function tooLarge(max: number, en: string, zh: string): Problem {
  return new Problem('too-large', { en: `At most ${max} ${en}`, zh: `最多 ${max} ${zh}` })
}
