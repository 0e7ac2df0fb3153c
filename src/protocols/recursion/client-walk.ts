import type { Site } from '../../identifiers/values/site.ts'
import type { Clock } from '../../lib/clock.ts'
import { openHandleClient } from '../client/client.ts'
import type { Resolved } from '../client/outcomes.ts'
import type { SiteCache } from '../client/site-cache.ts'
import { OP_FLAG, RESPONSE } from '../wire/codes.ts'
import type { Reach } from './reach.ts'
import type { Walk, Walked, WalkQuestion } from './walk.ts'

export type ClientWalkParts = {
  readonly roots: readonly Site[]
  readonly reach: Reach
  readonly siteCache: SiteCache
  readonly clock: Clock
  /** Of a whole walk. */
  readonly walkMsMax: number
}

/** Servers asked in one walk, of whatever kind and in whatever circle. */
const QUESTIONS_MAX = 40
const TRIED_TOLD_MAX = 4
/** Of a walk's time: a server that is silent leaves enough for another. */
const ANSWER_PART = 3
const CONNECT_PART = 5

/** Walks by the client of the Handle protocol. */
export function openClientWalk(parts: ClientWalkParts): Disposable & { readonly walk: Walk } {
  const { roots, reach, siteCache, clock, walkMsMax } = parts
  const limits = {
    questionsMax: QUESTIONS_MAX,
    answerMsMax: Math.ceil(walkMsMax / ANSWER_PART),
    connectMsMax: Math.ceil(walkMsMax / CONNECT_PART),
  }
  const client = openHandleClient({ roots, mayConnect: reach, siteCache, clock, limits })
  return {
    walk: async (question, { signal }) => {
      const { name: handle, ...asked } = question
      // an alias is an answer like others: whoever asked goes after it
      const how = { handle, flags: flagsOf(question), followAliases: false }
      return walked(await client.resolve({ ...asked, ...how }, { signal }))
    },
    [Symbol.dispose]: () => client[Symbol.dispose](),
  }
}

/** Nobody is asked to recurse: who is asked is responsible, or says who is. */
function flagsOf({ isAuthoritative, isPublic }: WalkQuestion): number {
  return (
    OP_FLAG.cacheCertified +
    (isAuthoritative ? OP_FLAG.authoritative : 0) +
    (isPublic ? OP_FLAG.publicOnly : 0)
  )
}

/** What a server may refuse for good; for everything else another time or another server may be better. */
const FINAL: ReadonlySet<number> = new Set([
  RESPONSE.recursionTooHigh,
  RESPONSE.invalidHandle,
  RESPONSE.invalidAdmin,
  RESPONSE.insufficientPermissions,
  RESPONSE.authenticationNeeded,
  RESPONSE.authenticationFailed,
])

function walked(outcome: Resolved): Walked {
  switch (outcome.kind) {
    case 'found':
      return { kind: 'found', values: outcome.values }
    case 'not-found':
    case 'prefix-not-found':
      return { kind: 'absent' }
    case 'values-not-found':
      return { kind: 'valueless' }
    case 'refused': {
      const { code, message, from } = outcome
      if (FINAL.has(code)) return { kind: 'refused', code, message }
      return failed(`${from.address} answered ${code} ${message}`)
    }
    case 'unreachable': {
      const tried = outcome.tried.slice(0, TRIED_TOLD_MAX)
      const told = tried.map(({ place, detail }) => `${place.address}:${place.port} ${detail}`)
      return failed(told.length === 0 ? 'there is no server to ask' : told.join('; '))
    }
    case 'no-service':
      return failed(`nobody is named who answers for ${outcome.prefix}`)
    case 'endless':
      return failed(
        `${outcome.of} without end: ${outcome.names.slice(-TRIED_TOLD_MAX).join(' → ')}`,
      )
    case 'uncertain':
      return failed(outcome.detail)
  }
}

function failed(why: string): Walked {
  return { kind: 'failed', why }
}
