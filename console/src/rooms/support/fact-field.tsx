import { DeleteOutlined } from '@ant-design/icons'
import { Button, Card, Checkbox, Input, Radio } from 'antd'
import { useId } from 'react'
import { type Text, useText } from '../../frame/language.ts'
import { SelectSoon } from '../../ui/select-soon.tsx'
import type { FactType } from './facts-state.ts'
import { useFitsTexts } from './fits-texts.ts'

type Word = { readonly word: string; readonly title: Text }
type FieldProps = {
  readonly label: string
  readonly type: FactType
  readonly words?: readonly Word[] | undefined
  readonly value: unknown
  readonly change: (value: unknown) => void
}

/** One fact as it is typed, by its type. */
export function FactField(props: FieldProps) {
  const { label, type, words, value, change } = props
  switch (type.type) {
    case 'flag':
      return <FlagField {...props} />
    case 'quantity':
      return (
        <Input
          aria-label={label}
          inputMode="decimal"
          maxLength={20}
          suffix={<UnitOf unit={type.unit} />}
          value={text(value)}
          onChange={(event) => change(event.target.value)}
        />
      )
    case 'day':
      return (
        <Input
          aria-label={label}
          type="date"
          value={text(value)}
          onChange={(event) => change(event.target.value)}
        />
      )
    case 'list':
      return <ListField {...props} />
    default:
      return words === undefined ? (
        <Input
          aria-label={label}
          maxLength={200}
          value={text(value)}
          onChange={(event) => change(event.target.value)}
        />
      ) : (
        <WordField label={label} words={words} value={value} change={change} />
      )
  }
}

function text(value: unknown): string {
  return value === undefined || value === null ? '' : String(value)
}

const UNITS: Readonly<Record<string, Text>> = {
  yuan: { zh: '元', en: 'yuan' },
  count: { zh: '个', en: '' },
  month: { zh: '个月', en: 'months' },
  year: { zh: '年', en: '' },
  star: { zh: '星', en: 'stars' },
  point: { zh: '分', en: 'points' },
}

function UnitOf({ unit }: { unit: string }) {
  const textOf = useText()
  const known = UNITS[unit]
  return <span>{known === undefined ? unit : textOf(known)}</span>
}

function FlagField({ label, value, change }: FieldProps) {
  const t = useFitsTexts()
  return (
    <Radio.Group
      aria-label={label}
      value={value ?? null}
      onChange={(event) => change(event.target.value)}
      options={[
        { value: true, label: t('yes') },
        { value: false, label: t('no') },
      ]}
    />
  )
}

type WordFieldProps = Pick<FieldProps, 'label' | 'value' | 'change'> & {
  readonly words: readonly Word[]
}

function WordField({ label, words, value, change }: WordFieldProps) {
  const textOf = useText()
  const t = useFitsTexts()
  return (
    <SelectSoon
      aria-label={label}
      showSearch={{ optionFilterProp: 'label' }}
      style={{ inlineSize: '100%' }}
      value={text(value)}
      onChange={(it: string) => change(it)}
      options={[
        { value: '', label: t('choose') },
        ...words.map((it) => ({ value: it.word, label: textOf(it.title) })),
      ]}
    />
  )
}

/** Words to be ticked, or one entry a line. */
function ListField({ label, words, value, change }: FieldProps) {
  const t = useFitsTexts()
  const textOf = useText()
  if (words !== undefined) {
    return (
      <Checkbox.Group
        aria-label={label}
        value={Array.isArray(value) ? (value as string[]) : []}
        onChange={(it) => change(it)}
        options={words.map((it) => ({ value: it.word, label: textOf(it.title) }))}
      />
    )
  }
  return (
    <Input.TextArea
      aria-label={`${label} (${t('onePerLine')})`}
      placeholder={t('onePerLine')}
      rows={3}
      maxLength={5000}
      value={Array.isArray(value) ? value.join('\n') : text(value)}
      onChange={(event) => change(event.target.value)}
    />
  )
}

type Row = Readonly<Record<string, unknown>>
type RowsProps = {
  readonly fields: Readonly<Record<string, FactType>>
  readonly titles: Readonly<Record<string, Text>>
  readonly words: Readonly<Record<string, readonly Word[]>>
  readonly value: readonly Row[]
  readonly change: (rows: readonly Row[]) => void
}

const ROWS_MAX = 50

/** A list whose items have fields: one card for each. */
export function RowsField({ fields, titles, words, value, change }: RowsProps) {
  const t = useFitsTexts()
  const set = (at: number, row: Row) => change(value.map((it, index) => (index === at ? row : it)))
  return (
    <>
      <ul className="cards">
        {value.map((row, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row has no name but its place
          <li key={at}>
            <Card
              size="small"
              title={t('row', { number: at + 1 })}
              extra={
                <Button
                  type="text"
                  icon={<DeleteOutlined />}
                  aria-label={t('removeRow', { number: at + 1 })}
                  onClick={() => change(value.filter((_, index) => index !== at))}
                />
              }
            >
              {Object.entries(fields).map(([name, type]) => (
                <RowPart
                  key={name}
                  title={titles[name] ?? { zh: name, en: name }}
                  type={type}
                  words={words[name]}
                  value={row[name]}
                  change={(it) => set(at, { ...row, [name]: it })}
                />
              ))}
            </Card>
          </li>
        ))}
      </ul>
      {value.length < ROWS_MAX && (
        <Button onClick={() => change([...value, {}])} style={{ marginBlockStart: 8 }}>
          {t('addRow')}
        </Button>
      )}
    </>
  )
}

function RowPart({ title, ...rest }: Omit<FieldProps, 'label'> & { title: Text }) {
  const textOf = useText()
  const id = useId()
  return (
    <div className="support-field">
      <span id={id}>{textOf(title)}</span>
      <FactField {...rest} label={textOf(title)} />
    </div>
  )
}
