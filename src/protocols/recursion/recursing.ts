import { type HandleKey, type PrefixKey, prefixOf, suffixOf } from '../../identifiers/handle.ts'
import {
  type Delegated,
  PREFIX_RECORDS,
  type Resolution,
} from '../../identifiers/resolution/resolution.ts'
import type { MaybePromise } from '../../identifiers/store/store.ts'
import { wireValue } from '../exchange/wire-values.ts'
import { leadingValues } from '../handle/prefix-record.ts'
import type { Recursed, Recursion, RecursionQuestion } from './recursion.ts'
import type { WalkQuestion } from './walk.ts'

export type DoorParts = {
  /** Whether somebody at this address is served. */
  readonly isClient: (address: string) => boolean
  /** Whether this node, and nobody else, knows what there is under a prefix. */
  readonly isOwn: (prefix: PrefixKey) => boolean
  /** Without root sites only those are asked that prefixes are delegated to. */
  readonly hasRoots: boolean
}

/** A name that was looked up here, for somebody who wants it asked for elsewhere. */
export type Wish = {
  readonly address: string
  readonly key: HandleKey
  /** What this node itself says. */
  readonly found: Resolution
}

/** Where a walk begins: at what leads to who answers for a delegated prefix, or at the root. */
export type Start = Pick<WalkQuestion, 'leading'>

/** Undefined where nobody else is to be asked: who wants it is not served, or the node knows better than all others. */
export type Door = (wish: Wish) => Start | undefined

export function openDoor({ isClient, isOwn, hasRoots }: DoorParts): Door {
  return ({ address, key, found }) => {
    const start = found.kind === 'delegated' ? startAt(found) : hasRoots && fromRoot(key, found)
    return start && isClient(address) ? start : undefined
  }

  function fromRoot(key: HandleKey, { kind }: Resolution): Start | undefined {
    const prefix = prefixOf(key)
    if (prefix !== PREFIX_RECORDS) return kind === 'unknown' && !isOwn(prefix) ? AT_ROOT : undefined
    // of prefixes elsewhere the node says that it has no record
    return kind === 'absent' && !isOwn(suffixOf(key) as PrefixKey) ? AT_ROOT : undefined
  }
}

const AT_ROOT: Start = {}

/** What leads elsewhere is the same object for as long as the prefix is not changed. */
const starts = new WeakMap<Delegated, { readonly start: Start | undefined }>()

function startAt(found: Delegated): Start | undefined {
  const known = starts.get(found)
  if (known !== undefined) return known.start
  const leading = leadingValues(found).map((it) => wireValue(it, 0))
  const start = leading.length === 0 ? undefined : { leading }
  starts.set(found, { start })
  return start
}

/** What of a question matters to who is asked in its place. */
export type Asking = Wish & {
  /** As it was spelled, with or without a slash. */
  readonly name: string
} & Omit<RecursionQuestion, 'name' | 'leading'>

/** Asks others, where that is to be done; undefined where not. */
export type Recurse = (asking: Asking) => MaybePromise<Recursed> | undefined

export function recursing(recursion: Pick<Recursion, 'resolve'>, door: Door): Recurse {
  return ({ address, key, found, name, ...question }) => {
    const start = door({ address, key, found })
    if (start === undefined) return undefined
    const whole = name.includes('/') ? name : `${PREFIX_RECORDS}/${name}`
    return recursion.resolve({ ...question, ...start, name: whole })
  }
}
