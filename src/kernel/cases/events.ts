import type { Author } from '../../lib/author.ts'
import type { Text } from '../../lib/text.ts'
import type { Calendar } from './calendar.ts'
import type { Case, Sheet } from './collections.ts'
import type { Procedure, Section } from './procedure.ts'
import type { Seals } from './seals.ts'

/** What somebody does to a case. Plain JSON, so that a repeat can be told from another request. */
export type CaseEvent = { readonly note?: string; readonly files?: readonly string[] } & (
  | { readonly do: 'advance'; readonly outcome: string }
  /** Papers of the office: a report of a visit, an audit. */
  | { readonly do: 'attach' }
  | { readonly do: 'request-correction'; readonly points: readonly CorrectionPoint[] }
  /** One answer for each point, in its order; `form` where the form changes. */
  | {
      readonly do: 'answer-correction'
      readonly answers: readonly string[]
      readonly form?: unknown
    }
  /** The term is over and nothing came: the case goes on as it is. */
  | { readonly do: 'lapse-correction' }
  | { readonly do: 'withdraw' }
  | { readonly do: 'begin-draw' }
  | { readonly do: 'freeze-pool'; readonly pool: readonly PoolMember[] }
  | { readonly do: 'draw' }
  | { readonly do: 'declare-interest'; readonly related: boolean }
  | { readonly do: 'exclude-member'; readonly member: string }
  | { readonly do: 'score'; readonly sheet: Sheet }
  | { readonly do: 'consult'; readonly units: readonly string[] }
  | {
      readonly do: 'give-opinion'
      readonly unit: string
      readonly opinion: 'agrees' | 'comments' | 'objects'
    }
  | { readonly do: 'publish-notice'; readonly text: string }
  | { readonly do: 'object'; readonly objector: string; readonly text: string }
  | { readonly do: 'answer-objection'; readonly number: number; readonly upheld: boolean }
  /** `number` decides who approves: decimal text of a whole number. */
  | { readonly do: 'put-forward'; readonly number: string }
  | { readonly do: 'approve' }
  | { readonly do: 'decline' }
)

export type Deed = CaseEvent['do']
export type EventOf<D extends Deed> = Extract<CaseEvent, { readonly do: D }>

export type CorrectionPoint = { readonly path: string; readonly reason: string }

/** Somebody a panel can be drawn from, and whom they belong to. */
export type PoolMember = { readonly id: string; readonly organisations: readonly string[] }

/** Who acts. A room says what they are in this case; which enterprises they belong to is known of their account. */
export type Actor = {
  readonly author: Author
  /** Roles of the procedure, `applicant` where they act for one. */
  readonly roles: readonly string[]
  readonly enterprises: readonly string[]
}

/** What a deed is judged by. */
export type CaseContext = {
  /** When it came in, by the node's clock: milliseconds since 1970. It stays the same when the deed is decided anew. */
  readonly at: number
  readonly actor: Actor
  readonly procedure: Procedure
  readonly calendars: ReadonlyMap<string, Calendar>
  /** 64 hexadecimal digits of fresh chance; used by `begin-draw` alone. */
  readonly seed: string
  /** Of this case. */
  readonly seals: Seals
}

export type RefusalCode =
  | 'not-allowed' // the role may not do this, or it is somebody else's case
  | 'own-case' // who belongs to a party of the case does not act for the node in it
  | 'wrong-state' // the case, or that part of it, is not so far or is past it
  | 'late'
  | 'early'
  | 'incomplete' // something that belongs to it is missing
  | 'not-met' // what an outcome needs is not so
  | 'too-many'
  | 'calendar-missing' // nobody can say which days count
  | 'key-used-otherwise'
  | 'changed-meanwhile' // the thread went on since it was looked at
  | 'other' // what a room refuses by its own rules

/** Why a deed is not done. Nothing in it comes from what is sealed. */
export type CaseRefusal = { readonly code: RefusalCode; readonly text: Text }

/** An entry of the thread, before it has its number. */
export type NewEntry = {
  readonly section: Section
  readonly more?: Readonly<Record<string, unknown>>
  readonly decision?: string
}

export type Turned =
  | {
      readonly kind: 'done'
      readonly next: Case
      readonly entry: NewEntry
      /** A new version of what was handed in. */
      readonly content?: { readonly form: unknown; readonly files: readonly string[] }
    }
  | Refused

export type Refused = { readonly kind: 'refused'; readonly reasons: readonly CaseRefusal[] }

export function refuse(code: RefusalCode, en: string, zh: string): Refused {
  return { kind: 'refused', reasons: [{ code, text: { en, zh } }] }
}

/** What a room sees of an event whose deed it knows. */
export type Turn<D extends Deed> = (state: Case, event: EventOf<D>, context: CaseContext) => Turned
