import { useQueryClient } from '@tanstack/react-query'
import { Alert, App, Form, Input } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { afterRefusal } from '../../api/stale.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { showProblem } from '../../ui/form-problem.ts'
import { Failed, Loading } from '../../ui/states.tsx'
import {
  ContactFields,
  EntryFields,
  type EntryValues,
  valuesOf,
  withoutEmpty,
} from './entry-form.tsx'
import { LicenceField } from './licence-field.tsx'
import { type Enterprise, EntryView, useEnterprise } from './parts.tsx'
import { useTexts } from './texts.ts'

type Values = EntryValues & { licenceImage?: string; note?: string }

/** The enterprise's own entry, unmasked, to be corrected and sent again. */
export function CorrectDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useTexts()
  const enterprise = useEnterprise(id, true)
  const [form] = Form.useForm<Values>()
  const [isBusy, setIsBusy] = useState(false)
  return (
    <Dialog
      width={720}
      title={t('correctTitle')}
      okText={t('sendAgain')}
      confirmLoading={isBusy}
      onClose={onClose}
      onOk={() => form.submit()}
    >
      <p>{t('correctLead')}</p>
      {enterprise.isError && <Failed error={enterprise.error} />}
      {enterprise.data === undefined ? (
        <Loading />
      ) : (
        <CorrectForm
          form={form}
          enterprise={enterprise.data}
          setIsBusy={setIsBusy}
          onClose={onClose}
        />
      )}
    </Dialog>
  )
}

type CorrectFormProps = {
  readonly form: ReturnType<typeof Form.useForm<Values>>[0]
  readonly enterprise: Enterprise
  readonly setIsBusy: (it: boolean) => void
  readonly onClose: () => void
}

function CorrectForm({ form, enterprise, setIsBusy, onClose }: CorrectFormProps) {
  const t = useTexts()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const [error, setError] = useState<unknown>()
  /** What the form began with, or what it has been compared with since. */
  const [base, setBase] = useState(enterprise)
  const [other, setOther] = useState<Enterprise>()
  const { id } = enterprise
  const send = async (values: Values) => {
    setIsBusy(true)
    setError(undefined)
    try {
      const body = { ...withoutEmpty(values), version: base.version }
      await answer(api.PUT('/api/v1/enterprises/{id}', { params: { path: { id } }, body }))
      void message.success(t('sentAgain'))
      await queries.invalidateQueries({ queryKey: ['enterprise', id] })
      onClose()
    } catch (thrown) {
      const after = await afterRefusal(thrown, readNow)
      if ('error' in after) return setError(showProblem(form, after.error))
      setOther(after.now)
      setBase(after.now)
    } finally {
      setIsBusy(false)
    }
  }
  const readNow = () =>
    answer(
      api.GET('/api/v1/enterprises/{id}', { params: { path: { id }, query: { personal: true } } }),
    )
  return (
    <Form
      form={form}
      layout="vertical"
      initialValues={valuesOf(enterprise.pending ?? enterprise.entry)}
      scrollToFirstError={{ focus: true }}
      onFinish={(values) => void send(values)}
    >
      {error !== undefined && <Failed error={error} />}
      {other !== undefined && (
        <Alert
          type="warning"
          showIcon
          title={t('staleTitle')}
          description={
            <>
              <p>{t('staleHint')}</p>
              <EntryView entry={enterprise.entry} pending={other.pending ?? other.entry} />
            </>
          }
        />
      )}
      <EntryFields />
      <ContactFields />
      <Form.Item name="licenceImage" label={t('licence')}>
        <LicenceField />
      </Form.Item>
      <Form.Item name="note" label={t('note')}>
        <Input.TextArea rows={2} maxLength={1000} />
      </Form.Item>
    </Form>
  )
}
