import { checkSignedIn } from '../../identifiers/prefixes/tenancy.ts'
import type { Traffic } from '../../identifiers/resolution/traffic.ts'
import type { MaybePromise } from '../../identifiers/store/store.ts'
import type { App } from '../../lib/http.ts'
import { Problem } from '../../lib/problem.ts'
import { languageOf } from '../../lib/text.ts'
import { decodePath, keyOf } from '../handle/request.ts'
import { type ExplainParts, explain } from './explain.ts'
import { ExplanationSchema } from './reply.ts'

export type ExplainRouteParts = ExplainParts & {
  readonly traffic: Traffic
  /** Public address of the node, where it is known. */
  readonly publicUrl: () => MaybePromise<string | undefined>
}

const PATH = '/api/v1/explain/'

/** Resolves an identifier and tells how: for people who are signed in. It counts as no resolution. */
export function explainRoutes(app: App, parts: ExplainRouteParts): void {
  const schema = {
    tags: ['resolution'],
    summary: 'Resolve an identifier and tell how it came about',
    description:
      'The name follows the slash as it is, percent-encoded where needed. Tells what resolution tells everybody, step by step; to callers with `identifiers.read` also index and type of what is hidden.',
    operationId: 'explainIdentifier',
    response: { 200: ExplanationSchema },
  }
  app.get(`${PATH}*`, { schema }, async (request) => {
    const { caller, headers, originalUrl } = request
    checkSignedIn(caller)
    const { waitS } = parts.traffic.admit(request.raw)
    if (waitS > 0) throw new Problem('too-many-requests', TOO_MANY, { retryAfterS: waitS })
    const raw = originalUrl.slice(PATH.length).split(/[?#]/, 1)[0] ?? ''
    const spelled = decodePath(raw)
    const asked = {
      spelled: spelled ?? raw,
      key: spelled === undefined ? undefined : keyOf(spelled),
    }
    const base = (await parts.publicUrl()) ?? `${request.protocol}://${request.host}`
    return await explain(parts, {
      ...{ asked, caller, base },
      language: languageOf(headers['accept-language']),
    })
  })
}

const TOO_MANY = { en: 'Too many requests; wait a moment', zh: '请求过于频繁，请稍候' }
