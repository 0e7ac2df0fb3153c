import type { Text } from '../../lib/text.ts'
import { ADMIN_READ, type HandleValue, PERMISSIONS_DEFAULT, PUBLIC_READ } from '../record.ts'
import { typedValue } from './canonical.ts'
import type { FieldType, Template, TemplateField } from './template.ts'

/** One field of a record for people and programs. */
export type ReadField = {
  readonly name: string
  readonly label: Text
  readonly type: FieldType
  readonly index: number
  /** Typed: number, boolean or list where the field is one and nothing is lost by it; else text. */
  readonly value: unknown
  readonly unit?: string
  /** list: what its elements are. */
  readonly element?: FieldType
  /** enumeration: the label of the choice. */
  readonly choice?: Text
  /** enumeration list: labels in the order of the elements. */
  readonly choices?: readonly Text[]
  readonly public: boolean
}

export type ReadRecord = {
  /** In the order of the template. */
  readonly fields: readonly ReadField[]
  /** Values that are none of the template's fields, e.g. an HS_ADMIN. */
  readonly others: readonly HandleValue[]
}

/** A value without any read bit never leaves the server; one without the public bit only for those entitled. */
export function mayRead(value: HandleValue, includeProtected: boolean): boolean {
  const { permissions = PERMISSIONS_DEFAULT } = value
  return (permissions & (includeProtected ? PUBLIC_READ | ADMIN_READ : PUBLIC_READ)) !== 0
}

/** What a record says by its template. Disabled fields that still hold something are shown too. */
export function readFields(
  template: Template,
  values: readonly HandleValue[],
  { includeProtected }: { readonly includeProtected: boolean },
): ReadRecord {
  const readable = new Map(
    values.filter((it) => mayRead(it, includeProtected)).map((it) => [it.index, it]),
  )
  const fields: ReadField[] = []
  for (const field of template.fields) {
    const value = readable.get(field.index)
    if (value === undefined || typeof value.data !== 'string') continue
    const read = readField(field, value, value.data)
    if (read === undefined) continue
    fields.push(read)
    readable.delete(field.index)
  }
  return { fields, others: [...readable.values()] }
}

/** `{name: value}` as the API takes and gives it. */
export function fieldsObject({ fields }: ReadRecord): Record<string, unknown> {
  return Object.fromEntries(fields.map((it) => [it.name, it.value]))
}

/** Undefined where the value was not written by this field's rules (it came as a plain Handle value). */
function readField(field: TemplateField, value: HandleValue, text: string): ReadField | undefined {
  if (value.type !== field.handleType) return undefined
  const typed = typedOrUndefined(field.type, text)
  if (typed === undefined) return undefined
  const { name, label, type, index, unit, element } = field
  const permissions = value.permissions ?? PERMISSIONS_DEFAULT
  return {
    name,
    label,
    type,
    index,
    value: typed,
    ...(unit !== undefined && { unit }),
    ...(element !== undefined && { element: element.type }),
    ...choicesOf(field, typed),
    public: (permissions & PUBLIC_READ) !== 0,
  }
}

function typedOrUndefined(type: FieldType, text: string): unknown {
  try {
    return typedValue(type, text)
  } catch {
    return undefined
  }
}

function choicesOf(field: TemplateField, value: unknown): Pick<ReadField, 'choice' | 'choices'> {
  const options = field.options ?? field.element?.options
  if (options === undefined) return {}
  const labelOf = (it: unknown): Text =>
    options.find((option) => option.value === it)?.label ?? { en: String(it), zh: String(it) }
  return Array.isArray(value) ? { choices: value.map(labelOf) } : { choice: labelOf(value) }
}
