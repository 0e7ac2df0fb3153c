import { App, Modal } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { asProblem } from '../../api/problem.ts'
import { DraftNotice } from '../../ui/draft-notice.tsx'
import type { RecordValues } from '../../ui/record-value.ts'
import { Failed } from '../../ui/states.tsx'
import { useChanged } from './acts.tsx'
import { useEditDraft } from './edit-draft.ts'
import { type Merged, mergeFields } from './merge.ts'
import { MergeNotice } from './merge-notice.tsx'
import { type Identifier, readIdentifier } from './records.ts'
import { useTexts } from './texts.ts'
import { type EditedValue, ValuesEditor } from './values-editor.tsx'

type ValuesDialogProps = { readonly record: Identifier; readonly onClose: () => void }

/** Changes the Handle values of a record that has no template; who comes second merges value by value. */
export function ValuesDialog({ record, onClose }: ValuesDialogProps) {
  const t = useTexts()
  const { message } = App.useApp()
  const changed = useChanged()
  const [base, setBase] = useState(record)
  const draft = useEditDraft(record, byIndex(record))
  const { values } = draft
  const [merged, setMerged] = useState<Merged>()
  const [problem, setProblem] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const save = async () => {
    setIsBusy(true)
    setProblem(undefined)
    try {
      const body = { version: draft.version, values: listOf(values) as never }
      const params = { path: { '*': base.handle } }
      changed(await answer(api.PUT('/api/v1/identifiers/{*}', { params, body })))
      draft.forget()
      void message.success(t('saved'))
      onClose()
    } catch (thrown) {
      if (asProblem(thrown).code === 'stale-version') await merge()
      else setProblem(thrown)
    } finally {
      setIsBusy(false)
    }
  }
  const merge = async () => {
    const now = await readIdentifier(base.handle)
    const theirs = byIndex(now)
    const next = mergeFields({ base: draft.began, mine: values, theirs })
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
      onCancel={onClose}
      onOk={() => void save()}
    >
      {draft.isRestored && merged === undefined && <DraftNotice discard={draft.discard} />}
      {problem !== undefined && <Failed error={problem} />}
      {merged !== undefined && (
        <MergeNotice
          merged={merged}
          nameOf={(index) => t('valueOf', { index })}
          values={values}
          theirs={byIndex(base)}
          onChoose={draft.edit}
        />
      )}
      <ValuesEditor
        values={listOf(values)}
        onChange={(next) => draft.edit(Object.fromEntries(next.map((it) => [it.index, it])))}
      />
    </Modal>
  )
}

function byIndex({ values = [] }: Identifier): RecordValues {
  return Object.fromEntries(values.map(({ timestamp: _, ...it }) => [it.index, it]))
}

function listOf(values: RecordValues): EditedValue[] {
  return (Object.values(values) as EditedValue[]).toSorted((a, b) => a.index - b.index)
}
