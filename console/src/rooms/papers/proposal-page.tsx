import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Card, Descriptions, Tag } from 'antd'
import { answer, api } from '../../api/client.ts'
import { mayOnNode, useMaybeMe } from '../../api/me.ts'
import { useFormat } from '../../frame/format.ts'
import { useText } from '../../frame/language.ts'
import { Page as PageFrame } from '../../ui/page.tsx'
import { QueryView } from '../../ui/query-view.tsx'
import { NotHere } from '../../ui/states.tsx'
import type { Proposal } from './api.ts'
import { ProposalForm } from './proposal-form.tsx'
import { ProposalWork } from './proposal-work.tsx'
import './papers.css'
import { useTexts } from './texts.ts'

/** A proposal with the reply to each of its points, as far as it is public; `new` takes one in. */
export function Page() {
  const { id } = useParams({ strict: false }) as { id: string }
  const t = useTexts()
  const me = useMaybeMe()
  if (id !== 'new') return <One id={id} />
  if (!mayOnNode(me, 'policy.publish')) return <NotHere />
  return (
    <PageFrame title={t('newProposal')}>
      <ProposalForm />
    </PageFrame>
  )
}

function One({ id }: { id: string }) {
  const t = useTexts()
  const query = useQuery({
    queryKey: ['papers', 'proposals', 'one', id],
    refetchOnWindowFocus: false,
    queryFn: () => answer(api.GET('/api/v1/policy/proposals/{id}', { params: { path: { id } } })),
  })
  return (
    <PageFrame title={query.data?.title ?? t('proposals')}>
      <QueryView query={query}>{(it) => <Shown proposal={it} />}</QueryView>
    </PageFrame>
  )
}

function Shown({ proposal }: { proposal: Proposal }) {
  const t = useTexts()
  return (
    <>
      <Fields proposal={proposal} />
      {proposal.summary !== undefined && (
        <section className="paper-section" aria-label={t('summary')}>
          <h2>{t('summary')}</h2>
          <p>
            <bdi lang="zh-CN">{proposal.summary}</bdi>
          </p>
        </section>
      )}
      {proposal.points.length > 0 && <Points points={proposal.points} />}
      {proposal.office !== undefined && <ProposalWork proposal={proposal} />}
    </>
  )
}

function Points({ points }: { points: Proposal['points'] }) {
  const t = useTexts()
  const textOf = useText()
  return (
    <section className="paper-section" aria-label={t('points')}>
      <h2>{t('points')}</h2>
      <ol className="paper-list">
        {points.map((it) => (
          <li key={it.question}>
            <Card size="small" style={{ marginBlockEnd: 8 }}>
              <p style={{ marginBlock: 4 }}>
                <strong>
                  <bdi lang="zh-CN">{it.question}</bdi>
                </strong>{' '}
                {it.unit !== undefined && <Tag>{textOf(it.unit.name)}</Tag>}
              </p>
              <p style={{ marginBlock: 4, whiteSpace: 'pre-line' }}>
                <bdi lang="zh-CN">{it.answer ?? '—'}</bdi>
              </p>
            </Card>
          </li>
        ))}
      </ol>
    </section>
  )
}

function Fields({ proposal }: { proposal: Proposal }) {
  const t = useTexts()
  const textOf = useText()
  const format = useFormat()
  const dayOf = (day: string | undefined, none: string) =>
    day === undefined ? none : format.day(day)
  const joint = proposal.jointUnits.map((it) => textOf(it.name)).join(' · ')
  return (
    <Descriptions
      className="paper-fields"
      bordered
      size="small"
      column={{ xs: 1, md: 2 }}
      items={[
        {
          key: 'state',
          label: t('standing'),
          children: <Tag>{t(`proposalState_${proposal.state}`)}</Tag>,
        },
        {
          key: 'number',
          label: t('proposalNumber'),
          children: (
            <>
              {t(`kind_${proposal.kind}`)} <bdi lang="zh-CN">{proposal.number}</bdi>
            </>
          ),
        },
        {
          key: 'session',
          label: t('session'),
          children: <bdi lang="zh-CN">{proposal.session}</bdi>,
        },
        { key: 'signatories', label: t('signatories'), children: proposal.signatories },
        { key: 'lead', label: t('leadUnit'), children: textOf(proposal.leadUnit) },
        { key: 'joint', label: t('jointUnits'), children: joint || '—' },
        {
          key: 'publicity',
          label: t('publicity'),
          children: t(`publicity_${proposal.publicity}`),
        },
        { key: 'answered', label: t('answeredOn'), children: dayOf(proposal.answeredOn, '—') },
        { key: 'received', label: t('receivedOn'), children: dayOf(proposal.receivedOn, '—') },
        { key: 'due', label: t('dueOn'), children: dayOf(proposal.dueOn, t('noTerm')) },
        {
          key: 'copies',
          label: t('copiesTo'),
          children: <bdi lang="zh-CN">{proposal.copiesTo.join('、') || '—'}</bdi>,
        },
      ]}
    />
  )
}
