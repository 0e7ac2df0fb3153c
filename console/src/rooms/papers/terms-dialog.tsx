import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Checkbox, Form, Input, InputNumber, Select } from 'antd'
import { useState } from 'react'
import { answer, api, type Json, type paths } from '../../api/client.ts'
import { useFrameTexts } from '../../frame/frame-texts.ts'
import { useText } from '../../frame/language.ts'
import { CalendarField } from '../../ui/calendars.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { showProblem } from '../../ui/form-problem.ts'
import { QueryView } from '../../ui/query-view.tsx'
import { Said } from '../../ui/states.tsx'
import { regionsQuery } from './api.ts'
import { useTexts } from './texts.ts'

type Terms = Json<paths['/api/v1/policy/letter-terms/{region}']['get']['responses']['200']>
type Term = NonNullable<Terms['answer']>
type TermValues = {
  readonly length?: number | null
  readonly unit?: Term['unit']
  readonly isMoved?: boolean
  readonly calendar?: string
  readonly source?: string
}
type Values = Readonly<Record<(typeof TERMS)[number], TermValues>>

const TERMS = ['accept', 'answer'] as const
const UNITS = ['working-day', 'calendar-day', 'month', 'year'] as const
const LENGTH_MAX = 1_000

/** How long the office of a region has for letters, by which paper. */
export function TermsDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useTexts()
  const text = useText()
  const regions = useQuery(regionsQuery).data?.regions ?? []
  const [chosen, setChosen] = useState<string>()
  const region = chosen ?? regions[0]?.code
  const terms = useQuery({
    queryKey: ['letters', 'terms', region],
    enabled: region !== undefined,
    // what is typed is not replaced by what comes later
    refetchOnWindowFocus: false,
    gcTime: 0,
    queryFn: () =>
      answer(
        api.GET('/api/v1/policy/letter-terms/{region}', {
          params: { path: { region: region ?? '' } },
        }),
      ),
  })
  const [form] = Form.useForm<Values>()
  const frame = useFrameTexts()
  const [isBusy, setIsBusy] = useState(false)
  return (
    <Dialog
      title={t('termsOf')}
      okText={t('stateTerms')}
      cancelText={frame('cancel')}
      confirmLoading={isBusy}
      onClose={onClose}
      onOk={() => form.submit()}
    >
      <p>{t('termsLead')}</p>
      <p>
        <label htmlFor="terms-region">{t('region')}</label>
        <Select
          id="terms-region"
          style={{ inlineSize: '100%' }}
          {...(region !== undefined && { value: region })}
          onChange={setChosen}
          showSearch={{ optionFilterProp: 'label' }}
          options={regions.map((it) => ({ value: it.code, label: text(it.name) }))}
        />
      </p>
      <QueryView query={terms}>
        {(it) => (
          <TermsForm
            key={`${region}.${it.version}`}
            {...{ form, setIsBusy, onClose }}
            region={region ?? ''}
            terms={it}
          />
        )}
      </QueryView>
    </Dialog>
  )
}

type FormProps = {
  readonly form: ReturnType<typeof Form.useForm<Values>>[0]
  readonly region: string
  readonly terms: Terms
  readonly setIsBusy: (isBusy: boolean) => void
  readonly onClose: () => void
}

function TermsForm({ form, region, terms, setIsBusy, onClose }: FormProps) {
  const t = useTexts()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const [error, setError] = useState<unknown>()
  const send = async (values: Values) => {
    setIsBusy(true)
    setError(undefined)
    try {
      const stated = TERMS.map((it) => [it, termOf(values[it])] as const)
      const body = {
        version: terms.version,
        ...Object.fromEntries(stated.filter(([, it]) => it !== undefined)),
      }
      const params = { path: { region } }
      await answer(api.PUT('/api/v1/policy/letter-terms/{region}', { params, body }))
      void message.success(t('termsStated'))
      void queries.invalidateQueries({ queryKey: ['letters', 'terms', region] })
      onClose()
    } catch (thrown) {
      setError(showProblem(form, thrown))
    } finally {
      setIsBusy(false)
    }
  }
  return (
    <>
      {error !== undefined && <Said error={error} />}
      <Form<Values>
        form={form}
        layout="vertical"
        initialValues={{ accept: valuesOf(terms.accept), answer: valuesOf(terms.answer) }}
        onFinish={(values) => void send(values)}
      >
        {TERMS.map((it) => (
          <TermInputs key={it} name={it} />
        ))}
      </Form>
    </>
  )
}

function valuesOf(term: Term | undefined): TermValues {
  if (term === undefined) return { unit: 'working-day' }
  const { lastDay, ...rest } = term
  return { ...rest, isMoved: lastDay !== undefined }
}

/** Nothing where no length is stated. */
function termOf({ length, unit, isMoved, calendar, source }: TermValues): Term | undefined {
  if (typeof length !== 'number' || unit === undefined) return undefined
  return {
    ...{ length, unit, calendar: calendar ?? '' },
    ...(isMoved === true && { lastDay: 'next-working-day' as const }),
    ...(source !== undefined && source.trim() !== '' && { source: source.trim() }),
  }
}

function TermInputs({ name }: { readonly name: (typeof TERMS)[number] }) {
  const t = useTexts()
  const length = Form.useWatch([name, 'length'], Form.useFormInstance<Values>())
  const isStated = typeof length === 'number'
  const of = (label: string) => t('termField', { term: t(`term_${name}`), label })
  return (
    <fieldset style={{ border: 0, margin: 0, padding: 0, minInlineSize: 0 }}>
      <legend>
        <strong>{t(`term_${name}`)}</strong>
      </legend>
      <Form.Item name={[name, 'length']} label={of(t('termLength'))} extra={t('termEmpty')}>
        <InputNumber min={1} max={LENGTH_MAX} precision={0} />
      </Form.Item>
      {isStated && (
        <>
          <Form.Item name={[name, 'unit']} label={of(t('termUnit'))}>
            <Select options={UNITS.map((it) => ({ value: it, label: t(`unit_${it}`) }))} />
          </Form.Item>
          <Form.Item name={[name, 'calendar']} label={of(t('termCalendar'))}>
            <CalendarField />
          </Form.Item>
          <Form.Item
            name={[name, 'source']}
            label={of(t('termSource'))}
            rules={[{ required: true, whitespace: true, message: t('required') }]}
          >
            <Input maxLength={500} />
          </Form.Item>
          <Form.Item name={[name, 'isMoved']} valuePropName="checked">
            <Checkbox>{t('termMoved')}</Checkbox>
          </Form.Item>
        </>
      )}
    </fieldset>
  )
}
