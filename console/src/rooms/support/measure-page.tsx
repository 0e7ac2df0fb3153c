import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Card, Descriptions, type DescriptionsProps } from 'antd'
import type { ReactNode } from 'react'
import { useFormat } from '../../frame/format.ts'
import { type Text, useLanguage, useText } from '../../frame/language.ts'
import { Go } from '../../ui/go.tsx'
import { GoButton } from '../../ui/go-button.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { QueryView } from '../../ui/query-view.tsx'
import { useIsWide } from '../../ui/wide.ts'
import { type Measure, measureQuery } from './measure-queries.ts'
import { MeasureStateTag } from './parts.tsx'
import './support.css'
import { useTexts } from './texts.ts'

/** One measure: its clause, what it asks, what it pays, and by which readings. */
export function Page() {
  const { id } = useParams({ strict: false }) as { id: string }
  const t = useTexts()
  const textOf = useText()
  const measure = useQuery(measureQuery(id))
  const title = measure.data === undefined ? t('measure') : textOf(measure.data.title)
  return (
    <PageFrame
      title={title}
      lead={<Go to="/support/measures">{t('back')}</Go>}
      actions={<GoButton to="/support/fits">{t('tryIt')}</GoButton>}
    >
      <QueryView query={measure}>{(it) => <Whole measure={it} />}</QueryView>
    </PageFrame>
  )
}

function Whole({ measure }: { measure: Measure }) {
  const t = useTexts()
  const textOf = useText()
  const { conditions, each, limits } = measure
  return (
    <div className="support-measure">
      <Part title={t('clause')}>
        <p className="support-clause">{textOf(measure.clause)}</p>
        <Facts measure={measure} />
      </Part>
      <Part title={t('formula')}>
        <p className="support-amount">{textOf(measure.formula)}</p>
        <p className="support-minor">{t(measure.determinacy as 'F')}</p>
        <h3>{t('limits')}</h3>
        {limits.length === 0 && <p>{t('noLimits')}</p>}
        <ul>
          {limits.map((it) => (
            <li key={it.en}>{textOf(it)}</li>
          ))}
        </ul>
      </Part>
      <Part title={t('conditions')}>
        {conditions.length + each.length === 0 ? (
          <p>{t('noConditions')}</p>
        ) : (
          <Tree conditions={[...conditions, ...each]} />
        )}
      </Part>
      <Documents measure={measure} />
      <Readings measure={measure} />
    </div>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Card size="small" title={<h2 className="card-title">{title}</h2>}>
      {children}
    </Card>
  )
}

function Facts({ measure }: { measure: Measure }) {
  const t = useTexts()
  const textOf = useText()
  const language = useLanguage()
  const { day } = useFormat()
  const list = (texts: readonly { zh: string; en: string }[]) =>
    texts.map(textOf).join(language === 'zh' ? '、' : ', ')
  const { inForce, batches, paper, article } = measure
  const items: NonNullable<DescriptionsProps['items']> = [
    { key: 'state', label: t('state'), children: <MeasureStateTag state={measure.state} /> },
    {
      key: 'source',
      label: t('source'),
      children: (
        <span>
          {paper !== undefined && (
            <>
              <Go to={`/papers/${encodeURIComponent(measure.document)}`}>{textOf(paper)}</Go>{' '}
            </>
          )}
          <span lang="zh-CN">{article}</span> <span className="mono">{measure.id}</span>
        </span>
      ),
    },
    ...(inForce === undefined
      ? []
      : [
          {
            key: 'inForce',
            label: t('inForce'),
            children: t('period', { from: day(inForce.from), to: day(inForce.to) }),
          },
        ]),
    {
      key: 'owner',
      label: t('owner'),
      children: list(measure.owner.map((it) => it.body ?? it.title)),
    },
    {
      key: 'for',
      label: t('forWhom'),
      children:
        measure.beneficiaries.length === 0
          ? t('anybody')
          : list(measure.beneficiaries.map((it) => it.title)),
    },
    {
      key: 'where',
      label: t('where'),
      children: measure.regionOnly
        ? t('onlyHere', { region: textOf(measure.region.name) })
        : t('anywhere'),
    },
    ...(batches.length === 0
      ? []
      : [
          {
            key: 'guides',
            label: t('guideYears'),
            children: batches
              .map((it) => t('guideYear', { year: it.year, direction: textOf(it.direction) }))
              .join(language === 'zh' ? '；' : '; '),
          },
        ]),
    {
      key: 'versions',
      label: t('versionCount'),
      children: (
        <Go to={`/support/rules/${encodeURIComponent(measure.id)}`}>
          {t('versionsOf', { count: measure.versions })}
        </Go>
      ),
    },
    {
      key: 'digest',
      label: t('digest'),
      children: <span className="mono support-digest">{measure.digest}</span>,
    },
  ]
  const isWide = useIsWide('table')
  return (
    <Descriptions
      size="small"
      column={1}
      items={items}
      layout={isWide ? 'horizontal' : 'vertical'}
    />
  )
}

type Condition = { readonly text: Text; readonly parts?: readonly Condition[] }

/** Conditions below each other; what belongs together is set in. */
function Tree({ conditions }: { conditions: readonly Condition[] }) {
  const textOf = useText()
  return (
    <ul className="support-tree">
      {conditions.map((it) => (
        <li key={it.text.en}>
          {textOf(it.text)}
          {it.parts !== undefined && it.parts.length > 0 && <Tree conditions={it.parts} />}
        </li>
      ))}
    </ul>
  )
}

function Documents({ measure: { documents } }: { measure: Measure }) {
  const t = useTexts()
  const textOf = useText()
  if (documents === undefined) return null
  return (
    <Part title={t('documents')}>
      {documents.ask.length === 0 && <p>{t('noDocuments')}</p>}
      <ul>
        {documents.ask.map((it) => (
          <li key={it.name}>{textOf(it.label)}</li>
        ))}
      </ul>
      {documents.neverAsk !== undefined && (
        <>
          <h3>{t('neverAsk')}</h3>
          <p>{textOf(documents.neverAsk)}</p>
        </>
      )}
      {documents.assumption && <p className="support-minor">{t('assumption')}</p>}
    </Part>
  )
}

function Readings({ measure: { readings } }: { measure: Measure }) {
  const t = useTexts()
  const textOf = useText()
  if (readings.length === 0) return null
  return (
    <Part title={t('readings')}>
      <dl className="support-readings">
        {readings.map((it) => (
          <div key={it.id}>
            <dt>
              {textOf(it.words)} <span className="support-minor">{textOf(it.question)}</span>
            </dt>
            <dd>
              {textOf(it.reading)}
              {it.until !== undefined && (
                <span className="support-minor"> {t('until', { what: textOf(it.until) })}</span>
              )}{' '}
              <span className="mono support-minor">
                {it.id} v{it.version}
              </span>
            </dd>
          </div>
        ))}
      </dl>
    </Part>
  )
}
