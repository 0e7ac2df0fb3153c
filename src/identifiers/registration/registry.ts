import type { Documents } from '../../kernel/documents/documents.ts'
import type { Author } from '../../lib/author.ts'
import type { Clock } from '../../lib/clock.ts'
import { Problem } from '../../lib/problem.ts'
import { type Handle, type HandleKey, type PrefixKey, prefixOf, suffixOf } from '../handle.ts'
import type { PrefixAnswer, PrefixBook } from '../prefixes/book.ts'
import type { HandleValue, IdRecord } from '../record.ts'
import { PREFIX_RECORDS } from '../resolution/resolution.ts'
import type { CommitAnswer, MaybePromise, RecordStore } from '../store/store.ts'
import { type BoundFields, type CompiledTemplate, isWrong } from '../templates/compiled.ts'
import { checkFiles } from '../templates/files.ts'
import { noTemplate, type TemplateShelf } from '../templates/shelf.ts'
import type { Template } from '../templates/template.ts'
import { type Decision, decide, decideAct, type Mode, type RecordAct } from './decide.ts'
import { noRecord, parseNewName, whyNotWritable } from './names.ts'
import { parseValues, type ValueWish, valueProblems } from './values.ts'

/** Tries when someone else writes the same record in between. */
const TRIES_MAX = 8

export type RegistryDeps = {
  /** The files that fields refer to. */
  readonly documents: Pick<Documents, 'get'>
  readonly store: RecordStore
  readonly book: PrefixBook
  readonly shelf: TemplateShelf
  readonly clock: Clock
}

/** What a record is to hold: fields by a template, or plain Handle values. */
export type Content =
  | { readonly template?: string | undefined; readonly fields: Readonly<Record<string, unknown>> }
  | { readonly values: readonly ValueWish[] }

export type Stamped = {
  readonly author: Author
  /** Refused as `stale-version` unless the record is at this version. */
  readonly expected?: number | undefined
}

export type Outcome = {
  readonly outcome: 'created' | 'updated' | 'unchanged'
  readonly record: IdRecord
}

/** The version is absent where nothing was written. */
type Written = { readonly outcome: Outcome['outcome']; readonly version?: number }

/** Identifiers one at a time. Who may write where has been found out before: see `entitledName`. */
export class Registry {
  readonly #deps: RegistryDeps

  constructor(deps: RegistryDeps) {
    this.#deps = deps
  }

  /**
   * Registers a new identifier, or a retired one again.
   * @throws Problem `already-exists` (also for a value that must be unique), `invalid-input`, `wrong-state`, …
   */
  async register(name: string, content: Content, { author }: Stamped): Promise<Outcome> {
    const handle = parseNewName(name)
    const next = () => this.#content(handle, content, undefined)
    return await this.#told(handle, this.#write(handle, { mode: 'create', author, next }))
  }

  /**
   * Writes what `next` makes of the record there is, of none or of a retired one; what it refuses it throws. Asked again
   * where somebody else was faster. For those who write plain values and know themselves what may be there: the Handle
   * protocol's operations. @throws Problem `invalid-input`, `wrong-state`, …
   */
  async administer(
    handle: Handle,
    next: (current: IdRecord | undefined) => MaybePromise<readonly HandleValue[]>,
    { author }: Stamped,
  ): Promise<void> {
    const made = async (current: IdRecord | undefined) => {
      const values = await next(current)
      // What a known type holds is not looked at: clients of deployed servers may write what they like there.
      const fields = valueProblems(values)
      if (fields.length > 0) throw new Problem('invalid-input', WRONG_FIELDS, { fields })
      return { values }
    }
    await this.#write(handle, { mode: 'import', author, next: made })
  }

  /** Replaces what a record holds. @throws Problem `not-found`, `stale-version`, `invalid-input`, `wrong-state`, … */
  async change(handle: Handle, content: Content, stamped: Stamped): Promise<Outcome> {
    const next = (current: IdRecord | undefined) => this.#content(handle, content, current)
    return await this.#told(handle, this.#write(handle, { mode: 'change', ...stamped, next }))
  }

