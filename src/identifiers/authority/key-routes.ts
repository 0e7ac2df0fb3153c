import { type Static, Type } from 'typebox'
import { authorOf } from '../../kernel/access/caller.ts'
import type { Caller } from '../../kernel/access/permissions.ts'
import type { App } from '../../lib/http.ts'
import { Problem } from '../../lib/problem.ts'
import type { PrefixKey } from '../handle.ts'
import type { PrefixBook } from '../prefixes/book.ts'
import { entitledPrefix } from '../prefixes/tenancy.ts'
import {
  addHandleKey,
  type HandleKeyParts,
  type HandleKeyShown,
  handleKeys,
  type KeyWish,
  PUBLIC_KEY_CHARS_MAX,
  type Rotated,
  revokeHandleKey,
  rotateHandleKey,
  SECRET_CHARS_MAX,
  SECRET_CHARS_MIN,
} from './handle-keys.ts'
import type { HandleKeyUses } from './key-uses.ts'
import { KEY_INDEX_MAX, KEY_INDEX_MIN } from './prefix-values.ts'

const tags = ['prefixes']
const KEYS_URL = '/api/v1/prefixes/:prefix/handle-keys'
const closed = { additionalProperties: false }
const PrefixText = Type.String({ minLength: 1, maxLength: 512 })
const Params = Type.Object({ prefix: PrefixText })
const Index = Type.Integer({ minimum: KEY_INDEX_MIN, maximum: KEY_INDEX_MAX })
const OfKey = Type.Object({ prefix: PrefixText, index: Index })

const Wish = Type.Object(
  {
    kind: Type.Unsafe<'secret' | 'public'>(Type.Enum(['secret', 'public'])),
    secret: Type.Optional(
      Type.String({
        minLength: SECRET_CHARS_MIN,
        maxLength: SECRET_CHARS_MAX,
        description: 'A secret that is in use already; without one the node makes a strong one',
      }),
    ),
    key: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: PUBLIC_KEY_CHARS_MAX,
        description: 'The public key as PEM or JSON web key',
      }),
    ),
  },
  closed,
)

const KeyReply = Type.Object({
  /** What clients of the Handle protocol sign in as: `300:0.NA/88.100.1`. */
  identity: Type.String(),
  index: Index,
  kind: Type.String(),
  algorithm: Type.Optional(Type.String()),
  fingerprint: Type.Optional(Type.String()),
  at: Type.String({ format: 'date-time', description: 'Since when it stands there' }),
  lastUsedAt: Type.Optional(
    Type.String({
      format: 'date-time',
      description: 'To the hour; absent: not since `usesSince`, or since it stands there',
    }),
  ),
})
const MadeReply = Type.Object({
  identity: Type.String(),
  index: Index,
  /** A secret that was made here; it is in this answer and nowhere else. */
  secret: Type.Optional(Type.String()),
})

type Deps = Omit<HandleKeyParts, 'book'> & {
  readonly book: PrefixBook
  readonly uses: Pick<HandleKeyUses, 'lastUsedAt' | 'began'>
}

/** The keys by which programs administer a prefix through the Handle protocol; they live in the prefix's own record. */
export function handleKeyRoutes(app: App, deps: Deps): void {
  listRoute(app, deps)
  addRoute(app, deps)
  rotateRoute(app, deps)
  revokeRoute(app, deps)
}

function listRoute(app: App, deps: Deps): void {
  const schema = {
    tags,
    operationId: 'listHandleKeys',
    summary: 'Keys that administer a prefix through the Handle protocol, without what opens them',
    params: Params,
    response: {
      200: Type.Object({
        items: Type.Array(KeyReply),
        usesSince: Type.String({
          format: 'date-time',
          description:
            'Since when uses are written down; keys that are older may have been used before',
        }),
      }),
    },
  }
  app.get(KEYS_URL, { schema }, async ({ caller, params }, reply) => {
    const prefix = entitled(deps, caller, params)
    reply.header('cache-control', 'no-store')
    const keys = await handleKeys(deps, prefix)
    return {
      items: await Promise.all(
        keys.map(async (it) => ({ ...shown(deps, prefix, it), ...(await used(deps, prefix, it)) })),
      ),
      usesSince: new Date(await deps.uses.began()).toISOString(),
    }
  })
}

