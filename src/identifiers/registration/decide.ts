import type { FieldProblem, ProblemCode } from '../../lib/problem.ts'
import type { Text } from '../../lib/text.ts'
import type { Handle } from '../handle.ts'
import {
  ADMIN_WRITE,
  type HandleValue,
  type IdRecord,
  PERMISSIONS_DEFAULT,
  PUBLIC_WRITE,
} from '../record.ts'
import type { RecordDraft, RecordWrite } from '../store/store.ts'
import { uniqueClaims } from '../templates/compiled.ts'
import type { Template } from '../templates/template.ts'
import { isSameValue } from './values.ts'

/** What somebody wants a record to be. */
export type RecordWish = {
  readonly handle: Handle
  /** The template the values were made by; absent for plain Handle values. */
  readonly template?: Template
  readonly values: readonly HandleValue[]
}

/**
 * `create`: there must be none (a retired one is registered again). `change`: there must be one. `import`: either, and
 * what is there already counts as done.
 */
export type Mode = 'create' | 'change' | 'import'

export type Refusal = {
  readonly kind: 'refuse'
  readonly code: ProblemCode
  readonly reason: Text
  readonly fields?: readonly FieldProblem[]
}

export type Decision =
  | { readonly kind: 'create' | 'update'; readonly write: RecordWrite }
  | { readonly kind: 'unchanged' }
  | Refusal

/**
 * What becomes of a wish. Pure: whether the caller may write under the prefix, and whether the values are right by the
 * template, has been found out before. `made` is the template by which the current record was made, if it was by one.
 */
export function decide(
  current: IdRecord | undefined,
  wish: RecordWish,
  { mode, made }: { readonly mode: Mode; readonly made?: Template | undefined },
): Decision {
  if (current === undefined) {
    return mode === 'change' ? ABSENT : { kind: 'create', write: writeOf(undefined, wish, made) }
  }
  if (current.held) return HELD
  if (current.state === 'retired') {
    return mode === 'change' ? RETIRED : { kind: 'create', write: writeOf(current, wish, made) }
  }
  if (mode === 'create') return EXISTS
  const values = [...wish.values, ...carriedOver(current, wish.template)]
  const next = { ...wish, values }
  if (isSameRecord(current, next)) return { kind: 'unchanged' }
  const fixed = brokenSeals(current, values)
  if (fixed.length > 0) return { ...SEALED, fields: fixed }
  return { kind: 'update', write: writeOf(current, next, made) }
}

/** What a record holds in fields that are no longer offered stays when it is changed. */
function carriedOver(current: IdRecord, template: Template | undefined): HandleValue[] {
  if (template === undefined || current.template === undefined) return []
  const disabled = new Set(
    template.fields.filter((it) => it.disabled === true).map((it) => it.index),
  )
  return disabled.size === 0 ? [] : current.values.filter((it) => disabled.has(it.index))
}

function isSameRecord(current: IdRecord, { template, values }: RecordWish): boolean {
  return (
    current.template === templateId(template) &&
    current.values.length === values.length &&
    values.every((value, place) => isSameValue(current.values[place], value))
  )
}

/** `name@version`, as records carry it. */
export function templateId(template: Template | undefined): string | undefined {
  return template === undefined ? undefined : `${template.name}@${template.version}`
}

/** Values without any write bit are never changed or removed (reference §1.2: immutable). */
function brokenSeals(current: IdRecord, values: readonly HandleValue[]): FieldProblem[] {
  const byIndex = new Map(values.map((it) => [it.index, it]))
  return current.values
    .filter(
      ({ permissions = PERMISSIONS_DEFAULT }) => !(permissions & (PUBLIC_WRITE | ADMIN_WRITE)),
    )
    .filter((sealed) => {
      const next = byIndex.get(sealed.index)
      return next === undefined || !isSameValue(sealed, next)
    })
    .map(({ index }) => ({ path: `/values/${index}`, reason: SEALED_VALUE }))
}

