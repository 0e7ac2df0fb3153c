import { Form, Input, InputNumber, Radio, Select } from 'antd'
import { answer, api } from '../../api/client.ts'
import { useMe } from '../../api/me.ts'
import { useBudgetTitles, useLedgers } from '../../ui/budgets.tsx'
import { CodesField } from '../../ui/codes.tsx'
import { EnterpriseField, EnterprisesField } from '../../ui/enterprise.tsx'
import { MeasureField } from '../../ui/measures.tsx'
import {
  endOfDay,
  mayReview,
  ownEnterprises,
  parsePercent,
  parseYuan,
  type Series,
  startOfDay,
  useMoney,
  type Voucher,
} from './money.ts'
import { DayField, DeedDialog, Field, ReasonField, ReferenceField, YuanField } from './parts.tsx'
import { useTexts } from './texts.ts'

export type Doing =
  | { readonly deed: 'open' | 'claim' }
  | { readonly deed: 'issue' | 'close'; readonly series: Series }
  | { readonly deed: 'right' | 'wrong' | 'pay' | 'undo' | 'settle'; readonly voucher: Voucher }

type Closing = { readonly onClose: () => void }

export function VoucherDialog({ doing, onClose }: { readonly doing: Doing } & Closing) {
  switch (doing.deed) {
    case 'open':
      return <OpenDialog onClose={onClose} />
    case 'claim':
      return <ClaimDialog onClose={onClose} />
    case 'issue':
      return <IssueDialog series={doing.series} onClose={onClose} />
    case 'close':
      return <CloseDialog series={doing.series} onClose={onClose} />
    case 'pay':
      return <PayDialog voucher={doing.voucher} onClose={onClose} />
    case 'undo':
      return <UndoDialog voucher={doing.voucher} onClose={onClose} />
    case 'settle':
      return <SettleDialog voucher={doing.voucher} onClose={onClose} />
    case 'right':
    case 'wrong':
      return <AnswerDialog {...doing} isRight={doing.deed === 'right'} onClose={onClose} />
  }
}

type OpenValues = {
  title: string
  measure: string
  ledger: string
  reference: string
  faceFen: string
  share: string
  count: number
  perEnterpriseMax: number
  validFrom: string
  validUntil: string
  regions?: string[]
  sectors?: string[]
  providers?: string[]
}

function OpenDialog({ onClose }: Closing) {
  const t = useTexts()
  const ledgers = useLedgers()
  const titleOf = useBudgetTitles()
  const options = (ledgers.data?.items ?? []).map(({ id, budget, year }) => ({
    value: id,
    label: `${titleOf(budget)} · ${budget} · ${year}`,
  }))
  return (
    <DeedDialog<OpenValues>
      title={t('openSeries')}
      lead={t('openSeriesLead')}
      verb={t('openSeries')}
      done={t('seriesOpened')}
      initial={{ perEnterpriseMax: 1, share: '30' }}
      onClose={onClose}
      send={({ faceFen, share, validFrom, validUntil, ...values }, key) =>
        answer(
          api.POST('/api/v1/policy/voucher-series', {
            body: {
              ...values,
              key,
              faceFen: parseYuan(faceFen) ?? '',
              share: parsePercent(share) ?? '',
              validFrom: startOfDay(validFrom),
              validUntil: endOfDay(validUntil),
            },
          }),
        )
      }
    >
      <Field name="title" label={t('seriesTitle')}>
        <Input maxLength={200} />
      </Field>
      <Field name="measure" label={t('measure')} hint={t('measureHint')}>
        <MeasureField />
      </Field>
      <Field name="ledger" label={t('ledger')}>
        <Select
          options={options}
          showSearch={{ optionFilterProp: 'label' }}
          notFoundContent={t('ledgersNone')}
        />
      </Field>
      <ReferenceField />
      <YuanField name="faceFen" label={t('faceYuan')} />
      <PercentField />
      <Field name="count" label={t('count')}>
        <InputNumber min={1} max={1_000_000} precision={0} />
      </Field>
      <Field name="perEnterpriseMax" label={t('perEnterprise')}>
        <InputNumber min={1} max={1_000} precision={0} />
      </Field>
      <DayField name="validFrom" label={t('validFrom')} />
      <DayField name="validUntil" label={t('validUntil')} hint={t('dayInside')} />
      <Field name="regions" label={t('regions')} hint={t('regionsHint')} isOptional>
        <CodesField table="regions" />
      </Field>
      <Field name="sectors" label={t('sectors')} hint={t('sectorsHint')} isOptional>
        <CodesField table="sectors" />
      </Field>
      <Field name="providers" label={t('providers')} hint={t('providersHint')} isOptional>
        <EnterprisesField />
      </Field>
    </DeedDialog>
  )
}

