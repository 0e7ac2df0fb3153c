import type { Claim, ClaimValue } from './evidence.ts'

/** The claims a node makes by itself. Days are UTC; a day's claim is dated at the day's end. */

/** `YYYY-MM-DD`. */
export type Day = string

export const REGISTRATIONS_DAILY = 'registrations-daily'
export const RESOLUTIONS_DAILY = 'resolutions-daily'
export const ENTERPRISE_DECISION = 'enterprise-decision'
/** Who made a decision; the decision itself is a claim of its own beside it. */
export const DECISION_MAKER = 'decision-maker'
/** Subject of what is claimed about the whole node. No prefix is spelled so: prefixes are folded to capitals. */
export const NODE_SUBJECT = 'node'

/** What one day did to the records of a prefix (or of the node), and how many there were at its end. */
export type RegistrationCounts = {
  readonly created: number
  readonly updated: number
  readonly retired: number
  readonly total: number
}

/** Resolutions by kind of client, e.g. `{ browser: 12, program: 3 }`. */
export type ResolutionCounts = Readonly<Record<string, number>>

export type PrefixDay = {
  readonly prefix: string
  /** Whose prefix it is: they and the node's staff may open the claim; absent for the node's own, then staff alone. */
  readonly enterprise?: string | undefined
  readonly day: Day
}

/** What became of a prefix’s identifiers in a day. */
export function registrationsDaily(of: PrefixDay, counts: RegistrationCounts): Claim {
  return {
    kind: REGISTRATIONS_DAILY,
    subject: of.prefix,
    at: endOfDay(of.day),
    fields: { day: of.day, ...countsOf(counts) },
    open: ofEnterprise(of),
  }
}

/** The node's totals, open to everybody. */
export function nodeRegistrationsDaily(day: Day, counts: RegistrationCounts): Claim {
  return {
    kind: REGISTRATIONS_DAILY,
    subject: NODE_SUBJECT,
    at: endOfDay(day),
    fields: { day, ...countsOf(counts) },
    open: 'public',
  }
}

/** How often a prefix’s identifiers were resolved in a day, by kind of client. */
export function resolutionsDaily(of: PrefixDay, by: ResolutionCounts): Claim {
  return {
    kind: RESOLUTIONS_DAILY,
    subject: of.prefix,
    at: endOfDay(of.day),
    fields: { day: of.day, ...resolutionFields(by) },
    open: ofEnterprise(of),
  }
}

/** The node's totals, open to everybody. */
export function nodeResolutionsDaily(day: Day, by: ResolutionCounts): Claim {
  return {
    kind: RESOLUTIONS_DAILY,
    subject: NODE_SUBJECT,
    at: endOfDay(day),
    fields: { day, ...resolutionFields(by) },
    open: 'public',
  }
}

/** Something that people of the node decided about an enterprise or what is an enterprise's. */
export type Decided = {
  readonly kind: string
  readonly subject: string
  /** What it is about, as its fields; who has the enterprise may open the claim, else staff alone. */
  readonly of: Readonly<Record<string, ClaimValue>> & { readonly enterprise?: string }
  readonly decision: string
  /** Id of who decided. */
  readonly by: string
  readonly at: number
  /** What else was decided. */
  readonly more?: Readonly<Record<string, ClaimValue>>
}

/**
 * Two claims: what was decided, and by whom. The enterprise may open the first alone, as its thread does not say who of the
 * node's people it was either; and to forget a person takes nothing from what was decided.
 */
export function decisionClaims(made: Decided): readonly Claim[] {
  const { kind, subject, of, decision, by, at, more = {} } = made
  const { enterprise } = of
  const open = enterprise === undefined ? 'staff' : { enterprise }
  return [
    { kind, subject, at, fields: { ...of, decision, ...more }, open },
    { kind: DECISION_MAKER, subject, at, fields: { of: kind, decision, by }, open: 'staff' },
  ]
}

export type EnterpriseDecision = {
  readonly enterprise: string
  /** What became of the application or the enterprise, e.g. `approved`, `returned`. */
  readonly decision: string
  /** Id of the user who decided. */
  readonly reviewer: string
  readonly at: number
  /** JSON Pointers of the fields that were returned. Reasons stay with the case: they may speak of persons. */
  readonly returned?: readonly string[]
}

/** What a reviewer decided about an enterprise, and by whom. */
export function enterpriseDecision(made: EnterpriseDecision): readonly Claim[] {
  const { enterprise, decision, reviewer: by, at, returned = [] } = made
  const of = { enterprise }
  const kind = ENTERPRISE_DECISION
  return decisionClaims({ kind, subject: enterprise, of, decision, by, at, more: { returned } })
}

function countsOf({ created, updated, retired, total }: RegistrationCounts) {
  return { created, updated, retired, total }
}

function resolutionFields(by: ResolutionCounts) {
  return { by: { ...by }, total: Object.values(by).reduce((sum, count) => sum + count, 0) }
}

function ofEnterprise({ enterprise }: PrefixDay): Claim['open'] {
  return enterprise === undefined ? 'staff' : { enterprise }
}

const DAY_MS = 86_400_000

/** The day's last millisecond. Throws RangeError for what is no day of the calendar. */
function endOfDay(day: Day): number {
  const start = Date.parse(`${day}T00:00:00.000Z`)
  if (Number.isNaN(start) || new Date(start).toISOString().slice(0, 10) !== day) {
    throw new RangeError(`not a day: ${day}`)
  }
  return start + DAY_MS - 1
}
