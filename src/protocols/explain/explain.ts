import { type HandleKey, type PrefixKey, prefixOf, suffixOf } from '../../identifiers/handle.ts'
import type { PrefixAnswer } from '../../identifiers/prefixes/book.ts'
import {
  ADMIN_READ,
  type HandleValue,
  type IdRecord,
  PERMISSIONS_DEFAULT,
} from '../../identifiers/record.ts'
import type { Resolution, Resolver } from '../../identifiers/resolution/resolution.ts'
import { EVERY_VALUE, isPublic, selectValues } from '../../identifiers/resolution/values.ts'
import type { MaybePromise } from '../../identifiers/store/store.ts'
import { type Caller, mayDo } from '../../kernel/access/permissions.ts'
import type { Language } from '../../lib/text.ts'
import { answerApi } from '../handle/json-api.ts'
import { type AskedName, HANDLES_PATH } from '../handle/request.ts'
import { formatValues } from '../handle/value-json.ts'
import { type Choosing, leadOf } from '../page/locations.ts'
import { pathOf } from '../page/names.ts'
import { aliasOf, delegatedPage, isOwnPage } from '../page/target.ts'
import { STATES } from '../page/texts.ts'
import type { Explanation, PrefixStep, RecordStep, ShownValue, ValuesStep } from './reply.ts'

export type ExplainParts = {
  readonly resolve: Resolver
  readonly prefixState: (prefix: PrefixKey) => PrefixAnswer
  readonly enterpriseName: (id: string) => MaybePromise<string | undefined>
}

export type Question = {
  readonly asked: AskedName
  readonly caller: Caller
  readonly language: Language
  /** Public address of the node. */
  readonly base: string
}

const VALUES_SHOWN_MAX = 200
const DATA_CHARS_MAX = 2000

/**
 * How an identifier is resolved, step by step and with the time each took. Tells what resolution tells everybody; who may
 * read the protected values of the enterprise is told which there are, and who may see its prefixes whose it is.
 */
export async function explain(parts: ExplainParts, question: Question): Promise<Explanation> {
  const { asked } = question
  const parsed = timed(() => namesIn(asked))
  if (asked.key === undefined) {
    const handles = await handlesStep(parts, question)
    const page = { ms: 0, path: pathOf(asked.spelled), status: STATES.malformed.status }
    return { asked: asked.spelled, outcome: 'malformed', parsed, handles, page }
  }
  const key = asked.key
  const state = timed(() => ({ answer: parts.prefixState(namedPrefix(key)) }))
  const began = performance.now()
  const resolution = await parts.resolve(key, undefined, asked.spelled)
  const resolvedMs = rounded(performance.now() - began)
  const record = recordStep(question.caller, state.answer, resolution)
  const values =
    resolution.kind === 'found'
      ? timed(() => valuesStep(question.caller, resolution.record, resolution.enterprise))
      : undefined
  return {
    asked: asked.spelled,
    outcome: resolution.kind,
    parsed,
    prefix: { ...(await prefixStep(parts, question, state.answer, resolution)), ms: state.ms },
    ...(record !== undefined && { record: { ...record, ms: resolvedMs } }),
    ...(values !== undefined && { values }),
    handles: await handlesStep(parts, question),
    page: timed(() => pageStep(question, resolution)),
  }
}

function namesIn({ spelled, key }: AskedName) {
  if (key === undefined) return {}
  const whole = spelled.includes('/') ? spelled : `0.NA/${spelled}`
  const prefix = whole.slice(0, whole.indexOf('/'))
  return { handle: whole, prefix, suffix: suffixOf(whole) }
}

/** The record of a prefix is asked about that prefix. */
function namedPrefix(key: HandleKey): PrefixKey {
  const prefix = prefixOf(key)
  return prefix === '0.NA' ? (suffixOf(key) as PrefixKey) : prefix
}

async function prefixStep(
  { enterpriseName }: ExplainParts,
  { caller }: Question,
  answer: PrefixAnswer,
  { kind }: Resolution,
): Promise<Omit<PrefixStep, 'ms'>> {
  // one that was given back is to everybody else like one that never was
  if (answer.kind === 'unknown') return { state: 'unknown' }
  const { enterprise } = answer
  const isKnown = mayDo(caller, 'prefixes.read', enterprise)
  if (answer.kind === 'released') return { state: isKnown ? 'released' : 'unknown' }
  // the page of an identifier names who registered it
  const isNamed = isKnown || kind === 'found' || kind === 'retired'
  const owner = enterprise !== undefined && isNamed ? await enterpriseName(enterprise) : undefined
  return {
    state: answer.kind,
    ...(owner !== undefined && { owner }),
    ...(isKnown && enterprise !== undefined && { enterprise }),
    ...(answer.kind === 'delegated' && {
      at: answer.at,
      sites: answer.sites.map(({ address, port, protocol, url }) => ({
        ...(address !== undefined && { address }),
        ...(port !== undefined && { port }),
        ...(protocol !== undefined && { protocol }),
        ...(url !== undefined && { url }),
      })),
    }),
  }
}

