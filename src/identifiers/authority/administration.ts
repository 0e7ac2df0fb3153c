import { randomBytes } from 'node:crypto'
import type { Author } from '../../lib/author.ts'
import { Problem } from '../../lib/problem.ts'
import type { Text } from '../../lib/text.ts'
import { type Handle, type HandleKey, type PrefixKey, prefixOf, suffixOf } from '../handle.ts'
import { checkNamespaces } from '../namespaces/stored.ts'
import type { PrefixAnswer, PrefixBook } from '../prefixes/book.ts'
import { parentOf } from '../prefixes/prefix.ts'
import { ancestorsOf } from '../prefixes/segments.ts'
import type { HandleValue, IdRecord } from '../record.ts'
import { parseNewName } from '../registration/names.ts'
import type { Registry } from '../registration/registry.ts'
import { PREFIX_RECORDS } from '../resolution/resolution.ts'
import type { Authority } from './authority.ts'
import { type Change, changed } from './changes.ts'
import { type HomingParts, homePrefix, unhomePrefix } from './homing.ts'
import { type Identity, identityKey } from './identity.ts'
import { prefixRecordName, prefixValues } from './prefix-values.ts'
import type { RefusalReason } from './refusal.ts'
import { RIGHT } from './rights.ts'

export type { RefusalReason } from './refusal.ts'

export type OperationAnswer =
  /** `isNew`: nothing that was there has been replaced or taken away. */
  | { readonly kind: 'done'; readonly handle: string; readonly isNew: boolean }
  | {
      readonly kind: 'refused'
      readonly reason: RefusalReason
      readonly text?: Text
      /** Of the values that it is about. */
      readonly indexes?: readonly number[]
    }

export type AdministrationParts = {
  readonly authority: Authority
  readonly registry: Registry
  readonly book: Pick<PrefixBook, 'lookup'>
  /** Makes a prefix below one that there is. @throws Problem */
  readonly derive: (prefix: PrefixKey, author: Author) => Promise<void>
  /** Absent: which prefixes are answered here is for others to say. */
  readonly homing?: HomingParts
}

export type CreateOptions = {
  /** Replace what is there. */
  readonly overwrite?: boolean
  /** The name is the beginning of one that is to be found. */
  readonly mint?: boolean
}

const MINT_TRIES_MAX = 8
const MINTED_BYTES = 10

/**
 * What clients of the Handle protocol do to records, in whichever form they ask: all of it or nothing, by the rights of the
 * identity that they have proved, recorded under it.
 */
export class Administration {
  readonly #parts: AdministrationParts

  constructor(parts: AdministrationParts) {
    this.#parts = parts
  }

  /** A new record; a retired one begins anew. */
  async create(
    name: string,
    values: readonly HandleValue[],
    who: Identity | undefined,
    { overwrite = false, mint = false }: CreateOptions = {},
  ): Promise<OperationAnswer> {
    if (!mint) return await this.#create(name, values, who, overwrite)
    const stem = name.includes('/') ? name : `${name}/`
    for (let tries = 1; ; tries++) {
      const minted = `${stem}${randomBytes(MINTED_BYTES).toString('hex').toUpperCase()}`
      const answer = await this.#create(minted, values, who, false)
      const isTaken = answer.kind === 'refused' && answer.reason === 'handle-exists'
      if (!isTaken || tries === MINT_TRIES_MAX) return answer
    }
  }

