import {
  type HandleKey,
  PREFIX_RECORDS,
  type PrefixKey,
  prefixOf,
} from '../../identifiers/handle.ts'
import type { IdRecord } from '../../identifiers/record.ts'
import type { Askers } from '../../identifiers/resolution/askers.ts'
import type { Delegated, Resolution, Resolver } from '../../identifiers/resolution/resolution.ts'
import {
  EVERY_VALUE,
  selectValues,
  type ValueFilter,
  type Viewer,
} from '../../identifiers/resolution/values.ts'
import type { MaybePromise } from '../../identifiers/store/store.ts'
import type { Text } from '../../lib/text.ts'
import { leadingValues, referredPrefix } from '../handle/prefix-record.ts'
import { keyOf } from '../handle/request.ts'
import { readResolutionRequest, writeReferral, writeResolutionAnswer } from '../wire/bodies.ts'
import { OP_FLAG, RESPONSE } from '../wire/codes.ts'
import type { Answers, Asked, Operation, Outgoing } from './asked.ts'
import { errorTo, replyTo } from './reply.ts'
import { wireValue } from './wire-values.ts'

export type ResolvingParts = {
  readonly resolve: Resolver
  readonly askers: Askers
  /** Of this server's own site record. */
  readonly siteSerial: number
  /** Whether who has proved an identity may read what administrators of a record may; nobody may where it is absent. */
  readonly mayRead?: (
    asked: Asked,
    of: { readonly record: IdRecord; readonly enterprise: string | undefined },
  ) => MaybePromise<boolean>
  /** Answers who asks for hidden values and has not said who they are. */
  readonly challenge?: Operation
  /** Asks others in the asker's place. */
  readonly elsewhere?: Elsewhere
}

/** The answer of others; undefined where they are not to be asked. */
export type Elsewhere = (wanted: Wanted, found: Resolution) => MaybePromise<Outgoing> | undefined

/** Operation 1: the values of a handle, or who is to be asked for them. */
export function resolution(parts: ResolvingParts): Operation {
  const { resolve, askers, siteSerial } = parts
  return (asked) => {
    if (askers.admit(asked.peer.asker) > 0) return errorTo(asked, siteSerial, RESPONSE.serverBusy)
    const { handle, indexes, types } = readResolutionRequest(asked.message.body)
    const key = keyOf(handle)
    if (key === undefined) return errorTo(asked, siteSerial, RESPONSE.invalidHandle)
    const filter = indexes.length + types.length === 0 ? EVERY_VALUE : { indexes, types }
    const wanted = { asked, handle, key, filter }
    const prefix = prefixOf(key)
    const found = resolve(key, prefix, handle)
    if (found instanceof Promise) return found.then((it) => told(wanted, prefix, it))
    return told(wanted, prefix, found) as Answers
  }

  function told(wanted: Wanted, prefix: PrefixKey, found: Resolution): MaybePromise<Outgoing> {
    askers.count(prefix, found.kind)
    const { asked } = wanted
    const elsewhere = parts.elsewhere?.(wanted, found)
    if (elsewhere !== undefined) return elsewhere
    switch (found.kind) {
      case 'found':
        return foundAnswer(parts, wanted, found)
      case 'retired':
        return errorTo(asked, siteSerial, RESPONSE.handleNotFound)
      case 'absent':
        return errorTo(asked, siteSerial, RESPONSE.handleNotFound, messageOf(found.said))
      case 'held':
        return errorTo(asked, siteSerial, RESPONSE.handleNotFound, { message: HELD })
      case 'suspended':
        return errorTo(
          asked,
          siteSerial,
          RESPONSE.handleNotFound,
          messageOf(found.said ?? SUSPENDED),
        )
      case 'delegated':
        return referral(parts, { asked, isRecord: prefix === PREFIX_RECORDS }, found)
      case 'unknown':
        return errorTo(asked, siteSerial, RESPONSE.serverNotResponsible, { message: FOREIGN })
    }
  }
}

