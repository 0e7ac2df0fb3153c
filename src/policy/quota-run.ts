import { type FactValue, fieldOf, isList, itemScope, type Scope } from '../kernel/facts/fact.ts'
import { unique } from './judged-part.ts'
import { addFen, type FenSpan, isKnown } from './limits.ts'
import type { Case, CompiledMeasure } from './measure.ts'
import { type Outcome, refusal, undecided } from './outcome.ts'
import type { Part } from './part.ts'

const NOTHING: FenSpan = { lo: 0n, hi: 0n }

type Applicant = {
  readonly id: string
  readonly score: bigint | null
  readonly receivedAt: string | null
  readonly fen: FenSpan
  readonly parts: readonly Part[]
}

type Places = {
  readonly selected: readonly Applicant[]
  readonly notSelected: readonly Applicant[]
  readonly undecided: readonly Applicant[]
  /** Places that the undecided compete for. */
  readonly placesLeft: number
  readonly reasons: readonly string[]
}

/** A selection among applicants under a quota: the measure whose quota it is first, then what tops it up. */
export function runQuota(measures: readonly CompiledMeasure[], given: Case): Outcome {
  const [first] = measures
  const quota = first?.measure.quota
  if (first === undefined || quota === undefined) throw new RangeError('a run has a quota')
  const whole = first.evaluate(given, { isRun: true })
  if (whole.eligible === false) return refusal(whole.refused, [whole])
  const applicants = applicantsOf(measures, given)
  const judged = placesOf(applicants, quota, given.scope)
  if ('refused' in judged) return refusal([judged.refused], [whole])
  const fenOf = (list: readonly Applicant[]) => list.map((it) => it.fen).reduce(addFen, NOTHING)
  const sure = fenOf(judged.selected)
  const best = fenOf(mostOf(judged.undecided, judged.placesLeft))
  const fen = { lo: sure.lo, hi: addFen(sure, best).hi }
  const lists = {
    selected: judged.selected.map((it) => it.id),
    notSelected: judged.notSelected.map((it) => it.id),
    undecided: judged.undecided.map((it) => it.id),
  }
  const partReasons = unique(judged.selected.flatMap((it) => it.parts.flatMap((part) => part.open)))
  if (judged.reasons.length > 0 || whole.eligible === null) {
    const reasons = unique([...whole.open, ...judged.reasons, ...partReasons])
    const lo = whole.eligible === null ? 0n : fen.lo
    const bounds = { lo, hi: fen.hi }
    return { ...undecided(reasons, fen.hi, [whole]), limitedBy: 'quota', bounds, ...lists }
  }
  const reasons = [
    'CONDITIONS_MET',
    ...(judged.notSelected.length > 0 ? ['QUOTA_EXCEEDED'] : []),
    ...partReasons,
    ...unique(judged.selected.flatMap(topUpTold)),
  ]
  const open = !isKnown(fen)
  return {
    eligible: true,
    amountFen: open ? null : fen.lo,
    basis: open ? 'undetermined' : whole.basis,
    reasons,
    limitedBy: open ? 'determination' : 'sum',
    capApplied: false,
    ...(open && { bounds: fen }),
    ...lists,
    byItem: new Map(judged.selected.map((it) => [it.id, isKnown(it.fen) ? it.fen.lo : null])),
    ...(measures.length > 1 && { byMeasure: sumsOf(measures, judged.selected) }),
    parts: [whole],
  }
}

function sumsOf(
  measures: readonly CompiledMeasure[],
  selected: readonly Applicant[],
): Map<string, bigint | null> {
  return new Map(
    measures.map(({ measure }, index) => {
      const fens = selected.map((it) => fenOfPart(it.parts[index]))
      const fen = fens.reduce(addFen, NOTHING)
      return [measure.id, isKnown(fen) ? fen.lo : null]
    }),
  )
}

function topUpTold({ parts }: Applicant): string[] {
  return parts
    .slice(1)
    .flatMap(({ eligible }) =>
      eligible === null ? [] : [eligible ? 'TOP_UP_GRANTED' : 'TOP_UP_NOT_MET'],
    )
}

function fenOfPart(part: Part | undefined): FenSpan {
  if (part === undefined || part.eligible === false) return NOTHING
  return part.eligible === null ? { lo: 0n, hi: part.fen.hi } : part.fen
}

