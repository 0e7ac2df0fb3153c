import { PUBLIC_READ } from '../../identifiers/record.ts'
import { Reader, Writer } from '../../identifiers/values/bytes.ts'
import {
  putValue,
  readValue,
  TTL_ABSOLUTE,
  VALUE_BYTES_MIN,
  type WireValue,
} from '../wire/value.ts'
import { Sieve } from './sieve.ts'
import type { Walked } from './walk.ts'

export type KeepingLimits = {
  readonly cacheBytesMax: number
  /** However long a value says that it lives. */
  readonly ttlSMax: number
  /** Of "no such handle" and "no such value". */
  readonly negativeTtlSMax: number
  /** Beyond its time, while its servers do not answer. */
  readonly staleSMax: number
}

/** An answer that is kept. */
export type Kept = {
  readonly kind: 'found' | 'absent' | 'valueless' | 'failed'
  /** All public values as in a message, a character for each byte; empty where there are none. */
  readonly values: string
  /** Everybody may read all of them, and there are some. */
  readonly isOpen: boolean
  readonly keptMs: number
  readonly freshUntilMs: number
  readonly staleUntilMs: number
  /** Not before this is anybody asked again; moved on when nobody answers. */
  retryMs: number
}

type Keepable = Extract<Walked, { kind: 'found' | 'absent' | 'valueless' | 'failed' }>

/** Of all bytes, one part in so many is for answers that there is nothing: names nobody has are asked for in any number. */
const NEGATIVE_PART = 8
/** Numbers of an answer, and its text's own head. */
const KEPT_BYTES = 160
const S = 1_000
/** For so long nobody is asked again who could not be reached. */
export const FAILURE_MS = 5_000
/** The same where there is an answer of before to give meanwhile. */
export const STALE_RETRY_MS = 30_000

/** Answers of others, for as long as they say, within bounds of bytes: values, and that there are none. */
export class KeptAnswers {
  readonly #limits: KeepingLimits
  readonly #found: Sieve<Kept>
  readonly #nothing: Sieve<Kept>

  constructor(limits: KeepingLimits) {
    this.#limits = limits
    const forNothing = Math.floor(limits.cacheBytesMax / NEGATIVE_PART)
    this.#found = new Sieve(limits.cacheBytesMax - forNothing)
    this.#nothing = new Sieve(forNothing)
  }

  get bytes(): number {
    return this.#found.bytes + this.#nothing.bytes
  }

  get size(): number {
    return this.#found.size + this.#nothing.size
  }

  /** Be it past its time, while it may be given for want of a better. */
  find(key: string, nowMs: number): Kept | undefined {
    const sieve = this.#found.get(key) === undefined ? this.#nothing : this.#found
    const kept = sieve.get(key)
    // a clock that was set back knows nothing of what was kept since
    const isKnown = kept !== undefined && kept.keptMs <= nowMs && nowMs < kept.staleUntilMs
    if (isKnown || kept === undefined) return kept
    sieve.delete(key)
    return undefined
  }

  drop(key: string): void {
    this.#found.delete(key)
    this.#nothing.delete(key)
  }

  /** In place of what was kept; an answer that is to be forgotten at once takes that away too. */
  keep(key: string, walked: Keepable, nowMs: number): void {
    const lifeMs = this.#lifeMs(walked, nowMs)
    this.drop(key)
    if (lifeMs <= 0) return
    const { kind } = walked
    const values = kind === 'found' ? valuesText(walked.values) : ''
    const isOpen = kind === 'found' && areOpen(walked.values)
    const freshUntilMs = nowMs + lifeMs
    const staleMs = kind === 'failed' ? 0 : this.#limits.staleSMax * S
    const sieve = kind === 'found' ? this.#found : this.#nothing
    const times = { keptMs: nowMs, freshUntilMs, staleUntilMs: freshUntilMs + staleMs, retryMs: 0 }
    sieve.put(key, { kind, values, isOpen, ...times }, KEPT_BYTES + values.length)
  }

  #lifeMs(walked: Keepable, nowMs: number): number {
    const { ttlSMax, negativeTtlSMax } = this.#limits
    if (walked.kind === 'failed') return FAILURE_MS
    if (walked.kind !== 'found') return Math.min(ttlSMax, negativeTtlSMax) * S
    return Math.min(ttlSMax * S, ...walked.values.map((it) => lifeOf(it, nowMs)))
  }
}

/** Of a value, from now; 0 or less: it is not to be kept. Four bytes hold a TTL, which deployed servers read as a signed number. */
function lifeOf({ ttlType, ttlS }: WireValue, nowMs: number): number {
  const signedS = ttlS | 0
  return ttlType === TTL_ABSOLUTE ? signedS * S - nowMs : signedS * S
}

function valuesText(values: readonly WireValue[]): string {
  return Buffer.from(new Writer().list(values, putValue).done()).toString('latin1')
}

function areOpen(values: readonly WireValue[]): boolean {
  return values.length > 0 && values.every((it) => (it.permissions & PUBLIC_READ) !== 0)
}

export function valuesOf(kept: Kept): WireValue[] {
  if (kept.values === '') return []
  return new Reader(new Uint8Array(Buffer.from(kept.values, 'latin1'))).list(
    VALUE_BYTES_MIN,
    readValue,
  )
}