  /** Changes some fields; null removes one. `template` may name a later version of the record's own template. */
  async patch(
    handle: Handle,
    {
      fields,
      template,
    }: { fields: Readonly<Record<string, unknown>>; template?: string | undefined },
    stamped: Stamped,
  ): Promise<Outcome> {
    const next = async (current: IdRecord | undefined) => {
      const compiled = await this.#templateFor(handle, template, current)
      const merged = { ...fieldTexts(compiled, current?.values ?? []), ...fields }
      const values = bound(compiled.parseFields(merged, '/fields'))
      return await this.#withFiles(handle, { template: compiled.template, values }, current)
    }
    return await this.#told(handle, this.#write(handle, { mode: 'change', ...stamped, next }))
  }

  /** Retires, restores, holds or lifts. What is so already stays, and counts as done. @throws Problem */
  async act(handle: Handle, act: RecordAct, stamped: Stamped): Promise<Outcome> {
    if (act === 'retire' || act === 'restore') this.#checkWritable(handle)
    const written = this.#attempt(handle, stamped, async (current) => {
      const made = current === undefined ? undefined : await this.#madeBy(current)
      return decideAct(current, act, made)
    })
    return await this.#told(handle, written)
  }

  async read(key: HandleKey): Promise<IdRecord> {
    const record = await this.#deps.store.get(key)
    if (record === undefined) throw noRecord()
    return record
  }

  /** The template a record was made by; undefined for plain values. */
  async templateOf(record: IdRecord): Promise<Template | undefined> {
    return await this.#madeBy(record)
  }

  async #write(
    handle: Handle,
    { mode, next, ...stamped }: Stamped & { readonly mode: Mode; readonly next: NextContent },
  ): Promise<Written> {
    this.#checkWritable(handle)
    return await this.#attempt(handle, stamped, async (current) => {
      // What cannot be changed whatever is wished is told before what is wrong with the wish.
      const early = decide(current, { handle, values: [] }, { mode })
      if (early.kind === 'refuse' && early.fields === undefined) return early
      const content = await next(current)
      const made = current === undefined ? undefined : await this.#madeBy(current)
      return decide(current, { handle, ...content }, { mode, made })
    })
  }

  async #attempt(
    { key }: Handle,
    { author, expected }: Stamped,
    decideOn: (current: IdRecord | undefined) => Promise<Decision>,
  ): Promise<Written> {
    for (let tries = 1; tries <= TRIES_MAX; tries++) {
      const current = await this.#deps.store.get(key)
      if (expected !== undefined && current !== undefined && current.version !== expected) {
        throw staleVersion(current.version)
      }
      const decision = await decideOn(current)
      if (decision.kind === 'refuse') {
        throw new Problem(decision.code, decision.reason, { fields: decision.fields ?? [] })
      }
      if (decision.kind === 'unchanged') return { outcome: 'unchanged' }
      const batch = { author, at: this.#deps.clock(), writes: [decision.write] }
      const answer = await this.#deps.store.commit(batch, { atomic: true })
      throwIfTaken(answer)
      if (answer.stale.length > 0) continue
      const version = decision.write.expected + 1
      return { outcome: decision.kind === 'create' ? 'created' : 'updated', version }
    }
    throw new Problem('unavailable', CONTESTED, { retryAfterS: 1 })
  }

  /** With the version just written, even if another has been written since. */
  async #told({ key }: Handle, written: Promise<Written>): Promise<Outcome> {
    const { outcome, version } = await written
    const record = await this.read(key)
    if (version === undefined || record.version === version) return { outcome, record }
    const all = await this.#deps.store.history(key)
    return { outcome, record: all.find((it) => it.version === version) ?? record }
  }

  #checkWritable({ key }: Handle): void {
    const why = whyNotWritable(writtenUnder(this.#deps.book, key))
    if (why !== undefined) throw new Problem('wrong-state', why)
  }

  async #content(handle: Handle, content: Content, current: IdRecord | undefined): Promise<Made> {
    if (!('fields' in content)) return { values: parseValues(content.values, current?.values) }
    const compiled = await this.#templateFor(handle, content.template, current)
    const values = bound(compiled.parseFields(content.fields, '/fields'))
    return await this.#withFiles(handle, { template: compiled.template, values }, current)
  }

  async #withFiles(
    { key }: Handle,
    made: Required<Made>,
    current: IdRecord | undefined,
  ): Promise<Made> {
    const enterprise = this.#deps.book.enterpriseOf(prefixOf(key))
    await checkFiles(this.#deps.documents, { ...made, current: current?.values ?? [], enterprise })
    return made
  }

  /** The template that is named, else the record's own; a record may be changed by its own even if it is withdrawn. */
  async #templateFor(
    { key }: Handle,
    named: string | undefined,
    current: IdRecord | undefined,
  ): Promise<CompiledTemplate> {
    const prefix = prefixOf(key)
    const name = named ?? current?.template
    if (name === undefined) throw new Problem('invalid-input', NO_TEMPLATE)
    if (name !== current?.template) return await this.#deps.shelf.toWrite(prefix, name)
    const own = await this.#deps.shelf.find(prefix, name)
    if (own === undefined) throw noTemplate(name)
    return own
  }

  async #madeBy({ key, template }: IdRecord): Promise<Template | undefined> {
    if (template === undefined) return undefined
    return (await this.#deps.shelf.find(prefixOf(key), template))?.template
  }
}

