import { createPublicKey, type KeyObject } from 'node:crypto'
import type { Config } from './config/settings.ts'
import { ClientLimit } from './identifiers/resolution/client-limit.ts'
import { writePublicKey } from './identifiers/values/public-key.ts'
import type { Clock } from './lib/clock.ts'
import { type HandleAuthority, type ServerIdentity, signerBy } from './node-authority.ts'
import type { Resolving } from './node-routes.ts'
import { openAdministering } from './protocols/exchange/administering.ts'
import type { Asked } from './protocols/exchange/asked.ts'
import { openExchange } from './protocols/exchange/exchange.ts'
import { PlainAnswers } from './protocols/exchange/plain-answers.ts'
import { askedElsewhere } from './protocols/exchange/recursive.ts'
import { type ResolvingParts, resolution } from './protocols/exchange/resolution.ts'
import { getSiteInfo, type OwnSite, ownSite } from './protocols/exchange/site-info.ts'
import type { Door, Recurse } from './protocols/recursion/recursing.ts'
import { OP, OP_FLAG } from './protocols/wire/codes.ts'
import { ENCRYPTED } from './protocols/wire/envelope.ts'
import { type Ask, firstOf } from './server/handle-inner.ts'
import {
  type HandleNumbers,
  type HandleServer,
  type HandleServing,
  handleAddressOf,
} from './server/handle-server.ts'

const BURST_S = 2
const UNLIMITED = 1e15

export type HandleExchange = HandleServing &
  ServerIdentity & {
    /** Ports are known once they are open; without a server there is HTTP alone. */
    readonly tellServed: (ports: OwnSite['ports'], server?: HandleServer) => void
    readonly numbers: HandleNumbers
  } & AsyncDisposable

export type HandleParts = {
  readonly config: Config
  readonly clock: Clock
  /** By which this server signs. */
  readonly key: Promise<KeyObject>
  readonly siteSerial: number
  readonly resolving: Resolving
  readonly authority: HandleAuthority
  /** Asks others, where that is wanted. */
  readonly recurse?: Recurse | undefined
  readonly onError: (error: unknown) => void
}

/** The Handle protocol of the node's first process. */
export function openHandle({
  config,
  clock,
  key,
  siteSerial,
  resolving,
  authority,
  recurse,
  onError,
}: HandleParts): HandleExchange {
  let ports: OwnSite['ports'] = {}
  let served: HandleServer | undefined
  const site = async () =>
    ownSite({
      serial: siteSerial,
      address: handleAddressOf(config),
      description: 'Waymark',
      publicKey: publicPart(await key),
      ports,
    })
  const { resolve, askers } = resolving
  const shared = { resolve, askers, siteSerial }
  const sign = signerBy(key)
  const administering = openAdministering({ ...authority, clock, siteSerial, sign }, () => resolves)
  const elsewhere = recurse && { elsewhere: askedElsewhere(recurse, siteSerial) }
  const resolves = resolution({ ...shared, ...administering.resolving, ...elsewhere })
  const operations = administering.furnished({
    ...administering.operations,
    [OP.resolution]: resolves,
    [OP.getSiteInfo]: getSiteInfo(site),
  })
  return {
    ...shared,
    ...{ site, key },
    exchange: openExchange({
      ...{ operations, siteSerial, onError },
      decrypted: administering.decrypted,
    }),
    plain: new PlainAnswers(shared),
    excess: excessOf(config, clock),
    tellServed: (told, server) => {
      ports = told
      served = server
    },
    numbers: {
      connections: () => served?.connections() ?? 0,
      unanswered: () => served?.unanswered() ?? 0,
      refusedConnections: () => served?.refusedConnections() ?? 0,
      droppedDatagrams: () => served?.droppedDatagrams() ?? 0,
    },
    async [Symbol.asyncDispose]() {
      await key.catch(() => undefined)
    },
  }
}

/** The Handle protocol of a process that resolves and has the first one answer everything else. */
export function openResolvingHandle(
  {
    config,
    clock,
    resolving,
    siteSerial,
    onError,
  }: Omit<HandleParts, 'key' | 'authority' | 'recurse'>,
  { ask, elsewhere }: ResolvingAsks,
): HandleServing {
  const { resolve, askers } = resolving
  const shared = { resolve, askers, siteSerial }
  const resolves = resolution({
    ...{ ...shared, challenge: (asked) => firstOf(ask(asked)) },
    ...(elsewhere && { elsewhere: handedOver(elsewhere) }),
  })
  // The first process has the key to sign by, and the sessions.
  const isAlone = ({ envelope, message }: Asked) =>
    envelope.sessionId === 0 && (message.header.opFlags & OP_FLAG.certified) === 0
  const operations = {
    [OP.resolution]: (asked: Asked) => (isAlone(asked) ? resolves(asked) : ask(asked)),
  }
  const exchange = openExchange({ operations, otherwise: ask, siteSerial, onError })
  return {
    ...shared,
    exchange: (incoming) =>
      (incoming.envelope.flags & ENCRYPTED) === 0 ? exchange(incoming) : ask(incoming),
    plain: new PlainAnswers(shared),
    excess: excessOf(config, clock),
  }
}

/** What a process has the first one do. */
export type ResolvingAsks = {
  readonly ask: Ask
  /** Questions that others are asked, which may take long: by connections of their own, so that nothing waits behind them. */
  readonly elsewhere?: { readonly door: Door; readonly ask: Ask } | undefined
}

type Elsewhere = NonNullable<ResolvingParts['elsewhere']>

function handedOver({ door, ask }: NonNullable<ResolvingAsks['elsewhere']>): Elsewhere {
  return ({ asked, key }, found) => {
    const { address } = asked.peer.asker
    const isWanted = (asked.message.header.opFlags & OP_FLAG.recursive) !== 0
    return isWanted && door({ address, key, found }) ? firstOf(ask(asked)) : undefined
  }
}

function excessOf({ handleUdpBytesPerSMax: most }: Config, clock: Clock): ClientLimit {
  const perSecond = most === 0 ? UNLIMITED : most
  return new ClientLimit({ perSecond, burst: BURST_S * perSecond }, clock)
}

function publicPart(key: KeyObject): Uint8Array {
  const { n = '', e = '' } = createPublicKey(key).export({ format: 'jwk' })
  return writePublicKey({ kty: 'RSA', n, e })
}
