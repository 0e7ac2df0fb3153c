import { Tag } from 'antd'
import type { Json, paths } from '../../api/client.ts'
import { useTexts } from './texts.ts'

type Got<P extends keyof paths> = paths[P] extends { get: { responses: { 200: infer R } } }
  ? Json<R>
  : never

export type Award = Got<'/api/v1/policy/awards'>['items'][number]
export type AwardPage = Got<'/api/v1/policy/awards/{id}'>
export type PlanHead = Got<'/api/v1/policy/award-plans'>['items'][number]
export type Plan = Got<'/api/v1/policy/award-plans/{id}'>
export type Candidate = Got<'/api/v1/policy/award-plans/{id}/candidates'>['items'][number]
export type Notice = Got<'/api/v1/policy/notices'>['items'][number]
export type Result = Got<'/api/v1/policy/results'>['items'][number]
export type Panel = Got<'/api/v1/policy/panels'>['items'][number]

const AWARD_COLOUR: Readonly<Record<Award['state'], string>> = {
  decided: 'processing',
  paid: 'success',
  recovering: 'warning',
  recovered: 'default',
  revoked: 'error',
}

export function AwardState({ state }: { state: Award['state'] }) {
  const t = useTexts()
  return <Tag color={AWARD_COLOUR[state]}>{t(`award.${state}`)}</Tag>
}

const STANDING_COLOUR: Readonly<Record<Candidate['standing'], string>> = {
  selected: 'success',
  'not-selected': 'default',
  tied: 'warning',
  undecided: 'warning',
  refused: 'error',
}

export function StandingTag({ standing }: { standing: Candidate['standing'] }) {
  const t = useTexts()
  return <Tag color={STANDING_COLOUR[standing]}>{t(`standing.${standing}`)}</Tag>
}
