import type { Json, paths } from '../api/client.ts'

export type Template = Json<paths['/api/v1/templates/{prefix}/{name}']['get']['responses']['200']>
export type TemplateField = Template['fields'][number]
/** What says how one value is written: a field, or the element of a list. */
export type ValueRule = Omit<NonNullable<TemplateField['element']>, 'type'> & {
  readonly type: TemplateField['type']
  readonly element?: TemplateField['element']
}
/** Values by the names of fields, as the API takes them. A field without a value is not in it. */
export type RecordValues = Readonly<Record<string, unknown>>

export type InputProps = {
  readonly id: string
  readonly label: string
  /** The element that names it, where a label for one input will not do. */
  readonly labelledBy?: string
  readonly describedBy?: string
  readonly rule: ValueRule
  readonly value: unknown
  readonly onChange: (next: unknown) => void
  readonly isRequired?: boolean
  readonly isWrong?: boolean
  readonly isPublic: boolean
  readonly enterprise: string | undefined
}

/** What every text-like input says of itself. */
export function ariaOf({ id, label, describedBy, isRequired, isWrong }: InputProps) {
  return {
    id,
    'aria-label': label,
    ...(describedBy !== undefined && { 'aria-describedby': describedBy }),
    ...(isRequired === true && { 'aria-required': true }),
    ...(isWrong === true && { 'aria-invalid': true }),
    ...(isWrong === true && { status: 'error' as const }),
  }
}

export function textOf(value: unknown): string {
  return value === undefined || value === null ? '' : String(value)
}
