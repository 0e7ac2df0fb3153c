import type { Condition, Leaf } from '../kernel/facts/condition-schema.ts'
import type { Text } from '../lib/text.ts'

/** A condition that has to hold, and where it stands. */
export type Held = { readonly condition: Condition; readonly pointer: string }

/** Two conditions of which no case can fulfil both: the second, and why. */
export type Impossible = { readonly pointer: string; readonly reason: Text }

type Bounds = {
  readonly at: bigint | undefined
  readonly isOpen: boolean
}
/** What is left of one fact after the conditions so far. */
type Room = {
  least: Bounds
  most: Bounds
  words: ReadonlySet<string> | undefined
  flag: boolean | undefined
}

/** All leaves that hold where every one of the conditions does: those below `all` too, nothing below `any` or `not`. */
export function certainLeaves(conditions: readonly Held[]): { leaf: Leaf; pointer: string }[] {
  return conditions.flatMap(({ condition, pointer }) => {
    if ('all' in condition) {
      return certainLeaves(
        condition.all.map((it, at) => ({ condition: it, pointer: `${pointer}/all/${at}` })),
      )
    }
    if ('any' in condition || 'not' in condition) return []
    return [{ leaf: condition, pointer }]
  })
}

/**
 * Conditions that no case fulfils together: bounds that leave nothing between them, words that exclude each other, a flag that is to be
 * both. What is told is certain; what is not told may still be impossible.
 */
export function impossible(conditions: readonly Held[]): Impossible[] {
  const rooms = new Map<string, Room>()
  return certainLeaves(conditions).flatMap(({ leaf, pointer }) => {
    const name = subjectOf(leaf)
    if (name === undefined) return []
    const room = rooms.get(name) ?? empty()
    const wasPossible = isPossible(room)
    narrow(room, leaf)
    rooms.set(name, room)
    return wasPossible && !isPossible(room) ? [{ pointer, reason: noRoom(name) }] : []
  })
}

function noRoom(name: string): Text {
  return {
    en: `no case can fulfil this beside what is asked of “${name}” elsewhere`,
    zh: `与对“${name}”的其他要求矛盾，任何情形都无法同时满足`,
  }
}

function empty(): Room {
  const open = { at: undefined, isOpen: false }
  return { least: open, most: open, words: undefined, flag: undefined }
}

function subjectOf(leaf: Leaf): string | undefined {
  if ('flag' in leaf) return leaf.flag
  if ('fact' in leaf && ('oneOf' in leaf || 'unit' in leaf)) return leaf.fact
  return undefined
}

function narrow(room: Room, leaf: Leaf): void {
  if ('flag' in leaf) {
    const is = leaf.is !== false
    if (room.flag !== undefined && room.flag !== is) room.words = new Set()
    room.flag = is
    return
  }
  if ('fact' in leaf && 'oneOf' in leaf) {
    const given = new Set(leaf.oneOf)
    room.words = new Set([...given].filter((it) => room.words?.has(it) ?? true))
    return
  }
  if (!('fact' in leaf && 'unit' in leaf)) return
  room.least = higher(room.least, leaf.atLeast, false)
  room.least = higher(room.least, leaf.moreThan, true)
  room.most = lower(room.most, leaf.atMost, false)
  room.most = lower(room.most, leaf.lessThan, true)
}

function higher(known: Bounds, bound: number | undefined, isOpen: boolean): Bounds {
  if (bound === undefined) return known
  const at = BigInt(bound)
  const isTighter = known.at === undefined || at > known.at || (at === known.at && isOpen)
  return isTighter ? { at, isOpen } : known
}

function lower(known: Bounds, bound: number | undefined, isOpen: boolean): Bounds {
  if (bound === undefined) return known
  const at = BigInt(bound)
  const isTighter = known.at === undefined || at < known.at || (at === known.at && isOpen)
  return isTighter ? { at, isOpen } : known
}

function isPossible({ least, most, words }: Room): boolean {
  if (words !== undefined && words.size === 0) return false
  if (least.at === undefined || most.at === undefined) return true
  return least.at < most.at || (least.at === most.at && !least.isOpen && !most.isOpen)
}

/** Whether every case that fulfils `given` fulfils `leaf` too, as far as that is certain. */
export function entails(given: readonly Held[], leaf: Leaf): boolean {
  return certainLeaves(given).some(({ leaf: it }) => {
    if ('flag' in leaf && 'flag' in it) {
      return leaf.flag === it.flag && (leaf.is !== false) === (it.is !== false)
    }
    if ('fact' in leaf && 'oneOf' in leaf && 'fact' in it && 'oneOf' in it) {
      return leaf.fact === it.fact && it.oneOf.every((word) => leaf.oneOf.includes(word))
    }
    return JSON.stringify(leaf) === JSON.stringify(it)
  })
}
