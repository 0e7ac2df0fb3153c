import type { Sheet, Tallied } from './collections.ts'
import type { TallyRule } from './procedure.ts'

type ScoreRule = Extract<TallyRule, { readonly kind: 'scores' }>
type VoteRule = Extract<TallyRule, { readonly kind: 'votes' }>

/** Whether a sheet is filled in as the rule says: every criterion once and within its bounds, or a vote. */
export function isWhole(rule: TallyRule, { marks, vote }: Sheet): boolean {
  if (rule.kind === 'votes') return vote !== undefined && marks === undefined
  if (marks === undefined || vote !== undefined) return false
  const fits = ({ id, min, max }: ScoreRule['criteria'][number]) => {
    const mark = marks[id]
    return mark !== undefined && Number.isInteger(mark) && mark >= min && mark <= max
  }
  return Object.keys(marks).length === rule.criteria.length && rule.criteria.every(fits)
}

/** What the sheets of all members, by their ids, come to. Pure, exact, and the same in any order of the members. */
export function tally(rule: TallyRule, sheets: Readonly<Record<string, Sheet>>): Tallied {
  return rule.kind === 'scores' ? tallyScores(rule, sheets) : tallyVotes(rule, sheets)
}

/** The weighted sum of one sheet. */
export function totalOf({ criteria }: ScoreRule, { marks = {} }: Sheet): number {
  return criteria.reduce((sum, { id, weight }) => sum + weight * (marks[id] ?? 0), 0)
}

function tallyScores(rule: ScoreRule, sheets: Readonly<Record<string, Sheet>>): Tallied {
  const { drop, passesAt } = rule
  const totals = Object.entries(sheets)
    .map(([id, sheet]) => ({ id, total: totalOf(rule, sheet) }))
    // of equal totals it does not matter which is dropped; the ids keep it the same each time
    .toSorted((a, b) => a.total - b.total || (a.id < b.id ? -1 : 1))
  const drops = drop !== undefined && totals.length >= drop.fromMembers
  const [lowest, highest] = drops ? [drop.lowest, drop.highest] : [0, 0]
  const kept = totals.slice(lowest, totals.length - highest)
  const dropped = [...totals.slice(0, lowest), ...totals.slice(totals.length - highest)]
  const sum = kept.reduce((before, it) => before + it.total, 0)
  const passes = passesAt === undefined ? {} : { passes: sum >= passesAt * kept.length }
  return { sum, count: kept.length, dropped: dropped.map((it) => it.id).toSorted(), ...passes }
}

function tallyVotes(rule: VoteRule, sheets: Readonly<Record<string, Sheet>>): Tallied {
  const votes = Object.values(sheets).map((it) => it.vote)
  const count = (vote: Sheet['vote']) => votes.filter((it) => it === vote).length
  const [yes, no, abstained] = [count('yes'), count('no'), count('abstain')]
  const whole = rule.of === 'cast' ? yes + no : votes.length
  const [has, needs] = [yes * rule.denominator, whole * rule.numerator]
  // of no votes cast there is no share
  const passes = whole > 0 && (rule.includes ? has >= needs : has > needs)
  return { count: votes.length, dropped: [], yes, no, abstained, passes }
}
