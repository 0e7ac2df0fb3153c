import { Checkbox, Form, Input, Radio, Select } from 'antd'
import { answer, api } from '../../api/client.ts'
import { FileInput } from '../../ui/record-file.tsx'
import { type Duty, endOfDay, parseYuan, type Recovery, useMoney, yuanText } from './money.ts'
import {
  AwardField,
  DayField,
  DeedDialog,
  Field,
  ReasonField,
  ReferenceField,
  YuanField,
} from './parts.tsx'
import { useTexts } from './texts.ts'
import { SettleDialog, UndoDialog } from './undo-dialogs.tsx'

export type DutyDeed = 'report' | 'accept' | 'return' | 'waive' | 'breach'
export type RecoveryDeed = 'answer' | 'decide' | 'return-money' | 'undo-return' | 'settle-undo'
export type Doing =
  | { readonly deed: 'set' | 'recover' }
  | { readonly deed: DutyDeed; readonly duty: Duty }
  | { readonly deed: RecoveryDeed; readonly recovery: Recovery }

type Closing = { readonly onClose: () => void }

export function AftercareDialog({ doing, onClose }: { readonly doing: Doing } & Closing) {
  switch (doing.deed) {
    case 'set':
      return <SetDialog onClose={onClose} />
    case 'recover':
      return <RecoverDialog onClose={onClose} />
    case 'report':
      return <ReportDialog duty={doing.duty} onClose={onClose} />
    case 'accept':
    case 'return':
    case 'waive':
    case 'breach':
      return <DutyDialog deed={doing.deed} duty={doing.duty} onClose={onClose} />
    case 'answer':
      return <AnswerDialog recovery={doing.recovery} onClose={onClose} />
    case 'decide':
      return <DecideDialog recovery={doing.recovery} onClose={onClose} />
    case 'undo-return':
      return <UndoDialog recovery={doing.recovery} onClose={onClose} />
    case 'settle-undo':
      return <SettleDialog recovery={doing.recovery} onClose={onClose} />
    case 'return-money':
      return <ReturnDialog recovery={doing.recovery} onClose={onClose} />
  }
}

const KINDS = ['report', 'indicator', 'retention', 'notice', 'other'] as const

type SetValues = {
  award: string
  kind: (typeof KINDS)[number]
  title: string
  source: string
  dueAt: string
  indicator?: { name: string; unit: string; target: string; is: 'at-least' | 'at-most' }
}

function SetDialog({ onClose }: Closing) {
  const t = useTexts()
  return (
    <DeedDialog<SetValues>
      title={t('setDuty')}
      lead={t('setDutyLead')}
      verb={t('setDuty')}
      done={t('dutySet')}
      initial={{ kind: 'report' }}
      onClose={onClose}
      send={({ dueAt, ...values }, key) =>
        answer(
          api.POST('/api/v1/policy/duties', { body: { ...values, key, dueAt: endOfDay(dueAt) } }),
        )
      }
    >
      <AwardField />
      <Field name="kind" label={t('kind')}>
        <Select options={KINDS.map((it) => ({ value: it, label: t(`duty.${it}`) }))} />
      </Field>
      <Field name="title" label={t('dutyTitle')}>
        <Input maxLength={200} />
      </Field>
      <Field name="source" label={t('basis')} hint={t('sourceHint')}>
        <Input maxLength={500} />
      </Field>
      <DayField name="dueAt" label={t('dueDay')} hint={t('dayInside')} />
      <IndicatorFields />
    </DeedDialog>
  )
}

function IndicatorFields() {
  const t = useTexts()
  const kind = Form.useWatch('kind', Form.useFormInstance<SetValues>())
  if (kind !== 'indicator') return null
  const ways = [
    { value: 'at-least', label: t('atLeast') },
    { value: 'at-most', label: t('atMost') },
  ]
  return (
    <>
      <Field name={['indicator', 'name']} label={t('indicatorName')}>
        <Input maxLength={200} />
      </Field>
      <Field name={['indicator', 'unit']} label={t('unit')}>
        <Input maxLength={40} />
      </Field>
      <Form.Item name={['indicator', 'is']} label={t('way')} initialValue="at-least">
        <Radio.Group options={ways} />
      </Form.Item>
      <Field name={['indicator', 'target']} label={t('target')}>
        <Input inputMode="decimal" autoComplete="off" />
      </Field>
    </>
  )
}

type ReportValues = { text: string; value?: string; file?: string }

