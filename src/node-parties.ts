import { prefixDecisionClaims } from './identifiers/claims/prefix-decisions.ts'
import { allotmentWrites, type PrefixDeps } from './identifiers/prefixes/allotment.ts'
import { nodeSettingsOf } from './identifiers/prefixes/node-settings.ts'
import { PREFIXES } from './identifiers/prefixes/prefix.ts'
import { parseSegment } from './identifiers/prefixes/segments.ts'
import { resumptionWrites, suspensionWrites } from './identifiers/prefixes/with-enterprise.ts'
import { caseClaims } from './kernel/cases/claims.ts'
import { CASE_ENTRIES } from './kernel/cases/collections.ts'
import type { DocumentChange, Documents } from './kernel/documents/documents.ts'
import type { Claim, Evidence } from './kernel/evidence/evidence.ts'
import { reviewClaims } from './kernel/parties/audited.ts'
import type { PartiesDeps } from './kernel/parties/deps.ts'
import { ENTERPRISE_CASES } from './kernel/parties/enterprise.ts'
import { type FieldProblem, Problem } from './lib/problem.ts'
import { awardClaims } from './policy/awards/claims.ts'
import { POLICY_DECISIONS } from './policy/awards/collections.ts'

type PrefixHooks = Pick<PartiesDeps, 'onAdmitted' | 'onSuspended' | 'onResumed' | 'judgePrefixWish'>

/** What admission, suspension and resumption of an enterprise do to its prefixes, in the same commit. */
export function prefixHooks(deps: PrefixDeps): PrefixHooks {
  return {
    onAdmitted: async ({ id, prefixWish }) => {
      const wish = prefixWish === undefined ? {} : { wish: prefixWish }
      return (await allotmentWrites(deps, { enterprise: id, ...wish })).writes
    },
    onSuspended: (halted) => suspensionWrites(deps, halted),
    onResumed: (halted) => resumptionWrites(deps, halted),
    judgePrefixWish: async (wish, path) => await judgeWish(deps.documents, wish, path),
  }
}

async function judgeWish(
  documents: Documents,
  wish: string,
  path: string,
): Promise<readonly FieldProblem[]> {
  const { nodePrefix } = await nodeSettingsOf(documents)
  try {
    parseSegment(nodePrefix, wish)
    return []
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem
    return problem.fields.map((it) => ({ ...it, path }))
  }
}

const PAGE = 200

type Followed = {
  readonly feed: string
  readonly collection: string
  readonly claimsOf: (change: DocumentChange) => readonly Claim[]
}

const FOLLOWED: readonly Followed[] = [
  {
    feed: 'enterprise-decisions',
    collection: ENTERPRISE_CASES.name,
    claimsOf: reviewClaims,
  },
  { feed: 'prefix-decisions', collection: PREFIXES.name, claimsOf: prefixDecisionClaims },
  { feed: 'case-decisions', collection: CASE_ENTRIES.name, claimsOf: caseClaims },
  { feed: 'policy-decisions', collection: POLICY_DECISIONS.name, claimsOf: awardClaims },
]

/**
 * One round of following decisions about enterprises, prefixes, cases and awards into the evidence log, each claimed once. True when there
 * may be more.
 */
export function decisionRounds(
  documents: Pick<Documents, 'changes'>,
  evidence: Evidence,
): () => Promise<boolean> {
  return async () => {
    let more = false
    for (const it of FOLLOWED) more = (await follow(documents, evidence, it)) || more
    return more
  }
}

async function follow(
  documents: Pick<Documents, 'changes'>,
  evidence: Evidence,
  { feed, collection, claimsOf }: Followed,
): Promise<boolean> {
  const position = await evidence.position(feed)
  const changes = await documents.changes(position, PAGE, { collection })
  const last = changes.at(-1)
  if (last === undefined) return false
  await evidence.append(changes.flatMap(claimsOf), { feed, position: last.sequence })
  return changes.length === PAGE
}
