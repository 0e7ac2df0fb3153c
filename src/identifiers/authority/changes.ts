import { ADMIN_WRITE, type HandleValue, PERMISSIONS_DEFAULT, PUBLIC_WRITE } from '../record.ts'
import { isSameValue } from '../registration/values.ts'
import { isOfType, RIGHT } from './rights.ts'

/** What a client of the Handle protocol wants done to the values of a record. */
export type Change =
  /** These and no others. */
  | { readonly kind: 'replace'; readonly values: readonly HandleValue[] }
  /** Besides those there are; with `overwrite` also in their place. */
  | { readonly kind: 'add'; readonly values: readonly HandleValue[]; readonly overwrite: boolean }
  /** In the place of those with the same indexes. */
  | { readonly kind: 'modify'; readonly values: readonly HandleValue[] }
  | { readonly kind: 'remove'; readonly indexes: readonly number[] }

export type Changed =
  | {
      readonly kind: 'values'
      readonly values: readonly HandleValue[]
      /** Rights that it takes, see `RIGHT`. */
      readonly needs: number
      /** Some value was there before and is another now. */
      readonly replaces: boolean
    }
  /** Nothing of it can be done, for these indexes. */
  | {
      readonly kind: 'values-not-found' | 'value-exists' | 'sealed'
      readonly indexes: readonly number[]
    }

/**
 * What becomes of the values of a record; all of the change or nothing. Pure. A record keeps the order it was written in until its
 * values are first changed by index; from then on they stand in the order of their indexes, as on deployed servers.
 */
export function changed(before: readonly HandleValue[], change: Change): Changed {
  const byIndex = new Map(before.map((it) => [it.index, it]))
  const wrong = impossible(byIndex, change)
  if (wrong !== undefined) return wrong
  const values = change.kind === 'replace' ? change.values : merged(byIndex, change)
  const steps = stepsBetween(byIndex, values)
  const sealed = steps.filter(({ from }) => from !== undefined && !isWritable(from))
  if (sealed.length > 0) {
    return { kind: 'sealed', indexes: sealed.flatMap(({ from }) => from?.index ?? []) }
  }
  const needs = steps.reduce((all, step) => all | rightFor(step), 0)
  // To write what is there already is a change as well, for which one must be somebody.
  const least = steps.length === 0 ? RIGHT.modifyValue : 0
  const named = change.kind === 'remove' ? [] : change.values
  return {
    kind: 'values',
    values,
    needs: needs | least,
    replaces: named.some((it) => byIndex.has(it.index)),
  }
}

function impossible(
  byIndex: ReadonlyMap<number, HandleValue>,
  change: Change,
): Changed | undefined {
  switch (change.kind) {
    case 'replace':
      return undefined
    case 'add': {
      const indexes = change.values.map((it) => it.index).filter((it) => byIndex.has(it))
      return change.overwrite || indexes.length === 0
        ? undefined
        : { kind: 'value-exists', indexes }
    }
    case 'modify':
    case 'remove': {
      const named = change.kind === 'remove' ? change.indexes : change.values.map((it) => it.index)
      const indexes = named.filter((it) => !byIndex.has(it))
      return indexes.length === 0 ? undefined : { kind: 'values-not-found', indexes }
    }
  }
}

function merged(
  byIndex: ReadonlyMap<number, HandleValue>,
  change: Exclude<Change, { kind: 'replace' }>,
): HandleValue[] {
  const after = new Map(byIndex)
  if (change.kind === 'remove') for (const index of change.indexes) after.delete(index)
  else for (const value of change.values) after.set(value.index, value)
  return [...after.values()].sort((a, b) => a.index - b.index)
}

type Step = { readonly from: HandleValue | undefined; readonly to: HandleValue | undefined }

function stepsBetween(
  before: ReadonlyMap<number, HandleValue>,
  values: readonly HandleValue[],
): Step[] {
  const after = new Map(values.map((it) => [it.index, it]))
  const indexes = new Set([...before.keys(), ...after.keys()])
  return [...indexes]
    .map((index) => ({ from: before.get(index), to: after.get(index) }))
    .filter(({ from, to }) => from === undefined || to === undefined || !isSameValue(from, to))
}

function rightFor({ from, to }: Step): number {
  const isAdmin = [from, to].some((it) => it !== undefined && isOfType(it, 'HS_ADMIN'))
  if (from === undefined) return isAdmin ? RIGHT.addAdmin : RIGHT.addValue
  // What everybody may write takes no right, but never makes an administrator.
  if (!isAdmin && (bitsOf(from) & PUBLIC_WRITE) !== 0) return 0
  if (to === undefined) return isAdmin ? RIGHT.removeAdmin : RIGHT.deleteValue
  return isAdmin ? RIGHT.modifyAdmin : RIGHT.modifyValue
}

function isWritable(value: HandleValue): boolean {
  return (bitsOf(value) & (PUBLIC_WRITE | ADMIN_WRITE)) !== 0
}

function bitsOf({ permissions = PERMISSIONS_DEFAULT }: HandleValue): number {
  return permissions
}
