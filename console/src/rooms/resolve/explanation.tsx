import { Alert, Button, Card } from 'antd'
import type { ReactNode } from 'react'
import type { Json, paths } from '../../api/client.ts'
import { useFormat } from '../../frame/format.ts'
import { Copy } from '../../ui/copy.tsx'
import { useGo } from '../../ui/go.tsx'
import { When } from '../../ui/when.tsx'
import { useTexts } from './texts.ts'
import { HiddenValues, ShownValues } from './values.tsx'

export type Explanation = Json<paths['/api/v1/explain/{*}']['get']['responses']['200']>
type Outcome = Explanation['outcome']

const TONE: Readonly<Record<Outcome, 'success' | 'warning' | 'error' | 'info'>> = {
  found: 'success',
  retired: 'warning',
  held: 'error',
  suspended: 'error',
  absent: 'warning',
  delegated: 'info',
  unknown: 'warning',
  malformed: 'error',
}

/** The answer, where it can be seen, and every step to it with its time. */
export function ExplanationView({ told }: { told: Explanation }) {
  const t = useTexts()
  const { outcome } = told
  return (
    <>
      <Alert
        type={TONE[outcome]}
        showIcon
        title={t(`outcome.${outcome}`)}
        description={
          <>
            <p style={{ margin: 0 }}>
              <bdi className="mono" dir="ltr">
                {told.parsed.handle ?? told.asked}
              </bdi>
              <Copy text={told.parsed.handle ?? told.asked} />
            </p>
            <p style={{ margin: 0 }}>{t(`about.${outcome}`)}</p>
          </>
        }
      />
      <Links told={told} />
      <Steps told={told} />
      {told.values !== undefined && <ShownValues values={told.values} />}
      {told.values !== undefined && <HiddenValues values={told.values} />}
    </>
  )
}

function Links({ told }: { told: Explanation }) {
  const t = useTexts()
  const go = useGo()
  const { outcome, parsed, page, handles, values, record } = told
  if (outcome === 'malformed') return null
  const isOwn = values?.hiddenTotal !== undefined || record?.version !== undefined
  return (
    <p className="resolve-links">
      {isOwn && (
        <Button type="primary" onClick={() => go('/identifier', { id: parsed.handle })}>
          {t('openRecord')}
        </Button>
      )}
      <Button href={`${page.path}?show`} target="_blank">
        {t('openPage')}
      </Button>
      <Button href={`${handles.path}?pretty`} target="_blank">
        {t('openJson')}
      </Button>
    </p>
  )
}

function Steps({ told }: { told: Explanation }) {
  const t = useTexts()
  const format = useFormat()
  const { parsed, prefix, record, values, handles, page } = told
  const steps = [parsed, prefix, record, values, handles, page].filter((it) => it !== undefined)
  const total = steps.reduce((sum, it) => sum + it.ms, 0)
  const longest = Math.max(...steps.map((it) => it.ms), 0.001)
  const share = (ms: number) => ms / longest
  return (
    <Card
      size="small"
      title={t('steps')}
      extra={<span className="nums">{t('totalTime', { ms: format.number(total) })}</span>}
    >
      <ol className="explain">
        <Step name="parsed" ms={parsed.ms} share={share(parsed.ms)} isStop={!parsed.handle}>
          <Parsed parsed={parsed} />
        </Step>
        {prefix !== undefined && (
          <Step
            name="prefix"
            ms={prefix.ms}
            share={share(prefix.ms)}
            isStop={['suspended', 'held', 'released', 'unknown'].includes(prefix.state)}
            isWarn={prefix.state === 'delegated'}
          >
            <PrefixFound prefix={prefix} />
          </Step>
        )}
        {record !== undefined && (
          <Step
            name="record"
            ms={record.ms}
            share={share(record.ms)}
            isStop={record.state !== 'registered'}
          >
            <RecordRead record={record} />
          </Step>
        )}
        {values !== undefined && (
          <Step
            name="values"
            ms={values.ms}
            share={share(values.ms)}
            isWarn={(values.hiddenTotal ?? 0) > 0}
          >
            <p>{t('shownCount', { count: values.shownTotal })}</p>
            {values.hiddenTotal !== undefined && (
              <p>{t('hiddenCount', { count: values.hiddenTotal })}</p>
            )}
          </Step>
        )}
        <Step
          name="handles"
          ms={handles.ms}
          share={share(handles.ms)}
          isWarn={handles.status >= 300}
        >
          <p className="mono">GET {handles.path}</p>
          <p>
            {t('answered', { status: handles.status })} ·{' '}
            {t('responseCode', { code: handles.responseCode })}
          </p>
          <p>{t('asStranger')}</p>
        </Step>
        <Step name="page" ms={page.ms} share={share(page.ms)} isWarn={page.status >= 400}>
          <p className="mono">GET {page.path}</p>
          <p>
            {t('answered', { status: page.status })}
            {page.location !== undefined && (
              <>
                {' '}
                · {t('sentTo')}{' '}
                <a href={page.location} rel="noreferrer noopener" target="_blank">
                  <bdi>{page.location}</bdi>
                </a>
              </>
            )}
          </p>
        </Step>
      </ol>
    </Card>
  )
}

