import { Tag } from 'antd'
import { useFormat } from '../../frame/format.ts'
import { useText } from '../../frame/language.ts'
import type { Call, Summary } from './api.ts'
import { useTexts } from './texts.ts'

/** Whether a call is open, with the time that counts. */
export function CallState({ call }: { call: Pick<Call, 'state' | 'mode'> }) {
  const t = useTexts()
  const colour = { open: 'success', coming: 'processing', closed: 'default' }[call.state]
  return (
    <>
      <Tag color={colour}>{t(call.state)}</Tag>
      {call.mode === 'pilot' && <Tag color="warning">{t('pilot')}</Tag>}
    </>
  )
}

export function CallWindow({ call }: { call: Pick<Call, 'state' | 'opensAt' | 'closesAt'> }) {
  const t = useTexts()
  const format = useFormat()
  return (
    <span className="nums">
      {call.state === 'coming'
        ? t('from', { from: format.dateTime(call.opensAt) })
        : t('until', { until: format.dateTime(call.closesAt) })}
    </span>
  )
}

export function Measures({ of }: { of: Call['measures'] }) {
  const textOf = useText()
  return <span>{of.map((it) => textOf(it.title)).join('、')}</span>
}

const ENDS = ['recommended', 'rejected', 'not-accepted'] as const

/** How a case stands, in one word. */
export function CaseState({ of }: { of: Pick<Summary, 'state' | 'ended' | 'stepTitle'> }) {
  const t = useTexts()
  const textOf = useText()
  if (of.state === 'correcting') return <Tag color="warning">{t('correcting')}</Tag>
  if (of.state === 'withdrawn') return <Tag>{t('withdrawnState')}</Tag>
  if (of.state === 'open') return <Tag color="processing">{textOf(of.stepTitle)}</Tag>
  const [kept, refused, declined] = ENDS
  if (of.ended === kept) return <Tag color="success">{t('recommended')}</Tag>
  if (of.ended === refused) return <Tag color="error">{t('rejectedState')}</Tag>
  if (of.ended === declined) return <Tag color="error">{t('notAccepted')}</Tag>
  return <Tag>{t('ended')}</Tag>
}

export function Due({ at }: { at: string | undefined }) {
  const t = useTexts()
  const format = useFormat()
  if (at === undefined) return <span>{t('noTerm')}</span>
  const isLate = Date.parse(at) < Date.now()
  return (
    <time dateTime={at} className="nums" {...(isLate && { style: { fontWeight: 600 } })}>
      {format.dateTime(at)}
    </time>
  )
}
