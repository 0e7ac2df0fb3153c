import { Button, Card, Form, Input, Tag } from 'antd'
import { useState } from 'react'
import { useText } from '../../frame/language.ts'
import { type Column, Records } from '../../ui/records.tsx'
import { SelectSoon } from '../../ui/select-soon.tsx'
import { Nothing, Said } from '../../ui/states.tsx'
import { type CallDetail, type Case, type Determination, type Field, typeOf } from './api.ts'
import { Value } from './application-view.tsx'
import { type Entry, useTelling } from './telling.ts'
import { useTexts } from './texts.ts'

type Line = Readonly<Record<string, unknown>> & { readonly id: string }
type Props = {
  readonly of: Case
  readonly call: CallDetail
  readonly field: Field
  readonly items: readonly Determination[]
}

/** Each line accepted or rejected with its reason; all of them recorded at once with the audit's document. */
export function LinesAudit({ of, call, field, items }: Props) {
  const t = useTexts()
  const textOf = useText()
  const [chosen, setChosen] = useState<Readonly<Record<string, string>>>({})
  const { tell, error, isBusy } = useTelling(of, () => setChosen({}))
  const [form] = Form.useForm<{ document: string; why: string }>()
  const lines = ((of.form?.facts[field.name] ?? []) as readonly Line[]).filter(
    (it) => typeof it.id === 'string',
  )
  const mayTell = of.as.includes('officer') && of.state !== 'withdrawn'
  const count = Object.values(chosen).filter((it) => it !== '').length
  const needed = [{ required: true, whitespace: true, message: t('required') }]
  return (
    <Card
      size="small"
      title={`${t('lines')}: ${textOf(field.title)}`}
      style={{ marginBlockEnd: 16 }}
    >
      <Records
        label={t('lines')}
        rows={lines}
        keyOf={(it) => it.id}
        columns={useColumns({ call, field, items, chosen, setChosen, mayTell })}
        empty={<Nothing title={t('linesNone')} />}
      />
      {error !== undefined && <Said error={error} />}
      {count > 0 && (
        <Form
          form={form}
          layout="vertical"
          style={{ marginBlockStart: 16 }}
          onFinish={({ document, why }) => void tell(document, entriesOf({ field, chosen, why }))}
        >
          <Form.Item name="document" label={t('document')} extra={t('documentHint')} rules={needed}>
            <Input maxLength={300} />
          </Form.Item>
          <Form.Item name="why" label={t('why')} rules={needed}>
            <Input maxLength={4_000} />
          </Form.Item>
          <Button type="primary" htmlType="submit" loading={isBusy}>
            {t('recordLines', { count })}
          </Button>
        </Form>
      )}
    </Card>
  )
}

const KEPT = 'kept'

function entriesOf({
  field,
  chosen,
  why,
}: {
  field: Field
  chosen: Readonly<Record<string, string>>
  why: string
}): Entry[] {
  return Object.entries(chosen)
    .filter(([, verdict]) => verdict !== '')
    .flatMap(([item, verdict]) =>
      field.officeParts.map((part) => ({
        fact: field.name,
        item,
        part,
        value: verdict !== part,
        why,
      })),
    )
}

type ColumnProps = Omit<Props, 'of'> & {
  readonly chosen: Readonly<Record<string, string>>
  readonly setChosen: (next: Readonly<Record<string, string>>) => void
  readonly mayTell: boolean
}

function useColumns(props: ColumnProps): readonly Column<Line>[] {
  const { call, field, items, chosen, setChosen, mayTell } = props
  const t = useTexts()
  const textOf = useText()
  const type = typeOf(field)
  const fields = type.type === 'list' && type.of.type === 'record' ? type.of.fields : {}
  const title = (part: string) => (call.parts[part] === undefined ? part : textOf(call.parts[part]))
  const stated = Object.entries(fields)
    .filter(([part]) => !field.officeParts.includes(part))
    .map(
      ([part, of]): Column<Line> => ({
        key: part,
        title: title(part),
        isNumber: of.type === 'quantity',
        show: (it) =>
          it[part] === undefined ? '' : <Value type={of} value={it[part]} call={call} />,
      }),
    )
  const state: Column<Line> = {
    key: 'state',
    title: t('lineState'),
    width: 170,
    show: (it) => {
      const told = toldOf(items, field.name, it.id)
      const out = field.officeParts.filter((part) => told.get(part) === 'false')
      if (out.length > 0)
        return <Tag color="error">{t('lineOut', { why: out.map(title).join('、') })}</Tag>
      const isWhole = field.officeParts.every((part) => told.get(part) === 'true')
      return isWhole ? <Tag color="success">{t('lineKept')}</Tag> : <Tag>{t('lineOpen')}</Tag>
    },
  }
  const choice: Column<Line> = {
    key: 'choice',
    title: t('record'),
    width: 220,
    show: (it) => (
      <SelectSoon
        style={{ inlineSize: 200, maxInlineSize: '100%' }}
        aria-label={t('chooseLine', { id: it.id })}
        value={chosen[it.id] ?? ''}
        onChange={(verdict) => setChosen({ ...chosen, [it.id]: verdict })}
        options={[
          { value: '', label: '—' },
          { value: KEPT, label: t('accept') },
          ...field.officeParts.map((part) => ({
            value: part,
            label: t('rejectLine', { why: title(part) }),
          })),
        ]}
      />
    ),
  }
  return [...stated, state, ...(mayTell ? [choice] : [])]
}

/** The last that was told of each part of a line. */
function toldOf(
  items: readonly Determination[],
  fact: string,
  id: string,
): ReadonlyMap<string, string> {
  const entries = items.flatMap((it) => it.entries)
  const own = entries.filter((it) => it.fact === fact && it.item === id && it.part !== undefined)
  return new Map(own.map((it) => [it.part ?? '', it.value]))
}
