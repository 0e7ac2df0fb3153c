import { Problem } from '../../lib/problem.ts'
import { type Declared, type Entry, entriesOf, type Row } from './declared.ts'
import type { DocumentChange } from './documents.ts'
import { ABSENT, type IndexValue } from './index-values.ts'
import { toldOf } from './told.ts'
import type { PreparedCommit, PreparedWrite } from './writes.ts'

/** What a driver knows under its lock. */
export type Facts = {
  readonly declared: (collection: string) => Declared
  readonly row: (collection: string, id: string) => Row | undefined
  /** Version of the newest change of a document, 0 if there never was one: a deleted one's count goes on. */
  readonly lastVersion: (collection: string, id: string) => number
  /** Documents that hold a value of a unique index. */
  readonly holders: (collection: string, field: string, value: IndexValue) => readonly string[]
}

/** Why a commit was not stored; plain data. */
export type Refusal = {
  readonly code: 'stale-version' | 'already-exists'
  readonly collection: string
  readonly id: string
  readonly field?: string
}

/** What commits change: plain rows for a driver to store in one transaction. */
export type Mutations = {
  readonly puts: readonly { readonly row: Row; readonly isNew: boolean }[]
  readonly deletes: readonly { readonly collection: string; readonly id: string }[]
  readonly entriesGone: readonly StoredEntry[]
  readonly entriesNew: readonly StoredEntry[]
  readonly changes: readonly ChangeRow[]
}

export type StoredEntry = Entry & { readonly collection: string; readonly id: string }

/** A change with its bodies as JSON text; the driver gives it its sequence. */
export type ChangeRow = Omit<DocumentChange, 'sequence' | 'before' | 'after'> & {
  readonly before?: string
  readonly after?: string
}

/** For each commit the new versions, or why not. */
export type Outcome = readonly number[] | Refusal

type Touched = {
  readonly collection: string
  readonly id: string
  readonly first: Row | undefined
  readonly now: Row | undefined
  readonly version: number
}

/**
 * Decides a group of commits one after the other, each all or nothing, and says what storing those that hold comes to.
 * Pure: facts are read, nothing is written.
 */
export function decide(
  facts: Facts,
  commits: readonly PreparedCommit[],
): { readonly outcomes: readonly Outcome[]; readonly mutations: Mutations } {
  const group = new Group(facts)
  const outcomes = commits.map((it) => group.take(it))
  return { outcomes, mutations: group.mutations() }
}

/** A refusal as its writer hears of it. */
export function problemOf(refusal: Refusal): Problem {
  const name = `${refusal.collection}/${refusal.id}`
  if (refusal.code === 'stale-version') {
    return new Problem('stale-version', {
      en: `${name} was changed by someone else meanwhile; read it again`,
      zh: `${name} 已被他人修改，请重新读取`,
    })
  }
  const text = { en: 'This value is taken already', zh: '该值已被使用' }
  const path = `/${(refusal.field ?? '').replaceAll('.', '/')}`
  return new Problem('already-exists', text, { fields: [{ path, reason: text }] })
}

class Group {
  readonly #facts: Facts
  readonly #touched = new Map<string, Touched>()
  /** Unique values of the rows touched, as they stand now, and whose they are. */
  readonly #claims = new Map<string, string>()
  readonly #changes: ChangeRow[] = []

  constructor(facts: Facts) {
    this.#facts = facts
  }

  take(commit: PreparedCommit): Outcome {
    const next: Touched[] = []
    for (const write of commit.writes) {
      const touched = this.#next(write, commit.at)
      if (touched === undefined) {
        return { code: 'stale-version', collection: write.collection, id: write.id }
      }
      next.push(touched)
    }
    const refusal = this.#claim(next)
    if (refusal !== undefined) return refusal
    for (const touched of next) this.#record(touched, commit)
    return next.map((it) => it.version)
  }

