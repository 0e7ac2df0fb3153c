import { useInfiniteQuery } from '@tanstack/react-query'
import { Button, Tag } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { mayOnNode, useMe } from '../../api/me.ts'
import { useText } from '../../frame/language.ts'
import { Go } from '../../ui/go.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { type Column, Records } from '../../ui/records.tsx'
import { Nothing } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { useMoney } from './money.ts'
import type { PlanHead } from './parts.tsx'
import { useTexts } from './texts.ts'

const ROWS_A_PAGE = 50
const PlanDialog = lazy(async () => ({ default: (await import('./plan-dialog.tsx')).PlanDialog }))

/** Plans of awards, the newest first. */
export function Page() {
  const t = useTexts()
  const me = useMe()
  const [isNew, setIsNew] = useState(false)
  const mayBegin = mayOnNode(me, 'policy.review')
  const found = useInfiniteQuery({
    queryKey: ['award-plans'],
    initialPageParam: '',
    getNextPageParam: (last: { next?: string }) => last.next,
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/v1/policy/award-plans', {
          params: { query: { limit: ROWS_A_PAGE, ...(pageParam !== '' && { after: pageParam }) } },
        }),
      ),
  })
  const begin = (
    <Button type="primary" onClick={() => setIsNew(true)}>
      {t('newPlan')}
    </Button>
  )
  const rows = found.data?.pages.flatMap((it) => it.items) ?? []
  const columns = useColumns()
  return (
    <PageFrame
      title={t('plans')}
      lead={t('plansLead')}
      actions={mayBegin && rows.length > 0 && begin}
    >
      <Records
        label={t('plans')}
        rows={rows}
        keyOf={(it) => it.id}
        columns={columns}
        empty={
          <Nothing
            title={t('plansEmpty')}
            hint={t('plansEmptyHint')}
            {...(mayBegin && { action: begin })}
          />
        }
        pages={found}
      />
      {isNew && (
        <Suspense>
          <PlanDialog onClose={() => setIsNew(false)} />
        </Suspense>
      )}
    </PageFrame>
  )
}

function useColumns(): readonly Column<PlanHead>[] {
  const t = useTexts()
  const text = useText()
  const money = useMoney()
  return [
    {
      key: 'title',
      title: t('planTitle'),
      show: (it) => <Go to={`/support/plans/${it.id}`}>{text(it.title)}</Go>,
    },
    { key: 'measure', title: t('measure'), show: (it) => text(it.measure.title) },
    { key: 'step', title: t('step'), show: (it) => <StepTag plan={it} /> },
    {
      key: 'selected',
      title: t('selected'),
      isNumber: true,
      show: (it) => `${it.selected} / ${it.candidates}`,
    },
    { key: 'total', title: t('total'), isNumber: true, show: (it) => money(it.totalFen) },
    {
      key: 'at',
      title: t('computedAt'),
      isMinor: true,
      show: (it) => <When at={it.computedAt} />,
    },
  ]
}

export function StepTag({ plan }: { plan: Pick<PlanHead, 'state' | 'ended' | 'step'> }) {
  const t = useTexts()
  const text = useText()
  if (plan.state === 'open') return <Tag color="processing">{text(plan.step.title)}</Tag>
  return plan.ended === 'decided' ? (
    <Tag color="success">{t('decided')}</Tag>
  ) : (
    <Tag>{t('ended')}</Tag>
  )
}
