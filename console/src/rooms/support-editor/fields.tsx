import { Checkbox, Input, InputNumber, Select } from 'antd'
import { createContext, type ReactNode, useContext, useId } from 'react'
import { useText } from '../../frame/language.ts'
import { MeasureField, MeasuresField } from '../../ui/measures.tsx'
import type { Check } from './api.ts'

export const FaultsContext = createContext<Check['faults']>([])
/** Whether what is shown can be changed. */
export const WritableContext = createContext(true)

type FieldProps = {
  readonly label: string
  /** JSON Pointer of what it holds: faults there are told below it. */
  readonly at?: string
  /** Below it, small. */
  readonly hint?: string
}

/** A label, what it labels, and what is wrong with it. */
export function Field({
  label,
  at,
  hint,
  children,
}: FieldProps & { children: (id: string) => ReactNode }) {
  const id = useId()
  return (
    <div className="editor-field">
      <label htmlFor={id}>{label}</label>
      {children(id)}
      {hint !== undefined && <small>{hint}</small>}
      {at !== undefined && <FaultsAt at={at} />}
    </div>
  )
}

/** What is wrong at a place and below it. */
export function FaultsAt({ at }: { at: string }) {
  const text = useText()
  const faults = useContext(FaultsContext)
  const own = faults.filter((it) => it.path === at || it.path.startsWith(`${at}/`))
  if (own.length === 0) return null
  return (
    <p className="editor-fault">
      {own.map((it) => text(it.reason)).join(text({ zh: '；', en: '; ' }))}
    </p>
  )
}

type Typed<T> = FieldProps & { readonly value: T; readonly change: (value: T) => void }

type TextProps = Typed<string> & {
  readonly rows?: number
  readonly isCode?: boolean
  /** Of a figure; stands behind it. */
  readonly unit?: string
}

export function TextField(props: TextProps) {
  const { value, change, rows, isCode, unit } = props
  const isWritable = useContext(WritableContext)
  const common = {
    value,
    disabled: !isWritable,
    autoComplete: 'off',
    ...(isCode === true && { className: 'mono', spellCheck: false }),
  }
  return (
    <Field {...props}>
      {(id) =>
        rows === undefined ? (
          <Input
            id={id}
            {...common}
            {...(unit !== undefined && { suffix: unit, inputMode: 'decimal' as const })}
            onChange={(event) => change(event.target.value)}
          />
        ) : (
          <Input.TextArea
            id={id}
            {...common}
            rows={rows}
            onChange={(event) => change(event.target.value)}
          />
        )
      }
    </Field>
  )
}

/** @param props `isGrouped`: a sum or a count, whose digits are told apart by threes; a year's are not */
export function NumberField(props: Typed<number | undefined> & { readonly isGrouped?: boolean }) {
  const { value, change, isGrouped = false } = props
  const isWritable = useContext(WritableContext)
  return (
    <Field {...props}>
      {(id) => (
        <InputNumber<number>
          id={id}
          min={0}
          precision={0}
          {...(isGrouped && GROUPED)}
          style={{ inlineSize: '100%' }}
          value={value ?? null}
          disabled={!isWritable}
          onChange={(next) => change(next ?? undefined)}
        />
      )}
    </Field>
  )
}

const GROUPED = {
  formatter: (value: number | string | undefined) =>
    String(value ?? '').replace(/\B(?=(?:\d{3})+$)/g, ','),
  parser: (typed: string | undefined) => Number((typed ?? '').replaceAll(/[,，\s]/g, '')),
}

export type Choice = { readonly value: string; readonly label: string }

export function ChoiceField(props: Typed<string> & { choices: readonly Choice[] }) {
  const { value, change, choices } = props
  const isWritable = useContext(WritableContext)
  return (
    <Field {...props}>
      {(id) => (
        <Select
          id={id}
          showSearch={{ optionFilterProp: 'label' }}
          style={{ inlineSize: '100%' }}
          value={value === '' ? null : value}
          disabled={!isWritable}
          onChange={(next) => change(next ?? '')}
          options={[...choices]}
        />
      )}
    </Field>
  )
}

type ChoicesProps = Typed<readonly string[]> & {
  readonly choices: readonly Choice[]
  /** Others than these can be typed. */
  readonly isOpen?: boolean
}

export function ChoicesField(props: ChoicesProps) {
  const { value, change, choices, isOpen = false } = props
  const isWritable = useContext(WritableContext)
  return (
    <Field {...props}>
      {(id) => (
        <Select
          id={id}
          mode={isOpen ? 'tags' : 'multiple'}
          tokenSeparators={[',', '，', '、']}
          showSearch={{ optionFilterProp: 'label' }}
          style={{ inlineSize: '100%' }}
          value={[...value]}
          disabled={!isWritable}
          onChange={change}
          options={[...choices]}
        />
      )}
    </Field>
  )
}

/** Measures of the node, found by their titles. */
export function MeasuresChoice(props: Typed<readonly string[]>) {
  return (
    <Field {...props}>
      {(id) => <MeasuresField id={id} value={props.value} onChange={props.change} />}
    </Field>
  )
}

/** One measure of the node, found by its title. */
export function MeasureChoice(props: Typed<string>) {
  const { value, change } = props
  const isWritable = useContext(WritableContext)
  return (
    <Field {...props}>
      {(id) => (
        <MeasureField
          id={id}
          {...(value !== '' && { value })}
          isDisabled={!isWritable}
          onChange={change}
        />
      )}
    </Field>
  )
}

export function TickField({ label, value, change, at }: Typed<boolean>) {
  const isWritable = useContext(WritableContext)
  return (
    <div className="editor-field">
      <Checkbox
        checked={value}
        disabled={!isWritable}
        onChange={(event) => change(event.target.checked)}
      >
        {label}
      </Checkbox>
      {at !== undefined && <FaultsAt at={at} />}
    </div>
  )
}

/** A day; typed or chosen by the browser's own calendar. */
export function DayField(props: Typed<string>) {
  const { value, change } = props
  const isWritable = useContext(WritableContext)
  return (
    <Field {...props}>
      {(id) => (
        <Input
          id={id}
          type="date"
          value={value}
          disabled={!isWritable}
          onChange={(event) => change(event.target.value)}
        />
      )}
    </Field>
  )
}

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
export const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' ? value : undefined
export const listOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((it) => typeof it === 'string') : []
export const membersOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {}
