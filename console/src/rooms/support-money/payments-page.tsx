import { useQuery } from '@tanstack/react-query'
import { Button, Segmented, Tag } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { type Me, useMe } from '../../api/me.ts'
import { EnterpriseName } from '../../ui/enterprise.tsx'
import { MeasureName } from '../../ui/measures.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import type { Column } from '../../ui/records.tsx'
import { useSearchState } from '../../ui/search-state.ts'
import {
  type Award,
  mayDecide,
  mayPay,
  type Payment,
  ROWS_A_PAGE,
  seesDesk,
  shareText,
  useMoney,
  usePages,
} from './money.ts'
import { Acts, Money, Pages, Until } from './parts.tsx'
import { type Doing, PaymentDialog } from './payment-dialogs.tsx'
import { useTexts } from './texts.ts'

const FILTERS = ['state'] as const
const STATES = ['planned', 'ordered', 'paid', 'cancelled'] as const
const COLOUR = { planned: 'default', ordered: 'processing', paid: 'success', cancelled: 'warning' }

/** What is to be paid and what was: the treasurer's list, and an applicant's own. */
export function Page() {
  const t = useTexts()
  const me = useMe()
  const [doing, setDoing] = useState<Doing>()
  return (
    <PageFrame title={t('paymentsTitle')} lead={t(seesDesk(me) ? 'paymentsLead' : 'paymentsOwn')}>
      {seesDesk(me) && <Rule onSet={() => setDoing({ deed: 'rule' })} />}
      <Instalments onDo={setDoing} />
      <Awards onDo={setDoing} />
      {doing !== undefined && <PaymentDialog doing={doing} onClose={() => setDoing(undefined)} />}
    </PageFrame>
  )
}

type OnDo = { readonly onDo: (doing: Doing) => void }

/** Who may confirm what they ordered. */
function Rule({ onSet }: { onSet: () => void }) {
  const t = useTexts()
  const me = useMe()
  const money = useMoney()
  const rule = useQuery({
    queryKey: ['money', 'rule'],
    queryFn: () => answer(api.GET('/api/v1/policy/payment-rule')),
  }).data
  if (rule === undefined) return null
  const { aloneUpToFen, source = '' } = rule
  return (
    <p>
      {aloneUpToFen === undefined
        ? t('ruleNone')
        : t('rule', { amount: money(aloneUpToFen), source })}{' '}
      {mayDecide(me) && (
        <Button size="small" onClick={onSet}>
          {t('setRule')}
        </Button>
      )}
    </p>
  )
}

function Instalments({ onDo }: OnDo) {
  const t = useTexts()
  const me = useMe()
  const [filters, setFilters] = useSearchState(FILTERS)
  const state = STATES.find((it) => it === filters.state)
  const found = usePages<Payment>(['payments', state], (after) =>
    answer(
      api.GET('/api/v1/policy/payments', {
        params: { query: { limit: ROWS_A_PAGE, ...(state && { state }), ...after } },
      }),
    ),
  )
  const columns: readonly Column<Payment>[] = [
    ...(seesDesk(me)
      ? [
          {
            key: 'applicant',
            title: t('enterprise'),
            show: (it: Payment) => <EnterpriseName id={it.applicant} />,
          },
        ]
      : []),
    {
      key: 'measure',
      title: t('measure'),
      show: (it) => (
        <>
          <MeasureName id={it.measure} /> ·{' '}
          {t('instalmentOf', { number: it.number, share: shareText(it.share) })}
        </>
      ),
    },
    {
      key: 'amount',
      title: t('amount'),
      isNumber: true,
      show: (it) => <Money fen={it.amountFen} />,
    },
    {
      key: 'state',
      title: t('state'),
      show: (it) => <Tag color={COLOUR[it.state]}>{t(`payment.${it.state}`)}</Tag>,
    },
    { key: 'due', title: t('due'), show: (it) => <Due payment={it} /> },
    {
      key: 'paper',
      title: t('reference'),
      show: (it) => <bdi>{(it.paid ?? it.order ?? it.met)?.reference ?? '—'}</bdi>,
    },
    ...(mayPay(me)
      ? [
          {
            key: 'deeds',
            title: t('deeds'),
            show: (it: Payment) => <Deeds payment={it} onDo={onDo} />,
          },
        ]
      : []),
  ]
  return (
    <section aria-label={t('instalments')}>
      <h2>{t('instalments')}</h2>
      <Segmented
        aria-label={t('state')}
        style={{ marginBlockEnd: 12, maxInlineSize: '100%' }}
        value={state ?? ''}
        onChange={(it) => setFilters({ state: it })}
        options={[
          { value: '', label: t('all') },
          ...STATES.map((it) => ({ value: it, label: t(`payment.${it}`) })),
        ]}
      />
      <Pages
        label={t('instalments')}
        found={found}
        keyOf={(it) => it.id}
        columns={columns}
        empty={{
          title: t('instalmentsNone'),
          hint: t(seesDesk(me) ? 'instalmentsNoneHint' : 'instalmentsOwnHint'),
        }}
      />
    </section>
  )
}