function ReportDialog({ duty, onClose }: { readonly duty: Duty } & Closing) {
  const t = useTexts()
  return (
    <DeedDialog<ReportValues>
      title={t('do.report')}
      lead={<bdi>{duty.title}</bdi>}
      verb={t('do.report')}
      done={t('reportSent')}
      onClose={onClose}
      send={({ text, value, file }, key) =>
        answer(
          api.POST('/api/v1/policy/duties/{duty}/reports', {
            params: { path: { duty: duty.id } },
            body: { key, text, ...(value && { value }), ...(file && { files: [file] }) },
          }),
        )
      }
    >
      {duty.indicator !== undefined && (
        <Field name="value" label={`${duty.indicator.name} (${duty.indicator.unit})`}>
          <Input inputMode="decimal" autoComplete="off" />
        </Field>
      )}
      <Field name="text" label={t('reportText')}>
        <Input.TextArea rows={4} maxLength={4000} />
      </Field>
      <Form.Item name="file" label={t('file')}>
        <OwnFile enterprise={duty.applicant} />
      </Form.Item>
    </DeedDialog>
  )
}

type OwnFileProps = {
  readonly enterprise: string
  readonly id?: string
  readonly value?: string
  readonly onChange?: (file: unknown) => void
}

/** A file of the enterprise, as a field of a form. */
function OwnFile({ enterprise, id = 'file', value, onChange }: OwnFileProps) {
  const t = useTexts()
  return (
    <FileInput
      id={id}
      label={t('file')}
      rule={{ type: 'file' } as never}
      value={value}
      onChange={(it) => onChange?.(it)}
      isPublic={false}
      enterprise={enterprise}
    />
  )
}

type DutyDialogProps = {
  readonly deed: Exclude<DutyDeed, 'report'>
  readonly duty: Duty
} & Closing

function DutyDialog({ deed, duty, onClose }: DutyDialogProps) {
  const t = useTexts()
  const params = { path: { duty: duty.id } }
  const isAnswer = deed === 'accept' || deed === 'return'
  const send = ({ note, reason }: { note?: string; reason?: string }, key: string) =>
    isAnswer
      ? answer(
          api.POST('/api/v1/policy/duties/{duty}/answer', {
            params,
            body: {
              key,
              outcome: deed === 'accept' ? 'accepted' : 'returned',
              ...(note && { note }),
            },
          }),
        )
      : answer(
          api.POST('/api/v1/policy/duties/{duty}/end', {
            params,
            body: {
              key,
              state: deed === 'waive' ? 'waived' : 'breached',
              reason: reason ?? '',
            },
          }),
        )
  return (
    <DeedDialog<{ note?: string; reason?: string }>
      title={t(`do.${deed}`)}
      lead={t(`doLead.${deed}`, { title: duty.title })}
      verb={t(`do.${deed}`)}
      isDestructive={deed === 'breach'}
      done={t('kept')}
      onClose={onClose}
      send={send}
    >
      {isAnswer ? (
        <Field name="note" label={t('note')} isOptional={deed === 'accept'}>
          <Input.TextArea rows={3} maxLength={4000} />
        </Field>
      ) : (
        <ReasonField label={t('reason')} />
      )}
    </DeedDialog>
  )
}

type RecoverValues = {
  award: string
  reason: string
  clause: string
  amountFen: string
  heardUntil: string
}

function RecoverDialog({ onClose }: Closing) {
  const t = useTexts()
  return (
    <DeedDialog<RecoverValues>
      title={t('recover')}
      lead={t('recoverLead')}
      verb={t('recover')}
      isDestructive
      done={t('recoverBegun')}
      onClose={onClose}
      send={({ amountFen, heardUntil, ...values }, key) =>
        answer(
          api.POST('/api/v1/policy/recoveries', {
            body: {
              ...values,
              key,
              amountFen: parseYuan(amountFen) ?? '',
              heardUntil: endOfDay(heardUntil),
            },
          }),
        )
      }
    >
      <AwardField />
      <ReasonField label={t('reason')} />
      <Field name="clause" label={t('clause')} hint={t('sourceHint')}>
        <Input maxLength={500} />
      </Field>
      <YuanField name="amountFen" label={t('amountYuan')} />
      <DayField name="heardUntil" label={t('heardUntil')} hint={t('dayInside')} />
    </DeedDialog>
  )
}

type OfRecovery = { readonly recovery: Recovery } & Closing

