import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Card, Form, Input } from 'antd'
import { type Text, useText } from '../../frame/language.ts'
import { GroupedInput } from '../../ui/grouped-input.tsx'
import { SelectSoon } from '../../ui/select-soon.tsx'
import { type CallDetail, type FactType, type Field, typeOf } from './api.ts'
import { useTexts } from './texts.ts'

const TEXT_CHARS_MAX = 500
const NUMBER_CHARS_MAX = 32

type Parts = CallDetail['parts']
type Name = readonly (string | number)[]

/** The fields of a form that an applicant fills in, under their headings. */
export function FactFields({ call, measures }: { call: CallDetail; measures: readonly string[] }) {
  const textOf = useText()
  const asked = call.fields.filter(
    (it) =>
      it.by === 'applicant' &&
      it.measures.some((id) => measures.includes(id) || isBranch(call, id)),
  )
  return call.groups.map((group) => {
    const fields = asked.filter((it) => it.group === group.id)
    if (fields.length === 0) return null
    return (
      <Card key={group.id} size="small" title={textOf(group.title)} style={{ marginBlockEnd: 16 }}>
        {fields.map((it) => (
          <FactField key={it.name} field={it} parts={call.parts} />
        ))}
      </Card>
    )
  })
}

/** A field of a branch of an article, whose own id is not among those to choose from. */
function isBranch({ measures }: CallDetail, id: string): boolean {
  return !measures.some((it) => it.id === id)
}

function FactField({ field, parts }: { field: Field; parts: Parts }) {
  const textOf = useText()
  const type = typeOf(field)
  const name = ['facts', field.name]
  if (type.type === 'record') {
    return (
      <fieldset style={FIELDSET}>
        <legend className="stands-alone">{textOf(field.title)}</legend>
        <RecordFields name={name} fields={type.fields} parts={parts} left={field.officeParts} />
      </fieldset>
    )
  }
  if (type.type !== 'list') return <PlainItem name={name} label={field.title} type={type} />
  return (
    <fieldset style={FIELDSET}>
      <legend className="stands-alone">{textOf(field.title)}</legend>
      <ListItems name={name} of={type.of} parts={parts} field={field} />
    </fieldset>
  )
}

const FIELDSET = { border: 0, margin: '0 0 16px', padding: 0, minInlineSize: 0 } as const

type RecordProps = {
  readonly name: Name
  readonly fields: Readonly<Record<string, FactType>>
  readonly parts: Parts
  readonly left: readonly string[]
}

function RecordFields({ name, fields, parts, left }: RecordProps) {
  return (
    <div style={{ display: 'flex', flexWrap: 'wrap', columnGap: 12 }}>
      {Object.entries(fields)
        .filter(([part]) => !left.includes(part))
        .map(([part, type]) => (
          <div key={part} style={{ flex: '1 1 180px', minInlineSize: 0 }}>
            <PlainItem
              name={[...name, part]}
              label={parts[part] ?? { zh: part, en: part }}
              type={type}
            />
          </div>
        ))}
    </div>
  )
}

type ListProps = {
  readonly name: Name
  readonly of: FactType
  readonly parts: Parts
  readonly field: Field
}

function ListItems({ name, of, parts, field }: ListProps) {
  const t = useTexts()
  const isRecord = of.type === 'record'
  return (
    <Form.List
      name={name as (string | number)[]}
      // days come as a first and a last one
      {...(of.type === 'day' && { initialValue: ['', ''] })}
    >
      {(rows, { add, remove }) => (
        <>
          {rows.map(({ key, name: at }) => {
            const number = at + 1
            return (
              <div key={key} style={{ display: 'flex', gap: 8, alignItems: 'flex-start' }}>
                <div style={{ flex: 1, minInlineSize: 0 }}>
                  {isRecord ? (
                    <RecordFields
                      name={[at]}
                      fields={of.fields}
                      parts={parts}
                      left={field.officeParts}
                    />
                  ) : (
                    <PlainItem
                      name={[at]}
                      label={{
                        zh: `${field.title.zh} ${number}`,
                        en: `${field.title.en} ${number}`,
                      }}
                      type={of}
                    />
                  )}
                </div>
                <Button
                  style={{ marginBlockStart: 30 }}
                  icon={<DeleteOutlined aria-hidden />}
                  aria-label={t('removeItem', { number })}
                  onClick={() => remove(at)}
                />
              </div>
            )
          })}
          <Button
            icon={<PlusOutlined aria-hidden />}
            onClick={() => add(isRecord ? {} : undefined)}
          >
            {t('addItem')}
          </Button>
        </>
      )}
    </Form.List>
  )
}

const UNITS = ['yuan', 'count', 'month', 'year', 'point'] as const

type PlainProps = { readonly name: Name; readonly label: Text; readonly type: FactType }

function PlainItem({ name, label, type }: PlainProps) {
  const t = useTexts()
  const textOf = useText()
  const place = name as (string | number)[]
  const title = textOf(label)
  const item = { name: place, label: <span className="stands-alone">{title}</span> }
  switch (type.type) {
    case 'quantity': {
      const unit = UNITS.find((it) => it === type.unit)
      const { decimals } = type
      const pattern = new RegExp(
        decimals === 0 ? '^(0|[1-9]\\d*)$' : `^(0|[1-9]\\d*)(\\.\\d{1,${decimals}})?$`,
      )
      return (
        <Form.Item
          {...item}
          label={
            <span className="stands-alone">
              {unit === undefined || isInLabel(label)
                ? title
                : t('withUnit', { label: title, unit: t(unit) })}
            </span>
          }
          rules={[{ pattern, message: t('notNumber', { decimals }) }]}
        >
          <GroupedInput maxLength={NUMBER_CHARS_MAX} />
        </Form.Item>
      )
    }
    case 'flag':
      return (
        <Form.Item {...item}>
          <SelectSoon
            allowClear={false}
            placeholder={t('notKnown')}
            options={[
              { value: '', label: t('notKnown') },
              { value: 'yes', label: t('yes') },
              { value: 'no', label: t('no') },
            ]}
          />
        </Form.Item>
      )
    case 'day':
      return (
        <Form.Item {...item}>
          <Input type="date" />
        </Form.Item>
      )
    case 'word':
      return type.words === undefined || type.other === true ? (
        <Form.Item {...item} {...(type.words && { extra: type.words.join(' · ') })}>
          <Input maxLength={TEXT_CHARS_MAX} />
        </Form.Item>
      ) : (
        <Form.Item {...item}>
          <SelectSoon
            placeholder={t('notKnown')}
            options={[
              { value: '', label: t('notKnown') },
              ...type.words.map((it) => ({ value: it, label: it })),
            ]}
          />
        </Form.Item>
      )
    default:
      return (
        <Form.Item {...item} {...(type.type === 'ratio' && { extra: t('ratioHint') })}>
          <Input maxLength={TEXT_CHARS_MAX} />
        </Form.Item>
      )
  }
}

function isInLabel({ en }: Text): boolean {
  return en.includes('(')
}
