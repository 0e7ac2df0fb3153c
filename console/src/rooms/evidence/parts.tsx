import { CheckCircleOutlined, CloseCircleOutlined, QuestionCircleOutlined } from '@ant-design/icons'
import { Tag } from 'antd'
import { formatBase64 } from '../../proof/bytes.ts'
import type { Signed } from '../../proof/note.ts'
import { Copy } from '../../ui/copy.tsx'
import { useTexts } from './texts.ts'

export const KINDS = [
  'registrations-daily',
  'resolutions-daily',
  'enterprise-decision',
  'prefix-decision',
  'case-decision',
  'policy-decision',
  'decision-maker',
] as const

/** The words for a kind; a kind of a room that came later is shown as it is. */
export function useKindName(): (kind: string) => string {
  const t = useTexts()
  return (kind) =>
    KINDS.includes(kind as (typeof KINDS)[number])
      ? t(`kind.${kind}` as 'kind.prefix-decision')
      : kind
}

export function AudienceName({ open }: { open: unknown }) {
  const t = useTexts()
  if (open === 'public') return <>{t('audience.public')}</>
  if (open === 'staff') return <>{t('audience.staff')}</>
  return <>{t('audience.enterprise')}</>
}

/** A hash, short to the eye and whole to the clipboard. */
export function Hash({ bytes, label }: { bytes: Uint8Array | undefined; label: string }) {
  if (bytes === undefined) return <span>—</span>
  const text = formatBase64(bytes)
  return (
    <span style={{ whiteSpace: 'nowrap' }}>
      <code className="mono" title={text}>
        {text.slice(0, 10)}…
      </code>
      <Copy text={text} label={label} />
    </span>
  )
}

export type CheckState = 'good' | 'wrong' | 'unknown'

const LOOK = {
  good: { colour: 'success', icon: <CheckCircleOutlined />, text: 'checkGood' },
  wrong: { colour: 'error', icon: <CloseCircleOutlined />, text: 'checkWrong' },
  unknown: { colour: 'default', icon: <QuestionCircleOutlined />, text: 'checkUnknown' },
} as const

export function CheckTag({ state }: { state: CheckState }) {
  const t = useTexts()
  const { colour, icon, text } = LOOK[state]
  return (
    <Tag color={colour} icon={icon}>
      {t(text)}
    </Tag>
  )
}

export function SignedText({ signed }: { signed: Signed }) {
  const t = useTexts()
  if (signed === 'good') return <Tag color="success">{t('signedGood')}</Tag>
  if (signed === 'wrong') return <Tag color="error">{t('signedWrong')}</Tag>
  return <span>{t('signedUnsupported')}</span>
}
