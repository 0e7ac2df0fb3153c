import { type Static, Type } from 'typebox'
import type { Caller } from '../../kernel/access/permissions.ts'
import type { App } from '../../lib/http.ts'
import { Problem } from '../../lib/problem.ts'
import { languageOf } from '../../lib/text.ts'
import { type Handle, type PrefixKey, parseHandle } from '../handle.ts'
import type { PrefixBook } from '../prefixes/book.ts'
import { entitledPrefix } from '../prefixes/tenancy.ts'
import { ValueReplySchema, valueReply } from '../registration/values.ts'
import { isPublic } from '../resolution/values.ts'
import type { RecordStore } from '../store/store.ts'
import { openComputing } from './computed.ts'
import { NAMESPACE_CHARS_MAX, type Namespace, parseNamespace, readNamespace } from './namespace.ts'
import { storedNamespace } from './stored.ts'

const SUFFIX_CHARS_MAX = 2048
const VALUES_SHOWN_MAX = 100
const Params = Type.Object({ prefix: Type.String({ minLength: 1, maxLength: 512 }) })
const Wish = Type.Object(
  {
    xml: Type.String({ maxLength: NAMESPACE_CHARS_MAX }),
    suffix: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: SUFFIX_CHARS_MAX,
        description: 'Of a sample name under the prefix; the answer says what it would yield',
      }),
    ),
  },
  { additionalProperties: false },
)

const OUTCOMES = [
  ...(['made', 'registered', 'withdrawn', 'absent'] as const),
  ...(['not-parted', 'held', 'too-much', 'stopped'] as const),
] as const
type Outcome = (typeof OUTCOMES)[number]

const SampleReply = Type.Object({
  handle: Type.String(),
  outcome: Type.Unsafe<Outcome>({
    ...Type.Enum([...OUTCOMES]),
    description:
      'made: by the template; registered: the name has a record of its own, which goes before; withdrawn: it had one; absent: ' +
      'the template makes nothing; not-parted: the delimiter is not in the name, or there is no template; held: what it would be ' +
      'made of is held by order; too-much: the template wants more than may be done; stopped: nothing is resolved',
  }),
  values: Type.Optional(Type.Array(ValueReplySchema)),
  valuesTotal: Type.Optional(Type.Integer({ description: 'Of those that everybody may read' })),
  hiddenTotal: Type.Optional(Type.Integer({ description: 'Of those that they may not' })),
})
type Sample = Static<typeof SampleReply>

const Reply = Type.Object({
  errors: Type.Array(
    Type.Object({
      path: Type.String(),
      detail: Type.String(),
      line: Type.Optional(Type.Integer()),
    }),
  ),
  delimiter: Type.Optional(Type.String()),
  stopped: Type.Boolean(),
  message: Type.Optional(Type.String({ description: 'What people are told where it is stopped' })),
  sample: Type.Optional(SampleReply),
  stored: Type.Optional(
    Type.Object(
      { xml: Type.String(), stopped: Type.Boolean(), readable: Type.Boolean() },
      { description: 'What the text would take the place of; absent where there is nothing yet' },
    ),
  ),
})

export type NamespaceCheckDeps = {
  readonly store: Pick<RecordStore, 'get'>
  readonly book: PrefixBook
}

/** Judges a namespace that is being written as putting it would, says what it makes of a name, and keeps nothing. */
export function namespaceCheckRoute(app: App, deps: NamespaceCheckDeps): void {
  const schema = {
    tags: ['prefixes'],
    operationId: 'checkNamespace',
    summary:
      'What is wrong with a namespace that is being written, and what a sample name would yield',
    params: Params,
    body: Wish,
    response: { 200: Reply },
  }
  const url = '/api/v1/prefixes/:prefix/namespace/check'
  app.post(url, { schema }, async ({ caller, params, body, headers }, reply) => {
    const prefix = entitled(deps, caller, params)
    reply.header('cache-control', 'no-store')
    const language = languageOf(headers['accept-language'])
    const stored = await storedReply(deps, prefix)
    try {
      const namespace = parseNamespace(body.xml)
      const { template, stopped } = namespace
      const sample = body.suffix === undefined ? undefined : sampleName(prefix, body.suffix)
      return {
        errors: [],
        ...stored,
        ...(template !== undefined && { delimiter: template.delimiter }),
        stopped: stopped !== undefined,
        ...(stopped?.message !== undefined && { message: stopped.message }),
        ...(sample !== undefined && { sample: await sampled(deps, sample, namespace) }),
      }
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      const fields = error.fields.map(({ path, reason, line }) => ({
        path,
        detail: reason[language],
        ...(line !== undefined && { line }),
      }))
      if (fields.length === 0) throw error
      return { errors: fields, stopped: false, ...stored }
    }
  })
}

async function storedReply({ store }: NamespaceCheckDeps, prefix: PrefixKey) {
  const xml = await storedNamespace({ store }, prefix)
  if (xml === undefined) return {}
  const namespace = readNamespace(xml)
  const stopped = namespace?.stopped !== undefined
  return { stored: { xml, stopped, readable: namespace !== undefined } }
}

function entitled(
  { book }: NamespaceCheckDeps,
  caller: Caller,
  { prefix }: Static<typeof Params>,
): PrefixKey {
  const question = { prefix, permission: 'templates.write', known: 'prefixes.read' } as const
  return entitledPrefix(caller, book, question).key
}

/** @throws Problem `invalid-input` */
function sampleName(prefix: PrefixKey, suffix: string): Handle {
  try {
    return parseHandle(`${prefix}/${suffix}`)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const fields = [{ path: '/suffix', reason: error.text }]
    throw new Problem('invalid-input', error.text, { fields })
  }
}

/** What everybody would be told of a name; of values that are hidden how many there are. */
async function sampled(
  { store, book }: NamespaceCheckDeps,
  { key, spelled }: Handle,
  { template, stopped }: Namespace,
): Promise<Sample> {
  const ends = (outcome: Outcome): Sample => ({ handle: spelled, outcome })
  if (stopped !== undefined) return ends('stopped')
  const known = await store.get(key)
  if (known !== undefined) return ends(known.state === 'registered' ? 'registered' : 'withdrawn')
  if (template === undefined) return ends('not-parted')
  const get = (of: typeof key) => store.get(of)
  const compute = openComputing({ get, prefixState: (of) => book.lookup(of) })
  const computed = await compute({ key, spelled }, template)
  if (computed === undefined) return ends('not-parted')
  if (computed.kind !== 'record') return ends(computed.kind)
  const { values, updatedAt } = computed.record
  const shown = values.filter(isPublic)
  return {
    ...ends('made'),
    values: shown.slice(0, VALUES_SHOWN_MAX).map((it) => valueReply(it, updatedAt)),
    valuesTotal: shown.length,
    hiddenTotal: values.length - shown.length,
  }
}
