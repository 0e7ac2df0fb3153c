import type { Static, TSchema } from 'typebox'
import { fieldProblems } from '../../lib/schema-problems.ts'
import type { Text } from '../../lib/text.ts'
import type { Fault } from './fault.ts'
import type { PackEntry, PackKind } from './kind.ts'
import { nearestName } from './nearest.ts'
import type { PackFile } from './pack-files.ts'
import { fieldsAt } from './schema-fields.ts'
import { readYaml, type YamlRead } from './yaml-text.ts'

export type EntriesRead = {
  readonly entries: PackEntry[]
  readonly faults: Fault[]
  /** Ids of what was left out: who names one of them has named nothing wrong. */
  readonly leftOut: readonly string[]
}

/** The entries of one file of a kind: one, or a list of them. What its schema refuses is told and left out. */
export function readEntries(file: PackFile, kind: PackKind): EntriesRead {
  const read = readYaml(file.text)
  const faults: Fault[] = read.faults.map((it) => ({ file: file.path, ...it }))
  if (read.faults.length > 0) return { entries: [], faults, leftOut: idsWritten(file.text) }
  const values = Array.isArray(read.value)
    ? read.value.map((value, index) => ({ value, base: `/${index}` }))
    : [{ value: read.value, base: '' }]
  const entries: PackEntry[] = []
  const leftOut: string[] = []
  for (const { value, base } of values) {
    const wrong = schemaFaults({ schema: kind.schema, value, base }, file.path, read)
    faults.push(...wrong)
    if (wrong.length === 0) entries.push(entryOf({ value, base, file: file.path }, read))
    else leftOut.push(...idIn(value))
  }
  return { entries, faults, leftOut }
}

function idIn(value: unknown): readonly string[] {
  const { id } = Object(value) as { readonly id?: unknown }
  return typeof id === 'string' ? [id] : []
}

/** Ids as they stand in a text that cannot be read. */
function idsWritten(text: string): readonly string[] {
  return [...text.matchAll(/^(?:- )?id: *["']?([A-Za-z0-9.-]+)/gm)].map(([, id = '']) => id)
}

/** A value by its schema, e.g. that of `region.yaml`; each fault at its place. */
export function schemaFaults(
  { schema, value, base }: { schema: TSchema; value: unknown; base: string },
  file: string,
  read: YamlRead,
): Fault[] {
  return fieldProblems(schema, value).map(({ path, reason, expected }) => {
    const isStray = reason.en === 'is not a known field'
    const place = read.at(`${base}${path}`, isStray ? 'key' : 'value')
    return { file, ...place, reason: said(path, reason, isStray ? offer(schema, path) : expected) }
  })
}

/** A file whose one value is no list of entries, e.g. `region.yaml`. */
export function readOne<Schema extends TSchema>(
  file: PackFile,
  schema: Schema,
): {
  readonly value: Static<Schema> | undefined
  readonly faults: Fault[]
  readonly at: YamlRead['at']
} {
  const read = readYaml(file.text)
  const faults = [
    ...read.faults.map((it) => ({ file: file.path, ...it })),
    ...(read.faults.length > 0
      ? []
      : schemaFaults({ schema, value: read.value, base: '' }, file.path, read)),
  ]
  const value = faults.length === 0 ? (read.value as Static<Schema>) : undefined
  return { value, faults, at: read.at }
}

function entryOf(
  { value, base, file }: { value: unknown; base: string; file: string },
  read: YamlRead,
): PackEntry {
  const { id } = value as { readonly id: string }
  return { id, value, file, at: (pointer, part) => read.at(`${base}${pointer}`, part) }
}

function said(path: string, reason: Text, expected: Text | undefined): Text {
  const name = path.slice(1) || undefined
  const what = {
    en: name === undefined ? '' : `“${name}” `,
    zh: name === undefined ? '' : `“${name}”`,
  }
  const more = { en: expected ? ` (${expected.en})` : '', zh: expected ? `（${expected.zh}）` : '' }
  return { en: `${what.en}${reason.en}${more.en}`, zh: `${what.zh}${reason.zh}${more.zh}` }
}

/** The field that a name which no field has was most likely meant to be. */
function offer(schema: TSchema, path: string): Text | undefined {
  const steps = path.split('/').slice(1)
  const name = (steps.pop() ?? '').replaceAll('~1', '/').replaceAll('~0', '~')
  const near = nearestName(name, fieldsAt(schema, steps))
  return near === undefined
    ? undefined
    : { en: `the nearest is “${near}”`, zh: `最接近的是“${near}”` }
}
