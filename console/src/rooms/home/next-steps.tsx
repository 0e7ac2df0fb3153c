import { CheckCircleFilled, RightCircleOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Card } from 'antd'
import type { ReactNode } from 'react'
import { type Me, may, mayOnNode } from '../../api/me.ts'
import { useFormat } from '../../frame/format.ts'
import { Copy } from '../../ui/copy.tsx'
import { Go } from '../../ui/go.tsx'
import { When } from '../../ui/when.tsx'
import {
  anyTemplateQuery,
  byDayQuery,
  healthQuery,
  ownEnterpriseQuery,
  waitingQuery,
} from './queries.ts'
import { openOf } from './reach.ts'
import { useTexts } from './texts.ts'

type Step = {
  readonly key: string
  readonly title: string
  readonly hint: ReactNode
  /** Undefined: there is no page for it, or not for this person. */
  readonly to: string | undefined
  /** Undefined: nothing that is ever finished. */
  readonly isDone?: boolean | undefined
}

/** The first things a person of this role has to do, and which of them are done. */
export function NextSteps({ me }: { me: Me }) {
  const t = useTexts()
  const steps = [...useStaffSteps(me), ...useEnterpriseSteps(me), ...useWatchSteps(me)]
  if (steps.length === 0) return null
  return (
    <section aria-label={t('nextTitle')} style={{ marginBlockEnd: 24 }}>
      <h2>{t('nextTitle')}</h2>
      <ul className="cards tiles">
        {steps.map((it) => (
          <li key={it.key}>
            <StepCard step={it} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function StepCard({ step }: { step: Step }) {
  const t = useTexts()
  const mark =
    step.isDone === true ? (
      <CheckCircleFilled style={{ color: '#237804' }} aria-label={t('stepDone')} />
    ) : (
      <RightCircleOutlined {...(step.isDone === false && { 'aria-label': t('stepOpen') })} />
    )
  return (
    <Card size="small" style={{ blockSize: '100%' }}>
      <p style={{ margin: 0, fontWeight: 600 }}>
        {mark} {step.to === undefined ? step.title : <Go to={step.to}>{step.title}</Go>}
      </p>
      <div style={{ marginBlockStart: 4 }}>{step.hint}</div>
    </Card>
  )
}

function useStaffSteps(me: Me): readonly Step[] {
  const t = useTexts()
  const isOperator = mayOnNode(me, 'node.configure')
  const isReviewer = mayOnNode(me, 'enterprises.review')
  const health = useQuery({ ...healthQuery, enabled: isOperator }).data
  const counts = useQuery({ ...waitingQuery, enabled: isReviewer }).data
  const steps: Step[] = []
  if (isOperator) {
    steps.push({
      key: 'invite',
      title: t('inviteTitle'),
      hint: t('inviteHint'),
      to: openOf(me, '/users'),
      isDone: health && health.people > 1,
    })
    const known =
      counts && counts.applied + counts.admitted + counts.returned + counts.suspended > 0
    steps.push({
      key: 'apply',
      title: t('applyTitle'),
      hint: <ApplyHint />,
      to: openOf(me, '/enterprises'),
      isDone: known,
    })
  }
  if (isReviewer) {
    const waiting = counts && counts.waiting.applications + counts.waiting.changes
    steps.push({
      key: 'review',
      title: t('reviewTitle'),
      hint: <ReviewHint count={waiting} oldestAt={counts?.waiting.oldestAt} />,
      to: openOf(me, '/enterprises/queue'),
      isDone: waiting === undefined ? undefined : waiting === 0,
    })
  }
  return steps
}

function ApplyHint() {
  const t = useTexts()
  const link = `${location.origin}/console/apply`
  return (
    <>
      {t('applyHint')}
      <br />
      <code className="mono">{link}</code> <Copy text={link} label={t('applyLink')} />
    </>
  )
}

function ReviewHint({
  count,
  oldestAt,
}: {
  count: number | undefined
  oldestAt: string | undefined
}) {
  const t = useTexts()
  const format = useFormat()
  if (count === undefined) return <span>—</span>
  if (count === 0) return <span>{t('reviewNone')}</span>
  return (
    <span>
      <strong>{t('reviewWaiting', { count: format.number(count) })}</strong>
      {oldestAt !== undefined && (
        <>
          {' · '}
          {t('reviewOldest')} <When at={oldestAt} />
        </>
      )}
    </span>
  )
}

function useEnterpriseSteps(me: Me): readonly Step[] {
  const t = useTexts()
  const own = me.memberships[0]?.enterprise
  const mayWrite = own !== undefined && may(me, 'identifiers.write', own)
  const mayDesign = own !== undefined && may(me, 'templates.write', own)
  const enterprise = useQuery({ ...ownEnterpriseQuery(own ?? ''), enabled: own !== undefined }).data
  const template = useQuery({ ...anyTemplateQuery, enabled: mayDesign }).data
  const numbers = useQuery({ ...byDayQuery(30), enabled: mayWrite }).data
  const halted = useHaltedStep(me, enterprise?.state)
  if (own === undefined) return []
  if (halted !== undefined) return [halted]
  const hasSome = numbers && numbers.registered > 0
  const all: (Step | false)[] = [
    mayDesign && {
      key: 'template',
      title: t('templateTitle'),
      hint: t('templateHint'),
      to: openOf(me, '/templates'),
      isDone: template && template.items.length > 0,
    },
    mayWrite && {
      key: 'import',
      title: t('importTitle'),
      hint: t('importHint'),
      to: openOf(me, '/imports/new', '/imports'),
      isDone: hasSome,
    },
    mayWrite && {
      key: 'register',
      title: t('registerTitle'),
      hint: t('registerHint'),
      to: openOf(me, '/identifiers/register'),
    },
  ]
  return all.filter((it) => it !== false)
}

const HALTED = {
  applied: 'enterpriseApplied',
  returned: 'enterpriseReturned',
  suspended: 'enterpriseSuspended',
  rejected: 'enterpriseRejected',
} as const

/** What keeps an enterprise from registering anything. */
function useHaltedStep(me: Me, state: string | undefined): Step | undefined {
  const t = useTexts()
  if (state === undefined || !(state in HALTED)) return undefined
  return {
    key: 'enterprise',
    title: t('enterpriseTitle'),
    hint: t(HALTED[state as keyof typeof HALTED]),
    to: openOf(me, '/enterprise'),
    isDone: false,
  }
}

function useWatchSteps(me: Me): readonly Step[] {
  const t = useTexts()
  const isAuditor = mayOnNode(me, 'audit.read') && !mayOnNode(me, 'node.configure')
  const steps: Step[] = []
  if (isAuditor) {
    steps.push(
      { key: 'audit', title: t('auditTitle'), hint: t('auditHint'), to: openOf(me, '/audit') },
      {
        key: 'evidence',
        title: t('evidenceTitle'),
        hint: t('evidenceHint'),
        to: openOf(me, '/evidence'),
      },
    )
  }
  const resolve = openOf(me, '/resolve')
  if (resolve !== undefined && !mayOnNode(me, 'node.configure')) {
    steps.push({ key: 'resolve', title: t('resolveTitle'), hint: t('resolveHint'), to: resolve })
  }
  return steps
}
