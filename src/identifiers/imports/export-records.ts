import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import { Problem } from '../../lib/problem.ts'
import type { HandleKey, PrefixKey } from '../handle.ts'
import type { HandleValue, IdRecord, ValueReference } from '../record.ts'
import { PERMISSIONS_DEFAULT, TTL_S_DEFAULT } from '../record.ts'
import type { RecordStore } from '../store/store.ts'
import { fieldsObject, mayRead, readFields } from '../templates/read.ts'
import type { Template } from '../templates/template.ts'

/** Records looked up in one go; between two goes the thread answers others. */
const RECORDS_AT_ONCE = 256

export type Selection = {
  readonly prefix: PrefixKey
  /** Only records made by a version of this template. */
  readonly template?: string | undefined
}

/** The registered records of a prefix in key order. */
export async function* selectRecords(
  store: RecordStore,
  { prefix, template }: Selection,
): AsyncGenerator<readonly IdRecord[]> {
  for (let after: HandleKey | undefined; ; ) {
    const page = await store.scan(prefix, {
      limit: RECORDS_AT_ONCE,
      ...(after !== undefined && { after }),
    })
    const wanted = page.filter(
      (it) =>
        it.state === 'registered' &&
        (template === undefined || it.template?.startsWith(`${template}@`) === true),
    )
    if (wanted.length > 0) yield wanted
    after = page.at(-1)?.key
    if (after === undefined || page.length < RECORDS_AT_ONCE) return
    await turn()
  }
}

/** A page as the list of identifiers has it; the next one after `after`. */
export type FoundPage = { readonly items: readonly IdRecord[]; readonly next?: string }
export type AskPage = (after: string | undefined) => Promise<FoundPage>

const TRIES_MAX = 8
const AGAIN_MS = 250

/** The records of every page, the first of which was asked already. A search that is busy or restarts is asked again. */
export async function* followPages(
  first: FoundPage,
  ask: AskPage,
): AsyncGenerator<readonly IdRecord[]> {
  for (let page = first; ; ) {
    if (page.items.length > 0) yield page.items
    if (page.next === undefined) return
    page = await askAgain(ask, page.next)
  }
}

async function askAgain(ask: AskPage, after: string): Promise<FoundPage> {
  for (let tries = 1; ; tries++) {
    try {
      return await ask(after)
    } catch (error) {
      const mayPass =
        error instanceof Problem &&
        (error.code === 'unavailable' || error.code === 'too-many-requests')
      if (!mayPass || tries === TRIES_MAX) throw error
      await sleep(AGAIN_MS * tries)
    }
  }
}

/** The texts of a record's fields, in the order of the template's; '' where it has none. */
export function cellsOf(template: Pick<Template, 'fields'>, record: IdRecord): string[] {
  return template.fields.map((field) => {
    const value = record.values.find((it) => it.index === field.index)
    if (value === undefined || !mayRead(value, true)) return ''
    return typeof value.data === 'string' ? value.data : ''
  })
}

/** What an import of JSON lines reads back as the same record. */
export function jsonOf(template: Template | undefined, record: IdRecord): object {
  if (template === undefined) return handleJsonOf(record)
  const fields = fieldsObject(readFields(template, record.values, { includeProtected: true }))
  return { handle: record.spelled, template: record.template, fields }
}

/** A record in the form of the Handle JSON API, with every member that differs from its default. */
export function handleJsonOf({ spelled, values }: IdRecord): object {
  return {
    handle: spelled,
    values: values.filter((it) => mayRead(it, true)).map(handleValueJson),
  }
}

function handleValueJson(value: HandleValue): object {
  const { index, type, data, timestamp, references } = value
  const permissions = value.permissions ?? PERMISSIONS_DEFAULT
  return {
    index,
    type,
    data:
      typeof data === 'string'
        ? { format: 'string', value: data }
        : { format: 'base64', value: Buffer.from(data).toString('base64') },
    ...(permissions !== PERMISSIONS_DEFAULT && {
      permissions: permissions.toString(2).padStart(4, '0'),
    }),
    ...ttlJson(value),
    ...(timestamp !== undefined && { timestamp: isoSeconds(timestamp) }),
    ...(references !== undefined && { references: references.map(referenceJson) }),
  }
}

function ttlJson({ ttl, ttlAbsolute }: HandleValue): object {
  if (ttl === undefined || (ttl === TTL_S_DEFAULT && !ttlAbsolute)) return {}
  return { ttl: ttlAbsolute ? isoSeconds(ttl) : ttl }
}

function referenceJson({ handle, index }: ValueReference): object {
  return { handle, index }
}

function isoSeconds(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
}
