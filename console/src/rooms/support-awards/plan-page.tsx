import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Alert, Card, Descriptions, Progress } from 'antd'
import { answer, api } from '../../api/client.ts'
import { useText } from '../../frame/language.ts'
import { useBudgetTitles } from '../../ui/budgets.tsx'
import { Go } from '../../ui/go.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { Failed, Loading } from '../../ui/states.tsx'
import { atTheTurn } from '../../ui/turning.ts'
import { Unfilled } from '../../ui/unfilled.tsx'
import { useMoney } from './money.ts'
import type { Plan } from './parts.tsx'
import { Candidates } from './plan-candidates.tsx'
import { PlanSteps } from './plan-steps.tsx'
import { StepTag } from './plans-page.tsx'
import { useTexts } from './texts.ts'
import '../../ui/tiles.css'

/** One plan of awards: who, how much, how far it is, and what is to be done. */
export function Page() {
  const t = useTexts()
  const text = useText()
  const { id } = useParams({ strict: false }) as { id: string }
  const found = useQuery({
    queryKey: ['award-plan', id],
    queryFn: () => answer(api.GET('/api/v1/policy/award-plans/{id}', { params: { path: { id } } })),
    ...atTheTurn,
  })
  const plan = found.data
  if (plan === undefined) {
    return (
      <PageFrame title={t('plans')}>
        {found.isError ? (
          <Failed error={found.error} retry={() => void found.refetch()} />
        ) : (
          <Loading />
        )}
      </PageFrame>
    )
  }
  return (
    <PageFrame
      title={text(plan.title)}
      lead={
        <>
          <StepTag plan={plan} /> {text(plan.measure.title)}
        </>
      }
      actions={<Go to="/support/plans">{t('plans')}</Go>}
    >
      {plan.blocked > 0 && (
        <Alert
          type="warning"
          showIcon
          style={{ marginBlockEnd: 12 }}
          title={t('blocked', { count: plan.blocked })}
        />
      )}
      <Unfilled offices={plan.unfilled} />
      <div className="cards tiles wide">
        <Sums plan={plan} />
        <PlanSteps plan={plan} />
      </div>
      <h2 style={{ marginBlock: '24px 8px' }}>{t('candidates')}</h2>
      <Candidates plan={plan} />
    </PageFrame>
  )
}

function Sums({ plan }: { plan: Plan }) {
  const t = useTexts()
  const money = useMoney()
  const { quota } = plan
  return (
    <Card title={t('total')} size="small">
      <Descriptions column={1} size="small">
        <Descriptions.Item label={t('total')}>
          <strong>{money(plan.totalFen)}</strong>
        </Descriptions.Item>
        <Descriptions.Item label={t('selected')}>
          {plan.selected} / {plan.candidates}
        </Descriptions.Item>
        <Descriptions.Item label={t('order')}>
          {plan.order.map((it) => t(`order.${it as 'score_desc'}`)).join(' · ')}
        </Descriptions.Item>
        <Descriptions.Item label={t('orderSource')}>{plan.orderSource}</Descriptions.Item>
      </Descriptions>
      {quota !== undefined && (
        <Bar
          label={t('quota')}
          part={(quota.taken + plan.selected) / Math.max(1, quota.places)}
          text={t('quotaUsed', {
            taken: quota.taken,
            selected: plan.selected,
            places: quota.places,
          })}
        />
      )}
      <Budget plan={plan} />
    </Card>
  )
}

function Budget({ plan }: { plan: Plan }) {
  const t = useTexts()
  const money = useMoney()
  const titleOf = useBudgetTitles()
  const { budget } = plan
  if (budget === undefined) return <Alert type="warning" showIcon title={t('budgetNone')} />
  const { availableFen } = budget
  const ledger = `${titleOf(budget.id)} · ${budget.id} · ${plan.year}`
  if (availableFen === undefined) {
    return <Alert type="warning" showIcon title={t('budgetClosed', { ledger })} />
  }
  const isDecided = plan.decidedAt !== undefined
  const [available, asked] = [BigInt(availableFen), BigInt(plan.totalFen)]
  const whole = isDecided ? available + asked : available
  const part = whole === 0n ? 1 : Number((asked * 10_000n) / whole) / 10_000
  return (
    <Bar
      label={`${t('budgetBar')} ${ledger}`}
      part={part}
      text={`${t('thisPlan')} ${money(plan.totalFen)} · ${t('available')} ${money(availableFen)} · ${t('committed')} ${money(budget.committedFen ?? '0')}`}
    />
  )
}

/** How much of what there is; beyond it is told by more than colour. */
function Bar({ label, part, text }: { label: string; part: number; text: string }) {
  const percent = Math.round(part * 100)
  return (
    <div style={{ marginBlockStart: 8 }}>
      <div style={{ overflowWrap: 'anywhere' }}>
        <strong>{label}</strong> {text}
      </div>
      <Progress
        aria-label={label}
        percent={Math.min(100, percent)}
        status={part > 1 ? 'exception' : 'normal'}
        format={() => `${percent} %`}
      />
    </div>
  )
}