/** How much of an invoice a voucher pays. */
function PercentField() {
  const t = useTexts()
  const isShare = async (_: unknown, typed: unknown) => {
    if (parsePercent(String(typed ?? '')) === undefined) throw new Error(t('percentWrong'))
  }
  return (
    <Form.Item
      name="share"
      label={t('covers')}
      extra={t('percentHint')}
      rules={[{ validator: isShare }]}
    >
      <Input inputMode="decimal" autoComplete="off" suffix="%" />
    </Form.Item>
  )
}

function CloseDialog({ series, onClose }: { readonly series: Series } & Closing) {
  const t = useTexts()
  return (
    <DeedDialog<object>
      title={t('closeSeries')}
      lead={t('closeSeriesLead', { title: series.title })}
      verb={t('closeSeries')}
      isDestructive
      done={t('seriesClosed')}
      onClose={onClose}
      send={(_, key) =>
        answer(
          api.POST('/api/v1/policy/voucher-series/{series}/close', {
            params: { path: { series: series.id } },
            body: { key },
          }),
        )
      }
    >
      {null}
    </DeedDialog>
  )
}

function IssueDialog({ series, onClose }: { readonly series: Series } & Closing) {
  const t = useTexts()
  const me = useMe()
  const money = useMoney()
  const own = ownEnterprises(me)
  const isDesk = mayReview(me)
  const verb = t(isDesk ? 'issue' : 'take')
  return (
    <DeedDialog<{ enterprise: string }>
      title={verb}
      lead={t('issueLead', { title: series.title, face: money(series.faceFen) })}
      verb={verb}
      done={t('issuedDone')}
      initial={isDesk ? {} : { enterprise: own[0] ?? '' }}
      onClose={onClose}
      send={({ enterprise }, key) =>
        answer(
          api.POST('/api/v1/policy/voucher-series/{series}/vouchers', {
            params: { path: { series: series.id } },
            body: { key, enterprise },
          }),
        )
      }
    >
      <Field name="enterprise" label={t('enterprise')}>
        <EnterpriseField {...(!isDesk && { among: own })} />
      </Field>
    </DeedDialog>
  )
}

type ClaimValues = { provider: string; code: string; invoice: string; invoiceFen: string }

function ClaimDialog({ onClose }: Closing) {
  const t = useTexts()
  const own = ownEnterprises(useMe())
  return (
    <DeedDialog<ClaimValues>
      title={t('redeem')}
      lead={t('redeemLead')}
      verb={t('redeem')}
      done={t('redeemed')}
      initial={{ provider: own[0] ?? '' }}
      onClose={onClose}
      send={({ invoiceFen, ...values }, key) =>
        answer(
          api.POST('/api/v1/policy/vouchers/claim', {
            body: { ...values, key, invoiceFen: parseYuan(invoiceFen) ?? '' },
          }),
        )
      }
    >
      <Field name="provider" label={t('provider')}>
        <EnterpriseField among={own} />
      </Field>
      <Field name="code" label={t('code')} hint={t('codeHint')}>
        <Input className="mono" maxLength={60} autoComplete="off" autoCapitalize="characters" />
      </Field>
      <Field name="invoice" label={t('invoice')} hint={t('invoiceHint')}>
        <Input className="mono" maxLength={60} autoComplete="off" />
      </Field>
      <YuanField name="invoiceFen" label={t('invoiceYuan')} />
    </DeedDialog>
  )
}

type AnswerProps = { readonly voucher: Voucher; readonly isRight: boolean } & Closing

