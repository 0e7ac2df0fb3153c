import { allotmentWrites, type PrefixDeps } from './identifiers/prefixes/allotment.ts'
import { nodeSettingsOf } from './identifiers/prefixes/node-settings.ts'
import { parseSegment } from './identifiers/prefixes/segments.ts'
import { resumptionWrites, suspensionWrites } from './identifiers/prefixes/with-enterprise.ts'
import type { Documents } from './kernel/documents/documents.ts'
import type { Evidence } from './kernel/evidence/evidence.ts'
import { decisionClaim } from './kernel/parties/audited.ts'
import type { PartiesDeps } from './kernel/parties/deps.ts'
import { ENTERPRISE_CASES } from './kernel/parties/enterprise.ts'
import { type FieldProblem, Problem } from './lib/problem.ts'

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

const FEED = 'enterprise-decisions'
const PAGE = 200

/** One round of following reviewers' decisions into the evidence log, each claimed once. True when there may be more. */
export function decisionClaims(
  documents: Pick<Documents, 'changes'>,
  evidence: Evidence,
): () => Promise<boolean> {
  return async () => {
    const position = await evidence.position(FEED)
    const filter = { collection: ENTERPRISE_CASES.name }
    const changes = await documents.changes(position, PAGE, filter)
    const last = changes.at(-1)
    if (last === undefined) return false
    const claims = changes.map(decisionClaim).filter((it) => it !== undefined)
    await evidence.append(claims, { feed: FEED, position: last.sequence })
    return changes.length === PAGE
  }
}
