import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Alert, Card, Descriptions, Steps, Tag } from 'antd'
import { useFormat } from '../../frame/format.ts'
import { useText } from '../../frame/language.ts'
import { Go } from '../../ui/go.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { QueryView } from '../../ui/query-view.tsx'
import { useSearchState } from '../../ui/search-state.ts'
import { Sections } from '../../ui/sections.tsx'
import { Unfilled } from '../../ui/unfilled.tsx'
import { When } from '../../ui/when.tsx'
import { type Case, caseQuery } from './api.ts'
import { ApplicationView } from './application-view.tsx'
import { ChecksView } from './checks-view.tsx'
import { CorrectionAnswer } from './correction-answer.tsx'
import { Deeds } from './deeds.tsx'
import { FoundView } from './found-view.tsx'
import { CaseState } from './parts.tsx'
import { useTexts } from './texts.ts'
import { ThreadView } from './thread-view.tsx'

/** One case, for its applicant and for those who review it. */
export function Page() {
  const { id } = useParams({ strict: false }) as { id: string }
  const t = useTexts()
  const found = useQuery(caseQuery(id))
  const it = found.data
  return (
    <PageFrame
      title={it?.form?.project ?? it?.receipt ?? t('cases')}
      {...(it !== undefined && { lead: <Lead of={it} />, actions: <Deeds of={it} /> })}
    >
      <QueryView query={found}>{(shown) => <Shown of={shown} />}</QueryView>
    </PageFrame>
  )
}

function Lead({ of }: { of: Case }) {
  const t = useTexts()
  const textOf = useText()
  return (
    <>
      {of.applicant?.name !== undefined && (
        <>
          <bdi>{of.applicant.name}</bdi> ·{' '}
        </>
      )}
      <Go to={`/support/calls/${of.call.id}`}>{textOf(of.call.title)}</Go> · {t('receipt')}{' '}
      <code>{of.receipt}</code> · <When at={of.receivedAt} />
    </>
  )
}

export function isOffice(of: Case): boolean {
  return of.as.includes('officer') || of.as.includes('observer')
}

function Shown({ of }: { of: Case }) {
  const t = useTexts()
  const [{ part }] = useSearchState(['part'])
  const mayAnswer = of.may.some((it) => it.do === 'answer-correction')
  const sections = [
    ...(mayAnswer ? [{ key: 'correct', label: t('tabCorrect') }] : []),
    { key: 'application', label: t('tabApplication') },
    ...(isOffice(of)
      ? [
          { key: 'checks', label: t('tabChecks') },
          { key: 'found', label: t('tabFound') },
        ]
      : []),
    ...(of.entries === undefined ? [] : [{ key: 'thread', label: t('tabThread') }]),
  ]
  const current = sections.find((it) => it.key === part)?.key ?? sections[0]?.key ?? ''
  return (
    <>
      <Unfilled offices={of.unfilled ?? []} isOpenToAll />
      <Course of={of} />
      <Sections
        label={t('parts')}
        to={`/support/cases/${of.id}`}
        current={current}
        sections={sections.map((it) => ({ ...it, search: { part: it.key } }))}
      />
      {current === 'correct' && <CorrectionAnswer of={of} />}
      {current === 'application' && <ApplicationView of={of} />}
      {current === 'checks' && <ChecksView of={of} />}
      {current === 'found' && <FoundView of={of} />}
      {current === 'thread' && <ThreadView of={of} />}
    </>
  )
}

/** The steps with where the case is, and what comes next by when. */
function Course({ of }: { of: Case }) {
  const t = useTexts()
  const textOf = useText()
  const here = of.steps.find((it) => it.id === of.step)
  const state = {
    state: of.state,
    stepTitle: here?.title ?? { zh: of.step, en: of.step },
    ...(of.ended !== undefined && { ended: of.ended }),
  }
  return (
    <Card size="small" style={{ marginBlockEnd: 16 }}>
      <Steps
        size="small"
        responsive
        items={of.steps.map((it) => ({
          title: textOf(it.title),
          status: it.is === 'here' ? 'process' : it.is === 'done' ? 'finish' : 'wait',
          ...(it.outcome !== undefined && { content: textOf(it.outcome) }),
        }))}
      />
      <Descriptions
        size="small"
        column={1}
        style={{ marginBlockStart: 12 }}
        items={[
          {
            key: 'state',
            label: t('state'),
            children: (
              <>
                <CaseState of={state} />
                {of.call.mode === 'pilot' && <Tag color="warning">{t('pilot')}</Tag>}
              </>
            ),
          },
          ...of.deadlines.map((it) => ({
            key: it.of,
            label: t('due'),
            children: <Deadline of={it} />,
          })),
          ...(of.ended === 'recommended' && of.as.includes('applicant')
            ? [
                {
                  key: 'result',
                  label: t('next'),
                  children: (
                    <Go to="/support/results" search={{ case: of.id }}>
                      {t('toResult')}
                    </Go>
                  ),
                },
              ]
            : []),
          ...(of.panel === undefined
            ? []
            : [{ key: 'panel', label: t('panelState'), children: <PanelState of={of} /> }]),
        ]}
      />
      {of.correction !== undefined && (
        <Alert
          type="warning"
          showIcon
          style={{ marginBlockStart: 12 }}
          title={t('correcting')}
          description={
            <ul style={{ margin: 0, paddingInlineStart: 20 }}>
              {of.correction.points.map((it) => (
                <li key={`${it.path} ${it.reason}`}>
                  <bdi>{it.path}</bdi>: <bdi>{it.reason}</bdi>
                </li>
              ))}
            </ul>
          }
        />
      )}
    </Card>
  )
}

function Deadline({ of }: { of: Case['deadlines'][number] }) {
  const t = useTexts()
  const format = useFormat()
  const who = of.by.includes('applicant')
    ? t('applicantRole')
    : of.by.includes('expert')
      ? t('expert')
      : t('officer')
  const due =
    of.dueAt !== undefined
      ? t('dueAt', { at: format.dateTime(of.dueAt) })
      : of.stands === true
        ? t('stands')
        : t('unknownDue')
  return <span>{t('nextBy', { who, due })}</span>
}

function PanelState({ of }: { of: Case }) {
  const t = useTexts()
  const panel = of.panel as { isOpen?: boolean; members?: readonly unknown[] }
  return (
    <span className="among-words">
      {t('panelMembers', { count: panel.members?.length ?? 0 })} ·{' '}
      {panel.isOpen === true ? t('panelOpen') : t('panelSealed')} ·{' '}
      <Go to="/support/panel" search={{ case: of.id }}>
        {t('toPanel')}
      </Go>
    </span>
  )
}
