import { type Static, Type } from 'typebox'
import { authorOf } from '../../kernel/access/caller.ts'
import type { Caller } from '../../kernel/access/permissions.ts'
import type { App } from '../../lib/http.ts'
import type { PrefixKey } from '../handle.ts'
import type { PrefixBook } from '../prefixes/book.ts'
import { entitledPrefix } from '../prefixes/tenancy.ts'
import { namespaceCheckRoute } from './check-route.ts'
import { NAMESPACE_CHARS_MAX, type Namespace, parseNamespace, readNamespace } from './namespace.ts'
import {
  noNamespace,
  removeNamespace,
  type StoredNamespaceParts,
  storedNamespace,
  writeNamespace,
} from './stored.ts'

const tags = ['prefixes']
const URL = '/api/v1/prefixes/:prefix/namespace'
const Params = Type.Object({ prefix: Type.String({ minLength: 1, maxLength: 512 }) })
const Wish = Type.Object(
  {
    xml: Type.String({
      minLength: 1,
      maxLength: NAMESPACE_CHARS_MAX,
      description:
        'The namespace as XML: status, statusmsg, template (Handle.Net, chapter on template handles)',
    }),
    was: Type.Optional(
      Type.Union([Type.String({ maxLength: NAMESPACE_CHARS_MAX }), Type.Null()], {
        description:
          'The text that this one was made from, null where there was none: where it is another by now, nothing is written',
      }),
    ),
  },
  { additionalProperties: false },
)
const Reply = Type.Object({
  xml: Type.String(),
  /** Where names are parted that are computed; absent where none are. */
  delimiter: Type.Optional(Type.String()),
  /** Nothing under the prefix is resolved. */
  stopped: Type.Boolean(),
  /** False for what was stored elsewhere and cannot be read here: nothing follows from it. */
  readable: Type.Boolean(),
})

type Deps = Omit<StoredNamespaceParts, 'book'> & { readonly book: PrefixBook }

/** What holds for every name under a prefix: the value HS_NAMESPACE of its own record. */
export function namespaceRoutes(app: App, deps: Deps): void {
  const schema = {
    tags,
    operationId: 'getNamespace',
    summary:
      'The namespace of a prefix: its template for names that are not registered, and its status',
    params: Params,
    response: { 200: Reply },
  }
  app.get(URL, { schema }, async ({ caller, params }, reply) => {
    const xml = await storedNamespace(deps, entitled(deps, caller, params, 'prefixes.read'))
    if (xml === undefined) throw noNamespace()
    reply.header('cache-control', 'no-store')
    return replyOf(xml, readNamespace(xml))
  })
  namespaceCheckRoute(app, deps)
  putRoute(app, deps)
  deleteRoute(app, deps)
}

function putRoute(app: App, deps: Deps): void {
  const schema = {
    tags,
    operationId: 'putNamespace',
    summary:
      'Put a namespace in the place of the one there is; what is wrong with it is told by line and element',
    params: Params,
    body: Wish,
    response: { 200: Reply },
  }
  app.put(URL, { schema }, async ({ caller, params, body: { xml, was } }) => {
    const prefix = entitled(deps, caller, params, 'templates.write')
    const namespace = parseNamespace(xml)
    await writeNamespace(deps, prefix, { xml, was, author: authorOf(caller) })
    return replyOf(xml, namespace)
  })
}

function deleteRoute(app: App, deps: Deps): void {
  const schema = {
    tags,
    operationId: 'deleteNamespace',
    summary:
      'Take the namespace of a prefix away; names that are not registered are not there from then on',
    params: Params,
    response: { 204: Type.Null() },
  }
  app.delete(URL, { schema }, async ({ caller, params }, reply) => {
    const prefix = entitled(deps, caller, params, 'templates.write')
    await removeNamespace(deps, prefix, authorOf(caller))
    reply.code(204)
    return null
  })
}

function entitled(
  { book }: Deps,
  caller: Caller,
  { prefix }: Static<typeof Params>,
  permission: 'prefixes.read' | 'templates.write',
): PrefixKey {
  return entitledPrefix(caller, book, { prefix, permission, known: 'prefixes.read' }).key
}

function replyOf(xml: string, namespace: Namespace | undefined): Static<typeof Reply> {
  const { template, stopped } = namespace ?? {}
  return {
    xml,
    ...(template !== undefined && { delimiter: template.delimiter }),
    stopped: stopped !== undefined,
    readable: namespace !== undefined,
  }
}
