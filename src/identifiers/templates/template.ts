import type { Text } from '../../lib/text.ts'
import type { PrefixKey } from '../handle.ts'

export const TEMPLATE_FIELDS_MAX = 200
/** Fields of templates begin here unless told otherwise; 1000 and 1001 are kept for template data, as in the national system. */
export const FIELD_INDEX_MIN = 2000

export type FieldType =
  | 'text'
  | 'number'
  | 'date'
  | 'boolean'
  | 'enumeration'
  | 'url'
  | 'file'
  | 'reference'
  | 'list'

/** One field of a template. Every field becomes one Handle value: `index`, `handleType`, the canonical text of its value. */
export type TemplateField = {
  /** Member name in JSON and default column name: a letter, then letters, digits, `_` or `-`; unique in the template. */
  readonly name: string
  readonly type: FieldType
  readonly label: Text
  /** Index of the value in the record; fixed for ever once published. */
  readonly index: number
  /** Type of the value; default: the field's name, `URL` for the first url field. */
  readonly handleType: string
  readonly required: boolean
  /** No two records of the prefix made by this template share a value. */
  readonly unique: boolean
  /** Readable by everybody; otherwise by the enterprise alone. */
  readonly public: boolean
  /** A field that is no longer offered; what it holds in older records stays. */
  readonly disabled?: boolean
  /** number: UCUM or GB symbol, shown beside the value. */
  readonly unit?: string
  readonly minimum?: number
  readonly maximum?: number
  /** text, url, reference, list element: at most this many characters (default 4,000). */
  readonly charsMax?: number
  /** text: ECMAScript regular expression without flags, bounded in length and checked when the template is published. */
  readonly pattern?: string
  readonly options?: readonly { readonly value: string; readonly label: Text }[]
  /** list: what stands between elements in a cell of a table, where it is neither `;` nor `；`. */
  readonly separator?: string
  /** list: what its elements are; not itself a list. Stored as a JSON array in one value. */
  readonly element?: Pick<
    TemplateField,
    'type' | 'unit' | 'minimum' | 'maximum' | 'charsMax' | 'pattern' | 'options'
  >
}

/** A published version never changes; the next one keeps every field and may add, relax, relabel or disable. */
export type Template = {
  readonly prefix: PrefixKey
  /** `[a-z][a-z0-9-]{0,63}`, e.g. `product`. */
  readonly name: string
  readonly version: number
  readonly label: Text
  readonly description?: Text
  /** What its identifiers stand for, as a type of schema.org: `Product`, `Place`; `Thing` where nothing is said. */
  readonly thing?: string
  readonly state: 'draft' | 'published' | 'withdrawn'
  readonly fields: readonly TemplateField[]
}
