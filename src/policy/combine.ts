import { basisOf } from './group.ts'
import { unique } from './judged-part.ts'
import { addFen, type FenSpan, isKnown, type LimitName } from './limits.ts'
import { isCap, type Outcome, refusal, undecided } from './outcome.ts'
import type { Part } from './part.ts'

const NOTHING: FenSpan = { lo: 0n, hi: 0n }
const NONE: readonly never[] = []
const NO_PIECES: Partial<Outcome> = {}
const UNSTACKED = 'NO_STACKING_RULE_IN_TEXT'
const SAME_COST = 'SAME_COST_CLAIMED_TWICE'

/** What the case says of its measures together. */
export type Together = {
  /** Some cost is claimed under more than one of them. */
  readonly sharesCost: boolean
  /** An amount fixed by a decision for the whole case, in fen. */
  readonly determined: bigint | undefined
}

/**
 * One case of one or several measures. Those that reward different things add; those that reward one thing, or claim one cost, are
 * undetermined between the larger of them and their sum. A measure that refuses leaves the others as they are.
 */
export function combine(all: readonly Part[], together: Together): Outcome {
  const [only] = all
  if (only !== undefined && all.length === 1) {
    if (only.eligible === false) {
      const { refused, conflicts } = only
      return refusal(conflicts.length === 0 ? refused : unique([...refused, ...conflicts]), all)
    }
    if (only.measure.amount.form !== 'top-up') return outcomeOf(only, all)
  }
  const { parts, told } = withoutMissedTopUps(all)
  const standing = parts.filter((it) => it.eligible !== false)
  const refused = unique(parts.flatMap((it) => it.refused))
  const conflicts = parts.flatMap((it) => it.conflicts)
  if (standing.length === 0) return refusal(unique([...refused, ...conflicts]), all)
  const sum = sumOf(standing, together)
  const reasons = unique([...sum.told, ...told, ...refused, ...standing.flatMap((it) => it.told)])
  const open = unique(standing.flatMap((it) => it.open))
  if (standing.some((it) => it.eligible === null)) {
    const pieces = piecesOf(parts, standing, all.length > 1)
    return {
      ...undecided(unique([...open, ...sum.unfixed, ...reasons]), sum.fen.hi, all),
      ...pieces,
    }
  }
  return granted(sum, ['CONDITIONS_MET', ...reasons], { parts, standing, all })
}

/** One measure that is not refused, alone. */
function outcomeOf(part: Part, all: readonly Part[]): Outcome {
  const { eligible, fen, by, unfixed, told } = part
  if (eligible === null) {
    const reasons = unique([...part.open, ...unfixed, ...told])
    return { ...undecided(reasons, fen.hi, all), ...piecesOf(all, all, false) }
  }
  const sum = { fen, by, unfixed, told: NONE, isDecided: false }
  return granted(sum, ['CONDITIONS_MET', ...told], { parts: all, standing: all, all })
}

type Sum = {
  readonly fen: FenSpan
  readonly by: LimitName | undefined
  readonly unfixed: readonly string[]
  readonly told: readonly string[]
  readonly isDecided: boolean
}

function granted(
  sum: Sum,
  reasons: readonly string[],
  {
    parts,
    standing,
    all,
  }: { parts: readonly Part[]; standing: readonly Part[]; all: readonly Part[] },
): Outcome {
  const pieces = piecesOf(parts, standing, all.length > 1)
  if (!isKnown(sum.fen)) {
    return {
      ...undecided(unique([...reasons, ...sum.unfixed]), sum.fen.hi, all),
      eligible: true,
      limitedBy: 'determination',
      bounds: sum.fen,
      ...pieces,
    }
  }
  const limitedBy = sum.by ?? 'determination'
  const rounded = standing.some((it) => it.losesFraction) ? ['ROUNDED_DOWN_TO_FEN'] : []
  return {
    eligible: true,
    amountFen: sum.fen.lo,
    basis: sum.isDecided ? 'determined' : basisOf(standing.map((it) => it.basis)),
    reasons: unique([...reasons, ...rounded]),
    limitedBy,
    capApplied: isCap(limitedBy),
    ...pieces,
    parts: all,
  }
}

/** A top-up whose own condition is missed drops out of the sum with the award that it would have topped. */
function withoutMissedTopUps(all: readonly Part[]): { parts: readonly Part[]; told: string[] } {
  const told: string[] = []
  const parts = all.filter((part) => {
    const { amount } = part.measure
    if (amount.form !== 'top-up') return true
    const isBeside = all.some((it) => it.measure.id === amount.on && it.eligible !== false)
    const failed = part.tests.filter((it) => it.truth === false)
    const isMissed = isBeside && failed.length > 0 && failed.every((it) => it.name === 'condition')
    if (isMissed) told.push('TOP_UP_NOT_MET')
    else if (part.eligible === true) told.push('TOP_UP_GRANTED')
    return !isMissed
  })
  return { parts, told }
}

