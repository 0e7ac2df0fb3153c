import { useQuery } from '@tanstack/react-query'
import { Alert, Button, Input, InputNumber, Select, Tag } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { useMe } from '../../api/me.ts'
import { BudgetOption, useBudgetOptions, useBudgetTitles, useLedgers } from '../../ui/budgets.tsx'
import { Chart } from '../../ui/chart.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { QueryView } from '../../ui/query-view.tsx'
import type { Column } from '../../ui/records.tsx'
import { useSearchState } from '../../ui/search-state.ts'
import { Failed, Nothing } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import {
  type Entry,
  type Ledger,
  mayPay,
  parseYuan,
  ROWS_A_PAGE,
  useMoney,
  usePages,
  yuanText,
} from './money.ts'
import {
  DeedDialog,
  Field,
  Money,
  Pages,
  ReasonField,
  ReferenceField,
  YuanField,
} from './parts.tsx'
import { useTexts } from './texts.ts'

const FILTERS = ['ledger'] as const
type Doing = { readonly kind: 'open' } | { readonly kind: 'book'; readonly corrects?: Entry }

/** The ledgers of the budgets: what there is, what went where, and how it was proved. */
export function Page() {
  const t = useTexts()
  const me = useMe()
  const ledgers = useLedgers()
  const titleOf = useBudgetTitles()
  const [{ ledger }, setFilters] = useSearchState(FILTERS)
  const [doing, setDoing] = useState<Doing>()
  const all = ledgers.data?.items ?? []
  const chosen = all.find((it) => it.id === ledger) ?? all[0]
  const openOne = mayPay(me) && (
    <Button
      type={all.length === 0 ? 'primary' : 'default'}
      onClick={() => setDoing({ kind: 'open' })}
    >
      {t('openLedger')}
    </Button>
  )
  return (
    <PageFrame
      title={t('ledgerTitle')}
      lead={t('ledgerLead')}
      actions={
        <>
          {all.length > 0 && openOne}
          {mayPay(me) && chosen !== undefined && (
            <Button type="primary" onClick={() => setDoing({ kind: 'book' })}>
              {t('book')}
            </Button>
          )}
        </>
      }
    >
      <QueryView query={ledgers}>
        {() =>
          chosen === undefined ? (
            <Nothing title={t('ledgersNone')} hint={t('ledgersNoneHint')} action={openOne} />
          ) : (
            <>
              <Select
                aria-label={t('ledger')}
                style={{ inlineSize: 'min(640px, 100%)', marginBlockEnd: 16 }}
                value={chosen.id}
                onChange={(id: string) => setFilters({ ledger: id })}
                options={all.map(({ id, budget, year }) => ({
                  value: id,
                  label: `${titleOf(budget)} · ${budget} · ${year}`,
                }))}
                showSearch={{ optionFilterProp: 'label' }}
              />
              <Balances ledger={chosen} />
              <Entries
                ledger={chosen}
                correct={(corrects) => setDoing({ kind: 'book', corrects })}
              />
            </>
          )
        }
      </QueryView>
      {doing?.kind === 'open' && (
        <OpenDialog
          budgets={ledgers.data?.budgets ?? []}
          onOpened={(id) => setFilters({ ledger: id })}
          onClose={() => setDoing(undefined)}
        />
      )}
      {doing?.kind === 'book' && chosen !== undefined && (
        <BookDialog
          ledger={chosen}
          onClose={() => setDoing(undefined)}
          {...(doing.corrects && { corrects: doing.corrects })}
        />
      )}
    </PageFrame>
  )
}

const SHOWN = ['available', 'committed', 'paid'] as const

function Balances({ ledger }: { ledger: Ledger }) {
  const t = useTexts()
  const money = useMoney()
  const { balancesFen } = ledger
  const values = SHOWN.map((it) => Number(yuanText(balancesFen[it])))
  const appropriated = balancesFen.source.replace('-', '')
  return (
    <section aria-label={t('balances')} style={{ marginBlockEnd: 24 }}>
      <p>
        {t('balancesOf', {
          appropriated: money(appropriated),
          available: money(balancesFen.available),
          committed: money(balancesFen.committed),
          paid: money(balancesFen.paid),
        })}
      </p>
      <Chart
        data={{
          title: t('balancesYuan'),
          category: t('account'),
          kind: 'rows',
          categories: SHOWN.map((it) => t(it)),
          series: [{ name: t('yuan'), values }],
        }}
      />
      <Proof ledger={ledger.id} />
    </section>
  )
}

/** Asks the node to prove the balances by the entries alone. */
function Proof({ ledger }: { ledger: string }) {
  const t = useTexts()
  const proof = useQuery({
    queryKey: ['money', 'proof', ledger],
    enabled: false,
    gcTime: 0,
    queryFn: () =>
      answer(api.GET('/api/v1/policy/ledgers/{ledger}/check', { params: { path: { ledger } } })),
  })
  const faults = proof.data?.faults
  return (
    <div aria-live="polite">
      <div style={{ display: 'flex', gap: 8, flexWrap: 'wrap', marginBlock: 12 }}>
        <Button loading={proof.isFetching} onClick={() => void proof.refetch()}>
          {t('prove')}
        </Button>
        <Button href={`/api/v1/policy/ledgers/${encodeURIComponent(ledger)}/export`} download>
          {t('exportCsv')}
        </Button>
      </div>
      {proof.isError && <Failed error={proof.error} />}
      {faults?.length === 0 && <Alert type="success" showIcon title={t('proved')} />}
      {faults !== undefined && faults.length > 0 && (
        <Alert
          type="error"
          showIcon
          title={t('notProved')}
          description={faults.map((it) => `${it.code} ${it.number ?? it.matter ?? ''}`).join(' · ')}
        />
      )}
    </div>
  )
}

