import { type Facts, fieldOf, isList, type Scope } from '../kernel/facts/fact.ts'
import { isInPlace, missingCodes } from '../kernel/facts/leaf.ts'
import type { Truth } from '../kernel/facts/truth.ts'
import { anyOf } from '../kernel/facts/truth.ts'
import { type ApplicantTypes, amongTypes } from './applicant-types.ts'
import type { GuideTerms } from './guide.ts'
import type { Measure } from './measure-schema.ts'
import type { Test } from './part.ts'

const NONE: readonly never[] = []

function test(
  name: string,
  truth: Truth,
  of: { readonly refused: string; readonly open?: string; readonly inputs?: Test['inputs'] },
): Test {
  return {
    name,
    truth,
    refused: truth === false ? [of.refused] : NONE,
    open: truth === null && of.open !== undefined ? [of.open] : NONE,
    inputs: of.inputs ?? NONE,
  }
}

/** A test of a case, made ready from what the measure says. */
export type MakeTest = (scope: Scope) => Test

/** Who applies: of a type that the measure names or one below it. Nobody is refused where it names none. */
export function compileTypeTest({ beneficiaries }: Measure, types: ApplicantTypes): MakeTest[] {
  if (beneficiaries === undefined) return []
  const isNamed = amongTypes(beneficiaries, types)
  return [
    ofApplicant(
      { name: 'type', fact: 'applicant.type', refused: 'WRONG_BENEFICIARY_TYPE' },
      isNamed,
    ),
  ]
}

/** Where the applicant is: in the region's place, where the measure asks for it. */
export function compileRegionTest({ region }: Measure, here: string): MakeTest[] {
  if (region === 'free') return []
  return [
    ofApplicant({ name: 'region', fact: 'applicant.location', refused: 'WRONG_REGION' }, (it) =>
      isInPlace(it, here),
    ),
  ]
}

type OfApplicant = { readonly name: string; readonly fact: string; readonly refused: string }

function ofApplicant(
  { name, fact, refused: code }: OfApplicant,
  holds: (value: string) => boolean,
): MakeTest {
  const missing = missingCodes(fact)
  const refused = [code]
  return (scope) => {
    const value = scope(fact)
    const truth = value === null ? null : holds(String(value))
    return {
      name,
      truth,
      refused: truth === false ? refused : NONE,
      open: truth === null ? missing(scope) : NONE,
      inputs: [{ fact, value }],
    }
  }
}

/** In force is not yet open: a guide may name fewer directions. */
export function batchTest({ isOpen }: GuideTerms, scope: Scope): Test {
  const inputs = [{ fact: 'batch', value: fieldOf(scope('batch'), 'id') }]
  return test('batch', isOpen, { refused: 'NOT_OPEN_IN_BATCH', inputs })
}

/** Documents that are asked for and were not handed in: open, never a refusal. */
export function evidenceTests(scope: Scope): readonly Test[] {
  const required = scope('evidence_required')
  if (!isList(required)) return NONE
  const provided = scope('evidence_provided')
  return [...new Set(required.map(String))].map((name) => {
    const isThere = isList(provided) && provided.includes(name)
    return test(`evidence:${name}`, isThere ? true : null, {
      refused: '',
      open: `MISSING_EVIDENCE:${name}`,
      inputs: [{ fact: 'evidence_provided', value: isThere ? name : null }],
    })
  })
}

/** Granted once in the life of the measure. */
export function oneTimeTest({ id, oneTime }: Measure, scope: Scope): readonly Test[] {
  if (oneTime !== true) return NONE
  const prior = scope('prior_awards')
  const had = isList(prior) && prior.some((it) => fieldOf(it, 'measure') === id)
  return [
    test('one-time', !had, {
      refused: 'ONE_TIME_ALREADY_GRANTED',
      inputs: [{ fact: 'prior_awards', value: prior }],
    }),
  ]
}

/**
 * A place within the quota. Without an order nobody has a place; where the selection itself is recorded the place need not be known.
 */
export function quotaTest(
  { quota }: Measure,
  { facts, scope }: { readonly facts: Facts; readonly scope: Scope },
): readonly Test[] {
  if (quota === undefined) return NONE
  const isGivenNull = (fact: string) => facts.get(fact)?.value === null
  const position = scope('quota_position')
  const order = scope('ordering_rule')
  const inputs = [
    { fact: 'quota_position', value: position },
    { fact: 'ordering_rule', value: order },
  ]
  const say = (truth: Truth, open?: string): Test[] => [
    test('quota', truth, {
      refused: 'QUOTA_EXCEEDED',
      inputs,
      ...(open !== undefined && { open }),
    }),
  ]
  const isUnordered = order === null && isGivenNull('ordering_rule')
  if (typeof position === 'bigint') {
    if (isUnordered) return say(null, 'QUOTA_ORDER_UNSPECIFIED')
    return say(position <= BigInt(quota.places))
  }
  if (quota.position === 'if-known') {
    return isUnordered && isGivenNull('quota_position') ? say(null, 'QUOTA_ORDER_UNSPECIFIED') : []
  }
  return say(null, order === null ? 'QUOTA_ORDER_UNSPECIFIED' : 'MISSING_FACT:quota_position')
}

/** On top of an award that is granted in the same case, was granted before, or goes with a recorded selection. */
export function topUpTest(
  { amount }: Measure,
  scope: Scope,
  inCase: Truth | undefined,
): readonly Test[] {
  if (amount.form !== 'top-up') return NONE
  const prior = scope('prior_awards')
  const had = isList(prior) && prior.some((it) => fieldOf(it, 'measure') === amount.on)
  const member = scope(amount.member)
  const isMember = inCase ?? (typeof member === 'boolean' ? member : null)
  const truth = anyOf([had, isMember])
  return [
    test('prerequisite', truth, {
      refused: 'PREREQUISITE_AWARD_MISSING',
      ...(inCase === undefined && { open: `MISSING_FACT:${amount.member}` }),
      inputs: [{ fact: amount.member, value: member }],
    }),
  ]
}
