import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Alert, Card, Descriptions } from 'antd'
import { answer, api } from '../../api/client.ts'
import { may, useMe } from '../../api/me.ts'
import { useFormat } from '../../frame/format.ts'
import { useText } from '../../frame/language.ts'
import { Chart } from '../../ui/chart.tsx'
import { Copy } from '../../ui/copy.tsx'
import { Go } from '../../ui/go.tsx'
import { GoButton } from '../../ui/go-button.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { QueryView } from '../../ui/query-view.tsx'
import { Failed, Loading, Nothing } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { Acts } from './acts.tsx'
import { GROWTH_DAYS } from './levels.ts'
import {
  Owner,
  type Prefix,
  PrefixLink,
  prefixPath,
  StateTags,
  useKnownPrefix,
  usePrefix,
} from './parts.tsx'
import { useTexts } from './texts.ts'
import './prefixes.css'

const SHOWN_MAX = 50

/** One prefix: whose it is, what it holds, what derives from it, and what may be done to it. */
export function Page() {
  const t = useTexts()
  const { prefix: name } = useParams({ strict: false }) as { prefix: string }
  const me = useMe()
  const found = usePrefix(name)
  const prefix = found.data
  if (prefix === undefined) {
    return (
      <PageFrame title={t('prefix')}>
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
      title={prefix.prefix}
      lead={
        <>
          <StateTags prefix={prefix} /> <Owner prefix={prefix} />
        </>
      }
      actions={
        <>
          {may(me, 'keys.write', prefix.enterprise ?? '') && prefix.state !== 'released' && (
            <GoButton to={`${prefixPath(prefix.prefix)}/keys`}>{t('handleKeys')}</GoButton>
          )}
          {may(me, 'templates.write', prefix.enterprise ?? '') && prefix.state !== 'released' && (
            <GoButton to={`${prefixPath(prefix.prefix)}/namespace`}>{t('namespace')}</GoButton>
          )}
          <Acts prefix={prefix} />
        </>
      }
    >
      <Why prefix={prefix} />
      <div className="halves">
        <Facts prefix={prefix} />
        <Growth prefix={prefix} />
        <Derived prefix={prefix} />
        <Templates prefix={prefix} />
      </div>
    </PageFrame>
  )
}

/** Why it is not answered, where it is not. */
function Why({ prefix }: { prefix: Prefix }) {
  const t = useTexts()
  const { suspension, hold, release, state, answers } = prefix
  const isStoppedAbove = state === 'active' && (answers === 'suspended' || answers === 'held')
  return (
    <>
      {hold !== undefined && (
        <Stopped
          type="error"
          title={t('heldSince')}
          at={hold.at}
          reason={`${t('orderOf', hold)} — ${hold.reason}`}
        />
      )}
      {suspension !== undefined && (
        <Stopped
          type="warning"
          title={t('suspendedSince')}
          at={suspension.at}
          reason={suspension.reason}
        />
      )}
      {release !== undefined && (
        <Stopped type="info" title={t('releasedSince')} at={release.at} reason={release.reason} />
      )}
      {isStoppedAbove && (
        <Alert type="warning" showIcon title={t('above')} style={{ marginBlockEnd: 12 }} />
      )}
    </>
  )
}

type StoppedProps = {
  readonly type: 'error' | 'warning' | 'info'
  readonly title: string
  readonly at: string
  readonly reason: string
}

function Stopped({ type, title, at, reason }: StoppedProps) {
  return (
    <Alert
      type={type}
      showIcon
      style={{ marginBlockEnd: 12 }}
      title={
        <>
          {title} <When at={at} isExact />
        </>
      }
      description={<bdi>{reason}</bdi>}
    />
  )
}

function Facts({ prefix }: { prefix: Prefix }) {
  const t = useTexts()
  const format = useFormat()
  const me = useMe()
  const { identifiers, parent, hosting, allottedAt } = prefix
  const items = [
    {
      key: 'prefix',
      label: t('prefix'),
      children: (
        <>
          <bdi className="mono">{prefix.prefix}</bdi> <Copy text={prefix.prefix} />
        </>
      ),
    },
    ...(parent === undefined
      ? []
      : [{ key: 'parent', label: t('parent'), children: <Parent name={parent} /> }]),
    { key: 'at', label: t('allottedAt'), children: <When at={allottedAt} isExact /> },
    { key: 'hosting', label: t('hosting'), children: <Hosting hosting={hosting} /> },
    { key: 'total', label: t('countTotal'), children: format.number(identifiers.total) },
    {
      key: 'registered',
      label: t('countRegistered'),
      children: format.number(identifiers.registered),
    },
    { key: 'retired', label: t('countRetired'), children: format.number(identifiers.retired) },
    { key: 'held', label: t('countHeld'), children: format.number(identifiers.held) },
  ]
  return (
    <Card
      title={t('facts')}
      extra={
        may(me, 'identifiers.read', prefix.enterprise ?? '') && (
          <Go to="/identifiers" search={{ prefix: prefix.prefix }}>
            {t('toIdentifiers')}
          </Go>
        )
      }
    >
      <Descriptions bordered size="small" column={1} items={items} />
    </Card>
  )
}

/** The prefix above, as a link for those who may know of it. */
function Parent({ name }: { name: string }) {
  const above = useKnownPrefix(name)
  return above === undefined || above === null ? (
    <bdi className="mono">{name}</bdi>
  ) : (
    <PrefixLink prefix={above.prefix} />
  )
}

function Hosting({ hosting }: { hosting: Prefix['hosting'] }) {
  const t = useTexts()
  if (hosting.kind !== 'delegated') return <span>{t('hostedHere')}</span>
  const { sites = [] } = hosting
  return (
    <>
      {t('hostedElsewhere')} ({t('since')} <When at={hosting.since} />)
      {hosting.description !== undefined && (
        <p style={{ margin: '4px 0' }}>
          <bdi>{hosting.description}</bdi>
        </p>
      )}
      {hosting.service !== undefined && (
        <p style={{ margin: '4px 0' }}>
          {t('service')} <bdi className="mono">{hosting.service}</bdi>
        </p>
      )}
      {sites.length > 0 && (
        <ul aria-label={t('sites')} style={{ margin: 0, paddingInlineStart: 18 }}>
          {sites.map((site) => (
            <li key={JSON.stringify(site)} className="mono">
              {[site.url, site.address, site.port, site.protocol]
                .filter((it) => it !== undefined)
                .join(' ')}
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

function Growth({ prefix: { prefix } }: { prefix: Prefix }) {
  const t = useTexts()
  const format = useFormat()
  const grown = useQuery({
    queryKey: ['prefixes', 'growth', prefix],
    queryFn: () =>
      answer(
        api.GET('/api/v1/prefixes/{prefix}/growth', {
          params: { path: { prefix }, query: { days: GROWTH_DAYS } },
        }),
      ),
  })
  return (
    <Card>
      <QueryView query={grown}>
        {({ items }) => (
          <Chart
            data={{
              title: t('growth'),
              category: t('day'),
              categories: items.map((it) => it.day),
              labels: items.map((it) => format.day(it.day)),
              series: [{ name: t('seriesAdded'), values: items.map((it) => it.added) }],
              kind: 'bar',
            }}
          />
        )}
      </QueryView>
    </Card>
  )
}

function Derived({ prefix: { prefix } }: { prefix: Prefix }) {
  const t = useTexts()
  const format = useFormat()
  const found = useQuery({
    queryKey: ['prefixes', 'derived', prefix],
    queryFn: () =>
      answer(
        api.GET('/api/v1/prefixes', { params: { query: { parent: prefix, limit: SHOWN_MAX } } }),
      ),
  })
  return (
    <Card title={t('derived')}>
      <QueryView query={found}>
        {({ items, total }) =>
          items.length === 0 ? (
            <Nothing title={t('derivedNone')} />
          ) : (
            <>
              <ul className="cards" aria-label={t('derived')}>
                {items.map((it) => (
                  <li key={it.prefix} style={{ display: 'flex', gap: 8, flexWrap: 'wrap' }}>
                    <PrefixLink prefix={it.prefix} /> <StateTags prefix={it} />
                    <span className="nums" style={{ marginInlineStart: 'auto' }}>
                      {t('derivedCount', { count: format.number(it.identifiers.total) })}
                    </span>
                  </li>
                ))}
              </ul>
              {total > items.length && (
                <Go to="/prefixes" search={{ q: `${prefix}.` }}>
                  {t('total', { count: format.number(total) })}
                </Go>
              )}
            </>
          )
        }
      </QueryView>
    </Card>
  )
}

function Templates({ prefix: { prefix, enterprise } }: { prefix: Prefix }) {
  const t = useTexts()
  const text = useText()
  const me = useMe()
  const found = useQuery({
    queryKey: ['templates', 'of', prefix],
    queryFn: () =>
      answer(api.GET('/api/v1/templates', { params: { query: { prefix, limit: 500 } } })),
  })
  return (
    <Card
      title={t('templates')}
      extra={
        may(me, 'templates.write', enterprise ?? '') && (
          <Go to="/templates/new" search={{ prefix }}>
            {t('templateNew')}
          </Go>
        )
      }
    >
      <QueryView query={found}>
        {({ items }) => {
          const newest = new Map(
            items
              .toSorted((a, b) => a.version - b.version)
              .map((it) => [`${it.prefix}/${it.name}`, it]),
          )
          if (newest.size === 0) return <Nothing title={t('templatesNone')} />
          return (
            <ul className="cards" aria-label={t('templates')}>
              {[...newest.values()].map((it) => (
                <li key={`${it.prefix}/${it.name}`}>
                  <Go to={`/templates/${encodeURIComponent(it.prefix)}/${it.name}`}>
                    <bdi>{text(it.label)}</bdi>
                  </Go>{' '}
                  <span className="mono">{it.id}</span>
                </li>
              ))}
            </ul>
          )
        }}
      </QueryView>
    </Card>
  )
}
