import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Input, Radio, Select } from 'antd'
import { type ClipboardEvent, useRef } from 'react'
import { useText } from '../frame/language.ts'
import { useUnchoosing } from './emptying.tsx'
import { DateInput } from './record-date.tsx'
import { FileInput } from './record-file.tsx'
import { useRecordTexts } from './record-form-texts.ts'
import {
  ariaOf,
  type InputProps,
  type TemplateField,
  textOf,
  type ValueRule,
} from './record-value.ts'

const LIST_ELEMENTS_MAX = 1000
const ONE_LINE_CHARS_MAX = 200

/** The input for one value, by its type. An emptied input stands for no value. */
export function ValueInput(props: InputProps) {
  switch (props.rule.type) {
    case 'text':
      return <TextInput {...props} />
    case 'number':
      return <NumberInput {...props} />
    case 'date':
      return <DateInput {...props} />
    case 'boolean':
      return <BooleanInput {...props} />
    case 'enumeration':
      return <ChoiceInput {...props} />
    case 'url':
      return <UrlInput {...props} />
    case 'file':
      return <FileInput {...props} />
    case 'reference':
      return <ReferenceInput {...props} />
    case 'list':
      return <ListInput {...props} />
  }
}

function textOrNothing(text: string): string | undefined {
  return text === '' ? undefined : text
}

function TextInput(props: InputProps) {
  const { rule, value, onChange } = props
  const text = textOf(value)
  const isShort = rule.pattern !== undefined || (rule.charsMax ?? Infinity) <= ONE_LINE_CHARS_MAX
  if (isShort && !text.includes('\n')) {
    return (
      <Input
        {...ariaOf(props)}
        dir="auto"
        value={text}
        onChange={(event) => onChange(textOrNothing(event.target.value))}
      />
    )
  }
  return (
    <Input.TextArea
      {...ariaOf(props)}
      dir="auto"
      rows={1}
      className="growing"
      value={text}
      onChange={(event) => onChange(textOrNothing(event.target.value))}
    />
  )
}

/** Numbers stay text: no digit is lost on the way. */
function NumberInput(props: InputProps) {
  const { rule, value, onChange } = props
  return (
    <Input
      {...ariaOf(props)}
      inputMode="decimal"
      autoComplete="off"
      style={{ maxInlineSize: 320 }}
      {...(rule.unit !== undefined && { suffix: rule.unit })}
      value={textOf(value)}
      onChange={(event) => onChange(textOrNothing(event.target.value))}
    />
  )
}

function BooleanInput(props: InputProps) {
  const { label, labelledBy, isRequired, value, onChange } = props
  const t = useRecordTexts()
  const options = [
    { value: true, label: t('yes') },
    { value: false, label: t('no') },
    ...(isRequired === true ? [] : [{ value: 'none', label: t('notSaid') }]),
  ]
  return (
    <Radio.Group
      {...(labelledBy === undefined ? { 'aria-label': label } : { 'aria-labelledby': labelledBy })}
      {...(props.describedBy !== undefined && { 'aria-describedby': props.describedBy })}
      {...(props.isWrong === true && { 'aria-invalid': true, tabIndex: -1 })}
      options={options}
      value={typeof value === 'boolean' ? value : isRequired === true ? undefined : 'none'}
      onChange={(event) => {
        const next: unknown = event.target.value
        onChange(typeof next === 'boolean' ? next : undefined)
      }}
    />
  )
}

function useOptions(rule: ValueRule) {
  const text = useText()
  return (rule.options ?? []).map((it) => ({
    value: it.value,
    label: <bdi>{text(it.label)}</bdi>,
    // found by its value and by its name in either language
    search: `${it.value} ${it.label.zh} ${it.label.en}`.toLowerCase(),
  }))
}

const byAnyName = {
  filterOption: (typed: string, option?: { search?: string }) =>
    option?.search?.includes(typed.trim().toLowerCase()) === true,
}

function ChoiceInput(props: InputProps) {
  const unchoosing = useUnchoosing()
  const t = useRecordTexts()
  const options = useOptions(props.rule)
  return (
    <Select
      {...ariaOf(props)}
      allowClear={unchoosing}
      showSearch={byAnyName}
      placeholder={t('choose')}
      options={options}
      value={props.value === undefined ? null : textOf(props.value)}
      onChange={(next: string | null | undefined) => props.onChange(next ?? undefined)}
    />
  )
}

