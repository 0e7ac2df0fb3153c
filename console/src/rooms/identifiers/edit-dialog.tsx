import { App, Modal } from 'antd'
import { useMemo, useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { type ApiProblem, asProblem } from '../../api/problem.ts'
import { afterRefusal } from '../../api/stale.ts'
import { useText } from '../../frame/language.ts'
import { DraftNotice } from '../../ui/draft-notice.tsx'
import { RecordForm, splitProblems } from '../../ui/record-form.tsx'
import type { RecordValues } from '../../ui/record-value.ts'
import { Failed, Loading } from '../../ui/states.tsx'
import { useChanged } from './acts.tsx'
import { useEditDraft } from './edit-draft.ts'
import { type Merged, mergeFields, patchOf } from './merge.ts'
import { MergeNotice } from './merge-notice.tsx'
import {
  type Identifier,
  prefixOf,
  readIdentifier,
  type Template,
  usePrefixes,
  useTemplateOf,
} from './records.ts'
import { useTexts } from './texts.ts'

type EditDialogProps = { readonly record: Identifier; readonly onClose: () => void }

/** Changes what a record holds by the form of its template; who comes second merges field by field. */
export function EditDialog({ record, onClose }: EditDialogProps) {
  const t = useTexts()
  const textOf = useText()
  const { message } = App.useApp()
  const changed = useChanged()
  // the record may be fetched again behind the dialog; what is edited began with this one
  const [base, setBase] = useState(record)
  const draft = useEditDraft(record, record.fields ?? {})
  const { began, values } = draft
  const [merged, setMerged] = useState<Merged>()
  const [problem, setProblem] = useState<ApiProblem>()
  const [isBusy, setIsBusy] = useState(false)
  const template = useTemplateOf(base)
  const nameOf = (name: string) => labelOf(template.data, name, textOf)
  const patch = patchOf(began, values)
  const close = () => {
    // what was only looked at is no draft
    if (Object.keys(patch).length === 0) draft.forget()
    onClose()
  }
  const save = async () => {
    if (Object.keys(patch).length === 0) return close()
    setIsBusy(true)
    setProblem(undefined)
    try {
      const body = { version: draft.version, fields: patch }
      const params = { path: { '*': base.handle } }
      changed(await answer(api.PATCH('/api/v1/identifiers/{*}', { params, body })))
      draft.forget()
      void message.success(t('saved'))
      onClose()
    } catch (thrown) {
      await refused(thrown)
    } finally {
      setIsBusy(false)
    }
  }
  const refused = async (thrown: unknown) => {
    const after = await afterRefusal(thrown, () => readIdentifier(base.handle))
    if ('error' in after) return setProblem(asProblem(after.error))
    const { now } = after
    const theirs = now.fields ?? {}
    const next = mergeFields({ base: began, mine: values, theirs })
    setMerged(next)
    draft.rebase(now.version, theirs, next.values)
    setBase(now)
  }
  return (
    <Modal
      open
      width={800}
      title={t('editTitle', { handle: record.handle })}
      okText={merged === undefined ? t('save') : t('saveMerged')}
      confirmLoading={isBusy}
      mask={{ closable: false }}
      onCancel={close}
      onOk={() => void save()}
    >
      {template.data === undefined ? (
        <Waiting error={template.error} />
      ) : (
        <>
          {draft.isRestored && merged === undefined && <DraftNotice discard={draft.discard} />}
          {merged !== undefined && (
            <MergeNotice
              merged={merged}
              nameOf={nameOf}
              values={values}
              theirs={base.fields ?? {}}
              onChoose={draft.edit}
            />
          )}
          <Editing
            template={template.data}
            prefix={prefixOf(base.handle)}
            values={values}
            onChange={draft.edit}
            problem={problem}
          />
        </>
      )}
    </Modal>
  )
}

function labelOf(
  template: Template | undefined,
  name: string,
  textOf: ReturnType<typeof useText>,
): string {
  const field = template?.fields.find((it) => it.name === name)
  return field === undefined ? name : textOf(field.label)
}

function Waiting({ error }: { error: unknown }) {
  return error === null ? <Loading /> : <Failed error={error} />
}

type EditingProps = {
  readonly template: Template
  readonly prefix: string
  readonly values: RecordValues
  readonly onChange: (next: RecordValues) => void
  readonly problem: ApiProblem | undefined
}

/** The form with what the node said: at its fields, and above it what no field stands for. */
export function Editing({ template, prefix, values, onChange, problem }: EditingProps) {
  const prefixes = usePrefixes()
  const enterprise = prefixes.data?.items.find((it) => it.prefix === prefix)?.enterprise
  const split = useMemo(
    () => (problem === undefined ? undefined : splitProblems(template, problem.fields)),
    [template, problem],
  )
  const isAllAtFields =
    split !== undefined && split.others.length === 0 && split.atFields.length > 0
  return (
    <>
      {problem !== undefined && !isAllAtFields && (
        <div style={{ marginBlockEnd: 12 }}>
          <Failed error={problem} />
        </div>
      )}
      <RecordForm
        template={template}
        value={values}
        onChange={onChange}
        enterprise={enterprise}
        {...(split && { errors: split.atFields })}
      />
    </>
  )
}
