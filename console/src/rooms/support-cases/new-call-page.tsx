import { useQueryClient } from '@tanstack/react-query'
import { App, Button, Card, Checkbox, Form, Input, Radio } from 'antd'
import { useState } from 'react'
import { answer, api, type paths } from '../../api/client.ts'
import { CalendarField } from '../../ui/calendars.tsx'
import { useConfirm } from '../../ui/confirm.tsx'
import { DepartmentField } from '../../ui/departments.tsx'
import { useDraft } from '../../ui/draft.ts'
import { showProblem } from '../../ui/form-problem.ts'
import { useGo } from '../../ui/go.tsx'
import { MeasuresField } from '../../ui/measures.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { useSentKey } from '../../ui/sent-key.ts'
import { Said } from '../../ui/states.tsx'
import { useTexts } from './texts.ts'

type Wish = paths['/api/v1/policy/calls']['post']['requestBody']['content']['application/json']
type Values = {
  zh: string
  en: string
  measures: string[]
  mode: 'live' | 'pilot'
  opensAt: string
  closesAt: string
  department?: string
  source?: string
  stages?: ('expert-panel' | 'site-visit' | 'special-audit')[]
  panelSize?: string
  passesAt?: string
  accept?: string
  correct?: string
  review?: string
  calendar?: string
  termSource?: string
  papers?: { name: string; zh: string; en: string }[]
}

const SCORE_MAX = 100

/** A call is put together: measures, window, papers, and the course with its terms. */
export function Page() {
  const t = useTexts()
  const [form] = Form.useForm<Values>()
  const draft = useDraft<Values>('support-call.2')
  const { send, error, isBusy } = useOpening(form, draft.discard)
  const needed = [{ required: true, whitespace: true, message: t('required') }]
  return (
    <PageFrame title={t('newCall')} lead={t('newCallLead')}>
      <Form<Values>
        form={form}
        layout="vertical"
        style={{ maxInlineSize: 860 }}
        scrollToFirstError={{ focus: true }}
        initialValues={{ mode: 'pilot', ...draft.restored }}
        onValuesChange={(_, values) => draft.keep(values)}
        onFinish={(values) => void send(values)}
      >
        <Card size="small" style={{ marginBlockEnd: 16 }}>
          <Form.Item name="zh" label={t('titleZh')} rules={needed}>
            <Input maxLength={500} />
          </Form.Item>
          <Form.Item name="en" label={t('titleEn')} rules={needed}>
            <Input maxLength={500} />
          </Form.Item>
          <Form.Item
            name="measures"
            label={t('measureIds')}
            extra={t('measureIdsHint')}
            rules={[{ required: true, type: 'array', message: t('required') }]}
          >
            <MeasuresField />
          </Form.Item>
          <Form.Item name="mode" label={t('mode')} extra={`${t('liveHint')} ${t('pilotHint')}`}>
            <Radio.Group
              options={[
                { value: 'live', label: t('live') },
                { value: 'pilot', label: t('pilot') },
              ]}
            />
          </Form.Item>
          <div style={ROW}>
            <Form.Item name="opensAt" label={t('opensAt')} rules={needed} style={GROW}>
              <Input type="datetime-local" />
            </Form.Item>
            <Form.Item
              name="closesAt"
              label={t('closesAt')}
              extra={t('closesHint')}
              rules={needed}
              style={GROW}
            >
              <Input type="datetime-local" />
            </Form.Item>
          </div>
          <div style={ROW}>
            <Form.Item name="department" label={t('department')} style={GROW}>
              <DepartmentField />
            </Form.Item>
            <Form.Item name="source" label={t('source')} style={GROW}>
              <Input maxLength={500} />
            </Form.Item>
          </div>
        </Card>
        <Course form={form} />
        <Papers />
        {error !== undefined && <Said error={error} />}
        <Button type="primary" htmlType="submit" size="large" block loading={isBusy}>
          {t('openNow')}
        </Button>
      </Form>
    </PageFrame>
  )
}

const ROW = { display: 'flex', flexWrap: 'wrap', columnGap: 12 } as const
const GROW = { flex: '1 1 220px', minInlineSize: 0 } as const

