import { useQuery } from '@tanstack/react-query'
import { Card, Checkbox, Form, type FormInstance, Input } from 'antd'
import { useEffect, useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { asProblem } from '../../api/problem.ts'
import { type Text, useText } from '../../frame/language.ts'
import { Colon } from '../../ui/colon.tsx'
import { SelectSoon } from '../../ui/select-soon.tsx'
import { Said } from '../../ui/states.tsx'
import type { CallDetail } from './api.ts'
import { FactFields } from './fact-fields.tsx'
import { formOf, type Values } from './form-values.ts'
import { OutlookView } from './outlook-view.tsx'
import { PaperFiles } from './paper-files.tsx'
import { useTexts } from './texts.ts'

const ASK_AFTER_MS = 700

type Props = {
  readonly form: FormInstance<Values>
  readonly call: CallDetail
  readonly enterprise: string | undefined
}

/** The inputs of an application, and beside them what the rules make of it as it stands. */
export function ApplicationFields({ form, call, enterprise }: Props) {
  const t = useTexts()
  const textOf = useText()
  const measures = Form.useWatch('measures', form) ?? []
  const needed = [{ required: true, message: t('required') }]
  return (
    <>
      <Card size="small" title={t('about')} style={{ marginBlockEnd: 16 }}>
        <Form.Item name="project" label={t('project')} rules={needed}>
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item name="type" label={t('kind')}>
          <SelectSoon
            showSearch={{ optionFilterProp: 'label' }}
            placeholder={t('notKnown')}
            options={call.types.map((it) => ({ value: it.name, label: textOf(it.title) }))}
          />
        </Form.Item>
        <Form.Item name="measures" label={t('chosen')} rules={[someChosen(t('required'))]}>
          <Checkbox.Group
            options={call.measures.map((it) => ({
              value: it.id,
              label: `${textOf(it.title)} (${it.id})`,
            }))}
          />
        </Form.Item>
      </Card>
      <FactFields call={call} measures={measures} />
      {call.papers.length > 0 && (
        <Card size="small" title={t('papers')} style={{ marginBlockEnd: 16 }}>
          <p style={{ marginBlockStart: 0 }}>{t('attachHint')}</p>
          {call.papers
            .filter((it) => it.measures?.some((id) => measures.includes(id)) ?? true)
            .map((it) => (
              <Form.Item key={it.name} name={['papers', it.name]} label={textOf(it.title)}>
                <PaperFiles enterprise={enterprise} label={textOf(it.title)} />
              </Form.Item>
            ))}
        </Card>
      )}
      <Preview form={form} call={call} enterprise={enterprise} />
    </>
  )
}

/** Boxes to tick cannot say of themselves that one is needed. */
function someChosen(message: string) {
  const validator = async (_: unknown, chosen: readonly string[] | undefined) => {
    if ((chosen ?? []).length === 0) throw new Error(message)
  }
  return { validator }
}

function Preview({ form, call, enterprise }: Props) {
  const t = useTexts()
  const values = Form.useWatch([], form) as Values | undefined
  const filled = JSON.stringify(formOf(values ?? {}, call))
  const asked = useSettledText(filled)
  // of what is asked, which is typed a moment before
  const { project = '', measures = [] } = JSON.parse(asked) as Partial<Values>
  const isReady = project !== '' && measures.length > 0
  const preview = useQuery({
    queryKey: ['support-preview', call.id, enterprise, asked],
    enabled: isReady && enterprise !== undefined,
    placeholderData: (before) => before,
    retry: false,
    queryFn: () =>
      answer(
        api.POST('/api/v1/policy/calls/{id}/preview', {
          params: { path: { id: call.id } },
          body: { enterprise: enterprise ?? '', form: JSON.parse(asked) },
        }),
      ),
  })
  return (
    <Card size="small" title={t('preview')} style={{ marginBlockEnd: 16 }}>
      {preview.isError ? (
        <Faulty error={preview.error} call={call} />
      ) : preview.data === undefined ? (
        <span>{t('previewWaits')}</span>
      ) : (
        <OutlookView of={preview.data} />
      )}
    </Card>
  )
}

/** Why the rules cannot be asked yet, each wrong field by the name it has above. */
function Faulty({ error, call }: { error: unknown; call: CallDetail }) {
  const t = useTexts()
  const textOf = useText()
  const { fields } = asProblem(error)
  if (fields.length === 0) return <Said error={error} />
  return (
    <>
      <p style={{ marginBlock: 0 }}>{t('previewFaulty')}</p>
      <ul style={{ margin: '4px 0 0', paddingInlineStart: 18 }}>
        {fields.map((it) => (
          <li key={`${it.path} ${it.detail}`}>
            {placeOf(it.path, call, textOf)}
            <Colon />
            {it.detail}
          </li>
        ))}
      </ul>
    </>
  )
}

/** `/form/facts/invoices/0/amount` as the form calls it. */
function placeOf(path: string, call: CallDetail, textOf: (text: Text) => string): string {
  const [kind, name = '', ...rest] = path.replace(/^\/form\//, '').split('/')
  const fact = kind === 'facts' ? call.fields.find((it) => it.name === name) : undefined
  if (fact === undefined) return path
  const inner = rest.map((it) => {
    const part = call.parts[it]
    if (part !== undefined) return textOf(part)
    return /^\d+$/.test(it) ? String(Number(it) + 1) : it
  })
  return [textOf(fact.title), ...inner].join(' · ')
}

/** A text once it has not changed for a moment. */
function useSettledText(text: string): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), ASK_AFTER_MS)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}