function recordStep(
  caller: Caller,
  answer: PrefixAnswer,
  resolution: Resolution,
): Omit<RecordStep, 'ms'> | undefined {
  switch (resolution.kind) {
    case 'found':
    case 'retired': {
      const { record, enterprise } = resolution
      const isOwn = mayDo(caller, 'identifiers.read', enterprise)
      return {
        state: resolution.kind === 'found' ? 'registered' : 'retired',
        updatedAt: new Date(record.updatedAt).toISOString(),
        ...(isOwn && { version: record.version }),
        ...(isOwn && record.template !== undefined && { template: record.template }),
      }
    }
    case 'absent':
      return { state: 'absent' }
    case 'held':
      // of a prefix held as a whole no record is read
      return answer.kind === 'hosted' ? { state: 'held' } : undefined
    case 'suspended':
    case 'delegated':
    case 'unknown':
      return undefined
  }
}

function valuesStep(
  caller: Caller,
  record: IdRecord,
  enterprise: string | undefined,
): Omit<ValuesStep, 'ms'> {
  const selection = selectValues(record.values, EVERY_VALUE, 'public')
  const open = selection.kind === 'values' ? selection.values : []
  const shown = open.slice(0, VALUES_SHOWN_MAX).map((it) => shownValue(it, record.updatedAt))
  const told = { shown, shownTotal: open.length }
  if (!mayDo(caller, 'identifiers.read', enterprise)) return told
  const hidden = record.values.filter((it) => !isPublic(it))
  return {
    ...told,
    hiddenTotal: hidden.length,
    hidden: hidden.slice(0, VALUES_SHOWN_MAX).map(({ index, type, permissions }) => ({
      index,
      type,
      permissions: bitsOf(permissions),
      readers: (bitsIn(permissions) & ADMIN_READ) === 0 ? 'nobody' : 'administrators',
    })),
  }
}

function bitsIn(permissions: number | undefined): number {
  return permissions ?? PERMISSIONS_DEFAULT
}

/** As the Handle JSON API writes them: administrators read and write, everybody reads and writes. */
function bitsOf(permissions: number | undefined): string {
  return bitsIn(permissions).toString(2).padStart(4, '0')
}

function shownValue(value: HandleValue, updatedAt: number): ShownValue {
  const json = JSON.parse(formatValues([value], Math.floor(updatedAt / 1000))) as {
    readonly data: { readonly format: string; readonly value: unknown }
    readonly ttl?: number | string
  }
  const { format, value: data } = json.data
  const text = typeof data === 'string' ? data : JSON.stringify(data)
  const isCut = text.length > DATA_CHARS_MAX
  return {
    index: value.index,
    type: value.type,
    format,
    data: isCut ? text.slice(0, DATA_CHARS_MAX).toWellFormed() : text,
    ...(isCut && { isCut }),
    ...(json.ttl !== undefined && { ttl: String(json.ttl) }),
  }
}

/** What programs are answered, asked as somebody without credentials. */
async function handlesStep({ resolve }: ExplainParts, { asked, language }: Question) {
  const path = `${HANDLES_PATH}${pathOf(asked.spelled)}`
  const began = performance.now()
  const { status, body } = await answerApi(resolve, { method: 'GET', target: path, language })
  const ms = rounded(performance.now() - began)
  const { responseCode } = JSON.parse(body) as { readonly responseCode: number }
  return { ms, path, status, responseCode }
}

/** Who wishes nothing and is nowhere. */
const ANYBODY: Choosing = { wishes: [], country: undefined, random: Math.random }

/** What a browser is answered at the identifier's public address. */
function pageStep({ asked, base }: Question, resolution: Resolution) {
  const path = pathOf(asked.spelled)
  switch (resolution.kind) {
    case 'found': {
      const { values, key } = resolution.record
      const alias = aliasOf(values)
      if (alias !== undefined && alias.key !== key) {
        return { path, status: 301, location: pathOf(alias.spelled) }
      }
      const lead = leadOf(values, ANYBODY)
      const leads = lead !== undefined && !isOwnPage(lead.to, base, asked.key)
      return leads ? { path, status: lead.status, location: lead.to.href } : { path, status: 200 }
    }
    case 'delegated': {
      const target = delegatedPage(resolution, asked.spelled)
      if (target !== undefined) return { path, status: 302, location: target.href }
      return { path, status: STATES.delegated.status }
    }
    case 'retired':
    case 'held':
    case 'suspended':
    case 'absent':
    case 'unknown':
      return { path, status: STATES[resolution.kind].status }
  }
}

function timed<T extends object>(act: () => T): T & { readonly ms: number } {
  const began = performance.now()
  const done = act()
  return { ...done, ms: rounded(performance.now() - began) }
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