function applicantsOf(measures: readonly CompiledMeasure[], given: Case): Applicant[] {
  const list = given.scope('applicants')
  return (isList(list) ? list : []).map((item, index) => {
    const scope = itemScope(item, given.scope)
    const inCase = new Map([[measures[0]?.measure.id ?? '', true as const]])
    const parts = measures.map((it) => it.evaluate({ ...given, scope }, { inCase, isRun: true }))
    return {
      id: idOf(item, index),
      score: asBigint(fieldOf(item, 'score')),
      receivedAt: asText(fieldOf(item, 'received_at')),
      fen: parts.map(topUpOnly).reduce(addFen, NOTHING),
      parts,
    }
  })
}

/** What is open for all is told once by the run; here only what the applicant's own figures leave open. */
function topUpOnly(part: Part, index: number): FenSpan {
  return index === 0 ? part.fen : fenOfPart(part)
}

function idOf(item: FactValue, index: number): string {
  return asText(fieldOf(item, 'id')) ?? `#${index + 1}`
}

function asText(value: FactValue | null): string | null {
  return typeof value === 'string' ? value : null
}

function asBigint(value: FactValue | null): bigint | null {
  return typeof value === 'bigint' ? value : null
}

type Quota = { readonly places: number; readonly unordered?: string }

function placesOf(
  applicants: readonly Applicant[],
  { places, unordered }: Quota,
  scope: Scope,
): Places | { readonly refused: string } {
  const none = { selected: [], notSelected: [], undecided: [], placesLeft: 0, reasons: [] }
  const open = (reason: string): Places => ({
    ...none,
    undecided: applicants,
    placesLeft: Math.min(places, applicants.length),
    reasons: [reason],
  })
  const rule = scope('ordering_rule')
  if (rule === null) {
    if (applicants.length > places) return open('QUOTA_ORDER_UNSPECIFIED')
    const judged = unordered === undefined ? true : scope(`determinations.${unordered}`)
    if (judged === true) return { ...none, selected: applicants }
    if (judged === false) return { refused: `DETERMINATION_NEGATIVE:${unordered}` }
    return open(`MISSING_DETERMINATION:${unordered}`)
  }
  if (rule === 'received_at_asc') return byReceipt(applicants, places)
  const isScored = applicants.every((it) => it.score !== null)
  if (isScored) return byKey(applicants, places, (it) => -(it.score ?? 0n))
  return applicants.length > places ? open('MISSING_FACT:score') : { ...none, selected: applicants }
}

/** Times of receipt where they are given; else the list stands in the order in which it was received. */
function byReceipt(applicants: readonly Applicant[], places: number): Places {
  const times = applicants.map((it) => it.receivedAt)
  if (times.some((it) => it === null)) {
    let place = 0n
    return byKey(applicants, places, () => place++)
  }
  const order = [...new Set(times)].sort()
  return byKey(applicants, places, (it) => BigInt(order.indexOf(it.receivedAt)))
}

/** Least key first; those who share the key at the edge are undecided where there is not room for all of them. */
function byKey(
  applicants: readonly Applicant[],
  places: number,
  keyOf: (applicant: Applicant) => bigint,
): Places {
  const keyed = applicants.map((applicant) => ({ applicant, key: keyOf(applicant) }))
  const sorted = keyed.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  const last = sorted[places - 1]
  const next = sorted[places]
  const isTie = last !== undefined && next !== undefined && last.key === next.key
  const plain = (list: typeof sorted) => list.map((it) => it.applicant)
  if (!isTie) {
    return {
      selected: plain(sorted.slice(0, places)),
      notSelected: plain(sorted.slice(places)),
      undecided: [],
      placesLeft: 0,
      reasons: [],
    }
  }
  const before = sorted.filter((it) => it.key < last.key)
  return {
    selected: plain(before),
    notSelected: plain(sorted.filter((it) => it.key > last.key)),
    undecided: plain(sorted.filter((it) => it.key === last.key)),
    placesLeft: places - before.length,
    reasons: ['QUOTA_TIE'],
  }
}

function mostOf(applicants: readonly Applicant[], places: number): Applicant[] {
  const most = (it: Applicant) => it.fen.hi ?? 0n
  return applicants
    .toSorted((a, b) => (most(a) > most(b) ? -1 : most(a) < most(b) ? 1 : 0))
    .slice(0, places)
}
