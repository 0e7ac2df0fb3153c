import { createHash } from 'node:crypto'
import { Type } from 'typebox'
import type { Collection, Documents, DocumentWrite } from '../../kernel/documents/documents.ts'
import type { Author } from '../../lib/author.ts'
import type { Clock } from '../../lib/clock.ts'
import { Problem } from '../../lib/problem.ts'
import type { Text } from '../../lib/text.ts'

/** How long a key is remembered after its first use. */
export const KEY_LIFE_MS = 48 * 3_600_000
export const KEY_CHARS_MAX = 255
/** A request with the same key that began this long ago and never ended has died with its process. */
const UNFINISHED_MS_MAX = 30_000
/** Keys past their life that are removed whenever a new one comes. */
const SWEPT_MAX = 20

/** What a request with an Idempotency-Key did; the document's id is the digest of who asked and the key. */
export const IDEMPOTENCY_KEYS = {
  name: 'idempotency-keys',
  schema: Type.Object({
    /** SHA-256 of what was asked. */
    fingerprint: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    at: Type.Integer({ minimum: 0 }),
    /** Absent until the request is done: the record, the version it came to be at, and how. */
    done: Type.Optional(
      Type.Object({
        handle: Type.String({ minLength: 1, maxLength: 2048 }),
        version: Type.Integer({ minimum: 1 }),
        status: Type.Integer({ minimum: 200, maximum: 299 }),
      }),
    ),
  }),
  indexes: { at: 'integer' },
  quiet: 'always',
} as const satisfies Collection

export type Done = { readonly handle: string; readonly version: number; readonly status: number }

export type KeyedRequest = {
  readonly key: string
  readonly author: Author
  /** All that makes one request differ from another. */
  readonly asked: unknown
}

export type KeyedWork = {
  /** Does it for the first time. What commits documents adds the write of `remember`, and is then done wholly or not. */
  readonly perform: (remember: (done: Done) => DocumentWrite) => Promise<Done>
  /** After a crash in the middle: what was done since `at`, if it was. */
  readonly recover?: (at: number) => Promise<Done | undefined>
}

type KeyDeps = { readonly documents: Documents; readonly clock: Clock }

/**
 * Does a request once: the same key with the same request answers as it did the first time, for at least 24 hours.
 * A request that failed is forgotten and may be repeated.
 * @throws Problem `invalid-input` for the same key with another request, `wrong-state` while the first is still at work.
 */
export async function once(
  deps: KeyDeps,
  { key, author, asked }: KeyedRequest,
  { perform, recover }: KeyedWork,
): Promise<Done> {
  checkKey(key)
  const id = digestOf([author.kind, author.id, key])
  const fingerprint = digestOf(asked)
  const begun = await begin(deps, { id, fingerprint, author })
  if (begun.done !== undefined) return begun.done
  const collection = IDEMPOTENCY_KEYS
  const remember = (done: Done): DocumentWrite => {
    return { collection, id, put: { fingerprint, at: begun.at, done } }
  }
  const found = begun.isTakenOver ? await recover?.(begun.at) : undefined
  const done = found ?? (await performed(() => perform(remember)))
  // Should this fail, a repeat finds the work begun and looks for what it did.
  await deps.documents.commit([remember(done)], { author })
  return done

  /** A request that failed is forgotten, unless its work was done and only its answer failed. */
  async function performed(work: () => Promise<Done>): Promise<Done> {
    try {
      return await work()
    } catch (error) {
      const known = await deps.documents.get(collection, id)
      if (known?.body.done !== undefined) return known.body.done
      await deps.documents.commit([{ collection, id, delete: true }], { author })
      throw error
    }
  }
}

type Begun = { readonly at: number; readonly isTakenOver: boolean; readonly done?: Done }

async function begin(
  { documents, clock }: KeyDeps,
  { id, fingerprint, author }: { id: string; fingerprint: string; author: Author },
): Promise<Begun> {
  const collection = IDEMPOTENCY_KEYS
  const now = clock()
  const known = await documents.get(collection, id)
  const isAlive = known !== undefined && known.body.at > now - KEY_LIFE_MS
  if (isAlive) {
    if (known.body.fingerprint !== fingerprint) throw new Problem('invalid-input', OTHER_REQUEST)
    const { at, done } = known.body
    if (done !== undefined) return { at, isTakenOver: false, done }
    if (known.updatedAt > now - UNFINISHED_MS_MAX) throw new Problem('wrong-state', AT_WORK, RETRY)
  }
  const at = isAlive ? known.body.at : now
  const expected = known?.version ?? 0
  const put = { fingerprint, at }
  const writes = [{ collection, id, expected, put }, ...(await sweep(documents, { now, id }))]
  try {
    await documents.commit(writes, { author })
  } catch (error) {
    const isRace = error instanceof Problem && error.code === 'stale-version'
    throw isRace ? new Problem('wrong-state', AT_WORK, RETRY) : error
  }
  return { at, isTakenOver: isAlive }
}

async function sweep(documents: Documents, { now, id }: { now: number; id: string }) {
  const old = await documents.query(IDEMPOTENCY_KEYS, {
    where: { at: { below: now - KEY_LIFE_MS } },
    limit: SWEPT_MAX,
  })
  return old.items
    .filter((it) => it.id !== id)
    .map((it) => ({ collection: IDEMPOTENCY_KEYS, id: it.id, delete: true as const }))
}

function checkKey(key: string): void {
  if (/^[\x21-\x7e]+$/.test(key) && key.length <= KEY_CHARS_MAX) return
  throw new Problem('invalid-input', {
    en: `An Idempotency-Key has 1 to ${KEY_CHARS_MAX} visible ASCII characters`,
    zh: `Idempotency-Key 为 1 至 ${KEY_CHARS_MAX} 个可见 ASCII 字符`,
  })
}

function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex')
}

const RETRY = { retryAfterS: 2 }
const OTHER_REQUEST: Text = {
  en: 'This Idempotency-Key was used for another request',
  zh: '该 Idempotency-Key 已用于另一请求',
}
const AT_WORK: Text = {
  en: 'The first request with this Idempotency-Key is still at work',
  zh: '使用该 Idempotency-Key 的首个请求仍在处理中',
}
