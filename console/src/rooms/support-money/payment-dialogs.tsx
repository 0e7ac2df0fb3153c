import { MinusCircleOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Form, Input } from 'antd'
import { answer, api } from '../../api/client.ts'
import {
  type Award,
  endOfDay,
  instalmentsOf,
  type Payment,
  parseShare,
  parseYuan,
  useMoney,
} from './money.ts'
import { DeedDialog, Field, ReasonField, ReferenceField, YuanField } from './parts.tsx'
import { useTexts } from './texts.ts'

export type PaymentDeed = 'meet-condition' | 'order' | 'withdraw-order' | 'confirm' | 'reverse'
export type Doing =
  | { readonly deed: 'rule' }
  | { readonly deed: 'plan'; readonly award: Award }
  | { readonly deed: PaymentDeed; readonly payment: Payment }

type Closing = { readonly onClose: () => void }

export function PaymentDialog({ doing, onClose }: { readonly doing: Doing } & Closing) {
  if (doing.deed === 'rule') return <RuleDialog onClose={onClose} />
  if (doing.deed === 'plan') return <PlanDialog award={doing.award} onClose={onClose} />
  return <OneDialog deed={doing.deed} payment={doing.payment} onClose={onClose} />
}

type OneValues = { reference: string; reason: string }

function OneDialog(props: { readonly deed: PaymentDeed; readonly payment: Payment } & Closing) {
  const t = useTexts()
  const money = useMoney()
  const { deed, payment, onClose } = props
  return (
    <DeedDialog<OneValues>
      title={t(`deed.${deed}`)}
      lead={t(`deedLead.${deed}`, { amount: money(payment.amountFen), measure: payment.measure })}
      verb={t(`deed.${deed}`)}
      done={t(`deedDone.${deed}`)}
      isDestructive={deed === 'reverse'}
      onClose={onClose}
      send={(values, key) => sent(deed, payment.id, { ...values, key })}
    >
      {deed !== 'withdraw-order' && <ReferenceField />}
      {deed === 'reverse' && <ReasonField label={t('reason')} />}
    </DeedDialog>
  )
}

async function sent(
  deed: PaymentDeed,
  payment: string,
  { key, reference, reason }: OneValues & { readonly key: string },
): Promise<unknown> {
  const params = { path: { payment } }
  const body = { key, reference }
  switch (deed) {
    case 'meet-condition':
      return await answer(
        api.POST('/api/v1/policy/payments/{payment}/meet-condition', { params, body }),
      )
    case 'order':
      return await answer(api.POST('/api/v1/policy/payments/{payment}/order', { params, body }))
    case 'withdraw-order':
      return await answer(
        api.POST('/api/v1/policy/payments/{payment}/withdraw-order', { params, body: { key } }),
      )
    case 'confirm':
      return await answer(api.POST('/api/v1/policy/payments/{payment}/confirm', { params, body }))
    case 'reverse':
      return await answer(
        api.POST('/api/v1/policy/payments/{payment}/reverse', {
          params,
          body: { ...body, reason },
        }),
      )
  }
}

type RuleValues = { aloneUpToFen: string; source: string }

function RuleDialog({ onClose }: Closing) {
  const t = useTexts()
  return (
    <DeedDialog<RuleValues>
      title={t('setRule')}
      lead={t('setRuleLead')}
      verb={t('setRule')}
      done={t('ruleSet')}
      onClose={onClose}
      send={({ aloneUpToFen, source }, key) =>
        answer(
          api.PUT('/api/v1/policy/payment-rule', {
            body: { key, source, aloneUpToFen: parseYuan(aloneUpToFen) ?? '' },
          }),
        )
      }
    >
      <YuanField name="aloneUpToFen" label={t('aloneUpTo')} />
      <Field name="source" label={t('reference')} hint={t('referenceHint')}>
        <Input maxLength={500} autoComplete="off" />
      </Field>
    </DeedDialog>
  )
}

/** What an instalment comes to by the shares that are typed. */
function InstalmentAmount({ award, at }: { readonly award: Award; readonly at: number }) {
  const t = useTexts()
  const money = useMoney()
  const typed = Form.useWatch('instalments', Form.useFormInstance<PlanValues>()) ?? []
  const shares = typed.map((it) => it?.share ?? '')
  const fen = instalmentsOf(award.amountFen, shares)[at]
  if (fen === undefined) return null
  return <p style={{ marginBlock: '-16px 16px' }}>{t('comesTo', { amount: money(fen) })}</p>
}

type PlanValues = { instalments: { share: string; dueAt?: string; condition?: string }[] }

const INSTALMENTS_MAX = 24

function PlanDialog({ award, onClose }: { readonly award: Award } & Closing) {
  const t = useTexts()
  const money = useMoney()
  return (
    <DeedDialog<PlanValues>
      title={t('plan')}
      lead={t('planLead', { amount: money(award.amountFen), measure: award.measure })}
      verb={t('plan')}
      done={t('planned')}
      initial={{ instalments: [{ share: '1/1' }] }}
      onClose={onClose}
      send={({ instalments }, key) =>
        answer(
          api.POST('/api/v1/policy/awards/{award}/payment-plan', {
            params: { path: { award: award.id } },
            body: {
              key,
              instalments: instalments.map(({ share, dueAt, condition }) => ({
                share: parseShare(share) ?? share.trim(),
                ...(dueAt && { dueAt: endOfDay(dueAt) }),
                ...(condition && { condition }),
              })),
            },
          }),
        )
      }
    >
      <Form.List name="instalments">
        {(fields, { add, remove }) => (
          <>
            {fields.map(({ key, name }) => (
              <fieldset key={key} style={{ border: 0, padding: 0, margin: 0, minInlineSize: 0 }}>
                <legend style={{ display: 'flex', gap: 8, alignItems: 'center' }}>
                  <strong>{t('instalment', { number: name + 1 })}</strong>
                  {fields.length > 1 && (
                    <Button
                      size="small"
                      icon={<MinusCircleOutlined />}
                      aria-label={t('removeInstalment', { number: name + 1 })}
                      onClick={() => remove(name)}
                    />
                  )}
                </legend>
                <Field name={[name, 'share']} label={t('share')} hint={t('shareHint')}>
                  <Input autoComplete="off" />
                </Field>
                <InstalmentAmount award={award} at={name} />
                <Field name={[name, 'dueAt']} label={t('dueDay')} isOptional>
                  <Input type="date" />
                </Field>
                <Field name={[name, 'condition']} label={t('condition')} isOptional>
                  <Input maxLength={4000} />
                </Field>
              </fieldset>
            ))}
            {fields.length < INSTALMENTS_MAX && (
              <Button icon={<PlusOutlined />} onClick={() => add({ share: '' })}>
                {t('addInstalment')}
              </Button>
            )}
          </>
        )}
      </Form.List>
    </DeedDialog>
  )
}