  /** Adds, modifies or removes values of a record there is. */
  async change(
    name: string,
    change: Exclude<Change, { kind: 'replace' }>,
    who: Identity | undefined,
  ): Promise<OperationAnswer> {
    return await answered(async () => {
      const asked = this.#entry(name, who)
      const { handle } = asked
      return await this.#write(asked, async (current, rights) => {
        if (!isThere(current) && !isPrefixRecord(handle)) throw new Refused('handle-not-found')
        return await rewritten(beforeOf(handle, current), change, rights)
      })
    })
  }

  /** Retires it: what it was stays in its history. */
  async delete(name: string, who: Identity | undefined): Promise<OperationAnswer> {
    return await answered(async () => {
      const { handle, ...asked } = this.#entry(name, who)
      if (isPrefixRecord(handle)) throw new Refused('not-supported')
      const { authority, registry } = this.#parts
      const current = await authority.read(handle.key)
      if (current === undefined) throw new Refused('handle-not-found')
      const rights = await authority.rightsOver(asked.who, handle.key, current.values)
      if ((rights & RIGHT.deleteHandle) === 0) throw new Refused('not-administrator')
      const stamped = { author: authorFor(asked.who), expected: current.version }
      await registry.act(handle, 'retire', stamped)
      return { kind: 'done', handle: handle.spelled, isNew: false }
    })
  }

  /** Has the node answer for a prefix, in any spelling of it or of its record. */
  async home(prefix: string, who: Identity | undefined): Promise<OperationAnswer> {
    return await this.#homed(homePrefix, prefix, who)
  }

  /** Has the node answer for it no longer. */
  async unhome(prefix: string, who: Identity | undefined): Promise<OperationAnswer> {
    return await this.#homed(unhomePrefix, prefix, who)
  }

  async #homed(
    work: typeof homePrefix,
    name: string,
    who: Identity | undefined,
  ): Promise<OperationAnswer> {
    return await answered(async () => {
      const { homing: acts, authority, book, registry } = this.#parts
      if (acts === undefined) throw new Refused('not-supported')
      const administer = registry.administer.bind(registry)
      const homing = { ...acts, administer }
      if (who === undefined) throw new Refused('unauthenticated')
      const prefix = name.replace(/^0\.NA\//i, '')
      const reason = await work(
        { homing, authority, book },
        { prefix, who, author: authorFor(who) },
      )
      if (reason !== undefined) throw new Refused(reason)
      return { kind: 'done', handle: name, isNew: false }
    })
  }

  async #create(
    name: string,
    values: readonly HandleValue[],
    who: Identity | undefined,
    overwrite: boolean,
  ): Promise<OperationAnswer> {
    return await answered(async () => {
      const asked = this.#entry(name, who)
      const { handle } = asked
      const isDerived = isPrefixRecord(handle) && !this.#isKnownPrefix(handle)
      if (isDerived) await this.#derive(asked)
      return await this.#write(asked, async (current, rights) => {
        if (isThere(current) || (isPrefixRecord(handle) && !isDerived)) {
          if (!overwrite) throw new Refused('handle-exists')
          const change = { kind: 'replace', values } as const
          const made = await rewritten(beforeOf(handle, current), change, rights)
          return { ...made, isNew: false }
        }
        if (!isDerived) await this.#checkMayCreate(asked)
        return { values: undated(values), isNew: true }
      })
    })
  }

  async #checkMayCreate({ handle, who }: Asked): Promise<void> {
    const rights = await this.#parts.authority.rightsUnder(who, handle.key)
    if ((rights & RIGHT.addHandle) === 0) throw new Refused('not-administrator')
  }

  /** A derived prefix takes the right in the record of the one above it. */
  async #derive({ handle, who }: Asked): Promise<void> {
    const parent = parentOf(suffixOf(handle.key) as PrefixKey)
    const { authority, derive } = this.#parts
    const above = parent && (await authority.read(prefixRecordName(parent) as HandleKey))
    if (above === undefined) throw new Refused('not-responsible')
    const rights = await authority.rightsOver(who, above.key, above.values)
    if ((rights & RIGHT.addPrefix) === 0) throw new Refused('not-administrator')
    await derive(suffixOf(handle.spelled) as PrefixKey, authorFor(who))
  }

  async #write({ handle, who }: Asked, next: Next): Promise<OperationAnswer> {
    const { authority, registry } = this.#parts
    let isNew = false
    const write = async (current: IdRecord | undefined) => {
      const before = beforeOf(handle, current)
      const made = await next(current, () => authority.rightsOver(who, handle.key, before))
      isNew = made.isNew
      if (isPrefixRecord(handle)) checkNamespaces(made.values, before)
      return made.values
    }
    await registry.administer(handle, write, { author: authorFor(who) })
    return { kind: 'done', handle: handle.spelled, isNew }
  }

  /** Finds out whether there is anything to be written for anybody, and that somebody asks. */
  #entry(name: string, who: Identity | undefined): Asked {
    const handle = nameOf(name)
    const reason = whyNot(this.#stateOf(handle), handle)
    if (reason !== undefined) throw new Refused(reason)
    if (who === undefined) throw new Refused('unauthenticated')
    return { handle, who }
  }

  #stateOf({ key }: Handle): PrefixAnswer {
    const { book } = this.#parts
    const prefix = prefixOf(key)
    if (prefix !== PREFIX_RECORDS) return book.lookup(prefix)
    const own = suffixOf(key) as PrefixKey
    const answer = book.lookup(own)
    if (answer.kind !== 'unknown') return answer
    // a prefix that is to be made goes by the nearest there is
    for (const above of ancestorsOf(own)) {
      const known = book.lookup(above)
      if (known.kind !== 'unknown') return known
    }
    return answer
  }

  #isKnownPrefix({ key }: Handle): boolean {
    return this.#parts.book.lookup(suffixOf(key) as PrefixKey).kind !== 'unknown'
  }
}

