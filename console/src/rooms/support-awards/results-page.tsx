import { useInfiniteQuery } from '@tanstack/react-query'
import { Alert, Button, Card, Tag } from 'antd'
import type { ReactNode } from 'react'
import { answer, api } from '../../api/client.ts'
import { mayOnNode, useMe } from '../../api/me.ts'
import { useText } from '../../frame/language.ts'
import { Go } from '../../ui/go.tsx'
import { GoButton } from '../../ui/go-button.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { Fallen, isFallen, More, NotRenewed } from '../../ui/pages.tsx'
import { useSearchState } from '../../ui/search-state.ts'
import { Loading, Nothing } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { useMoney } from './money.ts'
import { AwardState, type Result, StandingTag } from './parts.tsx'
import { Reasons } from './reasons.tsx'
import { useTexts } from './texts.ts'
import '../../ui/tiles.css'

const FILTERS = ['case'] as const
const ROWS_A_PAGE = 30

/** What became of one's own applications, or to the office of everybody's: amount, why, what comes next, and how to object. */
export function Page() {
  const t = useTexts()
  const me = useMe()
  const [{ case: one }] = useSearchState(FILTERS)
  const found = useResults(one)
  const isOffice = mayOnNode(me, 'applications.read')
  const rows = found.data?.pages.flatMap((it) => it.items) ?? []
  return (
    <PageFrame
      title={t('results')}
      lead={t(isOffice ? 'resultsLeadAll' : 'resultsLead')}
      actions={
        one === undefined ? (
          <Go to="/support/awards">{t('awards')}</Go>
        ) : (
          <Go to="/support/results">{t('allResults')}</Go>
        )
      }
    >
      {isFallen(found) && <Fallen pages={found} />}
      {found.isLoading && <Loading />}
      {!isFallen(found) && !found.isLoading && (
        <>
          <NotRenewed pages={found} />
          <ul className="cards tiles wide" aria-label={t('results')}>
            {rows.map((it) => (
              <li key={`${it.plan} ${it.case}`}>
                <Told result={it} />
              </li>
            ))}
          </ul>
          {rows.length === 0 && !found.hasNextPage && (isOffice ? <EmptyOffice /> : <Empty />)}
          <More pages={found} count={rows.length} label={t('moreResults')} />
        </>
      )}
    </PageFrame>
  )
}

function useResults(one: string | undefined) {
  return useInfiniteQuery({
    queryKey: ['plan-results', one],
    initialPageParam: '',
    getNextPageParam: (last: { next?: string }) => last.next,
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/v1/policy/results', {
          params: {
            query: {
              limit: ROWS_A_PAGE,
              ...(one !== undefined && { case: one }),
              ...(pageParam !== '' && { after: pageParam }),
            },
          },
        }),
      ),
  })
}

function EmptyOffice() {
  const t = useTexts()
  return (
    <Nothing
      title={t('resultsEmpty')}
      hint={t('resultsEmptyHintAll')}
      action={<GoButton to="/support/plans">{t('toPlans')}</GoButton>}
    />
  )
}

function Empty() {
  const t = useTexts()
  return (
    <Nothing
      title={t('resultsEmpty')}
      hint={t('resultsEmptyHint')}
      action={
        <span style={{ display: 'inline-flex', flexWrap: 'wrap', gap: 8 }}>
          <GoButton to="/support/applications">{t('toApplications')}</GoButton>
          <GoButton to="/support/calls">{t('toCalls')}</GoButton>
        </span>
      }
    />
  )
}

function Told({ result }: { result: Result }) {
  const t = useTexts()
  const text = useText()
  const { next } = result
  return (
    <Card
      size="small"
      title={<h2 className="card-title">{text(result.measure.title)}</h2>}
      extra={<StateOf result={result} />}
    >
      <p style={{ marginBlockStart: 0 }}>{text(result.text)}</p>
      <dl className="card-rows">
        <Amount result={result} />
        <Row title={t('reasonsWhy')}>
          <Reasons of={result.reasons} label={t('reasonsWhy')} />
        </Row>
        <Row title={t('enterprise')}>
          <bdi>{result.enterprise.name}</bdi>
        </Row>
        <Row title={t('application')}>
          <Go to={`/support/cases/${result.case}`}>
            <bdi className="mono">{result.receipt}</bdi>
          </Go>
        </Row>
        <Row title={t('plan')}>
          <bdi>{text(result.title)}</bdi> · {result.year}
        </Row>
        {result.decidedAt !== undefined && (
          <Row title={t('decidedAt')}>
            <When at={result.decidedAt} isExact />
          </Row>
        )}
      </dl>
      <Alert
        type="info"
        style={{ marginBlock: 12 }}
        title={
          <>
            <strong>{t('nextStep')}</strong> {text(next.text)}
            {next.dueAt !== undefined && (
              <>
                {' · '}
                {t(result.notice === undefined ? 'dueBy' : 'noticeUntil')}{' '}
                <When at={next.dueAt} isExact />
              </>
            )}
          </>
        }
      />
      <Ways result={result} />
    </Card>
  )
}

function Row({ title, children }: { title: string; children: ReactNode }) {
  return (
    <>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </>
  )
}

function StateOf({ result }: { result: Result }) {
  const t = useTexts()
  if (result.awardState !== undefined) return <AwardState state={result.awardState} />
  if (result.state === 'published') return <Tag color="processing">{t('notDecidedYet')}</Tag>
  return <StandingTag standing={result.standing} />
}

function Amount({ result }: { result: Result }) {
  const t = useTexts()
  const money = useMoney()
  const { amountFen, basis, limitedBy, document } = result
  if (amountFen === null) return null
  return (
    <>
      <Row title={t('amount')}>
        <strong className="nums">{money(amountFen)}</strong>
      </Row>
      {basis !== undefined && (
        <Row title={t('howFirm')}>
          {t(`basis.${basis as 'exact'}`)}
          {document !== undefined && <> · {document}</>}
        </Row>
      )}
      {limitedBy !== undefined && (
        <Row title={t('limitedBy')}>{t(`limit.${limitedBy as 'rate'}`)}</Row>
      )}
    </>
  )
}

/** Where one goes from here: the award and its check, or the notice as long as one may object. */
function Ways({ result }: { result: Result }) {
  const t = useTexts()
  const { award, awardState, notice, next, state } = result
  const isOwed = next.dueAt !== undefined || awardState === 'recovering'
  return (
    <p style={{ display: 'flex', flexWrap: 'wrap', gap: 8, marginBlockEnd: 0 }}>
      {award !== undefined && (
        <>
          <GoButton to={`/support/awards/${award}`}>{t('openAward')}</GoButton>
          <GoButton to="/support/verify" search={{ award }}>
            {t('verifyHere')}
          </GoButton>
          <Button href={`/api/v1/policy/awards/${award}/bundle`} download={`award-${award}.json`}>
            {t('bundle')}
          </Button>
        </>
      )}
      {award !== undefined && isOwed && (
        <>
          <GoButton to="/support/payments">{t('toPayments')}</GoButton>
          <GoButton to="/support/aftercare">{t('toDuties')}</GoButton>
        </>
      )}
      {notice !== undefined && (
        <GoButton to={`/support/notices/${notice.id}`}>{t('objectToThis')}</GoButton>
      )}
      {state === 'decided' && award === undefined && (
        <GoButton to="/support/calls">{t('toCalls')}</GoButton>
      )}
    </p>
  )
}