function AnswerDialog({ voucher, isRight, onClose }: AnswerProps) {
  const t = useTexts()
  const money = useMoney()
  const { claim } = voucher
  const verb = t(isRight ? 'confirmService' : 'refuseService')
  return (
    <DeedDialog<{ reason?: string }>
      title={verb}
      lead={
        <>
          {claim !== undefined && <bdi>{claim.providerName ?? claim.provider}</bdi>}{' '}
          {t(isRight ? 'confirmServiceLead' : 'refuseServiceLead', {
            amount: money(claim?.amountFen ?? '0'),
            invoice: claim?.invoice ?? '',
          })}
        </>
      }
      verb={verb}
      isDestructive={!isRight}
      done={t(isRight ? 'serviceConfirmed' : 'serviceRefused')}
      onClose={onClose}
      send={({ reason }, key) =>
        answer(
          api.POST('/api/v1/policy/vouchers/{voucher}/answer', {
            params: { path: { voucher: voucher.id } },
            body: { key, isRight, ...(reason && { reason }) },
          }),
        )
      }
    >
      {!isRight && <ReasonField label={t('reason')} />}
    </DeedDialog>
  )
}

function PayDialog({ voucher, onClose }: { readonly voucher: Voucher } & Closing) {
  const t = useTexts()
  const money = useMoney()
  return (
    <DeedDialog<{ reference: string }>
      title={t('payVoucher')}
      lead={t('payVoucherLead', {
        amount: money(voucher.claim?.amountFen ?? '0'),
        face: money(voucher.faceFen),
      })}
      verb={t('payVoucher')}
      done={t('voucherPaid')}
      onClose={onClose}
      send={({ reference }, key) =>
        answer(
          api.POST('/api/v1/policy/vouchers/{voucher}/pay', {
            params: { path: { voucher: voucher.id } },
            body: { key, reference },
          }),
        )
      }
    >
      <ReferenceField />
    </DeedDialog>
  )
}

type UndoValues = { next: 'pay-again' | 'free'; reference: string; reason: string }

/** A voucher that was paid by mistake: said here, set right by another person. */
function UndoDialog({ voucher, onClose }: { readonly voucher: Voucher } & Closing) {
  const t = useTexts()
  const money = useMoney()
  const nexts = [
    { value: 'pay-again', label: t('nextPayAgain') },
    { value: 'free', label: t('nextFree') },
  ]
  return (
    <DeedDialog<UndoValues>
      title={t('undoVoucher')}
      lead={t('undoVoucherLead', { amount: money(voucher.claim?.amountFen ?? '0') })}
      verb={t('undoVoucher')}
      isDestructive
      done={t('undoAsked')}
      initial={{ next: 'pay-again' }}
      onClose={onClose}
      send={(values, key) =>
        answer(
          api.POST('/api/v1/policy/vouchers/{voucher}/undo', {
            params: { path: { voucher: voucher.id } },
            body: { ...values, key },
          }),
        )
      }
    >
      <Form.Item name="next" label={t('undoNext')}>
        <Radio.Group options={nexts} />
      </Form.Item>
      <ReferenceField />
      <ReasonField label={t('reason')} />
    </DeedDialog>
  )
}

/** The second person: books the contrary, or leaves the payment as it stands. */
function SettleDialog({ voucher, onClose }: { readonly voucher: Voucher } & Closing) {
  const t = useTexts()
  const money = useMoney()
  const { undoing, claim } = voucher
  const outcomes = [
    { value: 'undo', label: t('settleUndo') },
    { value: 'leave', label: t('settleLeave') },
  ]
  return (
    <DeedDialog<{ outcome: 'undo' | 'leave' }>
      title={t('settleVoucher')}
      lead={t('settleVoucherLead', {
        amount: money(claim?.amountFen ?? '0'),
        reason: undoing?.reason ?? '',
        next: t(undoing?.next === 'free' ? 'nextFree' : 'nextPayAgain'),
      })}
      verb={t('settleVoucher')}
      isDestructive
      done={t('undoSettled')}
      initial={{ outcome: 'undo' }}
      onClose={onClose}
      send={({ outcome }, key) =>
        answer(
          api.POST('/api/v1/policy/vouchers/{voucher}/undo/answer', {
            params: { path: { voucher: voucher.id } },
            body: { key, outcome },
          }),
        )
      }
    >
      <Form.Item name="outcome" label={t('settle')}>
        <Radio.Group options={outcomes} />
      </Form.Item>
    </DeedDialog>
  )
}
