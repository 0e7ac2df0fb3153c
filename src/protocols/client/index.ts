/** What `waymark/handle` gives: a client of the Handle System, and the messages it speaks in. */
export { Problem } from '../../lib/problem.ts'
export * from '../wire/index.ts'
export { WALK_LIMITS, type WalkLimits } from './answering.ts'
export type { Authentication } from './authentication.ts'
export {
  type ClientOptions,
  type Errand,
  type HandleClient,
  openHandleClient,
  type Question,
  USUAL_FLAGS,
} from './client.ts'
export type { Context } from './conversation.ts'
export {
  type Deed,
  type Done,
  Incomplete,
  type Listed,
  type Proof,
  type SiteTold,
  type Verified,
} from './deeds.ts'
export {
  canonicalAddress,
  type Endpoint,
  formatEndpoint,
  NoAnswer,
  type NoAnswerReason,
  type Protocol,
} from './endpoint.ts'
export type { Failure, Found, Refused, Resolved, Tried, Unresolved } from './outcomes.ts'
export { memorySiteCache, type SiteCache } from './site-cache.ts'
export { siteAt, type Whereabouts } from './sites.ts'
export type {
  AnswerStep,
  AskStep,
  NoAnswerStep,
  Place,
  Purpose,
  SitesFrom,
  Step,
  Trace,
  TurnStep,
} from './trace.ts'
export { TRANSPORT_LIMITS, type TransportLimits } from './transports.ts'
