import { Alert, Card, Descriptions, Tag } from 'antd'
import type { ReactNode } from 'react'
import { useText } from '../../frame/language.ts'
import { Copy } from '../../ui/copy.tsx'
import { Go } from '../../ui/go.tsx'
import type { Paper } from './api.ts'
import './papers.css'
import { useTexts } from './texts.ts'

/** The parts of what is published, side by side. */
export function PublishedParts({
  current,
}: {
  current: 'papers' | 'drafts' | 'proposals' | 'plans'
}) {
  const t = useTexts()
  const parts = [
    { key: 'papers', label: t('tabPapers'), to: '/papers' },
    { key: 'drafts', label: t('tabDrafts'), to: '/papers/drafts' },
    { key: 'proposals', label: t('tabProposals'), to: '/papers/proposals' },
    { key: 'plans', label: t('tabPlans'), to: '/papers/plans' },
  ]
  return <PartLinks label={t('parts')} parts={parts} current={current} />
}

type Part = { readonly key: string; readonly label: string; readonly to: string }

function PartLinks({ label, parts, current }: { label: string; parts: Part[]; current: string }) {
  return (
    <nav aria-label={label}>
      <ul className="paper-parts">
        {parts.map((it) => (
          <li key={it.key}>
            <Go to={it.to} {...(it.key === current && { 'aria-current': 'page' as const })}>
              {it.label}
            </Go>
          </li>
        ))}
      </ul>
    </nav>
  )
}

const COLOURS: Readonly<Record<string, string>> = {
  'in-force': 'success',
  'not-yet': 'processing',
  expired: 'default',
  repealed: 'default',
  undated: 'warning',
  draft: 'warning',
  letter: 'default',
  note: 'default',
}

export function StandingTag({ standing }: { standing: Paper['standing'] }) {
  const t = useTexts()
  return <Tag color={COLOURS[standing] ?? 'default'}>{t(standing)}</Tag>
}

type Field = { readonly value: string } | { readonly absent: 'empty' | 'not_stated' | 'not_held' }

/** What a field holds, or why it holds nothing. */
export function FieldValue({ field }: { field: Field }) {
  const t = useTexts()
  if ('value' in field) return <bdi lang="zh-CN">{field.value}</bdi>
  return <span className="paper-absent">{t(`absent_${field.absent}`)}</span>
}

/** The eight fields of publication in the order of the national list. */
export function HeadFields({ paper }: { paper: Paper }) {
  const t = useTexts()
  const textOf = useText()
  const { head } = paper
  const { validity } = head
  const row = (
    key:
      | 'indexNumber'
      | 'class'
      | 'issuer'
      | 'publicationDate'
      | 'title'
      | 'documentNumber'
      | 'keywords',
  ) => ({
    key,
    label: t(key),
    children: <FieldValue field={head[key]} />,
  })
  const interpreter =
    'absent' in validity || validity.interpreter === undefined
      ? undefined
      : t('interpretedBy', { who: textOf(validity.interpreter) })
  return (
    <Descriptions
      className="paper-fields"
      bordered
      size="small"
      column={{ xs: 1, md: 2 }}
      title={<h2 className="paper-heading">{t('fields')}</h2>}
      items={[
        row('indexNumber'),
        row('class'),
        row('issuer'),
        row('publicationDate'),
        row('title'),
        row('documentNumber'),
        row('keywords'),
        {
          key: 'validity',
          label: t('validity'),
          children:
            'absent' in validity ? (
              <FieldValue field={validity} />
            ) : (
              <>
                {t('validFromTo', {
                  from: validity.from ?? t('openEnd'),
                  to: validity.to ?? t('openEnd'),
                })}
                {interpreter !== undefined && <div>{interpreter}</div>}
              </>
            ),
        },
      ]}
    />
  )
}

/** Plain text as paragraphs, headings and lists; nothing in it is ever markup. */
export function PaperText({ text }: { text: string }) {
  const blocks = text.split(/\n{2,}/).filter((it) => it.trim() !== '')
  return (
    <div className="paper-text" lang="zh-CN">
      {blocks.map((block, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the text is drawn whole
        <Block key={at} block={block.trim()} />
      ))}
    </div>
  )
}

function Block({ block }: { block: string }): ReactNode {
  const lines = block.split('\n')
  if (lines.length === 1 && /^#+\s/.test(block)) return <h3>{block.replace(/^#+\s+/, '')}</h3>
  if (lines.every((it) => /^[-*]\s/.test(it))) {
    return (
      <ul>
        {lines.map((it, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the text is drawn whole
          <li key={at}>{it.replace(/^[-*]\s+/, '')}</li>
        ))}
      </ul>
    )
  }
  return <p>{block}</p>
}

/** The receipt of what was sent, and its code, which is shown this once. */
export function ReceiptCard({
  title,
  receipt,
  secret,
  children,
}: {
  title: string
  receipt: string
  secret: string
  children?: ReactNode
}) {
  const t = useTexts()
  return (
    <Card title={<h2 className="paper-heading">{title}</h2>} role="status">
      <Alert type="warning" showIcon title={t('keepReceipt')} style={{ marginBlockEnd: 12 }} />
      <dl className="card-rows">
        <dt>{t('receipt')}</dt>
        <dd>
          <code data-testid="receipt">{receipt}</code> <Copy text={receipt} label={t('receipt')} />
        </dd>
        <dt>{t('secret')}</dt>
        <dd>
          <code data-testid="secret">{secret}</code> <Copy text={secret} label={t('secret')} />
        </dd>
      </dl>
      {children}
    </Card>
  )
}

/** The ids or words of a field that takes several. */
export function listOf(text: string | undefined): string[] {
  return [...new Set((text ?? '').split(/[,，;；\n]/).map((it) => it.trim()))].filter(
    (it) => it !== '',
  )
}