type Asked = { readonly handle: Handle; readonly who: Identity }

function beforeOf(handle: Handle, current: IdRecord | undefined): readonly HandleValue[] {
  const stored = isThere(current) ? current.values : []
  return isPrefixRecord(handle) ? prefixValues(suffixOf(handle.key) as PrefixKey, stored) : stored
}

type Rewritten = { readonly values: readonly HandleValue[]; readonly isNew: boolean }
type Next = (current: IdRecord | undefined, rights: () => Promise<number>) => Promise<Rewritten>

/** Only within the operations: what is refused while a record is being decided on. */
class Refused extends Error {
  readonly answer: Extract<OperationAnswer, { kind: 'refused' }>

  constructor(reason: RefusalReason, indexes?: readonly number[]) {
    super(reason)
    this.answer = { kind: 'refused', reason, ...(indexes !== undefined && { indexes }) }
  }
}

async function rewritten(
  before: readonly HandleValue[],
  change: Change,
  rightsOver: () => Promise<number>,
): Promise<Rewritten> {
  const wanted = change.kind === 'remove' ? change : { ...change, values: undated(change.values) }
  const made = changed(before, wanted)
  const rights = await rightsOver()
  if (made.kind === 'values') {
    if ((rights & made.needs) !== made.needs) throw new Refused('not-administrator')
    return { values: made.values, isNew: !made.replaces }
  }
  // Whether a hidden value is there is told to those alone who administer the record.
  if (rights === 0) throw new Refused('not-administrator')
  throw new Refused(made.kind, made.indexes)
}

/** The node itself says when a value was written. */
function undated(values: readonly HandleValue[]): HandleValue[] {
  return values.map(({ timestamp: _, ...value }) => value)
}

function nameOf(name: string): Handle {
  try {
    return parseNewName(name)
  } catch {
    throw new Refused('invalid-handle')
  }
}

function whyNot(state: PrefixAnswer, handle: Handle): RefusalReason | undefined {
  switch (state.kind) {
    case 'hosted':
      return undefined
    case 'delegated': {
      const isOwn = isPrefixRecord(handle) && state.at === suffixOf(handle.key)
      return isOwn ? undefined : 'elsewhere'
    }
    case 'suspended':
    case 'held':
      return 'stopped'
    case 'released':
    case 'unknown':
      return 'not-responsible'
  }
}

function isThere(record: IdRecord | undefined): record is IdRecord {
  return record?.state === 'registered'
}

function isPrefixRecord({ key }: Handle): boolean {
  return prefixOf(key) === PREFIX_RECORDS
}

function authorFor(who: Identity): Author {
  return { kind: 'handle', id: identityKey(who) }
}

/** What was asked wrongly, or cannot be done now, as an answer. */
async function answered(work: () => Promise<OperationAnswer>): Promise<OperationAnswer> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Refused) return error.answer
    const reason = error instanceof Problem ? REASONS[error.code] : undefined
    if (reason === undefined || !(error instanceof Problem)) throw error
    const [field] = error.fields
    return { kind: 'refused', reason, text: field?.reason ?? error.text }
  }
}

const REASONS: Partial<Record<Problem['code'], RefusalReason>> = {
  'malformed-identifier': 'invalid-handle',
  'invalid-input': 'invalid-value',
  'not-found': 'handle-not-found',
  'already-exists': 'handle-exists',
  'wrong-state': 'stopped',
  'stale-version': 'busy',
  unavailable: 'busy',
}
