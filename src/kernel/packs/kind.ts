import { type Static, type TSchema, Type } from 'typebox'
import type { Text } from '../../lib/text.ts'
import type { Place } from './fault.ts'
import { unknownName } from './nearest.ts'

/** One entry of a pack that its schema let through: a measure, a target, a document … */
export type PackEntry<Value = unknown> = {
  readonly id: string
  readonly value: Value
  /** As in faults. */
  readonly file: string
  /** Where something of the entry stands, by its JSON Pointer within the entry. */
  at(pointer: string, part?: 'key' | 'value'): Place
}

/** Something wrong that a schema cannot say, e.g. a name that nothing has. */
export type Finding = {
  readonly entry: PackEntry
  readonly pointer: string
  readonly reason: Text
}

/** What a check may look up. Names of the regions above count as well. */
export type Names = {
  /** Ids of a kind, by the kind's folder. */
  of(folder: string): ReadonlySet<string>
  /** Whether the reader was given this kind at all; of another one nothing can be said. */
  knows(folder: string): boolean
  /** Entries of a kind, those of the regions above first. */
  entries(folder: string): readonly PackEntry[]
}

/** An id that an entry gives away beside its own, e.g. a clause within a document. */
export type InnerId = { readonly id: string; readonly pointer: string }

/**
 * One kind of entry: the folder it stands in, and the schema of one entry. Rooms hand their kinds to the reader. A file of the
 * folder holds one entry or a list of them; every entry has an `id`.
 */
export type PackKind<Schema extends TSchema = TSchema> = {
  readonly folder: string
  readonly word: Text
  readonly schema: Schema
  /** A district may hold its own entry under an id that a region above has; otherwise that is a fault. */
  readonly mayOverride?: boolean
  /** A pack may hold several versions of an entry under one id, the oldest first; whether they go together is for `check`. */
  readonly hasVersions?: boolean
  readonly innerIds?: (value: Static<Schema>) => readonly InnerId[]
  /** Looks at all entries of this kind in a pack that are right by their schema. */
  readonly check?: (
    entries: readonly PackEntry<Static<Schema>>[],
    names: Names,
  ) => readonly Finding[]
}

/** Keeps the schema's type for `check` and `innerIds`, and lets kinds of all schemas stand in one list. */
export function packKind<Schema extends TSchema>(kind: PackKind<Schema>): PackKind {
  return kind as unknown as PackKind
}

const ID_CHARS_MAX = 64
const LINE_CHARS_MAX = 500
const PASSAGE_CHARS_MAX = 4_000

/** `D1-M01a`, `A-02`, `city-industry`: letters, digits, `-` and `.`. */
export const EntryId = Type.String({
  pattern: '^[A-Za-z][A-Za-z0-9]*([.-][A-Za-z0-9]+)*$',
  maxLength: ID_CHARS_MAX,
  'x-expected': {
    en: 'letters and digits, in groups joined by “-” or “.”',
    zh: '字母和数字，各组以“-”或“.”连接',
  },
})

const sentence = (charsMax: number) =>
  Type.String({ minLength: 1, maxLength: charsMax, pattern: '\\S' })

/** A name or a short phrase in both languages. */
export const PackLine = Type.Object(
  { zh: sentence(LINE_CHARS_MAX), en: sentence(LINE_CHARS_MAX) },
  { additionalProperties: false },
)

/** A passage in both languages. */
export const PackPassage = Type.Object(
  { zh: sentence(PASSAGE_CHARS_MAX), en: sentence(PASSAGE_CHARS_MAX) },
  { additionalProperties: false },
)

/** A day, `YYYY-MM-DD`. */
export const PackDay = Type.String({ format: 'date' })

/** A month, where a paper names no day: `YYYY-MM`. */
export const PackMonth = Type.String({
  pattern: '^[0-9]{4}-(0[1-9]|1[0-2])$',
  'x-expected': { en: 'a month, e.g. 2021-03', zh: '月份，如 2021-03' },
})

/** Where in its paper a clause stands, e.g. `part 1, 保障(一)`. */
export const ClausePlace = Type.String({ minLength: 1, maxLength: LINE_CHARS_MAX })

/** The finding for a name that no entry of a kind has; none where it has. */
export function dangling(
  entry: PackEntry,
  {
    pointer,
    id,
    among,
    word,
  }: { pointer: string; id: string; among: ReadonlySet<string>; word: Text },
): Finding[] {
  return among.has(id) ? [] : [{ entry, pointer, reason: unknownName(id, among, word) }]
}
