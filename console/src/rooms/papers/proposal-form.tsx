import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Card, Form, Input, InputNumber, Select } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { afterRefusal } from '../../api/stale.ts'
import { useText } from '../../frame/language.ts'
import { useBasedDraft } from '../../ui/based-draft.ts'
import { DraftNotice } from '../../ui/draft-notice.tsx'
import { useUnchoosing } from '../../ui/emptying.tsx'
import { showProblem } from '../../ui/form-problem.ts'
import { useGo } from '../../ui/go.tsx'
import { Overtaken } from '../../ui/overtaken.tsx'
import { useSentKey } from '../../ui/sent-key.ts'
import { Said } from '../../ui/states.tsx'
import { filled, type Proposal, readProposal, regionsQuery } from './api.ts'
import { OfficeNamesField } from './office-name-field.tsx'
import './papers.css'
import { useTexts } from './texts.ts'

const KINDS = ['proposal', 'suggestion'] as const
const PUBLICITY = ['public', 'summary', 'internal'] as const

type Point = { question: string; unit?: string; answer?: string }
type Values = {
  region: string
  kind: (typeof KINDS)[number]
  number: string
  session: string
  title: string
  lead?: string
  signatories: number
  receivedOn: string
  dueOn?: string
  dueSource?: string
  leadUnit: string
  jointUnits: string[]
  points: Point[]
  publicity: (typeof PUBLICITY)[number]
  summary?: string
  copiesTo?: readonly string[]
}

const NAMES = [
  ...(['region', 'kind', 'number', 'session', 'title', 'lead', 'signatories'] as const),
  ...(['receivedOn', 'dueOn', 'dueSource', 'leadUnit', 'publicity', 'summary'] as const),
]

function wishOf(values: Values) {
  const plain = Object.fromEntries(NAMES.map((it) => [it, values[it]])) as Omit<
    Values,
    'jointUnits' | 'points' | 'copiesTo'
  >
  return {
    ...filled(plain),
    jointUnits: values.jointUnits ?? [],
    points: values.points.map((it) => filled(it)),
    copiesTo: [...(values.copiesTo ?? [])],
  }
}

function valuesOf(proposal: Proposal): Values {
  const { office, jointUnits, points, copiesTo, ...rest } = proposal
  return {
    ...rest,
    leadUnit: office?.leadUnit ?? '',
    ...(office?.lead !== undefined && { lead: office.lead }),
    jointUnits: jointUnits.map((it) => it.id),
    points: points.map(({ unit, ...it }) => ({ ...it, ...(unit && { unit: unit.id }) })),
    copiesTo: [...copiesTo],
  } as Values
}

const LABELS = {
  ...({ region: 'region', kind: 'letterKind', number: 'proposalNumber' } as const),
  ...({ session: 'session', title: 'proposalTitle', lead: 'lead' } as const),
  ...({ signatories: 'signatories', receivedOn: 'receivedOn', dueOn: 'dueOn' } as const),
  ...({ dueSource: 'dueSource', leadUnit: 'leadUnit', jointUnits: 'jointUnits' } as const),
  ...({ points: 'points', publicity: 'publicity', summary: 'summary' } as const),
  ...({ copiesTo: 'copiesTo' } as const),
} as const
/** Every field without anything. */
const NOTHING = Object.fromEntries(Object.keys(LABELS).map((it) => [it, undefined]))

/** A proposal as it came in and the reply to it, written whole. */
export function ProposalForm({ proposal }: { proposal?: Proposal }) {
  const t = useTexts()
  const go = useGo()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const [form] = Form.useForm<Values>()
  const { keyFor, done } = useSentKey('papers.proposal')
  const name = `papers.proposal.3.${proposal?.id ?? 'new'}`
  const kept = useBasedDraft<Values, Proposal>({ name, now: proposal, valuesOf })
  const { base, both } = kept
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const send = async (values: Values) => {
    setIsBusy(true)
    setError(undefined)
    try {
      const id = await saved(values, base, keyFor)
      done()
      kept.discard()
      void message.success(t('savedProposal'))
      await queries.invalidateQueries({ queryKey: ['papers', 'proposals'] })
      if (proposal === undefined) go(`/papers/proposals/${id}`)
    } catch (thrown) {
      const after = await afterRefusal(thrown, () => readProposal(proposal?.id ?? ''))
      if ('error' in after) setError(showProblem(form, after.error))
      else form.setFieldsValue(kept.overtaken(values, after.now))
    } finally {
      setIsBusy(false)
    }
  }
  const blank: Partial<Values> = {
    kind: 'proposal',
    publicity: 'public',
    signatories: 1,
    points: [{ question: '' }],
  }
  const start = proposal === undefined ? blank : valuesOf(proposal)
  return (
    <Form
      form={form}
      layout="vertical"
      className="paper-form"
      scrollToFirstError={{ focus: true }}
      initialValues={kept.begun ?? start}
      onValuesChange={(_, values) => kept.keep(values)}
      onFinish={(values) => void send(values)}
    >
      {kept.isRestored && (
        <DraftNotice
          discard={() => {
            kept.discard()
            form.setFieldsValue({ ...NOTHING, ...start })
          }}
        />
      )}
      {error !== undefined && <Said error={error} />}
      {both !== undefined && base !== undefined && (
        <Overtaken
          both={both.map((it) => t(LABELS[it]))}
          take={() => {
            kept.discard()
            form.setFieldsValue({ ...NOTHING, ...valuesOf(base) })
          }}
        />
      )}
      <Inputs />
      <Button type="primary" htmlType="submit" loading={isBusy}>
        {t('saveProposal')}
      </Button>
    </Form>
  )
}

