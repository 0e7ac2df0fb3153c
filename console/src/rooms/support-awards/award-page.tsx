import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Button, Card, Descriptions } from 'antd'
import { answer, api } from '../../api/client.ts'
import { useText } from '../../frame/language.ts'
import { Go } from '../../ui/go.tsx'
import { GoButton } from '../../ui/go-button.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { Failed, Loading } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { useMoney } from './money.ts'
import { type AwardPage, AwardState } from './parts.tsx'
import { Reasons } from './reasons.tsx'
import { useTexts } from './texts.ts'
import '../../ui/tiles.css'

/** One award: amount, why, what it rests on, and how anybody checks it. */
export function Page() {
  const t = useTexts()
  const { id } = useParams({ strict: false }) as { id: string }
  const found = useQuery({
    queryKey: ['award', id],
    queryFn: () => answer(api.GET('/api/v1/policy/awards/{id}', { params: { path: { id } } })),
  })
  if (found.data !== undefined) return <Shown award={found.data} />
  return (
    <PageFrame title={t('award')}>
      {found.isError ? (
        <Failed error={found.error} retry={() => void found.refetch()} />
      ) : (
        <Loading />
      )}
    </PageFrame>
  )
}

function Shown({ award }: { award: AwardPage }) {
  const t = useTexts()
  const text = useText()
  const money = useMoney()
  return (
    <PageFrame
      title={award.enterprise.name}
      lead={
        <>
          <AwardState state={award.state} /> {text(award.measure.title)}
        </>
      }
      actions={<Go to="/support/awards">{t('awards')}</Go>}
    >
      <div className="cards tiles wide">
        <Card title={t('award')} size="small">
          <Descriptions column={1} size="small">
            <Descriptions.Item label={t('amount')}>
              <strong>{money(award.amountFen)}</strong>
            </Descriptions.Item>
            <Descriptions.Item label={t('measure')}>
              {text(award.measure.title)} <bdi className="mono">{award.measure.id}</bdi>
            </Descriptions.Item>
            <Descriptions.Item label={t('year')}>{award.year}</Descriptions.Item>
            <Descriptions.Item label={t('decidedAt')}>
              <When at={award.decidedAt} isExact />
            </Descriptions.Item>
          </Descriptions>
          <p>{text(award.clause)}</p>
        </Card>
        <Why award={award} />
        <Facts award={award} />
        <Evidence award={award} />
      </div>
    </PageFrame>
  )
}

/** A step of the explanation, as the engine tells it. */
type Words = { readonly zh: string; readonly en: string }
type Step = {
  readonly text: Words
  readonly truth?: boolean | null
  readonly reasons?: readonly Words[]
  readonly inputs?: readonly {
    readonly fact: string
    readonly title: Words
    readonly value: Words
  }[]
  readonly allows?: Words
  readonly binds?: boolean
  readonly steps?: readonly Step[]
}

function Why({ award }: { award: AwardPage }) {
  const t = useTexts()
  const text = useText()
  return (
    <Card title={t('why')} size="small">
      <p style={{ marginBlockStart: 0 }}>
        <strong>{text(award.text)}</strong>
      </p>
      <Steps steps={award.steps as readonly Step[]} />
      <h3 style={{ fontSize: 'inherit', marginBlock: '12px 4px' }}>{t('reasonsWhy')}</h3>
      <Reasons of={award.reasons} label={t('reasonsWhy')} />
    </Card>
  )
}

function Steps({ steps }: { steps: readonly Step[] }) {
  const text = useText()
  return (
    <ul style={{ margin: 0, paddingInlineStart: 18, overflowWrap: 'anywhere' }}>
      {steps.map((it, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an explanation has an order and never changes
        <li key={index}>
          {it.truth === true && '✓ '}
          {it.truth === false && '✗ '}
          {text(it.text)}
          {it.inputs?.map((input) => (
            <span key={input.fact} style={{ color: 'var(--ant-color-text-secondary)' }}>
              {' · '}
              {text(input.title)}: <bdi>{text(input.value)}</bdi>
            </span>
          ))}
          {(it.steps ?? []).length === 0 &&
            it.truth === false &&
            it.reasons?.map((why) => ` · ${text(why)}`)}
          {it.allows !== undefined && (
            <>
              {': '}
              {it.binds === true ? <strong>{text(it.allows)}</strong> : text(it.allows)}
            </>
          )}
          {(it.steps ?? []).length > 0 && <Steps steps={it.steps ?? []} />}
        </li>
      ))}
    </ul>
  )
}

function Facts({ award }: { award: AwardPage }) {
  const t = useTexts()
  const text = useText()
  return (
    <Card title={t('factsUsed')} size="small">
      <p style={{ marginBlockStart: 0 }}>{t('factsUsedHint')}</p>
      <dl className="card-rows">
        {award.facts.map((it) => (
          <FactRow key={it.name} title={text(it.title)} value={it.value} />
        ))}
      </dl>
    </Card>
  )
}

function FactRow({ title, value }: { title: string; value: string }) {
  return (
    <>
      <dt>{title}</dt>
      <dd className="mono" style={{ overflowWrap: 'anywhere' }}>
        {plainValue(value)}
      </dd>
    </>
  )
}

/** What JSON says, without its signs where it is one value or a record of such. */
function plainValue(json: string): string {
  const value: unknown = JSON.parse(json)
  if (typeof value !== 'object' || value === null) return String(value)
  if (Array.isArray(value)) return json
  return Object.entries(value)
    .map(([name, inner]) => `${name}: ${typeof inner === 'object' ? JSON.stringify(inner) : inner}`)
    .join(', ')
}

function Evidence({ award }: { award: AwardPage }) {
  const t = useTexts()
  const isThere = award.entry !== undefined
  return (
    <Card title={t('evidence')} size="small">
      <p style={{ marginBlockStart: 0 }}>
        {isThere ? t('entry', { index: award.entry ?? 0 }) : t('entryComing')}
      </p>
      <p style={{ display: 'flex', flexWrap: 'wrap', gap: 8 }}>
        {isThere && (
          <>
            <Button
              href={`/api/v1/policy/awards/${award.id}/bundle`}
              download={`award-${award.id}.json`}
            >
              {t('bundle')}
            </Button>
            <GoButton to="/support/verify" search={{ award: award.id }} type="primary">
              {t('verifyHere')}
            </GoButton>
          </>
        )}
      </p>
      <p className="mono" style={{ overflowWrap: 'anywhere' }}>
        {t('rulesDigest')}: {award.rulesDigest}
      </p>
    </Card>
  )
}
