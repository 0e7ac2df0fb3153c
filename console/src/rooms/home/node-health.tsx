import { useQuery } from '@tanstack/react-query'
import { Alert, Card, Descriptions, Progress } from 'antd'
import { useMemo } from 'react'
import { useMe } from '../../api/me.ts'
import { useFormat } from '../../frame/format.ts'
import { Chart, type ChartData } from '../../ui/chart.tsx'
import { Go } from '../../ui/go.tsx'
import { Later } from '../../ui/later.tsx'
import { QueryView } from '../../ui/query-view.tsx'
import { When } from '../../ui/when.tsx'
import { type Health, healthQuery } from './queries.ts'
import { openOf } from './reach.ts'
import { useTexts } from './texts.ts'

/** How the node is: room left, what waits, whether search and backups keep up. */
export function NodeHealth() {
  const t = useTexts()
  const health = useQuery(healthQuery)
  return (
    <section aria-label={t('healthTitle')} style={{ minBlockSize: 480 }}>
      <h2>{t('healthTitle')}</h2>
      <Later heightPx={400}>
        <QueryView query={health}>
          {(it) => (
            <div className="cards tiles wide">
              <Room health={it} />
              <Work health={it} />
              <Parts health={it} />
            </div>
          )}
        </QueryView>
      </Later>
    </section>
  )
}

/** Below this share of free room an operator should act. */
const FREE_RATIO_MIN = 0.1

function Room({ health }: { health: Health }) {
  const t = useTexts()
  const format = useFormat()
  const { disk, memory } = health
  const isLow = disk.freeBytes < disk.totalBytes * FREE_RATIO_MIN
  return (
    <Card size="small">
      {isLow && <Alert type="warning" showIcon title={t('diskLow')} />}
      <h3>{t('disk')}</h3>
      <Progress
        aria-label={t('disk')}
        percent={percentOf(disk.totalBytes - disk.freeBytes, disk.totalBytes)}
        status={isLow ? 'exception' : 'normal'}
      />
      <p>
        {t('diskFree', {
          free: format.bytes(disk.freeBytes),
          total: format.bytes(disk.totalBytes),
        })}
      </p>
      <h3>{t('memory')}</h3>
      <Progress
        aria-label={t('memory')}
        percent={percentOf(memory.usedBytes, memory.totalBytes)}
        status="normal"
      />
      <p>
        {t('memoryUsed', {
          used: format.bytes(memory.usedBytes),
          total: format.bytes(memory.totalBytes),
        })}
      </p>
      <p>
        {t('version')} {health.version} · {t('running')} <When at={health.startedAt} />
      </p>
    </Card>
  )
}

function percentOf(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((part / whole) * 1000) / 10
}

const QUEUES = [
  ['applications', '/enterprises/queue'],
  ['changes', '/enterprises/queue'],
  ['prefixRequests', '/prefixes/requests'],
] as const

function Work({ health }: { health: Health }) {
  const t = useTexts()
  const format = useFormat()
  const me = useMe()
  const kept = health.backups.kept
  const rows = [
    ...QUEUES.map(([name, path]) => ({
      key: name,
      label: t(`queue.${name}`),
      children: <QueueCell queue={health.queues[name]} to={openOf(me, path)} />,
    })),
    {
      key: 'imports',
      label: t('importsRunning'),
      children: <Linked to={openOf(me, '/imports')}>{format.number(health.importsRunning)}</Linked>,
    },
    { key: 'search', label: t('search'), children: <SearchCell search={health.search} /> },
    ...(health.mail === undefined
      ? []
      : [{ key: 'mail', label: t('mail'), children: <MailCell mail={health.mail} /> }]),
    {
      key: 'backups',
      label: t('backups'),
      children:
        kept[0] === undefined ? (
          t('backupsNone')
        ) : (
          <>
            {t('backupsKept', { count: kept.length })} <When at={kept[0].at} />
          </>
        ),
    },
  ]
  return (
    <Card size="small">
      <h3>{t('queues')}</h3>
      <Descriptions column={1} size="small" items={rows} />
    </Card>
  )
}

function Linked({ to, children }: { to: string | undefined; children: string }) {
  return to === undefined ? (
    <span>{children}</span>
  ) : (
    <Go to={to} style={{ textDecoration: 'underline' }}>
      {children}
    </Go>
  )
}

function QueueCell({
  queue,
  to,
}: {
  queue: Health['queues']['applications']
  to: string | undefined
}) {
  const t = useTexts()
  const format = useFormat()
  return (
    <span>
      <Linked to={to}>{format.number(queue.count)}</Linked>
      {queue.oldestAt !== undefined && (
        <>
          {' · '}
          {t('queueOldest')} <When at={queue.oldestAt} />
        </>
      )}
    </span>
  )
}

function SearchCell({ search }: { search: Health['search'] }) {
  const t = useTexts()
  if (search.building) return <span>{t('searchBuilding')}</span>
  if (search.behind === 0) return <span>{t('searchCurrent')}</span>
  return <span>{t('searchBehind', { count: search.behind })}</span>
}

function MailCell({ mail }: { mail: NonNullable<Health['mail']> }) {
  const t = useTexts()
  const { waiting, oldestAt, failed, why } = mail
  if (waiting + failed === 0) return <span>{t('mailIdle')}</span>
  return (
    <span>
      {waiting > 0 && t('mailWaiting', { count: waiting })}
      {oldestAt !== undefined && (
        <>
          {' · '}
          {t('queueOldest')} <When at={oldestAt} />
        </>
      )}
      {failed > 0 && <div>{t('mailFailed', { count: failed })}</div>}
      {why !== undefined && <div>{t('mailWhy', { why })}</div>}
    </span>
  )
}

function Parts({ health }: { health: Health }) {
  const t = useTexts()
  const { parts } = health.disk
  const data = useMemo<ChartData>(
    () => ({
      title: t('dataOf'),
      category: t('part'),
      kind: 'rows',
      categories: parts.map((it) => t(`part.${it.name}` as 'part.documents')),
      series: [{ name: t('size'), values: parts.map((it) => Math.round(it.bytes / 10_000) / 100) }],
    }),
    [parts, t],
  )
  return (
    <Card size="small">
      <Chart data={data} />
    </Card>
  )
}
