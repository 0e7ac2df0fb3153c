import { Button } from 'antd'
import { useContext, useState } from 'react'
import { useText } from '../../frame/language.ts'
import { type Body, type Vocabulary, withMember } from './api.ts'
import {
  ChoiceField,
  ChoicesField,
  FaultsAt,
  listOf,
  MeasureChoice,
  membersOf,
  NumberField,
  numberOf,
  TextField,
  TickField,
  textOf,
  WritableContext,
} from './fields.tsx'
import { useTexts } from './texts.ts'

type Props = {
  readonly body: Body
  readonly change: (body: Body) => void
  readonly vocabulary: Vocabulary
}

const FORMS = [
  ...(['fixed', 'rate', 'match', 'ceiling-only'] as const),
  ...(['tiers', 'top-up', 'schedule', 'none'] as const),
]
type Form = (typeof FORMS)[number]

const BEGINNINGS: Readonly<Record<Form, Body>> = {
  fixed: { form: 'fixed', yuan: 0 },
  rate: { form: 'rate', rate: '', ceiling: true, of: { fact: '' } },
  match: { form: 'match', ratio: '', ceiling: true, of: [] },
  'ceiling-only': { form: 'ceiling-only' },
  tiers: { form: 'tiers', table: 'tier_table', metrics: [] },
  'top-up': { form: 'top-up', yuan: 0, on: '', member: '' },
  schedule: { form: 'schedule', by: 'level', rows: [] },
  none: { form: 'none' },
}

/** How the amount is reckoned, and what limits it. */
export function AmountFields(props: Props) {
  const { body, change } = props
  const t = useTexts()
  const amount = membersOf(body.amount)
  const form = FORMS.find((it) => it === amount.form) ?? 'none'
  const set = (next: Body) => change({ ...body, amount: next })
  return (
    <>
      <div className="editor-fields">
        <ChoiceField
          label={t('form')}
          value={form}
          choices={FORMS.map((it) => ({ value: it, label: t(it) }))}
          change={(next) => set(BEGINNINGS[next as Form])}
        />
        <FormFields form={form} amount={amount} set={set} vocabulary={props.vocabulary} />
      </div>
      <FaultsAt at="/amount" />
      <Limits {...props} />
    </>
  )
}

type FormProps = {
  readonly form: Form
  readonly amount: Body
  readonly set: (amount: Body) => void
  readonly vocabulary: Vocabulary
}

function useChoices({ facts }: Vocabulary, wanted: (fact: Vocabulary['facts'][number]) => boolean) {
  const text = useText()
  return facts.filter(wanted).map((it) => ({ value: it.id, label: `${text(it.title)} · ${it.id}` }))
}

function FormFields(props: FormProps) {
  const { form, amount, set, vocabulary } = props
  const t = useTexts()
  const money = useChoices(vocabulary, (it) => it.unit === 'yuan')
  const yuan = (
    <NumberField
      label={t('yuan')}
      isGrouped
      value={numberOf(amount.yuan)}
      change={(value) => set(withMember(amount, 'yuan', value))}
    />
  )
  const ceiling = (
    <TickField
      label={t('ceiling')}
      value={amount.ceiling === true}
      change={(value) => set({ ...amount, ceiling: value })}
    />
  )
  if (form === 'fixed') return yuan
  if (form === 'rate') {
    const base = membersOf(amount.of)
    return (
      <>
        <TextField
          label={t('ratio')}
          value={textOf(amount.rate)}
          change={(rate) => set({ ...amount, rate })}
        />
        <ChoiceField
          label={t('base')}
          value={textOf(base.fact)}
          choices={money}
          change={(fact) => set({ ...amount, of: { ...base, fact } })}
        />
        {ceiling}
      </>
    )
  }
  if (form === 'match') {
    return (
      <>
        <TextField
          label={t('ratio')}
          value={textOf(amount.ratio)}
          change={(ratio) => set({ ...amount, ratio })}
        />
        <ChoicesField
          label={t('bases')}
          value={listOf(amount.of)}
          choices={money}
          change={(of) => set({ ...amount, of })}
        />
        {ceiling}
      </>
    )
  }
  return <OtherForms {...props} yuan={yuan} />
}

function OtherForms({
  form,
  amount,
  set,
  vocabulary,
  yuan,
}: FormProps & { yuan: React.ReactNode }) {
  const t = useTexts()
  const figures = useChoices(vocabulary, (it) => it.type === 'quantity')
  const lists = useChoices(vocabulary, (it) => it.type === 'list')
  const flags = useChoices(vocabulary, (it) => it.type === 'flag')
  if (form === 'tiers') {
    return (
      <>
        <ChoiceField
          label={t('table')}
          value={textOf(amount.table)}
          choices={lists}
          change={(table) => set({ ...amount, table })}
        />
        <ChoicesField
          label={t('metrics')}
          value={listOf(amount.metrics)}
          choices={figures}
          change={(metrics) => set({ ...amount, metrics })}
        />
      </>
    )
  }
  if (form === 'top-up') {
    return (
      <>
        {yuan}
        <MeasureChoice
          label={t('on')}
          value={textOf(amount.on)}
          change={(on) => set({ ...amount, on })}
        />
        <ChoiceField
          label={t('member')}
          value={textOf(amount.member)}
          choices={flags}
          change={(member) => set({ ...amount, member })}
        />
      </>
    )
  }
  if (form !== 'schedule') return null
  return (
    <>
      <TextField
        label={t('by')}
        isCode
        value={textOf(amount.by)}
        change={(by) => set({ ...amount, by })}
      />
      <RowsField rows={amount.rows} change={(rows) => set({ ...amount, rows })} />
    </>
  )
}

