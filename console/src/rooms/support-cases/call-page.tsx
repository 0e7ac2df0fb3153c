import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Alert, App, Button, Card, Descriptions, Form, Input } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { may, mayOnNode, useMaybeMe } from '../../api/me.ts'
import { useText } from '../../frame/language.ts'
import { DepartmentName } from '../../ui/departments.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { GoButton } from '../../ui/go-button.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { QueryView } from '../../ui/query-view.tsx'
import { Said } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { type CallDetail, callQuery } from './api.ts'
import { CallState, CallWindow, Measures } from './parts.tsx'
import { useTexts } from './texts.ts'

/** One call: what it is about, until when, and how it goes on. */
export function Page() {
  const { id } = useParams({ strict: false }) as { id: string }
  const t = useTexts()
  const textOf = useText()
  const call = useQuery(callQuery(id))
  const title = call.data === undefined ? t('calls') : textOf(call.data.title)
  return (
    <PageFrame
      title={title}
      {...(call.data !== undefined && { actions: <Actions call={call.data} /> })}
    >
      <QueryView query={call}>{(it) => <Shown call={it} />}</QueryView>
    </PageFrame>
  )
}

function Actions({ call }: { call: CallDetail }) {
  const t = useTexts()
  const me = useMaybeMe()
  const [isClosing, setIsClosing] = useState(false)
  return (
    <>
      {call.state === 'open' &&
        may(me, 'applications.write') &&
        !mayOnNode(me, 'policy.review') && (
          <GoButton to={`/support/calls/${call.id}/apply`} type="primary">
            {t('apply')}
          </GoButton>
        )}
      {call.state === 'open' && me === null && (
        <GoButton to="/sign-in" search={{ next: `/support/calls/${call.id}/apply` }} type="primary">
          {t('signInToApply')}
        </GoButton>
      )}
      {mayOnNode(me, 'policy.review') && (
        <Button onClick={() => setIsClosing(true)}>{t('closing')}</Button>
      )}
      {isClosing && <ClosingDialog call={call} onClose={() => setIsClosing(false)} />}
    </>
  )
}

function Shown({ call }: { call: CallDetail }) {
  const t = useTexts()
  const textOf = useText()
  return (
    <>
      {call.mode === 'pilot' && (
        <Alert type="warning" showIcon title={t('pilotHint')} style={{ marginBlockEnd: 16 }} />
      )}
      <Descriptions
        bordered
        size="small"
        column={1}
        style={{ marginBlockEnd: 16 }}
        items={[
          { key: 'state', label: t('state'), children: <CallState call={call} /> },
          { key: 'window', label: t('window'), children: <CallWindow call={call} /> },
          { key: 'measures', label: t('measures'), children: <Measures of={call.measures} /> },
          ...(call.department === undefined
            ? []
            : [
                {
                  key: 'department',
                  label: t('department'),
                  children: <DepartmentName id={call.department} />,
                },
              ]),
          ...(call.source === undefined
            ? []
            : [{ key: 'source', label: t('source'), children: call.source }]),
          ...(call.perApplicantMax === undefined
            ? []
            : [{ key: 'most', label: t('perApplicant'), children: call.perApplicantMax }]),
          { key: 'form', label: t('formVersion'), children: <code>{call.form.version}</code> },
        ]}
      />
      <Card size="small" title={t('papers')} style={{ marginBlockEnd: 16 }}>
        {call.papers.length === 0 ? (
          t('noPapers')
        ) : (
          <ul style={{ margin: 0, paddingInlineStart: 20 }}>
            {call.papers.map((it) => (
              <li key={it.name}>{textOf(it.title)}</li>
            ))}
          </ul>
        )}
      </Card>
      <Card size="small" title={t('course')}>
        <ol style={{ margin: 0, paddingInlineStart: 20 }}>
          {call.steps.map((it) => (
            <li key={it.id}>
              <bdi>{textOf(it.title)}</bdi> · <Term term={it.term} />
            </li>
          ))}
        </ol>
      </Card>
    </>
  )
}

function Term({ term }: { term: CallDetail['steps'][number]['term'] }) {
  const t = useTexts()
  const unit = useTermUnit()
  if (term === undefined) return <span>{t('termless')}</span>
  return (
    <span>
      {unit(term.length, term.unit)}
      {term.source !== undefined && (
        <>
          {' '}
          (<bdi>{term.source}</bdi>)
        </>
      )}
    </span>
  )
}

function useTermUnit(): (length: number, unit: string) => string {
  const textOf = useText()
  const units: Readonly<Record<string, { zh: string; en: string }>> = {
    'working-day': { zh: '个工作日', en: 'working days' },
    'calendar-day': { zh: '日', en: 'days' },
    month: { zh: '个月', en: 'months' },
    year: { zh: '年', en: 'years' },
  }
  return (length, unit) => `${length} ${textOf(units[unit] ?? { zh: unit, en: unit })}`
}

function ClosingDialog({ call, onClose }: { call: CallDetail; onClose: () => void }) {
  const t = useTexts()
  const { message } = App.useApp()
  const queries = useQueryClient()
  const [at, setAt] = useState(call.closesAt.slice(0, 16))
  const [error, setError] = useState<unknown>()
  const save = async () => {
    try {
      await answer(
        api.PATCH('/api/v1/policy/calls/{id}', {
          params: { path: { id: call.id } },
          body: { closesAt: new Date(`${at}Z`).toISOString() },
        }),
      )
      void message.success(t('saved'))
      void queries.invalidateQueries({ queryKey: ['support-call', call.id] })
      onClose()
    } catch (thrown) {
      setError(thrown)
    }
  }
  return (
    <Dialog title={t('closing')} okText={t('save')} onOk={() => void save()} onClose={onClose}>
      {error !== undefined && <Said error={error} />}
      <Form layout="vertical">
        <Form.Item label={`${t('closesAt')} (UTC)`} htmlFor="closing-at" extra={t('closingHint')}>
          <Input
            id="closing-at"
            type="datetime-local"
            value={at}
            onChange={(event) => setAt(event.target.value)}
          />
        </Form.Item>
      </Form>
      <When at={call.closesAt} isExact />
    </Dialog>
  )
}
