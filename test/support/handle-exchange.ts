import { generateKeyPairSync, sign } from 'node:crypto'
import { watchAskers } from '../../src/identifiers/resolution/askers.ts'
import { ClientLimit } from '../../src/identifiers/resolution/client-limit.ts'
import { writePublicKey } from '../../src/identifiers/values/public-key.ts'
import { openAdministering } from '../../src/protocols/exchange/administering.ts'
import type { Operation } from '../../src/protocols/exchange/asked.ts'
import { openExchange } from '../../src/protocols/exchange/exchange.ts'
import { PlainAnswers } from '../../src/protocols/exchange/plain-answers.ts'
import { resolution } from '../../src/protocols/exchange/resolution.ts'
import { getSiteInfo, ownSite } from '../../src/protocols/exchange/site-info.ts'
import { OP } from '../../src/protocols/wire/codes.ts'
import { HandleAdmission } from '../../src/server/handle-admission.ts'
import { listenHandleTcp } from '../../src/server/handle-tcp.ts'
import type { HandleWorld } from './handle-world.ts'

export const SERVER_KEY = generateKeyPairSync('rsa', { modulusLength: 2048 })

export type HandleExchangeWorld = AsyncDisposable & {
  readonly port: number
  readonly errors: unknown[]
}

/** The Handle protocol over TCP in front of a world, with everything that clients who show who they are can do. */
export async function serveExchange(world: HandleWorld): Promise<HandleExchangeWorld> {
  const { resolve, clock, store, book, authority, administration } = world
  const limit = new ClientLimit({ perSecond: 1e9, burst: 1e9 }, clock)
  const askers = watchAskers(limit, { count: () => undefined })
  const errors: unknown[] = []
  const shared = { resolve, askers, siteSerial: 1 }
  const { n = '', e = '' } = SERVER_KEY.publicKey.export({ format: 'jwk' })
  let port = 0
  const site = async () =>
    ownSite({
      ...{ serial: 1, address: '127.0.0.1', description: 'Test', ports: { tcp: port } },
      publicKey: writePublicKey({ kty: 'RSA', n, e }),
    })
  const administering = openAdministering(
    {
      ...{ administration, clock, siteSerial: 1 },
      listing: { authority, store, book },
      protectedReads: async () => undefined,
      sign: async (bytes) => ({
        algorithm: 'SHA-256',
        signature: sign('sha256', bytes, SERVER_KEY.privateKey),
      }),
    },
    (): Operation => resolves,
  )
  const resolves = resolution({ ...shared, ...administering.resolving })
  const operations = administering.furnished({
    ...administering.operations,
    [OP.resolution]: resolves,
    [OP.getSiteInfo]: getSiteInfo(site),
  })
  const { decrypted } = administering
  const exchange = openExchange({
    operations,
    decrypted,
    siteSerial: 1,
    onError: (it) => errors.push(it),
  })
  const admission = new HandleAdmission(askers, { connectsPerSMax: 0, faultsPerSMax: 0 })
  const plain = new PlainAnswers(shared)
  const parts = { ...shared, exchange, plain, admission, connectionsMax: 1_000 }
  const tcp = await listenHandleTcp(parts, { host: '127.0.0.1', port: 0, reusePort: false })
  port = tcp.port
  return { port, errors, [Symbol.asyncDispose]: () => tcp[Symbol.asyncDispose]() }
}
