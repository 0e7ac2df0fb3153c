import { useQuery } from '@tanstack/react-query'
import { Form, Input, Radio, Select } from 'antd'
import { answer, api } from '../../api/client.ts'
import { parseYuan, type Recovery, useMoney } from './money.ts'
import { DeedDialog, Field, ReasonField, ReferenceField } from './parts.tsx'
import { useTexts } from './texts.ts'

type OfRecovery = { readonly recovery: Recovery; readonly onClose: () => void }
type UndoValues = { entry: number; interestFen?: string; reference: string; reason: string }

/** A return that never came: said here, set right by another person. */
export function UndoDialog({ recovery, onClose }: OfRecovery) {
  const t = useTexts()
  const options = useReturns(recovery)
  return (
    <DeedDialog<UndoValues>
      title={t('do.undo-return')}
      lead={t('undoLead')}
      verb={t('do.undo-return')}
      isDestructive
      done={t('undoAsked')}
      onClose={onClose}
      send={({ interestFen, ...values }, key) => {
        const interest = parseYuan(interestFen ?? '')
        return answer(
          api.POST('/api/v1/policy/recoveries/{recovery}/undo', {
            params: { path: { recovery: recovery.id } },
            body: { ...values, key, ...(interest !== undefined && { interestFen: interest }) },
          }),
        )
      }}
    >
      <Field name="entry" label={t('undoEntry')}>
        <Select options={options} notFoundContent={t('undoNone')} />
      </Field>
      {recovery.interestReturnedFen !== '0' && (
        <Field name="interestFen" label={t('undoInterest')} isOptional>
          <Input inputMode="decimal" autoComplete="off" />
        </Field>
      )}
      <ReferenceField />
      <ReasonField label={t('reason')} />
    </DeedDialog>
  )
}

/** The returns of the award in its ledger that were not set right yet. */
function useReturns({ award, ledger }: Recovery) {
  const t = useTexts()
  const money = useMoney()
  const found = useQuery({
    queryKey: ['money', 'returns', ledger, award],
    enabled: ledger !== undefined,
    queryFn: () =>
      answer(
        api.GET('/api/v1/policy/ledgers/{ledger}/entries', {
          params: { path: { ledger: ledger ?? '' }, query: { limit: 500, matter: award } },
        }),
      ),
  })
  const entries = found.data?.items ?? []
  const corrected = new Set(entries.map((it) => it.corrects))
  return entries
    .filter((it) => it.kind === 'return' && !corrected.has(it.key))
    .map(({ number, amountFen, reference = '' }) => ({
      value: number,
      label: t('undoEntryOf', { number, amount: money(amountFen), reference }),
    }))
}

type SettleValues = { outcome: 'undo' | 'leave' }

/** The second person: books the contrary, or leaves the return as it stands. */
export function SettleDialog({ recovery, onClose }: OfRecovery) {
  const t = useTexts()
  const money = useMoney()
  const { undoing } = recovery
  const outcomes = [
    { value: 'undo', label: t('settleUndo') },
    { value: 'leave', label: t('settleLeave') },
  ]
  return (
    <DeedDialog<SettleValues>
      title={t('do.settle-undo')}
      lead={t('settleLead', {
        amount: money(undoing?.amountFen ?? '0'),
        number: undoing?.entry ?? '',
        reason: undoing?.reason ?? '',
      })}
      verb={t('do.settle-undo')}
      isDestructive
      done={t('undoSettled')}
      initial={{ outcome: 'undo' }}
      onClose={onClose}
      send={({ outcome }, key) =>
        answer(
          api.POST('/api/v1/policy/recoveries/{recovery}/undo/answer', {
            params: { path: { recovery: recovery.id } },
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
