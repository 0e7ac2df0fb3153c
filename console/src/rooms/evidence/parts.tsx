import { CheckCircleOutlined, CloseCircleOutlined, QuestionCircleOutlined } from '@ant-design/icons'
import { Tag } from 'antd'
import { Copy } from '../../ui/copy.tsx'
import { formatBase64 } from './bytes.ts'
import type { Opened } from './log.ts'
import type { Signed } from './note.ts'
import { useTexts } from './texts.ts'

export const KINDS = [
  'registrations-daily',
  'resolutions-daily',
  'enterprise-decision',
  'prefix-decision',
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

const FIELDS = [
  'day',
  'created',
  'updated',
  'retired',
  'total',
  'enterprise',
  'prefix',
  'decision',
  'by',
  'of',
  'returned',
] as const

/** What an entry says, member by member. */
export function OpenedFields({ opened }: { opened: Opened }) {
  const t = useTexts()
  const fields = Object.entries(opened.fields as Record<string, unknown>)
  return (
    <dl className="card-rows" style={{ marginBlockStart: 12 }}>
      {fields.map(([name, value]) => (
        <FieldRow
          key={name}
          name={
            FIELDS.includes(name as (typeof FIELDS)[number])
              ? t(`field.${name}` as 'field.day')
              : name
          }
          value={value}
        />
      ))}
    </dl>
  )
}

function FieldRow({ name, value }: { name: string; value: unknown }) {
  return (
    <>
      <dt>
        <bdi>{name}</bdi>
      </dt>
      <dd>
        <bdi lang="zxx">{plainText(value)}</bdi>
      </dd>
    </>
  )
}

/** A value as one line: texts and numbers as they are, `a: 1, b: 2` for members. */
export function plainText(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.length === 0 ? '—' : value.map(plainText).join(', ')
  if (typeof value !== 'object' || value === null) return String(value)
  return Object.entries(value)
    .map(([name, it]) => `${name}: ${plainText(it)}`)
    .join(', ')
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