function addRoute(app: App, deps: Deps): void {
  const schema = {
    tags,
    operationId: 'addHandleKey',
    summary: 'Add a secret key, which is shown in this reply and never again, or a public key',
    params: Params,
    body: Wish,
    response: { 201: MadeReply },
  }
  app.post(KEYS_URL, { schema }, async ({ caller, params, body }, reply) => {
    const prefix = entitled(deps, caller, params)
    const wish = wishOf(body)
    const added = await addHandleKey(deps, prefix, { wish, author: byPerson(caller) })
    reply.code(201).header('cache-control', 'no-store')
    return made(deps, prefix, added)
  })
}

function rotateRoute(app: App, deps: Deps): void {
  const schema = {
    tags,
    operationId: 'rotateHandleKey',
    summary: 'Put another key in the place of one; what names its index goes on as it was',
    params: OfKey,
    body: Wish,
    response: { 200: MadeReply },
  }
  const url = `${KEYS_URL}/:index/rotate` as const
  app.post(url, { schema }, async ({ caller, params, body }, reply) => {
    const prefix = entitled(deps, caller, params)
    const wish = wishOf(body)
    const { index } = params
    const rotated = await rotateHandleKey(deps, prefix, { index, wish, author: byPerson(caller) })
    reply.header('cache-control', 'no-store')
    return made(deps, prefix, rotated)
  })
}

function revokeRoute(app: App, deps: Deps): void {
  const schema = {
    tags,
    operationId: 'revokeHandleKey',
    summary: 'Take a key away; it proves nothing from then on',
    params: OfKey,
    response: { 204: Type.Null() },
  }
  const url = `${KEYS_URL}/:index` as const
  app.delete(url, { schema }, async ({ caller, params }, reply) => {
    const prefix = entitled(deps, caller, params)
    await revokeHandleKey(deps, prefix, { index: params.index, author: byPerson(caller) })
    reply.code(204)
    return null
  })
}

function entitled(
  { book }: Deps,
  caller: Caller,
  { prefix }: { readonly prefix: string },
): PrefixKey {
  const question = { prefix, permission: 'keys.write', known: 'prefixes.read' } as const
  return entitledPrefix(caller, book, question).key
}

/** What was used before is another that stood there. */
async function used({ uses }: Deps, prefix: PrefixKey, { index, at }: HandleKeyShown) {
  const lastUsedAt = await uses.lastUsedAt(prefix, index)
  if (lastUsedAt === undefined || lastUsedAt < at) return {}
  return { lastUsedAt: new Date(lastUsedAt).toISOString() }
}

/** A program's key with this right could otherwise give itself what outlives it. */
function byPerson(caller: Caller) {
  if (caller.kind === 'key') {
    throw new Problem('not-authorised', { en: 'Keys are made by people', zh: '密钥只能由用户创建' })
  }
  return authorOf(caller)
}

/** @throws Problem `invalid-input` for a public key without the key, or a secret with one */
function wishOf({ kind, secret, key }: Static<typeof Wish>): KeyWish {
  if (kind === 'secret' && key === undefined) return { kind, secret }
  if (kind === 'public' && key !== undefined && secret === undefined) return { kind, key }
  const path = kind === 'secret' || key !== undefined ? '/kind' : '/key'
  const reason = {
    en: 'A public key has `key`, a secret one may have `secret`',
    zh: '公钥须填写 `key`；密钥可填写 `secret`',
  }
  throw new Problem('invalid-input', reason, { fields: [{ path, reason }] })
}

function identityName({ book }: Deps, prefix: PrefixKey, index: number): string {
  return `${index}:0.NA/${book.spelled(prefix)}`
}

function made(deps: Deps, prefix: PrefixKey, { index, secret }: Rotated): Static<typeof MadeReply> {
  const identity = identityName(deps, prefix, index)
  return { identity, index, ...(secret !== undefined && { secret }) }
}

function shown(deps: Deps, prefix: PrefixKey, key: HandleKeyShown): Static<typeof KeyReply> {
  const { at, ...rest } = key
  const identity = identityName(deps, prefix, key.index)
  return { identity, ...rest, at: new Date(at).toISOString() }
}
