import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Card, Form, Input, InputNumber, Radio, Tag } from 'antd'
import { useRef, useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { useText } from '../../frame/language.ts'
import { useConfirm } from '../../ui/confirm.tsx'
import { GoButton } from '../../ui/go-button.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { QueryView } from '../../ui/query-view.tsx'
import { useSentKey } from '../../ui/sent-key.ts'
import { Failed, Nothing } from '../../ui/states.tsx'
import { useUnsaved } from '../../ui/unsaved.ts'
import type { Panel } from './parts.tsx'
import { useTexts } from './texts.ts'

/** The panels one was drawn for: declare interest first, then score. */
export function Page() {
  const t = useTexts()
  const panels = useQuery({
    queryKey: ['own-panels'],
    queryFn: () => answer(api.GET('/api/v1/policy/panels')),
  })
  return (
    <PageFrame title={t('panels')} lead={t('panelsLead')}>
      <QueryView query={panels}>
        {({ items }) =>
          items.length === 0 ? (
            <Nothing title={t('panelsEmpty')} hint={t('panelsEmptyHint')} />
          ) : (
            <ul className="cards" aria-label={t('panels')}>
              {items.map((it) => (
                <li key={it.case}>
                  <PanelCard panel={it} />
                </li>
              ))}
            </ul>
          )
        }
      </QueryView>
    </PageFrame>
  )
}

type Event = { readonly do: string } & Readonly<Record<string, unknown>>

function PanelCard({ panel }: { panel: Panel }) {
  const t = useTexts()
  const text = useText()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const [error, setError] = useState<unknown>()
  const { keyFor, done } = useSentKey(`panel.${panel.case}`)
  const deed: Deed = async (event) => {
    setError(undefined)
    let isDone = false
    try {
      await answer(
        api.POST('/api/v1/policy/cases/{id}/deeds', {
          params: { path: { id: panel.case }, header: { 'idempotency-key': keyFor(event) } },
          body: { event },
        }),
      )
      done()
      isDone = true
      void message.success(t('done'))
    } catch (thrown) {
      setError(thrown)
    }
    await queries.invalidateQueries({ queryKey: ['own-panels'] })
    return isDone
  }
  return (
    <Card title={text(panel.title)} size="small">
      <p style={{ marginBlockStart: 0 }}>
        <Tag color={panel.state === 'open' ? 'success' : 'processing'}>
          {t(`panel.${panel.state}`)}
        </Tag>{' '}
        {t('receipt')} <bdi className="mono">{panel.receipt}</bdi>
      </p>
      {error !== undefined && <Failed error={error} />}
      <p>
        <GoButton to={`/support/cases/${panel.case}`}>{t('openCase')}</GoButton>
      </p>
      {panel.state === 'asked' && <Declare deed={deed} />}
      {panel.state === 'free' && <Sheet panel={panel} deed={deed} />}
      {panel.mean !== undefined && (
        <p>{t('meanIs', { mean: (panel.mean.sum / panel.mean.count).toFixed(2) })}</p>
      )}
    </Card>
  )
}

/** Answers whether it was done. */
type Deed = (event: Event) => Promise<boolean>

function Declare({ deed }: { deed: Deed }) {
  const t = useTexts()
  const confirm = useConfirm()
  const declare = async (related: boolean) => {
    const note = await confirm({
      title: related ? t('declareRelated') : t('declareFree'),
      consequence: related ? t('relatedConsequence') : t('freeConsequence'),
      verb: related ? t('declareRelated') : t('declareFree'),
      isDestructive: related,
      wantsReason: related,
    })
    if (note === undefined) return
    await deed({ do: 'declare-interest', related, ...(note !== '' && { note }) })
  }
  return (
    <div style={{ display: 'flex', flexWrap: 'wrap', gap: 8 }}>
      <Button type="primary" onClick={() => void declare(false)}>
        {t('declareFree')}
      </Button>
      <Button danger onClick={() => void declare(true)}>
        {t('declareRelated')}
      </Button>
    </div>
  )
}

type Marks = { marks?: Record<string, number>; vote?: string; comment?: string }

function Sheet({ panel, deed }: { panel: Panel; deed: Deed }) {
  const t = useTexts()
  const text = useText()
  const confirm = useConfirm()
  const [form] = Form.useForm<Marks>()
  const unsaved = useRef(false)
  useUnsaved(unsaved, { isOnPage: true })
  const { rule } = panel
  const needed = [{ required: true, message: t('needed') }]
  const send = async ({ marks, vote, comment }: Marks) => {
    const said = await confirm({
      title: t('handIn'),
      consequence: t('sealed'),
      verb: t('handIn'),
    })
    if (said === undefined) return
    const sheet = { ...(marks && { marks }), ...(vote && { vote }), ...(comment && { comment }) }
    if (await deed({ do: 'score', sheet })) unsaved.current = false
  }
  return (
    <Form
      form={form}
      layout="vertical"
      aria-label={t('scoreSheet')}
      // what is sealed later is not kept on the device
      onValuesChange={() => {
        unsaved.current = true
      }}
      onFinish={(it) => void send(it)}
    >
      {rule?.kind === 'scores' &&
        rule.criteria.map(({ id, title, min, max }) => (
          <Form.Item
            key={id}
            name={['marks', id]}
            label={text(title)}
            extra={t('range', { min, max })}
            rules={needed}
          >
            <InputNumber min={min} max={max} precision={0} />
          </Form.Item>
        ))}
      {rule?.kind === 'votes' && (
        <Form.Item name="vote" label={t('vote')} rules={needed}>
          <Radio.Group
            options={(['yes', 'no', 'abstain'] as const).map((it) => ({
              value: it,
              label: t(`vote.${it}`),
            }))}
          />
        </Form.Item>
      )}
      <Form.Item name="comment" label={t('comment')}>
        <Input.TextArea rows={3} maxLength={4000} />
      </Form.Item>
      <p>{t('sealed')}</p>
      <Button type="primary" htmlType="submit">
        {t('handIn')}
      </Button>
    </Form>
  )
}