async function saved(
  values: Values,
  proposal: Proposal | undefined,
  keyFor: (wish: unknown) => string,
) {
  const wish = wishOf(values)
  if (proposal === undefined) {
    return (
      await answer(api.POST('/api/v1/policy/proposals', { body: { key: keyFor(wish), ...wish } }))
    ).id
  }
  const params = { path: { id: proposal.id } }
  const body = { version: proposal.version, ...wish }
  return (await answer(api.PUT('/api/v1/policy/proposals/{id}', { params, body }))).id
}

function Inputs() {
  const t = useTexts()
  const textOf = useText()
  const regions = useQuery(regionsQuery).data?.regions ?? []
  const chosen = Form.useWatch<string | undefined>('region')
  const departments = regions.find((it) => it.code === chosen)?.departments ?? []
  const units = departments.map((it) => ({ value: it.id, label: textOf(it.name) }))
  const needed = [{ required: true, message: t('required') }]
  const places = regions.map((it) => ({ value: it.code, label: textOf(it.name) }))
  return (
    <>
      <Form.Item name="kind" label={t('letterKind')} rules={needed}>
        <Select options={KINDS.map((it) => ({ value: it, label: t(`kind_${it}`) }))} />
      </Form.Item>
      <Form.Item name="title" label={t('proposalTitle')} rules={needed}>
        <Input maxLength={300} />
      </Form.Item>
      <Form.Item name="number" label={t('proposalNumber')} rules={needed}>
        <Input maxLength={300} />
      </Form.Item>
      <Form.Item name="session" label={t('session')} rules={needed}>
        <Input maxLength={300} />
      </Form.Item>
      <Form.Item name="region" label={t('region')} rules={needed}>
        <Select options={places} />
      </Form.Item>
      <Form.Item name="lead" label={t('lead') + t('optional')}>
        <Input maxLength={300} />
      </Form.Item>
      <Form.Item name="signatories" label={t('signatories')} rules={needed}>
        <InputNumber min={1} max={3_000} precision={0} />
      </Form.Item>
      <Form.Item name="receivedOn" label={t('receivedOn')} rules={needed}>
        <Input type="date" />
      </Form.Item>
      <Form.Item name="dueOn" label={t('dueOn') + t('optional')}>
        <Input type="date" />
      </Form.Item>
      <Form.Item name="dueSource" label={t('dueSource') + t('optional')}>
        <Input maxLength={300} />
      </Form.Item>
      <Form.Item name="leadUnit" label={t('leadUnit')} rules={needed}>
        <Select options={units} />
      </Form.Item>
      <Form.Item name="jointUnits" label={t('jointUnits') + t('optional')}>
        <Select mode="multiple" options={units} />
      </Form.Item>
      <PointInputs units={units} />
      <Form.Item name="publicity" label={t('publicity')} rules={needed}>
        <Select options={PUBLICITY.map((it) => ({ value: it, label: t(`publicity_${it}`) }))} />
      </Form.Item>
      <Form.Item name="summary" label={t('summary') + t('optional')}>
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 8 }} maxLength={4_000} />
      </Form.Item>
      <Form.Item name="copiesTo" label={t('copiesTo') + t('optional')} extra={t('copiesHint')}>
        <OfficeNamesField region={chosen} />
      </Form.Item>
    </>
  )
}

function PointInputs({ units }: { units: readonly { value: string; label: string }[] }) {
  const t = useTexts()
  const unchoosing = useUnchoosing()
  return (
    <Form.List name="points">
      {(fields, { add, remove }) => (
        <div style={{ marginBlockEnd: 16 }}>
          {fields.map(({ key, name }) => (
            <Card
              key={key}
              size="small"
              title={t('point', { number: name + 1 })}
              extra={
                fields.length > 1 && (
                  <Button
                    type="text"
                    aria-label={t('removePoint', { number: name + 1 })}
                    onClick={() => remove(name)}
                  >
                    ×
                  </Button>
                )
              }
              style={{ marginBlockEnd: 8 }}
            >
              <Form.Item
                name={[name, 'question']}
                label={t('pointQuestion')}
                rules={[{ required: true, whitespace: true, message: t('required') }]}
              >
                <Input.TextArea autoSize={{ minRows: 2, maxRows: 8 }} maxLength={4_000} />
              </Form.Item>
              <Form.Item name={[name, 'unit']} label={t('handledBy') + t('optional')}>
                <Select allowClear={unchoosing} options={[...units]} />
              </Form.Item>
              <Form.Item name={[name, 'answer']} label={t('pointAnswer') + t('optional')}>
                <Input.TextArea autoSize={{ minRows: 2, maxRows: 12 }} maxLength={4_000} />
              </Form.Item>
            </Card>
          ))}
          <Button onClick={() => add({ question: '' })}>{t('addPoint')}</Button>
        </div>
      )}
    </Form.List>
  )
}