function UrlInput(props: InputProps) {
  return (
    <Input
      {...ariaOf(props)}
      type="url"
      inputMode="url"
      autoComplete="off"
      placeholder="https://"
      value={textOf(props.value)}
      onChange={(event) => props.onChange(textOrNothing(event.target.value))}
    />
  )
}

function ReferenceInput(props: InputProps) {
  return (
    <Input
      {...ariaOf(props)}
      className="mono"
      autoComplete="off"
      autoCapitalize="off"
      spellCheck={false}
      value={textOf(props.value)}
      onChange={(event) => props.onChange(textOrNothing(event.target.value))}
    />
  )
}

function ListInput(props: InputProps) {
  const { rule, value } = props
  const items = Array.isArray(value) ? (value as readonly unknown[]) : []
  const element: ValueRule = rule.element ?? { type: 'text' }
  return element.type === 'enumeration' ? (
    <ChoicesInput {...props} rule={element} value={items} />
  ) : (
    <RowsInput {...props} rule={element} value={items} />
  )
}

function ChoicesInput(props: InputProps) {
  const unchoosing = useUnchoosing()
  const t = useRecordTexts()
  const options = useOptions(props.rule)
  return (
    <Select
      {...ariaOf(props)}
      mode="multiple"
      allowClear={unchoosing}
      showSearch={byAnyName}
      placeholder={t('choose')}
      options={options}
      value={(props.value as readonly unknown[]).map(String)}
      onChange={(next: string[]) => props.onChange(next.length === 0 ? undefined : next)}
    />
  )
}

/** Elements one below the other. Several lines that are pasted become as many elements. */
function RowsInput(props: InputProps) {
  const { id, label, rule, onChange } = props
  const t = useRecordTexts()
  const items = props.value as readonly unknown[]
  const keys = useKeys(items.length)
  const put = (next: readonly unknown[]) => onChange(next.length === 0 ? undefined : next)
  const remove = (place: number) => {
    keys.splice(place, 1)
    put(items.toSpliced(place, 1))
  }
  const paste = (event: ClipboardEvent, place: number) => {
    const lines = linesIn(event.clipboardData.getData('text/plain'), rule.type)
    if (lines.length < 2) return
    event.preventDefault()
    const rest = LIST_ELEMENTS_MAX - items.length + 1
    put(items.toSpliced(place, 1, ...lines.slice(0, rest)))
  }
  return (
    <fieldset
      id={id}
      aria-labelledby={props.labelledBy}
      style={{ border: 0, margin: 0, padding: 0, minInlineSize: 0 }}
    >
      {items.map((item, place) => (
        <div
          key={keys[place]}
          onPaste={(event) => paste(event, place)}
          style={{ display: 'flex', gap: 8, marginBlockEnd: 8, alignItems: 'flex-start' }}
        >
          <div style={{ flex: 1, minInlineSize: 0 }}>
            <ValueInput
              id={`${id}-${keys[place]}`}
              label={t('listItem', { label, place: place + 1 })}
              {...(props.describedBy !== undefined && { describedBy: props.describedBy })}
              rule={rule}
              value={item}
              onChange={(next) => put(items.with(place, next ?? ''))}
              isRequired
              {...(props.isWrong !== undefined && { isWrong: props.isWrong })}
              isPublic={props.isPublic}
              enterprise={props.enterprise}
            />
          </div>
          <Button
            icon={<DeleteOutlined />}
            aria-label={t('listRemove', { place: place + 1 })}
            onClick={() => remove(place)}
          />
        </div>
      ))}
      <Button
        icon={<PlusOutlined />}
        aria-label={t('listAddTo', { label })}
        disabled={items.length >= LIST_ELEMENTS_MAX}
        {...(props.isWrong === true && items.length === 0 && { 'aria-invalid': true })}
        onClick={() => put([...items, firstOf(rule)])}
      >
        {t('listAdd')}
      </Button>
    </fieldset>
  )
}

function firstOf({ type }: ValueRule): unknown {
  return type === 'boolean' ? true : ''
}

function linesIn(text: string, type: TemplateField['type']): readonly string[] {
  if (type === 'boolean' || type === 'date' || type === 'file') return []
  return text
    .split(/\r?\n/)
    .map((it) => it.trim())
    .filter((it) => it !== '')
}

/** Keys of rows that stay with their rows when one among them is removed. */
function useKeys(count: number): number[] {
  const kept = useRef<{ keys: number[]; next: number }>({ keys: [], next: 0 })
  const { keys } = kept.current
  while (keys.length < count) {
    keys.push(kept.current.next)
    kept.current.next += 1
  }
  keys.length = count
  return keys
}