  /** The document after the write; undefined where the write expected another version. */
  #next(write: PreparedWrite, at: number): Touched | undefined {
    const { collection, id, expected, json } = write
    const before = this.#touched.get(keyOf(collection, id)) ?? this.#untouched(collection, id)
    if (expected !== undefined && expected !== (before.now?.version ?? 0)) return undefined
    if (json === undefined) {
      return before.now === undefined
        ? { ...before, version: 0 }
        : { ...before, now: undefined, version: before.version + 1 }
    }
    // Of what the feed never tells, nobody knows any more how far the versions were.
    const isForgotten =
      before.now === undefined && this.#facts.declared(collection).quiet === 'always'
    const version = isForgotten ? 1 : before.version + 1
    const createdAt = before.now?.createdAt ?? at
    return { ...before, version, now: { collection, id, version, createdAt, updatedAt: at, json } }
  }

  #untouched(collection: string, id: string): Touched {
    const row = this.#facts.row(collection, id)
    const version = row?.version ?? this.#facts.lastVersion(collection, id)
    return { collection, id, first: row, now: row, version }
  }

  /** Moves the unique values of one commit's documents; says whose is taken and then leaves all as it was. */
  #claim(next: readonly Touched[]): Refusal | undefined {
    const leaving = new Set(next.map((it) => keyOf(it.collection, it.id)))
    const claims = new Map<string, string>()
    for (const { collection, id, now } of next) {
      if (now === undefined) continue
      for (const { field, value } of uniqueEntries(this.#facts.declared(collection), now)) {
        const claim = claimOf(collection, field, value)
        const taken =
          claims.has(claim) || this.#isHeld({ collection, field, value }, claim, leaving)
        if (taken) return { code: 'already-exists', collection, id, field }
        claims.set(claim, id)
      }
    }
    for (const { collection, id } of next) this.#release(collection, id)
    for (const [claim, id] of claims) this.#claims.set(claim, id)
    return undefined
  }

  #isHeld(
    { collection, field, value }: { collection: string; field: string; value: IndexValue },
    claim: string,
    leaving: ReadonlySet<string>,
  ): boolean {
    const claimant = this.#claims.get(claim)
    if (claimant !== undefined && !leaving.has(keyOf(collection, claimant))) return true
    return this.#facts.holders(collection, field, value).some((holder) => {
      const key = keyOf(collection, holder)
      return !leaving.has(key) && !this.#touched.has(key)
    })
  }

  #release(collection: string, id: string): void {
    const now = this.#touched.get(keyOf(collection, id))?.now
    if (now === undefined) return
    for (const { field, value } of uniqueEntries(this.#facts.declared(collection), now)) {
      this.#claims.delete(claimOf(collection, field, value))
    }
  }

  #record(touched: Touched, { author, at, note }: PreparedCommit): void {
    const { collection, id, now, version } = touched
    const key = keyOf(collection, id)
    if (version === 0) return // a delete of what is not there
    const earlier = this.#touched.get(key)
    const previous = (earlier === undefined ? touched.first : earlier.now)?.json
    this.#touched.set(key, touched)
    const told = toldOf(this.#facts.declared(collection), {
      ...(previous !== undefined && { before: previous }),
      ...(now !== undefined && { after: now.json }),
    })
    if (told === undefined) return
    this.#changes.push({
      collection,
      id,
      version,
      at,
      author,
      ...(note !== undefined && { note }),
      ...told,
    })
  }

  mutations(): Mutations {
    const puts: { row: Row; isNew: boolean }[] = []
    const deletes: { collection: string; id: string }[] = []
    const entriesGone: StoredEntry[] = []
    const entriesNew: StoredEntry[] = []
    for (const { collection, id, first, now } of this.#touched.values()) {
      if (now !== undefined) puts.push({ row: now, isNew: first === undefined })
      else if (first !== undefined) deletes.push({ collection, id })
      const declared = this.#facts.declared(collection)
      const had = first === undefined ? [] : entriesOf(declared, first)
      const has = now === undefined ? [] : entriesOf(declared, now)
      entriesGone.push(...without(had, has).map((it) => ({ ...it, collection, id })))
      entriesNew.push(...without(has, had).map((it) => ({ ...it, collection, id })))
    }
    return { puts, deletes, entriesGone, entriesNew, changes: this.#changes }
  }
}

/** The values of unique indexes a row holds. */
export function uniqueEntries(declared: Declared, row: Row): Entry[] {
  const unique = new Set(declared.indexes.filter((it) => it.unique).map((it) => it.field))
  if (unique.size === 0) return []
  return entriesOf(declared, row).filter((it) => unique.has(it.field) && it.value !== ABSENT)
}

function without(entries: readonly Entry[], others: readonly Entry[]): Entry[] {
  const there = new Set(others.map((it) => `${it.field} ${it.value}`))
  return entries.filter((it) => !there.has(`${it.field} ${it.value}`))
}

function keyOf(collection: string, id: string): string {
  return `${collection} ${id}`
}

function claimOf(collection: string, field: string, value: IndexValue): string {
  return `${collection} ${field} ${value}`
}