function sumOf(standing: readonly Part[], together: Together): Sum {
  const [only] = standing
  if (only !== undefined && standing.length === 1) {
    const { fen, by, unfixed } = only
    return { fen, by, unfixed, told: [], isDecided: false }
  }
  const groups = groupsOf(standing, together.sharesCost)
  const fen = groups.map(groupFen).reduce(addFen, NOTHING)
  const unfixed = unique([
    ...standing.flatMap((it) => it.unfixed),
    ...(together.sharesCost ? [SAME_COST] : []),
  ])
  const told = isFlagged(standing) ? [UNSTACKED] : []
  const { determined } = together
  const isOpen = !isKnown(fen) && standing.every((it) => it.eligible === true)
  if (!isOpen || determined === undefined || standing.some((it) => it.isDecided)) {
    return { fen, by: 'sum', unfixed, told, isDecided: false }
  }
  const within = determined < fen.lo ? fen.lo : determined
  const value = fen.hi !== undefined && within > fen.hi ? fen.hi : within
  return { fen: { lo: value, hi: value }, by: 'determination', unfixed: [], told, isDecided: true }
}

/** Lines of one schedule, and a top-up with what it tops, say themselves that they add. */
function isFlagged(standing: readonly Part[]): boolean {
  return standing.some((a, index) =>
    standing.slice(index + 1).some((b) => !addByThemselves(a, b) && !addByThemselves(b, a)),
  )
}

function addByThemselves({ measure: a }: Part, { measure: b }: Part): boolean {
  if (a.amount.form === 'top-up' && a.amount.on === b.id) return true
  const schedule = a.rewards?.ownSchedule
  return schedule !== undefined && schedule === b.rewards?.ownSchedule
}

/** Measures that reward one thing stand together, also by way of a third. */
function groupsOf(standing: readonly Part[], sharesCost: boolean): Part[][] {
  if (sharesCost) return [[...standing]]
  const groups: Part[][] = []
  for (const part of standing) {
    const linked = groups.filter((group) => group.some((it) => rewardsSame(it, part)))
    for (const group of linked) groups.splice(groups.indexOf(group), 1)
    groups.push([...linked.flat(), part])
  }
  return groups
}

function rewardsSame(a: Part, b: Part): boolean {
  return !addByThemselves(a, b) && a.things.some((thing) => b.things.includes(thing))
}

function groupFen(group: readonly Part[]): FenSpan {
  const sum = group.map((it) => it.fen).reduce(addFen, NOTHING)
  if (group.length === 1) return sum
  const lo = group.map((it) => it.fen.lo).reduce((a, b) => (a > b ? a : b))
  return { lo, hi: sum.hi }
}

function hasNoPieces(part: Part | undefined): boolean {
  if (part === undefined) return true
  const { byItem, byYear, auditedBase, other } = part
  return [byItem, byYear, auditedBase, other].every((it) => it === undefined)
}

function piecesOf(
  parts: readonly Part[],
  standing: readonly Part[],
  isSeveral: boolean,
): Partial<Outcome> {
  if (!isSeveral && standing.length === 1 && hasNoPieces(standing[0])) return NO_PIECES
  const value = (fen: FenSpan) => (isKnown(fen) ? fen.lo : null)
  const ofPart = ({ eligible, fen }: Part) =>
    eligible === null ? null : eligible ? value(fen) : 0n
  const [only] = standing
  const items = standing.flatMap((it) => [...(it.byItem ?? [])])
  const years = standing.length === 1 ? only?.byYear : undefined
  const other = standing.length === 1 ? only?.other : undefined
  return {
    ...(isSeveral && {
      byMeasure: new Map(parts.map((it) => [it.measure.id, ofPart(it)])),
    }),
    ...(items.length > 0 && {
      byItem: new Map(items.map(([id, fen]) => [id, value(fen)])),
    }),
    ...(years !== undefined && {
      byYear: new Map([...years].map(([year, fen]) => [year, value(fen)])),
    }),
    ...(only?.auditedBase !== undefined &&
      standing.length === 1 && { auditedBaseFen: only.auditedBase }),
    ...(other !== undefined && {
      alternativeReadings: [{ base: other.name, amountFen: other.fen }],
    }),
  }
}
