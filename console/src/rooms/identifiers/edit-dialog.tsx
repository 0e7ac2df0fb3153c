import { App, Modal } from 'antd'
import { useMemo, useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { type ApiProblem, asProblem } from '../../api/problem.ts'
import { useText } from '../../frame/language.ts'
import { RecordForm, splitProblems } from '../../ui/record-form.tsx'
import type { RecordValues } from '../../ui/record-value.ts'
import { Failed, Loading } from '../../ui/states.tsx'
import { useChanged } from './acts.tsx'
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
  const [values, setValues] = useState<RecordValues>(record.fields ?? {})
  const [merged, setMerged] = useState<Merged>()
  const [problem, setProblem] = useState<ApiProblem>()
  const [isBusy, setIsBusy] = useState(false)
  const template = useTemplateOf(base)
  const nameOf = (name: string) => {
    const field = template.data?.fields.find((it) => it.name === name)
    return field === undefined ? name : textOf(field.label)
  }
  const patch = patchOf(base.fields ?? {}, values)
  const save = async () => {
    if (Object.keys(patch).length === 0) return onClose()
    setIsBusy(true)
    setProblem(undefined)
    try {
      const body = { version: base.version, fields: patch }
      const params = { path: { '*': base.handle } }
      changed(await answer(api.PATCH('/api/v1/identifiers/{*}', { params, body })))
      void message.success(t('saved'))
      onClose()
    } catch (thrown) {
      await refused(asProblem(thrown))
    } finally {
      setIsBusy(false)
    }
  }
  const refused = async (why: ApiProblem) => {
    if (why.code !== 'stale-version') return setProblem(why)
    const now = await readIdentifier(base.handle)
    const mine = { base: base.fields ?? {}, mine: values, theirs: now.fields ?? {} }
    const next = mergeFields(mine)
    setMerged(next)
    setValues(next.values)
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
      onCancel={onClose}
      onOk={() => void save()}
    >
      {template.data === undefined ? (
        <Waiting error={template.error} />
      ) : (
        <>
          {merged !== undefined && (
            <MergeNotice
              merged={merged}
              nameOf={nameOf}
              values={values}
              theirs={base.fields ?? {}}
              onChoose={setValues}
            />
          )}
          <Editing
            template={template.data}
            prefix={prefixOf(base.handle)}
            values={values}
            onChange={setValues}
            problem={problem}
          />
        </>
      )}
    </Modal>
  )
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
