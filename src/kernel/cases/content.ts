import { Problem } from '../../lib/problem.ts'
import type { Documents, DocumentWrite } from '../documents/documents.ts'
import { canonicalDigest, canonicalJson } from '../evidence/canonical.ts'
import { CASE_CONTENTS, type Case, type CaseContent } from './collections.ts'

export const FORM_BYTES_MAX = 256 * 1024

export type Handed = { readonly form: unknown; readonly files: readonly string[] }

/** SHA-256 of the canonical JSON of a value (RFC 8785), in hexadecimal digits. */
export function digestOf(value: unknown): string {
  return canonicalDigest(JSON.parse(JSON.stringify(value)))
}

/** @throws Problem `invalid-input` for what is no JSON, `too-large` */
export function formOf(form: unknown): unknown {
  const text = spelled(form)
  if (Buffer.byteLength(text) > FORM_BYTES_MAX) {
    throw new Problem('too-large', {
      en: `A form has at most ${FORM_BYTES_MAX} bytes`,
      zh: `表单最多 ${FORM_BYTES_MAX} 字节`,
    })
  }
  return JSON.parse(text)
}

function spelled(form: unknown): string {
  try {
    return canonicalJson(form)
  } catch (cause) {
    const text = { en: 'The form is not plain JSON', zh: '表单不是有效的 JSON' }
    throw new Problem('invalid-input', text, { cause })
  }
}

/** The write that keeps what was handed in, and what the case says of it. */
export function contentWrite(
  { form, files }: Handed,
  { id, version, at }: { readonly id: string; readonly version: number; readonly at: number },
): { readonly write: DocumentWrite; readonly mark: Case['content'] } {
  const put: CaseContent = { case: id, version, form, files: [...files], at }
  const write = { collection: CASE_CONTENTS, id: `${id}~${version}`, expected: 0, put }
  return { write, mark: { version, digest: digestOf({ form, files }) } }
}

/** @throws Problem `not-found` */
export async function readContent(
  documents: Documents,
  id: string,
  version: number,
): Promise<CaseContent> {
  const stored = await documents.get(CASE_CONTENTS, `${id}~${version}`)
  if (stored === undefined) {
    throw new Problem('not-found', { en: 'Nothing was handed in so', zh: '没有该版本的提交内容' })
  }
  return stored.body
}
