import { useQuery } from '@tanstack/react-query'
import { Segmented } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { ChoiceFilter, FilterRow } from '../../ui/filters.tsx'
import { Go, useGo } from '../../ui/go.tsx'
import { useKeys } from '../../ui/keys.ts'
import { Page as PageFrame } from '../../ui/page.tsx'
import { type Column, Records } from '../../ui/records.tsx'
import { useSearchState } from '../../ui/search-state.ts'
import { Nothing } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import type { Summary } from './api.ts'
import { CaseState, Due } from './parts.tsx'
import { useQueue } from './queries.ts'
import { useTexts } from './texts.ts'

const STATES = ['open', 'correcting', 'ended', 'withdrawn'] as const
const ASK_AGAIN_MS = 30_000

/** What waits for the office. */
export function Page() {
  const t = useTexts()
  const go = useGo()
  const [filters, setFilters] = useSearchState(['step', 'state', 'order', 'call'])
  const queue = useQueue(filters)
  const rows = queue.data?.pages.flatMap((it) => it.items) ?? []
  const [at, setAt] = useState(0)
  const chosen = rows[Math.min(at, rows.length - 1)]
  useKeys({
    j: () => setAt((before) => Math.min(before + 1, rows.length - 1)),
    k: () => setAt((before) => Math.max(before - 1, 0)),
    o: () => chosen !== undefined && go(`/support/cases/${chosen.id}`),
  })
  const columns: readonly Column<Summary>[] = [
    {
      key: 'project',
      title: t('project'),
      show: (it) => (
        <>
          <span aria-hidden>{it.id === chosen?.id ? '▸ ' : ''}</span>
          <Go to={`/support/cases/${it.id}`}>{it.project ?? it.receipt}</Go>
        </>
      ),
    },
    { key: 'applicant', title: t('applicant'), show: (it) => it.applicant?.name ?? '' },
    { key: 'state', title: t('step'), show: (it) => <CaseState of={it} />, width: 170 },
    { key: 'due', title: t('due'), show: (it) => <Due at={it.dueAt} />, width: 190 },
    {
      key: 'received',
      title: t('received'),
      show: (it) => <When at={it.receivedAt} />,
      width: 130,
    },
    { key: 'receipt', title: t('receipt'), show: (it) => <code>{it.receipt}</code>, width: 210 },
  ]
  return (
    <PageFrame
      title={t('cases')}
      lead={
        <>
          {t('casesLead')} <span className="for-keys">{t('caseKeys')}</span>
        </>
      }
    >
      <Filters filters={filters} change={setFilters} />
      <Records
        label={t('cases')}
        rows={rows}
        keyOf={(it) => it.id}
        columns={columns}
        empty={<Nothing title={t('casesEmpty')} hint={t('casesEmptyHint')} />}
        pages={queue}
      />
    </PageFrame>
  )
}

type FilterProps = {
  readonly filters: Readonly<Partial<Record<'step' | 'state' | 'order' | 'call', string>>>
  readonly change: (next: Readonly<Record<string, string | undefined>>) => void
}

function Filters({ filters, change }: FilterProps) {
  const t = useTexts()
  const counts = useQuery({
    queryKey: ['support-queue', 'counts', filters.call],
    refetchInterval: ASK_AGAIN_MS,
    queryFn: () =>
      answer(
        api.GET('/api/v1/policy/cases/counts', {
          params: { query: { ...(filters.call && { call: filters.call }) } },
        }),
      ),
  }).data
  const stepName = useStepName()
  const names: Readonly<Record<(typeof STATES)[number], string>> = {
    open: t('openState'),
    correcting: t('correcting'),
    ended: t('ended'),
    withdrawn: t('withdrawnState'),
  }
  const openOf = (step: string) => counts?.steps.find((it) => it.step === step)?.open ?? 0
  return (
    <>
      <FilterRow>
        <ChoiceFilter
          label={t('filterState')}
          all={t('openState')}
          choices={STATES.filter((it) => it !== 'open')}
          nameOf={(it) => names[it]}
          value={filters.state}
          change={(state) => change({ state })}
        />
        <ChoiceFilter
          label={t('filterStep')}
          all={t('allSteps')}
          choices={(counts?.steps ?? []).map((it) => it.step)}
          nameOf={(it) => `${stepName(it)} · ${openOf(it)}`}
          value={filters.step}
          change={(step) => change({ step })}
          width={200}
        />
        <Segmented
          aria-label={t('orderLabel')}
          value={filters.order ?? ''}
          onChange={(order) => change({ order })}
          options={[
            { value: '', label: t('oldest') },
            { value: 'dueAt', label: t('urgent') },
          ]}
        />
      </FilterRow>
      {counts !== undefined && (
        <p className="nums" style={{ marginBlockStart: 0 }} aria-live="polite">
          {t('waits', { count: counts.steps.reduce((sum, it) => sum + it.open, 0) })} ·{' '}
          {t('waitCorrection', { count: counts.correcting })} · {t('late', { count: counts.late })}
        </p>
      )}
    </>
  )
}

/** Names of the stages that come with the program; another is called by its own name. */
function useStepName(): (step: string) => string {
  const t = useTexts()
  return (step) => {
    switch (step) {
      case 'completeness':
        return t('acceptTerm')
      case 'formal-review':
        return t('reviewTerm')
      case 'expert-panel':
        return t('panelStage')
      case 'site-visit':
        return t('visitStage')
      case 'special-audit':
        return t('auditStage')
      default:
        return step
    }
  }
}