/** The protocol says nothing of languages. */
const HELD = 'Resolution is stopped by order'
const SUSPENDED: Text = { en: 'The prefix is suspended', zh: '该前缀已暂停' }
const FOREIGN = 'This server is not responsible for the prefix'

function messageOf(said: Text | undefined): { readonly message?: string } {
  return said === undefined ? {} : { message: said.en }
}

export type Wanted = {
  readonly asked: Asked
  /** As it is spelled in the question. */
  readonly handle: string
  readonly key: HandleKey
  readonly filter: ValueFilter
}
type Found = Extract<Resolution, { kind: 'found' }>

function foundAnswer(parts: ResolvingParts, wanted: Wanted, found: Found): MaybePromise<Outgoing> {
  const { asked } = wanted
  if ((asked.message.header.opFlags & OP_FLAG.publicOnly) !== 0) {
    return shown(parts, { ...wanted, viewer: 'public' }, found)
  }
  const { record, enterprise } = found
  if (asked.identity === undefined || parts.mayRead === undefined) {
    return shown(parts, { ...wanted, viewer: 'stranger' }, found)
  }
  const allowed = parts.mayRead(asked, { record, enterprise })
  const asViewer = (may: boolean) =>
    shown(parts, { ...wanted, viewer: may ? 'administrator' : 'stranger' }, found)
  return allowed instanceof Promise ? allowed.then(asViewer) : asViewer(allowed)
}

function shown(
  parts: ResolvingParts,
  { asked, handle, filter, viewer }: Wanted & { readonly viewer: Viewer },
  { record }: Found,
): MaybePromise<Outgoing> {
  const { siteSerial } = parts
  const selection = selectValues(record.values, filter, viewer)
  if (selection.kind === 'unreadable') {
    return errorTo(asked, siteSerial, RESPONSE.insufficientPermissions)
  }
  if (selection.kind === 'authentication-needed') {
    if (asked.identity !== undefined) return errorTo(asked, siteSerial, RESPONSE.invalidAdmin)
    return parts.challenge === undefined
      ? errorTo(asked, siteSerial, RESPONSE.unableToAuthenticate)
      : (parts.challenge(asked) as MaybePromise<Outgoing>)
  }
  return valuesAnswer({ asked, handle }, { ...record, values: selection.values }, siteSerial)
}

export function valuesAnswer(
  { asked, handle }: Pick<Wanted, 'asked' | 'handle'>,
  record: Pick<IdRecord, 'values' | 'updatedAt'>,
  siteSerial: number,
): Outgoing {
  if (record.values.length === 0) return errorTo(asked, siteSerial, RESPONSE.valuesNotFound)
  const values = record.values.map((it) => wireValue(it, record.updatedAt))
  return replyTo(asked, {
    code: RESPONSE.success,
    siteSerial,
    body: (digest) => writeResolutionAnswer({ ...digest, handle, values }),
  })
}

/**
 * Where the sites of a delegated prefix are known, a referral of the prefix; where a service's record has them, one to the
 * service. Who may not be sent elsewhere is told that nobody here answers for the prefix.
 */
function referral(
  { siteSerial }: ResolvingParts,
  { asked, isRecord }: { readonly asked: Asked; readonly isRecord: boolean },
  delegated: Delegated,
): Outgoing {
  if ((asked.message.header.opFlags & OP_FLAG.doNotRefer) !== 0) {
    return errorTo(asked, siteSerial, RESPONSE.serverNotResponsible, { message: FOREIGN })
  }
  const leading = leadingValues(delegated, isRecord ? '.PREFIX' : '')
  const { service } = delegated
  const isService = service !== undefined && leading.length === 1
  const values = isService ? [] : leading.map((it) => wireValue(it, 0))
  return replyTo(asked, {
    code: isService ? RESPONSE.serviceReferral : RESPONSE.prefixReferral,
    siteSerial,
    body: (digest) =>
      writeReferral({
        ...digest,
        handle: isService ? service : referredPrefix(delegated),
        values,
      }),
  })
}