type EntriesProps = { readonly ledger: Ledger; readonly correct: (entry: Entry) => void }

function Entries({ ledger, correct }: EntriesProps) {
  const t = useTexts()
  const me = useMe()
  const found = usePages<Entry>(['entries', ledger.id], (after) =>
    answer(
      api.GET('/api/v1/policy/ledgers/{ledger}/entries', {
        params: { path: { ledger: ledger.id }, query: { limit: ROWS_A_PAGE, ...after } },
      }),
    ),
  )
  const corrected = new Set(found.rows.flatMap((it) => it.corrects ?? []))
  const columns: readonly Column<Entry>[] = [
    { key: 'number', title: t('number'), show: (it) => <span className="nums">{it.number}</span> },
    { key: 'kind', title: t('kind'), show: (it) => t(`entry.${it.kind}`) },
    {
      key: 'amount',
      title: t('amount'),
      isNumber: true,
      show: (it) => <Money fen={it.amountFen} />,
    },
    { key: 'way', title: t('way'), show: (it) => `${t(it.credit)} → ${t(it.debit)}` },
    { key: 'paper', title: t('reference'), show: (it) => <bdi>{it.reference ?? '—'}</bdi> },
    {
      key: 'reason',
      title: t('remark'),
      show: (it) => (
        <>
          {corrected.has(it.key) && <Tag color="warning">{t('setRight')}</Tag>}
          <bdi>{it.reason ?? (corrected.has(it.key) ? '' : '—')}</bdi>
        </>
      ),
    },
    { key: 'at', title: t('at'), show: (it) => <When at={it.at} /> },
    ...(mayPay(me)
      ? [
          {
            key: 'deeds',
            title: t('deeds'),
            show: (it: Entry) =>
              isCorrectable(it) && !corrected.has(it.key) ? (
                <Button size="small" onClick={() => correct(it)}>
                  {t('correct')}
                </Button>
              ) : (
                '—'
              ),
          },
        ]
      : []),
  ]
  return (
    <section aria-label={t('entries')}>
      <h2>{t('entries')}</h2>
      <Pages
        label={t('entries')}
        found={found}
        keyOf={(it) => String(it.number)}
        columns={columns}
        empty={{ title: t('entriesNone'), hint: t('entriesNoneHint') }}
      />
    </section>
  )
}

/** Others are set right where they were made: payments by a reversal, returns by the matter. */
function isCorrectable({ kind, corrects }: Entry): boolean {
  return (kind === 'appropriation' || kind === 'withdrawal') && corrects === undefined
}

type Budgets = NonNullable<ReturnType<typeof useLedgers>['data']>['budgets']
type OpenValues = { budget: string; year: number }

function OpenDialog(props: {
  readonly budgets: Budgets
  readonly onOpened: (id: string) => void
  readonly onClose: () => void
}) {
  const t = useTexts()
  const options = useBudgetOptions(props.budgets)
  return (
    <DeedDialog<OpenValues>
      title={t('openLedger')}
      lead={t('openLedgerLead')}
      verb={t('openLedger')}
      done={t('ledgerOpened')}
      initial={{ year: new Date().getFullYear() }}
      onClose={props.onClose}
      send={async (values, key) => {
        const body = { ...values, key }
        props.onOpened((await answer(api.POST('/api/v1/policy/ledgers', { body }))).id)
      }}
    >
      <Field name="budget" label={t('budget')} hint={t('budgetHint')}>
        <Select
          showSearch={{ optionFilterProp: 'found' }}
          options={options}
          optionRender={({ data }) => <BudgetOption {...data} />}
        />
      </Field>
      <Field name="year" label={t('year')}>
        <InputNumber min={1900} max={9999} />
      </Field>
    </DeedDialog>
  )
}

type BookValues = {
  kind: 'appropriation' | 'withdrawal'
  amountFen: string
  reference: string
  reason?: string
}

function BookDialog(props: {
  readonly ledger: Ledger
  readonly corrects?: Entry
  readonly onClose: () => void
}) {
  const t = useTexts()
  const { ledger, corrects } = props
  const kinds = ['appropriation', 'withdrawal'] as const
  const contrary = kinds.find((it) => it !== corrects?.kind) ?? 'withdrawal'
  const initial =
    corrects === undefined
      ? { kind: 'appropriation' as const }
      : { kind: contrary, amountFen: yuanText(corrects.amountFen) }
  return (
    <DeedDialog<BookValues>
      title={corrects === undefined ? t('book') : t('correctTitle', { number: corrects.number })}
      lead={corrects === undefined ? t('bookLead') : t('correctLead')}
      verb={corrects === undefined ? t('book') : t('correct')}
      done={t('booked')}
      initial={initial}
      onClose={props.onClose}
      send={({ amountFen, reason, ...values }, key) =>
        answer(
          api.POST('/api/v1/policy/ledgers/{ledger}/entries', {
            params: { path: { ledger: ledger.id } },
            body: {
              ...values,
              key,
              amountFen: parseYuan(amountFen) ?? '',
              ...(reason && { reason }),
              ...(corrects && { corrects: corrects.number }),
            },
          }),
        )
      }
    >
      <Field name="kind" label={t('kind')}>
        <Select
          disabled={corrects !== undefined}
          options={kinds.map((it) => ({ value: it, label: t(`entry.${it}`) }))}
        />
      </Field>
      <YuanField name="amountFen" label={t('amountYuan')} />
      <ReferenceField />
      {corrects === undefined ? (
        <Field name="reason" label={t('remark')} isOptional>
          <Input maxLength={4000} />
        </Field>
      ) : (
        <ReasonField label={t('reason')} />
      )}
    </DeedDialog>
  )
}
