import { andThen, type MaybePromise } from '../../lib/maybe-promise.ts'
import { Problem } from '../../lib/problem.ts'
import {
  foldAscii,
  type HandleKey,
  PREFIX_RECORDS,
  type PrefixKey,
  prefixOf,
  suffixOf,
} from '../handle.ts'
import type { PrefixAnswer } from '../prefixes/book.ts'
import type { IdRecord, ValueReference } from '../record.ts'
import { isPublic } from '../resolution/values.ts'
import { type Computed, compute } from './compute.ts'
import {
  type NameTemplate,
  parseReferred,
  type TemplateBody,
  type TemplateStep,
} from './namespace.ts'

/** A template that stands elsewhere may refer to another. */
const REFERENCES_MAX = 8
/** Templates of other records that were read and are kept. */
const REFERRED_MAX = 256

export type ComputingParts = {
  readonly get: (key: HandleKey) => MaybePromise<IdRecord | undefined>
  readonly prefixState: (prefix: PrefixKey) => PrefixAnswer
}

export type ComputedName =
  | { readonly kind: 'record'; readonly record: IdRecord }
  | { readonly kind: 'absent' }
  /** What it would be made of is held by order. */
  | { readonly kind: 'held' }
  /** The template wants more than may be done for one question. */
  | { readonly kind: 'too-much' }

/** The record of a name that has none, as its template makes it; undefined where the template is not about it. */
export type ComputeName = (
  asked: { readonly key: HandleKey; readonly spelled: string },
  template: NameTemplate,
) => MaybePromise<ComputedName> | undefined

export function openComputing({ get, prefixState }: ComputingParts): ComputeName {
  const referred = new Map<string, TemplateBody>()
  return (asked, template) => {
    const parted = partedAt(asked.spelled, template.delimiter)
    if (parted === undefined) return undefined
    const { base } = parted
    const record = base.includes('/') ? get(foldAscii(base) as HandleKey) : undefined
    return andThen(record, (found) =>
      found?.held
        ? { kind: 'held' as const }
        : andThen(stepsOf(template.body, REFERENCES_MAX), (steps) => {
            const values = found?.state === 'registered' ? found.values : []
            if (steps === undefined) return { kind: 'absent' as const }
            return named(asked, found, compute(steps, { handle: asked.spelled, ...parted, values }))
          }),
    )
  }

  function stepsOf(
    body: TemplateBody,
    left: number,
  ): MaybePromise<readonly TemplateStep[] | undefined> {
    if (body.kind === 'steps') return body.steps
    if (left === 0) return undefined
    return andThen(referredBody(body.to), (it) =>
      it === undefined ? undefined : stepsOf(it, left - 1),
    )
  }

  function referredBody({ handle, index }: ValueReference): MaybePromise<TemplateBody | undefined> {
    const key = foldAscii(handle) as HandleKey
    const prefix = prefixOf(key)
    const of = prefix === PREFIX_RECORDS ? (suffixOf(key) as PrefixKey) : prefix
    if (prefixState(of).kind !== 'hosted') return undefined
    return andThen(get(key), (record) => {
      if (record === undefined || record.state !== 'registered' || record.held) return undefined
      const value = record.values.find((it) => it.index === index)
      if (typeof value?.data !== 'string' || !isPublic(value)) return undefined
      const name = `${index}:${key}@${record.version}`
      const body = referred.get(name) ?? readReferred(value.data)
      if (body === undefined) return undefined
      if (referred.size >= REFERRED_MAX) referred.clear()
      referred.set(name, body)
      return body
    })
  }
}

function readReferred(xml: string): TemplateBody | undefined {
  try {
    return parseReferred(xml)
  } catch (error) {
    if (error instanceof Problem) return undefined
    throw error
  }
}

/** A delimiter is looked for behind the prefix; where it is the slash itself, the prefix is the base. */
function partedAt(
  spelled: string,
  delimiter: string,
): { readonly base: string; readonly extension: string } | undefined {
  const slash = spelled.indexOf('/')
  const at = delimiter === '/' ? slash : spelled.indexOf(delimiter, slash + 1)
  if (at < 0) return undefined
  return { base: spelled.slice(0, at), extension: spelled.slice(at + delimiter.length) }
}

function named(
  { key, spelled }: { readonly key: HandleKey; readonly spelled: string },
  base: IdRecord | undefined,
  computed: Computed,
): ComputedName {
  if (computed.kind === 'not-found') return { kind: 'absent' }
  if (computed.kind === 'too-much') return computed
  const { createdAt = 0, updatedAt = 0 } = base ?? {}
  const made = { state: 'registered', held: false, version: 1, batch: 0 } as const
  const { values } = computed
  return { kind: 'record', record: { key, spelled, ...made, createdAt, updatedAt, values } }
}
