import type { Caller } from '../../kernel/access/permissions.ts'
import { submit } from '../../kernel/cases/calls.ts'
import type { Case } from '../../kernel/cases/collections.ts'
import { readContent } from '../../kernel/cases/content.ts'
import type { CaseDesk, CaseDone } from '../../kernel/cases/desk.ts'
import type { Documents, DocumentWrite } from '../../kernel/documents/documents.ts'
import { FILES } from '../../kernel/files/collections.ts'
import { ENTERPRISES } from '../../kernel/parties/enterprise.ts'
import { type FieldProblem, Problem } from '../../lib/problem.ts'
import { actorFor } from './actors.ts'
import { type Application, POLICY_FORMS } from './collections.ts'
import { formDocumentId } from './form.ts'
import { checkForm } from './form-facts.ts'
import { marksWrite } from './marks.ts'
import { type FoundCall, readSupportCall } from './opening.ts'
import { doneOr } from './refusals.ts'

export type HandingIn = {
  readonly call: string
  readonly enterprise: string
  readonly form: Application
  readonly key: string
}

/**
 * Hands in an application: judged by its form, its files kept for the case and its marks written in the same commit. When it came in is
 * read off the clock before anything else, so that the time of judging is not the applicant's loss.
 * @throws Problem with every wrong field, or why it is not taken
 */
export async function handIn(
  desk: CaseDesk,
  caller: Caller,
  { call: id, enterprise, form, key }: HandingIn,
): Promise<CaseDone> {
  const at = desk.clock()
  const { documents } = desk
  const found = await readSupportCall(documents, id)
  await requireAdmitted(desk, enterprise)
  await checkByForm(desk, found, form)
  const files = filesOf(form)
  const actor = await actorFor(documents, caller, { applicant: enterprise, deed: 'write' })
  const answer = await submit({ ...desk, clock: () => at }, actor, {
    key,
    applicant: enterprise,
    under: { call: id },
    form,
    files,
    also: async ({ id: case_ }) => ({
      writes: [marksWrite(case_, enterprise, form), ...(await keptFiles(desk, enterprise, files))],
    }),
  })
  return doneOr(answer)
}

async function requireAdmitted({ documents }: CaseDesk, enterprise: string): Promise<void> {
  const stored = await documents.get(ENTERPRISES, enterprise)
  if (stored?.body.state === 'admitted') return
  throw new Problem('wrong-state', {
    en: 'Only an enterprise that was admitted to the node applies',
    zh: '仅已入驻本节点的企业可以申报',
  })
}

/** @throws Problem `invalid-input` with every wrong field */
export async function checkByForm(
  { documents }: Pick<CaseDesk, 'documents'>,
  { call, support }: Pick<FoundCall, 'call' | 'support'>,
  form: Application,
): Promise<void> {
  const known = await documents.get(POLICY_FORMS, formDocumentId(call.pins.form))
  if (known === undefined) throw new TypeError(`there is no form ${call.pins.form.version}`)
  checkForm(form, support, known.body)
}

/** Every file of an application once, in the order of its papers. */
export function filesOf({ papers = {} }: Pick<Application, 'papers'>): readonly string[] {
  return [...new Set(Object.values(papers).flat())]
}

/** Whether a file is in any version of what was handed in. */
export async function isHandedIn(
  documents: Documents,
  { id, state }: { readonly id: string; readonly state: Pick<Case, 'content'> },
  file: string,
): Promise<boolean> {
  for (let version = state.content.version; version > 0; version--) {
    if ((await readContent(documents, id, version)).files.includes(file)) return true
  }
  return false
}

/** Under this name a case keeps a file: it stays when the applicant deletes their own. */
export function keptFileId(file: string): string {
  return `case-${file}`
}

/**
 * Writes that keep files of an enterprise for its case. They expect each file as it was read, so that one that is deleted in the same
 * moment is either kept or refused. @throws Problem `invalid-input`
 */
export async function keptFiles(
  { documents }: Pick<CaseDesk, 'documents'>,
  enterprise: string,
  files: readonly string[],
): Promise<readonly DocumentWrite[]> {
  const fields: FieldProblem[] = []
  const writes: DocumentWrite[] = []
  for (const id of files) {
    const kept = await documents.get(FILES, keptFileId(id))
    if (kept?.body.enterprise === enterprise) continue
    const stored = await documents.get(FILES, id)
    if (stored?.body.kind !== 'upload' || stored.body.enterprise !== enterprise) {
      const reason = { en: `there is no file “${id}” of yours`, zh: `没有您的文件“${id}”` }
      fields.push({ path: '/form/papers', reason })
      continue
    }
    const { body, version } = stored
    const copy = { ...body, kind: 'licence' as const, public: false }
    writes.push(
      { collection: FILES, id, expected: version, put: body },
      { collection: FILES, id: keptFileId(id), expected: 0, put: copy },
    )
  }
  if (fields.length === 0) return writes
  throw new Problem(
    'invalid-input',
    { en: 'Some files are not there', zh: '部分文件不存在' },
    { fields },
  )
}
