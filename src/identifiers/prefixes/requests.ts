import { randomUUID } from 'node:crypto'
import { type Static, Type } from 'typebox'
import type {
  Collection,
  Documents,
  DocumentWrite,
  Stored,
} from '../../kernel/documents/documents.ts'
import type { Author } from '../../lib/author.ts'
import { Problem } from '../../lib/problem.ts'
import { once } from '../registration/idempotency.ts'
import { allotmentWrites, type PrefixDeps, read } from './allotment.ts'
import { nodeSettingsOf } from './node-settings.ts'
import type { StoredPrefix } from './prefix.ts'
import { parseSegment } from './segments.ts'

const OPEN_MAX = 20
export const NOTE_CHARS_MAX = 2000

/** An enterprise asks for a further prefix; the operator grants or refuses it. */
export const PREFIX_REQUESTS = {
  name: 'prefix-requests',
  schema: Type.Object({
    enterprise: Type.String({ minLength: 1, maxLength: 128 }),
    /** The number that is wished for below the node. */
    wish: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
    note: Type.Optional(Type.String({ maxLength: NOTE_CHARS_MAX })),
    state: Type.Unsafe<'open' | 'granted' | 'refused'>(Type.Enum(['open', 'granted', 'refused'])),
    reason: Type.Optional(Type.String({ maxLength: NOTE_CHARS_MAX })),
    /** The prefix that was granted. */
    prefix: Type.Optional(Type.String({ maxLength: 255 })),
  }),
  indexes: { enterprise: 'text', state: 'text' },
} as const satisfies Collection

export type PrefixRequest = Static<(typeof PREFIX_REQUESTS)['schema']>
export type StoredRequest = Stored<PrefixRequest>

type Asked = Pick<PrefixRequest, 'enterprise' | 'wish' | 'note'>

type Stamp = {
  readonly author: Author
  /** What is committed with the request, as it depends on its id. */
  readonly also?: (id: string) => readonly DocumentWrite[]
}

/** @throws Problem `invalid-input` for a wish that can be no prefix, `wrong-state` for too many open ones */
export async function requestPrefix(
  documents: Documents,
  { enterprise, wish, note }: Asked,
  { author, also = () => [] }: Stamp,
): Promise<StoredRequest> {
  const { nodePrefix } = await nodeSettingsOf(documents)
  if (wish !== undefined) parseSegment(nodePrefix, wish, '/wish')
  const open = await documents.count(PREFIX_REQUESTS, { enterprise, state: 'open' })
  if (open >= OPEN_MAX) {
    throw new Problem('wrong-state', {
      en: `An enterprise has at most ${OPEN_MAX} open requests`,
      zh: `每家企业最多有 ${OPEN_MAX} 个待处理申请`,
    })
  }
  const put: PrefixRequest = {
    enterprise,
    ...(wish !== undefined && { wish: wish.trim() }),
    ...(note !== undefined && { note }),
    state: 'open',
  }
  const id = randomUUID()
  const request = { collection: PREFIX_REQUESTS, id, expected: 0, put }
  await documents.commit([request, ...also(id)], { author })
  return await readRequest(documents, id)
}

type KeyedAsk = { readonly key: string; readonly author: Author; readonly asked: Asked }

/** As `requestPrefix`, and the same key with the same request asks once. @throws Problem as `once` does, too */
export async function requestPrefixOnce(deps: PrefixDeps, ask: KeyedAsk): Promise<StoredRequest> {
  const { author, asked } = ask
  const done = await once(deps, ask, {
    perform: async (remember) => {
      const doneBy = (id: string) => ({ handle: id, version: 1, status: 201 })
      const also = (id: string) => [remember(doneBy(id))]
      return doneBy((await requestPrefix(deps.documents, asked, { author, also })).id)
    },
  })
  return await readRequest(deps.documents, done.handle)
}

/** Allots what was asked for and says so in the same commit. @throws Problem `wrong-state`, `already-exists`, … */
export async function grantRequest(
  deps: PrefixDeps,
  id: string,
  author: Author,
): Promise<StoredPrefix> {
  const { version, body } = await openRequest(deps.documents, id)
  const { enterprise, wish } = body
  if (!(await deps.isAdmitted(enterprise))) {
    throw new Problem('wrong-state', {
      en: 'The enterprise is not admitted',
      zh: '该企业尚未准入',
    })
  }
  const { key, prefix, writes } = await allotmentWrites(deps, {
    enterprise,
    ...(wish !== undefined && { wish }),
  })
  const put: PrefixRequest = { ...body, state: 'granted', prefix: prefix.spelled }
  const request = { collection: PREFIX_REQUESTS, id, expected: version, put }
  await deps.documents.commit([...writes, request], { author })
  return await read(deps, key)
}

/** @throws Problem `wrong-state`, `not-found` */
export async function refuseRequest(
  documents: Documents,
  id: string,
  { author, reason }: { readonly author: Author; readonly reason: string },
): Promise<StoredRequest> {
  const { version, body } = await openRequest(documents, id)
  const put: PrefixRequest = { ...body, state: 'refused', reason }
  const write = { collection: PREFIX_REQUESTS, id, expected: version, put }
  await documents.commit([write], { author, note: reason })
  return await readRequest(documents, id)
}

async function openRequest(documents: Documents, id: string): Promise<StoredRequest> {
  const stored = await readRequest(documents, id)
  if (stored.body.state === 'open') return stored
  throw new Problem('wrong-state', {
    en: 'The request has been decided already',
    zh: '该申请已处理',
  })
}

async function readRequest(documents: Documents, id: string): Promise<StoredRequest> {
  const stored = await documents.get(PREFIX_REQUESTS, id)
  if (stored !== undefined) return stored
  throw new Problem('not-found', { en: 'There is no such request', zh: '没有该申请' })
}
