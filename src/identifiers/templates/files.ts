import type { Documents } from '../../kernel/documents/documents.ts'
import { FILES } from '../../kernel/files/collections.ts'
import { type FieldProblem, Problem } from '../../lib/problem.ts'
import type { HandleValue } from '../record.ts'
import type { Canonical, Wrong } from './canonical.ts'
import type { Template, TemplateField } from './template.ts'

/** Files that fields may refer to: by id, whether everybody may read it. Plain, so that another thread can have it. */
export type UsableFiles = ReadonlyMap<string, boolean>

const PAGE = 500

export function isFileField({ type, element }: Pick<TemplateField, 'type' | 'element'>): boolean {
  return type === 'file' || (type === 'list' && element?.type === 'file')
}

/** Every file that the enterprise has uploaded, if fields of the template refer to files at all. */
export async function usableFiles(
  documents: Pick<Documents, 'query'>,
  template: Template | undefined,
  enterprise: string | undefined,
): Promise<UsableFiles | undefined> {
  if (enterprise === undefined || template?.fields.some(isFileField) !== true) return undefined
  const files = new Map<string, boolean>()
  let after: string | undefined
  do {
    const page = await documents.query(FILES, {
      where: { enterprise, kind: 'upload' },
      limit: PAGE,
      ...(after !== undefined && { after }),
    })
    for (const { id, body } of page.items) files.set(id, body.public)
    after = page.next
  } while (after !== undefined)
  return files
}

/** The canonical text of a field as before, and of a file only if it is one that may be referred to. */
export function withFiles(
  field: TemplateField,
  canonical: Canonical,
  files: UsableFiles | undefined,
): Canonical {
  if (files === undefined || !isFileField(field)) return canonical
  return (text) => {
    const result = canonical(text)
    return typeof result === 'string' ? (wrongFile(field, result, files) ?? result) : result
  }
}

type Given = {
  readonly template: Template
  readonly values: readonly HandleValue[]
  /** What the record holds now: what stays is not asked about again, for a file may be gone since. */
  readonly current: readonly HandleValue[]
  /** Whose the prefix is; of the node's own prefixes any file that is there will do. */
  readonly enterprise: string | undefined
}

/**
 * Refuses fields that refer to a file which is not there, is of another, or is not for all who may read the field.
 * @throws Problem `invalid-input`
 */
export async function checkFiles(
  documents: Pick<Documents, 'get'>,
  { template, values, current, enterprise }: Given,
): Promise<void> {
  const texts = new Map(values.map((it) => [it.index, it.data]))
  const before = new Map(current.map((it) => [it.index, it.data]))
  const problems: FieldProblem[] = []
  for (const field of template.fields.filter(isFileField)) {
    const text = texts.get(field.index)
    if (typeof text !== 'string' || text === before.get(field.index)) continue
    const files = new Map<string, boolean>()
    for (const id of idsIn(field, text)) {
      const body = (await documents.get(FILES, id))?.body
      const isTheirs = enterprise === undefined || body?.enterprise === enterprise
      if (body?.kind === 'upload' && isTheirs) files.set(id, body.public)
    }
    const wrong = wrongFile(field, text, files)
    if (wrong !== undefined) problems.push({ path: `/fields/${field.name}`, ...wrong })
  }
  if (problems.length > 0) throw new Problem('invalid-input', WRONG_FIELDS, { fields: problems })
}

function wrongFile(field: TemplateField, text: string, files: UsableFiles): Wrong | undefined {
  const open = idsIn(field, text).map((id) => files.get(id))
  if (open.includes(undefined)) return NO_FILE
  return field.public && open.includes(false) ? NOT_PUBLIC : undefined
}

/** Of a canonical text. */
function idsIn({ type }: TemplateField, text: string): readonly string[] {
  return type === 'file' ? [text] : (JSON.parse(text) as readonly string[])
}

const NO_FILE: Wrong = {
  reason: { en: 'The enterprise has no such file', zh: '该企业没有此文件' },
  expected: {
    en: 'The id of a file uploaded with POST /api/v1/files',
    zh: '通过 POST /api/v1/files 上传的文件编号',
  },
}
const NOT_PUBLIC: Wrong = {
  reason: {
    en: 'Everybody may read this field, but not this file',
    zh: '该字段对所有人公开，但此文件不公开',
  },
  expected: { en: 'A file uploaded with public=true', zh: '以 public=true 上传的文件' },
}
const WRONG_FIELDS = { en: 'Some fields are wrong', zh: '部分字段有误' }