function Course({ form }: { form: ReturnType<typeof Form.useForm<Values>>[0] }) {
  const t = useTexts()
  const stages = Form.useWatch('stages', form) ?? []
  const number = [{ pattern: /^[1-9]\d{0,2}$/, message: t('wholeHint') }]
  return (
    <Card size="small" title={t('course')} style={{ marginBlockEnd: 16 }}>
      <Form.Item name="stages" label={t('stages')}>
        <Checkbox.Group
          options={[
            { value: 'expert-panel', label: t('panelStage') },
            { value: 'site-visit', label: t('visitStage') },
            { value: 'special-audit', label: t('auditStage') },
          ]}
        />
      </Form.Item>
      {stages.includes('expert-panel') && (
        <div style={ROW}>
          <Form.Item
            name="panelSize"
            label={t('panelSize')}
            rules={[{ required: true, message: t('required') }, ...number]}
            style={GROW}
          >
            <Input inputMode="numeric" />
          </Form.Item>
          <Form.Item name="passesAt" label={t('passesAt')} rules={number} style={GROW}>
            <Input inputMode="numeric" />
          </Form.Item>
        </div>
      )}
      <p>
        {t('terms')} · {t('termsHint')}
      </p>
      <div style={ROW}>
        <Form.Item name="accept" label={t('acceptTerm')} rules={number} style={GROW}>
          <Input inputMode="numeric" />
        </Form.Item>
        <Form.Item name="correct" label={t('correctTerm')} rules={number} style={GROW}>
          <Input inputMode="numeric" />
        </Form.Item>
        <Form.Item name="review" label={t('reviewTerm')} rules={number} style={GROW}>
          <Input inputMode="numeric" />
        </Form.Item>
      </div>
      <Form.Item name="calendar" label={t('termCalendar')}>
        <CalendarField />
      </Form.Item>
      <Form.Item name="termSource" label={t('termSource')}>
        <Input maxLength={500} />
      </Form.Item>
    </Card>
  )
}

function Papers() {
  const t = useTexts()
  const needed = [{ required: true, whitespace: true, message: t('required') }]
  return (
    <Card size="small" title={t('paperList')} style={{ marginBlockEnd: 16 }}>
      <Form.List name="papers">
        {(rows, { add, remove }) => (
          <>
            {rows.map(({ key, name }) => (
              <div key={key} style={ROW}>
                <Form.Item name={[name, 'name']} label={t('paperName')} rules={needed} style={GROW}>
                  <Input maxLength={200} />
                </Form.Item>
                <Form.Item name={[name, 'zh']} label={t('titleZh')} rules={needed} style={GROW}>
                  <Input maxLength={500} />
                </Form.Item>
                <Form.Item name={[name, 'en']} label={t('titleEn')} rules={needed} style={GROW}>
                  <Input maxLength={500} />
                </Form.Item>
                <Button style={{ alignSelf: 'center' }} onClick={() => remove(name)}>
                  {t('remove')}
                </Button>
              </div>
            ))}
            <Button onClick={() => add({})}>{t('addPaper')}</Button>
          </>
        )}
      </Form.List>
    </Card>
  )
}

function useOpening(form: ReturnType<typeof Form.useForm<Values>>[0], discard: () => void) {
  const t = useTexts()
  const go = useGo()
  const confirm = useConfirm()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const { keyFor, done } = useSentKey('support-call')
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const send = async (values: Values) => {
    const agreed = await confirm({
      title: t('openNow'),
      consequence: t('openConsequence'),
      verb: t('openNow'),
    })
    if (agreed === undefined) return
    setIsBusy(true)
    setError(undefined)
    try {
      const body = wishOf(values)
      const params = { header: { 'idempotency-key': keyFor(body) } }
      const made = await answer(api.POST('/api/v1/policy/calls', { params, body }))
      done()
      discard()
      void queries.invalidateQueries({ queryKey: ['support-calls'] })
      void message.success(t('opened'))
      go(`/support/calls/${made.id}`)
    } catch (thrown) {
      setError(showProblem(form, thrown))
    } finally {
      setIsBusy(false)
    }
  }
  return { send, error, isBusy }
}

function wishOf(values: Values): Wish {
  const { stages = [], panelSize, passesAt, termSource, papers = [] } = values
  const termOf = (name: 'accept' | 'correct' | 'review') => {
    const length = values[name]
    const { calendar } = values
    if (length === undefined || length === '' || calendar === undefined) return {}
    const source = termSource === undefined || termSource === '' ? {} : { source: termSource }
    const term = {
      length: Number(length),
      unit: 'working-day' as const,
      calendar,
      ...source,
    }
    return { [name]: term }
  }
  const panel = {
    size: Number(panelSize),
    tally: {
      kind: 'scores' as const,
      criteria: [
        {
          id: 'overall',
          title: { zh: '总体评价', en: 'Overall' },
          min: 0,
          max: SCORE_MAX,
          weight: 1,
        },
      ],
      ...(passesAt !== undefined && passesAt !== '' && { passesAt: Number(passesAt) }),
    },
  }
  return {
    title: { zh: values.zh, en: values.en },
    measures: values.measures,
    mode: values.mode,
    opensAt: new Date(values.opensAt).toISOString(),
    closesAt: new Date(values.closesAt).toISOString(),
    papers: papers.map(({ name, zh, en }) => ({ name, title: { zh, en } })),
    procedure: {
      stages,
      terms: { ...termOf('accept'), ...termOf('correct'), ...termOf('review') },
      ...(stages.includes('expert-panel') && { panel }),
    },
    ...(values.department && { department: values.department }),
    ...(values.source && { source: values.source }),
  } as Wish
}
