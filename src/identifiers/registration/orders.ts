import { createHash, randomUUID } from 'node:crypto'
import { type Static, Type } from 'typebox'
import type { Collection, Documents } from '../../kernel/documents/documents.ts'
import { Problem } from '../../lib/problem.ts'
import type { Handle, HandleKey } from '../handle.ts'
import type { RecordAct } from './decide.ts'
import type { Outcome, Registry, Stamped } from './registry.ts'

/** Acts on one identifier beyond this many are told without their reasons. */
const ORDERS_TOLD_MAX = 1000
const TRIES_MAX = 8

export const GroundsSchema = {
  reason: Type.Optional(Type.String({ minLength: 1, maxLength: 2000 })),
  /** Number of the order, and the authority that gave it. */
  order: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
  authority: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
}

/** Why an identifier was retired, restored, held or lifted: the record itself has no room for it. */
export const ORDERS = {
  name: 'identifier-orders',
  schema: Type.Object({
    handle: Type.String({ minLength: 1, maxLength: 2048 }),
    /** SHA-256 of the handle's key, hexadecimal: keys may be longer than an index takes. */
    digest: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    /** The version that the act made. */
    version: Type.Integer({ minimum: 1 }),
    act: Type.Unsafe<RecordAct>(Type.Enum(['retire', 'restore', 'hold', 'lift'])),
    ...GroundsSchema,
  }),
  indexes: { digest: 'text' },
} as const satisfies Collection

export type Order = Static<(typeof ORDERS)['schema']>
export type Grounds = {
  readonly reason?: string | undefined
  readonly order?: string | undefined
  readonly authority?: string | undefined
}

type OrderDeps = { readonly documents: Documents; readonly registry: Registry }
type ActWish = Stamped & { readonly act: RecordAct; readonly grounds: Grounds }

/**
 * Writes the grounds, then acts: grounds without an act tell nothing, an act without its grounds must not be.
 * @throws Problem as `Registry.act`
 */
export async function actWithGrounds(
  deps: OrderDeps,
  handle: Handle,
  { act, grounds, author, expected }: ActWish,
): Promise<Outcome> {
  for (let tries = 1; ; tries++) {
    const current = await deps.registry.read(handle.key)
    const { id, put } = orderOf(handle, { act, version: current.version + 1, ...grounds })
    const write = { collection: ORDERS, id }
    await deps.documents.commit([{ ...write, expected: 0, put }], { author, ...noteOf(grounds) })
    const takeBack = () => deps.documents.commit([{ ...write, delete: true }], { author })
    try {
      const at = { author, expected: expected ?? current.version }
      const outcome = await deps.registry.act(handle, act, at)
      if (outcome.outcome === 'unchanged') await takeBack()
      return outcome
    } catch (error) {
      await takeBack()
      const isRace = error instanceof Problem && error.code === 'stale-version'
      if (!isRace || expected !== undefined || tries >= TRIES_MAX) throw error
    }
  }
}

function orderOf({ key, spelled }: Handle, order: OrderWish): { id: string; put: Order } {
  const digest = digestOf(key)
  // Members that are undefined are not stored.
  return { id: `${digest} ${randomUUID()}`, put: { handle: spelled, digest, ...order } as Order }
}

type OrderWish = Grounds & Pick<Order, 'act' | 'version'>

function noteOf({ reason }: Grounds): { note?: string } {
  return reason === undefined ? {} : { note: reason }
}

function digestOf(key: HandleKey): string {
  return createHash('sha256').update(key).digest('hex')
}

/** Grounds by the version that each act made. */
export async function ordersOf(
  documents: Documents,
  key: HandleKey,
): Promise<ReadonlyMap<number, Order>> {
  const page = await documents.query(ORDERS, {
    where: { digest: digestOf(key) },
    order: { by: 'createdAt', descending: true },
    limit: ORDERS_TOLD_MAX,
  })
  return new Map(page.items.map((it) => [it.body.version, it.body]))
}