function AnswerDialog({ recovery, onClose }: OfRecovery) {
  const t = useTexts()
  const money = useMoney()
  return (
    <DeedDialog<{ text: string; file?: string }>
      title={t('do.answer')}
      lead={t('answerLead', { amount: money(recovery.amountFen), reason: recovery.reason })}
      verb={t('do.answer')}
      done={t('answerSent')}
      onClose={onClose}
      send={({ text, file }, key) =>
        answer(
          api.POST('/api/v1/policy/recoveries/{recovery}/answer', {
            params: { path: { recovery: recovery.id } },
            body: { key, text, ...(file && { files: [file] }) },
          }),
        )
      }
    >
      <Field name="text" label={t('statement')}>
        <Input.TextArea rows={4} maxLength={4000} />
      </Field>
      <Form.Item name="file" label={t('file')}>
        <OwnFile enterprise={recovery.applicant} />
      </Form.Item>
    </DeedDialog>
  )
}

type DecideValues = {
  outcome: 'demand' | 'drop'
  amountFen?: string
  interestFen?: string
  interestSource?: string
  endsPayment?: boolean
  reason: string
  reference: string
}

function DecideDialog({ recovery, onClose }: OfRecovery) {
  const t = useTexts()
  return (
    <DeedDialog<DecideValues>
      title={t('do.decide')}
      lead={t('decideLead')}
      verb={t('do.decide')}
      isDestructive
      done={t('kept')}
      initial={{ outcome: 'demand', amountFen: yuanText(recovery.amountFen) }}
      onClose={onClose}
      send={(values, key) =>
        answer(
          api.POST('/api/v1/policy/recoveries/{recovery}/decision', {
            params: { path: { recovery: recovery.id } },
            body: { key, ...decisionOf(values) },
          }),
        )
      }
    >
      <DemandFields />
      <ReasonField label={t('reason')} />
      <ReferenceField />
    </DeedDialog>
  )
}

function decisionOf({ outcome, reason, reference, ...of }: DecideValues) {
  if (outcome === 'drop') return { outcome, reason, reference }
  const fen = parseYuan(of.interestFen ?? '')
  return {
    ...{ outcome, reason, reference, endsPayment: of.endsPayment ?? false },
    amountFen: parseYuan(of.amountFen ?? '') ?? '',
    ...(fen !== undefined && { interest: { fen, source: of.interestSource ?? '' } }),
  }
}

function DemandFields() {
  const t = useTexts()
  const outcome = Form.useWatch('outcome', Form.useFormInstance<DecideValues>()) ?? 'demand'
  const outcomes = [
    { value: 'demand', label: t('demand') },
    { value: 'drop', label: t('drop') },
  ]
  return (
    <>
      <Form.Item name="outcome" label={t('outcome')}>
        <Radio.Group options={outcomes} />
      </Form.Item>
      {outcome === 'demand' && (
        <>
          <YuanField name="amountFen" label={t('amountYuan')} />
          <Field name="interestFen" label={t('interest')} hint={t('interestHint')} isOptional>
            <Input inputMode="decimal" autoComplete="off" />
          </Field>
          <Field name="interestSource" label={t('interestSource')} isOptional>
            <Input maxLength={500} />
          </Field>
          <Form.Item name="endsPayment" valuePropName="checked">
            <Checkbox>{t('endsPayment')}</Checkbox>
          </Form.Item>
        </>
      )}
    </>
  )
}

type ReturnValues = { amountFen: string; interestFen?: string; reference: string }

function ReturnDialog({ recovery, onClose }: OfRecovery) {
  const t = useTexts()
  return (
    <DeedDialog<ReturnValues>
      title={t('do.return-money')}
      lead={t('returnLead')}
      verb={t('do.return-money')}
      done={t('returnBooked')}
      onClose={onClose}
      send={({ amountFen, interestFen, reference }, key) => {
        const interest = parseYuan(interestFen ?? '')
        return answer(
          api.POST('/api/v1/policy/recoveries/{recovery}/returns', {
            params: { path: { recovery: recovery.id } },
            body: {
              key,
              reference,
              amountFen: parseYuan(amountFen) ?? '',
              ...(interest !== undefined && { interestFen: interest }),
            },
          }),
        )
      }}
    >
      <YuanField name="amountFen" label={t('amountYuan')} />
      {recovery.decision?.interest !== undefined && (
        <Field name="interestFen" label={t('interest')} isOptional>
          <Input inputMode="decimal" autoComplete="off" />
        </Field>
      )}
      <ReferenceField />
    </DeedDialog>
  )
}