/** A level and its sum on each line; kept as it is typed. */
function RowsField({ rows, change }: { rows: unknown; change: (rows: readonly Body[]) => void }) {
  const t = useTexts()
  const [typed, setTyped] = useState(() =>
    (Array.isArray(rows) ? rows : [])
      .map((it) => `${textOf(membersOf(it).level)} ${numberOf(membersOf(it).yuan) ?? ''}`)
      .join('\n'),
  )
  return (
    <TextField
      label={t('rows')}
      rows={4}
      isCode
      value={typed}
      change={(value) => {
        setTyped(value)
        const lines = value.split('\n').filter((it) => it.trim() !== '')
        change(
          lines.map((line) => {
            const [level = '', yuan = ''] = line.trim().split(/\s+/)
            return { level, yuan: Number(yuan) }
          }),
        )
      }}
    />
  )
}

const PER = ['project', 'enterprise', 'enterprise_year', 'guide'] as const

function Limits({ body, change, vocabulary }: Props) {
  const t = useTexts()
  const isWritable = useContext(WritableContext)
  const caps = Array.isArray(body.caps) ? body.caps.map(membersOf) : []
  const setCaps = (next: readonly Body[]) =>
    change(withMember(body, 'caps', next.length === 0 ? undefined : next))
  return (
    <>
      <h3>{t('caps')}</h3>
      {caps.map((cap, at) => (
        <CapFields
          // biome-ignore lint/suspicious/noArrayIndexKey: caps have no name but their place
          key={at}
          at={at}
          cap={cap}
          change={(next) => setCaps(caps.map((it, place) => (place === at ? next : it)))}
          remove={() => setCaps(caps.filter((_, place) => place !== at))}
        />
      ))}
      {isWritable && (
        <div>
          <Button onClick={() => setCaps([...caps, { yuan: 0, per: 'project' }])}>
            {t('addCap')}
          </Button>
        </div>
      )}
      <OtherLimits body={body} change={change} vocabulary={vocabulary} />
    </>
  )
}

function CapFields({
  at,
  cap,
  change,
  remove,
}: {
  at: number
  cap: Body
  change: (cap: Body) => void
  remove: () => void
}) {
  const t = useTexts()
  const isWritable = useContext(WritableContext)
  const number = { at: at + 1 }
  return (
    <div className="editor-condition">
      <div className="editor-fields">
        {'byLevel' in cap ? (
          <p style={{ margin: 0 }}>{t('byLevelCap')}</p>
        ) : (
          <NumberField
            label={t('capYuan', number)}
            isGrouped
            value={numberOf(cap.yuan)}
            change={(yuan) => change(withMember(cap, 'yuan', yuan))}
          />
        )}
        <ChoiceField
          label={t('capPer', number)}
          value={textOf(cap.per)}
          choices={PER.map((it) => ({ value: it, label: t(it) }))}
          change={(per) => change({ ...cap, per })}
        />
      </div>
      <FaultsAt at={`/caps/${at}`} />
      {isWritable && (
        <div>
          <Button size="small" danger onClick={remove}>
            {t('removeCap', number)}
          </Button>
        </div>
      )}
    </div>
  )
}

const COUNTED = ['national', 'provincial', 'city', 'district'].map(
  (it) => `public_funds.${it}_yuan`,
)

function OtherLimits({ body, change }: Props) {
  const t = useTexts()
  const quota = membersOf(body.quota)
  const funds = membersOf(body.publicFunds)
  return (
    <div className="editor-fields">
      <NumberField
        label={t('places')}
        isGrouped
        at="/quota"
        value={numberOf(quota.places)}
        change={(places) =>
          change(
            withMember(
              body,
              'quota',
              places === undefined ? undefined : { position: 'if-known', ...quota, places },
            ),
          )
        }
      />
      <TextField
        label={t('publicRatio')}
        at="/publicFunds"
        value={textOf(funds.ratio)}
        change={(ratio) =>
          change(
            withMember(
              body,
              'publicFunds',
              ratio === ''
                ? undefined
                : { of: 'total_investment_yuan', counted: COUNTED, ...funds, ratio },
            ),
          )
        }
      />
      <TickField
        label={t('oneTime')}
        at="/oneTime"
        value={body.oneTime === true}
        change={(value) => change(withMember(body, 'oneTime', value ? true : undefined))}
      />
    </div>
  )
}