/** A prefix's own record is there as long as the prefix is, also where its identifiers live elsewhere. */
function writtenUnder(book: PrefixBook, key: HandleKey): PrefixAnswer {
  const prefix = prefixOf(key)
  if (prefix !== PREFIX_RECORDS) return book.lookup(prefix)
  const own = suffixOf(key) as PrefixKey
  const answer = book.lookup(own)
  return answer.kind === 'delegated' && answer.at === own ? { kind: 'hosted' } : answer
}

type Made = { readonly template?: Template; readonly values: readonly HandleValue[] }
type NextContent = (current: IdRecord | undefined) => Promise<Made>

function bound(fields: BoundFields): HandleValue[] {
  if (!isWrong(fields)) return fields
  throw new Problem('invalid-input', WRONG_FIELDS, { fields: fields.problems })
}

/** The fields of a record as their canonical texts, for those that are still offered. */
function fieldTexts(
  { template }: CompiledTemplate,
  values: readonly HandleValue[],
): Record<string, string> {
  const byIndex = new Map(values.map((it) => [it.index, it]))
  const texts: Record<string, string> = {}
  for (const { name, index, handleType, disabled } of template.fields) {
    const value = byIndex.get(index)
    if (disabled || value?.type !== handleType || typeof value.data !== 'string') continue
    texts[name] = value.data
  }
  return texts
}

function throwIfTaken({ taken }: CommitAnswer): void {
  if (taken.length === 0) return
  const fields = taken.map(({ claim, by }) => ({
    path: `/fields/${claim.slice(claim.indexOf('/') + 1, claim.indexOf('='))}`,
    reason: { en: `${by} has the same value`, zh: `${by} 已使用相同的值` },
    expected: { en: 'A value of its own', zh: '不重复的值' },
  }))
  throw new Problem('already-exists', TAKEN, { fields })
}

export function staleVersion(version: number): Problem {
  const expected = { en: String(version), zh: String(version) }
  return new Problem(
    'stale-version',
    {
      en: `The identifier has been changed meanwhile; it is at version ${version} now`,
      zh: `该标识已被修改，当前版本为 ${version}`,
    },
    { fields: [{ path: '/version', reason: STALE, expected }] },
  )
}

const STALE = { en: 'Not the current version', zh: '不是当前版本' }
const TAKEN = { en: 'A value that must be unique is taken', zh: '要求唯一的值已被占用' }
const WRONG_FIELDS = { en: 'Some fields are wrong', zh: '部分字段有误' }
const CONTESTED = {
  en: 'Others keep changing this identifier; try again',
  zh: '该标识正被他人反复修改，请重试',
}
const NO_TEMPLATE = {
  en: 'Fields need the template that says what they are',
  zh: '填写字段时必须指定模板',
}