type StepProps = {
  readonly name: 'parsed' | 'prefix' | 'record' | 'values' | 'handles' | 'page'
  readonly ms: number
  /** Of the longest step. */
  readonly share: number
  readonly isStop?: boolean
  readonly isWarn?: boolean
  readonly children: ReactNode
}

function Step({ name, ms, share, isStop, isWarn, children }: StepProps) {
  const t = useTexts()
  const format = useFormat()
  const tone = isStop === true ? 'stop' : isWarn === true ? 'warn' : undefined
  return (
    <li className={tone}>
      <h2>
        {t(`step.${name}`)} <span className="nums">{t('ms', { ms: format.number(ms) })}</span>
      </h2>
      <div className="explain-bar" style={{ inlineSize: `${Math.max(1, share * 100)}%` }} />
      {children}
    </li>
  )
}

function Parsed({ parsed }: { parsed: Explanation['parsed'] }) {
  const t = useTexts()
  if (parsed.handle === undefined) return <p>{t('notParsed')}</p>
  return (
    <p>
      {t('prefix')} <bdi className="mono">{parsed.prefix}</bdi> · {t('suffix')}{' '}
      <bdi className="mono" dir="ltr">
        {parsed.suffix}
      </bdi>
    </p>
  )
}

function PrefixFound({ prefix }: { prefix: NonNullable<Explanation['prefix']> }) {
  const t = useTexts()
  const sites = (prefix.sites ?? []).map(
    ({ url, address, port, protocol }) =>
      url ?? [protocol?.toUpperCase(), address, port].filter((it) => it !== undefined).join(' '),
  )
  return (
    <>
      <p>{t(`prefix.${prefix.state}`)}</p>
      {prefix.owner !== undefined && (
        <p>
          <bdi>{t('owner', { name: prefix.owner })}</bdi>
        </p>
      )}
      {prefix.at !== undefined && <p>{t('delegatedAt', { prefix: prefix.at })}</p>}
      {sites.length > 0 && (
        <p>
          {t('askThere')}
          <bdi className="mono">{sites.join(', ')}</bdi>
        </p>
      )}
    </>
  )
}

function RecordRead({ record }: { record: NonNullable<Explanation['record']> }) {
  const t = useTexts()
  const { version, template, updatedAt } = record
  return (
    <p>
      {t(`record.${record.state}`)}
      {version !== undefined && <> · {t('version', { version })}</>}
      {template !== undefined && <> · {t('madeBy', { name: template })}</>}
      {updatedAt !== undefined && (
        <>
          {' '}
          · {t('updatedAt')} <When at={updatedAt} isExact />
        </>
      )}
    </p>
  )
}
