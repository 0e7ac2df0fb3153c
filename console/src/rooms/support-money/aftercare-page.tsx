import { Button, Segmented, Tag } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { useMe } from '../../api/me.ts'
import { EnterpriseName } from '../../ui/enterprise.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import type { Column } from '../../ui/records.tsx'
import { useSearchState } from '../../ui/search-state.ts'
import { Sections } from '../../ui/sections.tsx'
import { AftercareDialog, type Doing } from './aftercare-dialogs.tsx'
import { Indicators } from './indicators.tsx'
import { type Duty, mayReview, ownEnterprises, ROWS_A_PAGE, seesDesk, usePages } from './money.ts'
import { Acts, Pages, Until } from './parts.tsx'
import { Recoveries } from './recoveries.tsx'
import { useTexts } from './texts.ts'

const FILTERS = ['show', 'state'] as const
const SECTIONS = ['duties', 'indicators', 'recoveries'] as const
const STATES = ['overdue', 'open', 'submitted', 'returned', 'accepted'] as const
const COLOUR = {
  open: 'default',
  submitted: 'processing',
  returned: 'warning',
  accepted: 'success',
  waived: 'default',
  breached: 'error',
}

/** What awards oblige to, how it goes, and what is asked back. */
export function Page() {
  const t = useTexts()
  const me = useMe()
  const [{ show }] = useSearchState(FILTERS)
  const [doing, setDoing] = useState<Doing>()
  const current = SECTIONS.find((it) => it === show) ?? 'duties'
  return (
    <PageFrame
      title={t('aftercareTitle')}
      lead={t(seesDesk(me) ? 'aftercareLead' : 'aftercareOwn')}
      actions={
        mayReview(me) && (
          <>
            <Button onClick={() => setDoing({ deed: 'recover' })}>{t('recover')}</Button>
            <Button type="primary" onClick={() => setDoing({ deed: 'set' })}>
              {t('setDuty')}
            </Button>
          </>
        )
      }
    >
      <Sections
        label={t('aftercareTitle')}
        to="/support/aftercare"
        current={current}
        sections={SECTIONS.map((it) => ({ key: it, label: t(it), search: { show: it } }))}
      />
      {current === 'duties' && <Duties onDo={setDoing} />}
      {current === 'indicators' && <Indicators />}
      {current === 'recoveries' && <Recoveries onDo={setDoing} />}
      {doing !== undefined && <AftercareDialog doing={doing} onClose={() => setDoing(undefined)} />}
    </PageFrame>
  )
}

type OnDo = { readonly onDo: (doing: Doing) => void }

function Duties({ onDo }: OnDo) {
  const t = useTexts()
  const me = useMe()
  const [filters, setFilters] = useSearchState(FILTERS)
  const state = STATES.find((it) => it === filters.state)
  const found = usePages<Duty>(['duties', state], (after) =>
    answer(
      api.GET('/api/v1/policy/duties', {
        params: { query: { limit: ROWS_A_PAGE, ...(state && { state }), ...after } },
      }),
    ),
  )
  const columns: readonly Column<Duty>[] = [
    {
      key: 'title',
      title: t('duty'),
      show: (it) => (
        <>
          <bdi>{it.title}</bdi> <Tag>{t(`duty.${it.kind}`)}</Tag>
        </>
      ),
    },
    ...(seesDesk(me)
      ? [
          {
            key: 'applicant',
            title: t('enterprise'),
            show: (it: Duty) => <EnterpriseName id={it.applicant} />,
          },
        ]
      : []),
    {
      key: 'due',
      title: t('due'),
      show: (it) => <Until at={it.dueAt} isOver={it.isOverdue} />,
    },
    {
      key: 'state',
      title: t('state'),
      show: (it) => <Tag color={COLOUR[it.state]}>{t(`dutyState.${it.state}`)}</Tag>,
    },
    { key: 'target', title: t('target'), show: (it) => <Target duty={it} /> },
    { key: 'last', title: t('lastReport'), show: (it) => <LastReport duty={it} /> },
    { key: 'source', title: t('basis'), show: (it) => <bdi>{it.source}</bdi> },
    { key: 'deeds', title: t('deeds'), show: (it) => <Deeds duty={it} onDo={onDo} /> },
  ]
  return (
    <>
      <Segmented
        aria-label={t('state')}
        style={{ marginBlockEnd: 12, maxInlineSize: '100%' }}
        value={state ?? ''}
        onChange={(it) => setFilters({ state: it })}
        options={[
          { value: '', label: t('all') },
          ...STATES.map((it) => ({
            value: it,
            label: it === 'overdue' ? t('overdue') : t(`dutyState.${it}`),
          })),
        ]}
      />
      <Pages
        label={t('duties')}
        found={found}
        keyOf={(it) => it.id}
        columns={columns}
        empty={{
          title: t(state === undefined ? 'dutiesNone' : 'dutiesNoneSuch'),
          hint: t(mayReview(me) ? 'dutiesNoneHint' : 'dutiesOwnHint'),
        }}
      />
    </>
  )
}

function Target({ duty: { indicator } }: { duty: Duty }) {
  const t = useTexts()
  if (indicator === undefined) return <span>—</span>
  const { name, unit, target, is } = indicator
  return (
    <>
      <bdi>{name}</bdi> {t(is, { target, unit })}
    </>
  )
}

function LastReport({ duty }: { duty: Duty }) {
  const t = useTexts()
  const last = duty.reports.at(-1)
  if (last === undefined) return <span>{duty.ended === undefined ? '—' : duty.ended.reason}</span>
  return (
    <>
      {last.value !== undefined && <strong className="nums">{last.value} </strong>}
      {last.isMet !== undefined && (
        <Tag color={last.isMet ? 'success' : 'warning'}>{t(last.isMet ? 'isMet' : 'isMissed')}</Tag>
      )}
      <bdi>{last.text}</bdi>
      {last.files.map((file, at) => (
        <a
          key={file}
          style={{ display: 'block' }}
          href={`/api/v1/policy/after-care/${encodeURIComponent(duty.id)}/files/${encodeURIComponent(file)}`}
          download
        >
          {t('fileOf', { number: at + 1 })}
        </a>
      ))}
      {last.answer?.note !== undefined && (
        <div>
          {t('officeSays')} <bdi>{last.answer.note}</bdi>
        </div>
      )}
    </>
  )
}

function Deeds({ duty, onDo }: { duty: Duty } & OnDo) {
  const t = useTexts()
  const me = useMe()
  const isWaiting = duty.state === 'open' || duty.state === 'returned'
  const deeds = [
    ...(isWaiting && ownEnterprises(me).includes(duty.applicant) ? (['report'] as const) : []),
    ...(duty.state === 'submitted' && mayReview(me) ? (['accept', 'return'] as const) : []),
    ...(isWaiting && mayReview(me) ? (['waive'] as const) : []),
    ...(mayReview(me) && (duty.isOverdue || duty.state === 'returned')
      ? (['breach'] as const)
      : []),
  ]
  if (deeds.length === 0) return <span>—</span>
  return (
    <Acts>
      {deeds.map((deed) => (
        <Button
          key={deed}
          size="small"
          type={deed === 'report' || deed === 'accept' ? 'primary' : 'default'}
          danger={deed === 'breach'}
          onClick={() => onDo({ deed, duty })}
        >
          {t(`do.${deed}`)}
        </Button>
      ))}
    </Acts>
  )
}