function Due({ payment }: { payment: Payment }) {
  const t = useTexts()
  const { dueAt, condition, met, state } = payment
  const isOpen = state === 'planned' || state === 'ordered'
  return (
    <>
      {dueAt !== undefined && (
        <Until at={dueAt} isOver={isOpen && new Date(dueAt).getTime() <= Date.now()} />
      )}
      {condition !== undefined && (
        <div>
          <bdi>{condition}</bdi>{' '}
          <Tag color={met === undefined ? 'default' : 'success'}>
            {t(met === undefined ? 'notMet' : 'met')}
          </Tag>
        </div>
      )}
    </>
  )
}

function Deeds({ payment, onDo }: { payment: Payment } & OnDo) {
  const t = useTexts()
  const deeds = deedsOf(payment)
  if (deeds.length === 0) return <span>—</span>
  return (
    <Acts>
      {deeds.map((deed) => (
        <Button
          key={deed}
          size="small"
          danger={deed === 'reverse'}
          type={deed === 'order' || deed === 'confirm' ? 'primary' : 'default'}
          onClick={() => onDo({ deed, payment })}
        >
          {t(`deed.${deed}`)}
        </Button>
      ))}
    </Acts>
  )
}

function deedsOf({ state, condition, met }: Payment) {
  switch (state) {
    case 'planned':
      return condition !== undefined && met === undefined
        ? (['meet-condition'] as const)
        : (['order'] as const)
    case 'ordered':
      return ['confirm', 'withdraw-order'] as const
    case 'paid':
      return ['reverse'] as const
    case 'cancelled':
      return []
  }
}

function Awards({ onDo }: OnDo) {
  const t = useTexts()
  const me = useMe()
  const found = usePages<Award>(['awards'], (after) =>
    answer(
      api.GET('/api/v1/policy/payments/awards', {
        params: { query: { limit: ROWS_A_PAGE, ...after } },
      }),
    ),
  )
  return (
    <section aria-label={t('awards')} style={{ marginBlockStart: 24 }}>
      <h2>{t('awards')}</h2>
      <Pages
        label={t('awards')}
        found={found}
        keyOf={(it) => it.id}
        columns={useAwardColumns(me, onDo)}
        empty={{ title: t('awardsNone'), hint: t('awardsNoneHint') }}
      />
    </section>
  )
}

function useAwardColumns(me: Me, onDo: OnDo['onDo']): readonly Column<Award>[] {
  const t = useTexts()
  const plan: Column<Award> = {
    key: 'plan',
    title: t('deeds'),
    show: (it) =>
      it.paidFen === '0' && it.state === 'decided' ? (
        <Button size="small" onClick={() => onDo({ deed: 'plan', award: it })}>
          {t(it.isPlanned ? 'planAnew' : 'plan')}
        </Button>
      ) : (
        '—'
      ),
  }
  return [
    {
      key: 'applicant',
      title: t('enterprise'),
      show: (it) => <EnterpriseName id={it.applicant} />,
    },
    {
      key: 'measure',
      title: t('measure'),
      show: (it) => (
        <>
          <MeasureName id={it.measure} /> · {it.year}
        </>
      ),
    },
    {
      key: 'amount',
      title: t('awarded'),
      isNumber: true,
      show: (it) => <Money fen={it.amountFen} />,
    },
    { key: 'paid', title: t('paid'), isNumber: true, show: (it) => <Money fen={it.paidFen} /> },
    {
      key: 'recovered',
      title: t('recovered'),
      isNumber: true,
      show: (it) => <Money fen={it.recoveredFen} />,
    },
    { key: 'state', title: t('state'), show: (it) => <Tag>{t(`award.${it.state}`)}</Tag> },
    ...(mayPay(me) ? [plan] : []),
  ]
}
