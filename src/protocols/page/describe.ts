import { type HandleKey, type PrefixKey, prefixOf, suffixOf } from '../../identifiers/handle.ts'
import type { IdRecord } from '../../identifiers/record.ts'
import { PREFIX_RECORDS, type Resolution } from '../../identifiers/resolution/resolution.ts'
import type { MaybePromise, RecordStore } from '../../identifiers/store/store.ts'
import { type ReadField, type ReadRecord, readFields } from '../../identifiers/templates/read.ts'
import type { Template } from '../../identifiers/templates/template.ts'
import type { Text } from '../../lib/text.ts'
import { type StatusEvent, statusHistory } from './history.ts'
import { webAddress } from './target.ts'

/** Where the description of an identifier comes from. */
export type DescribeParts = {
  readonly history: RecordStore['history']
  /** The template a record was made by. */
  readonly template: (prefix: PrefixKey, name: string) => Promise<Template | undefined>
  readonly enterpriseName: (id: string) => MaybePromise<string | undefined>
  /** Undefined for a file that is not there or not for everybody. */
  readonly publicFileName: (id: string) => MaybePromise<string | undefined>
}

/** A field as people see it; with the names of the files in it that everybody may read, by id. */
export type ShownField = ReadField & { readonly files?: ReadonlyMap<string, string> }

/** All that everybody may know of one identifier; nothing protected is in it. */
export type Description = {
  readonly handle: string
  readonly kind: 'thing' | 'prefix'
  readonly state: 'registered' | 'retired'
  /** What it is called, where a field says so. */
  readonly title?: string
  readonly template?: { readonly name: string; readonly version: number; readonly label: Text }
  /** What it is, as a type of schema.org; where its template does not say, a thing. */
  readonly thing?: string
  readonly enterprise?: string
  readonly prefix: string
  readonly fields: readonly ShownField[]
  /** Public values that no template explains. */
  readonly others: ReadRecord['others']
  /** Newest first. */
  readonly history: readonly StatusEvent[]
}

type Known = Extract<Resolution, { kind: 'found' | 'retired' }>

/** Of a retired identifier only its life is told, no longer what it said. */
export async function describe(parts: DescribeParts, known: Known): Promise<Description> {
  const { record, enterprise } = known
  const [read, history, maker] = await Promise.all([
    readRecord(parts, record),
    parts.history(record.key),
    enterprise === undefined ? undefined : parts.enterpriseName(enterprise),
  ])
  const isFound = known.kind === 'found'
  const { template } = read
  const title = isFound ? titleOf(read.fields) : undefined
  return {
    handle: nameOf(record),
    kind: isPrefixRecord(record.key) ? 'prefix' : 'thing',
    state: isFound ? 'registered' : 'retired',
    prefix: prefixOf(record.spelled as HandleKey),
    fields: isFound ? await Promise.all(read.fields.map((it) => withFiles(parts, it))) : [],
    others: isFound ? read.others : [],
    history: statusHistory(history),
    ...(title !== undefined && { title }),
    ...(maker !== undefined && { enterprise: maker }),
    ...(template !== undefined && {
      template: { name: template.name, version: template.version, label: template.label },
    }),
    ...(template?.thing !== undefined && { thing: template.thing }),
  }
}

async function withFiles({ publicFileName }: DescribeParts, field: ReadField): Promise<ShownField> {
  if (!isFileField(field)) return field
  const files = new Map<string, string>()
  for (const id of Array.isArray(field.value) ? field.value : [field.value]) {
    const name = await publicFileName(String(id))
    if (name !== undefined) files.set(String(id), name)
  }
  return { ...field, files }
}

export function isFileField({ type, element }: ReadField): boolean {
  return type === 'file' || element === 'file'
}

/** The record of a prefix is asked for by the prefix alone. */
function nameOf({ key, spelled }: IdRecord): string {
  return isPrefixRecord(key) ? suffixOf(spelled) : spelled
}

function isPrefixRecord(key: HandleKey): boolean {
  return prefixOf(key) === PREFIX_RECORDS
}

async function readRecord(
  parts: DescribeParts,
  record: IdRecord,
): Promise<ReadRecord & { template?: Template }> {
  const { template: name, values } = record
  const template = name === undefined ? undefined : await parts.template(prefixOf(record.key), name)
  if (template !== undefined) {
    return { ...readFields(template, values, { includeProtected: false }), template }
  }
  return readFields(NO_TEMPLATE, values, { includeProtected: false })
}

const NO_TEMPLATE: Template = {
  prefix: '' as PrefixKey,
  name: 'none',
  version: 1,
  label: { en: '', zh: '' },
  state: 'published',
  fields: [],
}

const TITLE_NAMES = /^(?:product[-_]?)?(?:name|title)(?:[-_]?(?:zh|cn|en))?$/i
const TITLE_LABELS = /^(?:产品|设备|商品|文件)?名称$|^品名$/
const TITLE_CHARS_MAX = 120

function titleOf(fields: readonly ReadField[]): string | undefined {
  const field = fields.find(
    (it) => it.type === 'text' && (TITLE_NAMES.test(it.name) || TITLE_LABELS.test(it.label.zh)),
  )
  const text = typeof field?.value === 'string' ? field.value.trim() : ''
  return text === '' || text.length > TITLE_CHARS_MAX ? undefined : text
}

/** A web address in a value, or undefined when it is to be shown as text. */
export function linkOf(value: unknown): URL | undefined {
  return typeof value === 'string' ? webAddress(value) : undefined
}
