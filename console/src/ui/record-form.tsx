import { Form, Tag } from 'antd'
import { useEffect, useId, useRef, useState } from 'react'
import type { FieldProblem } from '../api/problem.ts'
import { useText } from '../frame/language.ts'
import { complaintOf } from './record-check.ts'
import { useRecordTexts } from './record-form-texts.ts'
import { ValueInput } from './record-inputs.tsx'
import type { RecordValues, Template, TemplateField } from './record-value.ts'
import { useRowsSoon } from './rows-soon.ts'

export type { RecordValues, Template, TemplateField, ValueRule } from './record-value.ts'

type RecordFormProps = {
  readonly template: Pick<Template, 'fields'>
  readonly value: RecordValues
  readonly onChange: (next: RecordValues) => void
  /** What the node said of fields (`/fields/NAME`); a field's errors leave when it is changed. */
  readonly errors?: readonly FieldProblem[]
  /** Whose files fields refer to; without one no file can be sent. */
  readonly enterprise?: string | undefined
}

/** A field is no lower: its name, its input and the room for what is said of it. */
const FIELD_PX = 80

/** A form drawn from a template: an input for each field that is offered, typed as its values are. Stands within any page or form. */
export function RecordForm({
  template,
  value,
  onChange,
  errors = NO_ERRORS,
  enterprise,
}: RecordFormProps) {
  const root = useRef<HTMLDivElement>(null)
  const [changed, setChanged] = useState<ReadonlySet<string>>(NOTHING)
  // new errors are of all fields again, and the first of them is gone to
  useEffect(() => {
    setChanged(NOTHING)
    if (errors.length > 0) focusFirstWrong(root.current)
  }, [errors])
  const fields = useRowsSoon(offered(template, value), FIELD_PX)
  const change = (name: string, next: unknown) => {
    setChanged((before) => (before.has(name) ? before : new Set([...before, name])))
    const { [name]: _, ...others } = value
    onChange(next === undefined ? others : { ...value, [name]: next })
  }
  return (
    <div ref={root} style={{ maxInlineSize: 760 }}>
      <Form component={false} layout="vertical">
        {fields.map((field) => (
          <Field
            key={field.name}
            field={field}
            value={value[field.name]}
            problems={changed.has(field.name) ? NO_ERRORS : problemsOf(field.name, errors)}
            onChange={(next) => change(field.name, next)}
            enterprise={enterprise}
          />
        ))}
      </Form>
    </div>
  )
}

const NO_ERRORS: readonly FieldProblem[] = []
const NOTHING: ReadonlySet<string> = new Set()

/** Problems that stand at a field of the form, and those that no field stands for. */
export function splitProblems(
  template: Pick<Template, 'fields'>,
  problems: readonly FieldProblem[],
): { readonly atFields: readonly FieldProblem[]; readonly others: readonly FieldProblem[] } {
  const names = new Set(template.fields.filter((it) => it.disabled !== true).map((it) => it.name))
  const isAtField = (it: FieldProblem) => names.has(fieldIn(it.path) ?? '')
  return {
    atFields: problems.filter(isAtField),
    others: problems.filter((it) => !isAtField(it)),
  }
}

function fieldIn(path: string): string | undefined {
  return /^\/?fields\/([^/]+)/.exec(path)?.[1]
}

function problemsOf(name: string, errors: readonly FieldProblem[]): readonly FieldProblem[] {
  return errors.filter((it) => fieldIn(it.path) === name)
}

/** A disabled field is shown only where the record still holds something in it. */
function offered({ fields }: Pick<Template, 'fields'>, value: RecordValues) {
  return fields.filter((it) => it.disabled !== true || value[it.name] !== undefined)
}

function focusFirstWrong(root: HTMLElement | null): void {
  // errors are drawn after this
  requestAnimationFrame(() => {
    const wrong = root?.querySelector<HTMLElement>('[aria-invalid=true]')
    wrong?.scrollIntoView({ block: 'center' })
    wrong?.focus({ preventScroll: true })
  })
}

type FieldProps = {
  readonly field: TemplateField
  readonly value: unknown
  readonly problems: readonly FieldProblem[]
  readonly onChange: (next: unknown) => void
  readonly enterprise: string | undefined
}

/** Of these the label cannot name one input. */
const GROUPS: readonly TemplateField['type'][] = ['boolean', 'list', 'file']

function Field({ field, value, problems, onChange, enterprise }: FieldProps) {
  const t = useRecordTexts()
  const text = useText()
  const id = useId()
  const [isLeft, setIsLeft] = useState(false)
  const complaint =
    isLeft && problems.length === 0 && (typeof value === 'string' || typeof value === 'number')
      ? complaintOf(field, String(value))
      : undefined
  const said = [
    ...problems.map((it) => [it.detail, it.expected].filter(Boolean).join(' — ')),
    ...(complaint === undefined ? [] : [t(complaint.key, complaint.values)]),
  ]
  const hint = useHint(field)
  const isGroup = GROUPS.includes(field.type)
  const label = text(field.label)
  const told = [...(hint === '' ? [] : [`${id}-hint`]), ...(said.length > 0 ? [`${id}-wrong`] : [])]
  return (
    // leaving any input within it is leaving the field
    // biome-ignore lint/a11y/noStaticElementInteractions: it only listens for what its inputs do
    <div onBlur={() => setIsLeft(true)} onFocus={() => setIsLeft(false)}>
      <Form.Item
        label={
          <span id={`${id}-label`}>
            <bdi>{label}</bdi>
            {!field.public && (
              <>
                {' '}
                <Tag>{t('protected')}</Tag>
              </>
            )}
          </span>
        }
        {...(!isGroup && { htmlFor: id })}
        required={field.required}
        {...(hint !== '' && { extra: <span id={`${id}-hint`}>{hint}</span> })}
        {...(said.length > 0 && {
          validateStatus: 'error' as const,
          help: <span id={`${id}-wrong`}>{said.join(' ')}</span>,
        })}
      >
        <ValueInput
          id={id}
          label={label}
          labelledBy={`${id}-label`}
          {...(told.length > 0 && { describedBy: told.join(' ') })}
          rule={field}
          value={value}
          onChange={onChange}
          isRequired={field.required}
          isWrong={said.length > 0}
          isPublic={field.public}
          enterprise={enterprise}
        />
      </Form.Item>
    </div>
  )
}

/** What helps to fill the field in, as one line. */
function useHint(field: TemplateField): string {
  const t = useRecordTexts()
  const rule = field.element ?? field
  const { minimum: least, maximum: most, pattern } = rule
  const parts = [
    least !== undefined && most !== undefined && t('rangeFromTo', { least, most }),
    least !== undefined && most === undefined && t('rangeFrom', { least }),
    least === undefined && most !== undefined && t('rangeTo', { most }),
    pattern !== undefined && t('patternHint', { pattern }),
    rule.type === 'reference' && t('referenceHint'),
    rule.type === 'file' && t('fileHint'),
    field.type === 'list' && isTyped(rule.type) && t('listHint'),
    field.unique && t('unique'),
  ]
  return parts.filter((it) => it !== false).join(' · ')
}

function isTyped(type: TemplateField['type']): boolean {
  return type === 'text' || type === 'number' || type === 'url' || type === 'reference'
}