function writeOf(
  current: IdRecord | undefined,
  { handle, template, values }: RecordWish,
  made: Template | undefined,
): RecordWrite {
  const id = templateId(template)
  const next: RecordDraft = {
    key: handle.key,
    spelled: current?.spelled ?? handle.spelled,
    state: 'registered',
    held: false,
    ...(id !== undefined && { template: id }),
    values: current?.state === 'registered' ? datedValues(current, values) : values,
  }
  const claims = template === undefined ? [] : uniqueClaims(template, values)
  if (current === undefined) {
    return claims.length === 0 ? { expected: 0, next } : { expected: 0, next, claims }
  }
  const had =
    current.state === 'retired' || made === undefined ? [] : uniqueClaims(made, current.values)
  const releases = had.filter((it) => !claims.includes(it))
  return { expected: current.version, next, claims, releases }
}

/** A value that stays as it was keeps the time at which it was given, though the record moves on. */
function datedValues(current: IdRecord, values: readonly HandleValue[]): HandleValue[] {
  const before = new Map(current.values.map((it) => [it.index, it]))
  const seconds = Math.floor(current.updatedAt / 1000)
  return values.map((value) => {
    const earlier = before.get(value.index)
    if (value.timestamp !== undefined || !isSameValue(earlier, value)) return value
    return { ...value, timestamp: earlier?.timestamp ?? seconds }
  })
}

/** What can be done to a whole record besides changing its values. */
export type RecordAct = 'retire' | 'restore' | 'hold' | 'lift'

/**
 * What becomes of an act. Pure. A retired record gives up its unique values, so that a mistaken one can be registered
 * again under another name; restoring claims them anew.
 */
export function decideAct(
  current: IdRecord | undefined,
  act: RecordAct,
  made: Template | undefined,
): Decision {
  if (current === undefined) return ABSENT
  const { held, state } = current
  if (held && (act === 'retire' || act === 'restore')) return HELD
  const isDone = {
    retire: state === 'retired',
    restore: state === 'registered',
    hold: held,
    lift: !held,
  }
  if (isDone[act]) return { kind: 'unchanged' }
  const claims = made === undefined ? [] : uniqueClaims(made, current.values)
  const write = { expected: current.version, next: { ...draftOf(current), ...AFTER[act] } }
  if (act === 'retire') return { kind: 'update', write: { ...write, releases: claims } }
  return { kind: 'update', write: act === 'restore' ? { ...write, claims } : write }
}

const AFTER = {
  retire: { state: 'retired' },
  restore: { state: 'registered' },
  hold: { held: true },
  lift: { held: false },
} as const satisfies Record<RecordAct, Partial<RecordDraft>>

/** The record as it is, for a write that leaves its values alone. */
function draftOf(current: IdRecord): RecordDraft {
  const { key, spelled, state, held, template } = current
  const values = datedValues(current, current.values)
  return { key, spelled, state, held, ...(template !== undefined && { template }), values }
}

const ABSENT: Refusal = {
  kind: 'refuse',
  code: 'not-found',
  reason: { en: 'There is no such identifier', zh: '没有该标识' },
}
const EXISTS: Refusal = {
  kind: 'refuse',
  code: 'already-exists',
  reason: { en: 'The identifier is registered already', zh: '该标识已注册' },
}
const HELD: Refusal = {
  kind: 'refuse',
  code: 'wrong-state',
  reason: {
    en: 'The identifier is held by order and cannot be changed',
    zh: '该标识已按指令冻结，不能变更',
  },
}
const RETIRED: Refusal = {
  kind: 'refuse',
  code: 'wrong-state',
  reason: {
    en: 'The identifier is retired; restore it or register it again',
    zh: '该标识已注销，请先恢复或重新注册',
  },
}
const SEALED: Refusal = {
  kind: 'refuse',
  code: 'wrong-state',
  reason: { en: 'Some values can never be changed', zh: '部分值不可更改' },
}
const SEALED_VALUE: Text = {
  en: 'This value has no write permission and stays as it is',
  zh: '该值没有写权限，不能更改或删除',
}
