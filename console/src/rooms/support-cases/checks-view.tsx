import { useQuery } from '@tanstack/react-query'
import { Alert, Card, Tag } from 'antd'
import { answer, api } from '../../api/client.ts'
import { apart } from '../../frame/apart.ts'
import { useFormat } from '../../frame/format.ts'
import { Go } from '../../ui/go.tsx'
import { QueryView } from '../../ui/query-view.tsx'
import type { Case, Finding } from './api.ts'
import { OutlookView, Sources } from './outlook-view.tsx'
import { useTexts } from './texts.ts'

/** What the rules say of the case as it is known now, and what is there twice. */
export function ChecksView({ of }: { of: Case }) {
  const t = useTexts()
  const findings = useQuery({
    queryKey: ['support-case', of.id, 'findings'],
    queryFn: () =>
      answer(api.GET('/api/v1/policy/cases/{id}/findings', { params: { path: { id: of.id } } })),
  })
  return (
    <>
      <Card size="small" title={t('findings')} style={{ marginBlockEnd: 16 }}>
        <QueryView query={findings}>{(it) => <Findings of={it} />}</QueryView>
      </Card>
      <OutlookCard id={of.id} />
    </>
  )
}

export function OutlookCard({ id }: { id: string }) {
  const t = useTexts()
  const outlook = useQuery({
    queryKey: ['support-case', id, 'outlook'],
    queryFn: () =>
      answer(api.GET('/api/v1/policy/cases/{id}/outlook', { params: { path: { id } } })),
  })
  return (
    <Card size="small" title={t('preview')} style={{ marginBlockEnd: 16 }}>
      <QueryView query={outlook}>
        {(it) => (
          <>
            <OutlookView of={it} />
            <Sources of={it} />
          </>
        )}
      </QueryView>
    </Card>
  )
}

function Findings({ of }: { of: Finding }) {
  const t = useTexts()
  const format = useFormat()
  const kinds = {
    same: t('same'),
    number: t('number'),
    cost: t('cost'),
    project: t('projectKind'),
    name: t('nameKind'),
  }
  if (of.items.length === 0 && of.related.length === 0) return <span>{t('findingsNone')}</span>
  return (
    <>
      <ul style={{ margin: 0, paddingInlineStart: 20 }}>
        {of.items.map((it) => (
          <li key={it.case} style={{ marginBlockEnd: 4 }}>
            {it.kinds.map((kind) => (
              <Tag key={kind} color={kind === 'name' || kind === 'project' ? 'warning' : 'error'}>
                {kinds[kind]}
              </Tag>
            ))}
            <Go to={`/support/cases/${it.case}`} search={{ part: 'application' }}>
              {it.project}
            </Go>{' '}
            · <bdi>{it.applicant.name ?? it.applicant.id}</bdi> · {it.receipt} ·{' '}
            {t('likeness', { percent: format.percent(it.similarity) })}
            {it.numbers.length > 0 && <> · {it.numbers.join('、')}</>}
          </li>
        ))}
      </ul>
      {of.related.length > 0 && (
        <Alert
          type="warning"
          showIcon
          style={{ marginBlockStart: 8 }}
          title={t('related')}
          description={of.related
            .map(
              (it) =>
                `${apart(it.name)} (${it.because === 'member' ? t('member') : t('interest')})`,
            )
            .join('、')}
        />
      )}
      {!of.complete && <p>{t('findingsSome')}</p>}
    </>
  )
}
