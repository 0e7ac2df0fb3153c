import { isDeepStrictEqual } from 'node:util'
import type { Declared } from './declared.ts'

/** The document before and after a change, as JSON text; absent where there was or is none. */
export type Bodies = { readonly before?: string; readonly after?: string }

const SECRET = '[secret]'
const FORMER_SECRET = '[former secret]'

/**
 * What the feed keeps of a change, or undefined where it is not told at all. In place of a secret stands that there is one
 * and whether it is another than before. Told twice, it is told the same.
 */
export function toldOf(
  { secret, quiet }: Pick<Declared, 'secret' | 'quiet'>,
  bodies: Bodies,
): Bodies | undefined {
  if (quiet === 'always') return undefined
  if (secret.length === 0 && quiet.length === 0) return bodies
  const before = membersOf(bodies.before)
  const after = membersOf(bodies.after)
  if (before && after && quiet.length > 0 && isSameBut(quiet, before, after)) return undefined
  const changed = before && after ? secret.filter((it) => isOther(it, before, after)) : []
  const beforeTold = masked(before, secret, (it) => (changed.includes(it) ? FORMER_SECRET : SECRET))
  const afterTold = masked(after, secret, () => SECRET)
  return {
    ...bodies,
    ...(beforeTold !== undefined && { before: JSON.stringify(beforeTold) }),
    ...(afterTold !== undefined && { after: JSON.stringify(afterTold) }),
  }
}

/** Undefined where there is nothing to mask. */
function masked(
  members: Members | undefined,
  secret: readonly string[],
  maskOf: (member: string) => string,
): Members | undefined {
  const held = secret.filter((it) => members !== undefined && Object.hasOwn(members, it))
  if (held.length === 0) return undefined
  return { ...members, ...Object.fromEntries(held.map((it) => [it, maskOf(it)])) }
}

/** A stored change's bodies. */
export type ToldRow = { sequence: number; body_before: string | null; body_after: string | null }

/** The changes of which an earlier release told secrets, as they are to be stored. */
export function strippedOf(
  { secret }: Pick<Declared, 'secret'>,
  rows: readonly ToldRow[],
): readonly ToldRow[] {
  return rows.flatMap(({ sequence, body_before: before, body_after: after }) => {
    const told = toldOf(
      { secret, quiet: [] },
      { ...(before !== null && { before }), ...(after !== null && { after }) },
    )
    const [body_before, body_after] = [told?.before ?? null, told?.after ?? null]
    const isSame = body_before === before && body_after === after
    return isSame ? [] : [{ sequence, body_before, body_after }]
  })
}

type Members = Readonly<Record<string, unknown>>

/** Undefined for no document, and for one that has no members. */
function membersOf(json: string | undefined): Members | undefined {
  const body: unknown = json === undefined ? undefined : JSON.parse(json)
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body)
  return isObject ? (body as Members) : undefined
}

function isOther(member: string, before: Members, after: Members): boolean {
  return !isDeepStrictEqual(before[member], after[member])
}

function isSameBut(quiet: readonly string[], before: Members, after: Members): boolean {
  const names = [...Object.keys(before), ...Object.keys(after)]
  return !names.some((it) => !quiet.includes(it) && isOther(it, before, after))
}
