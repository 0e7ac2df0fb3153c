import { generateKeyPairSync, sign } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { Administration } from '../../src/identifiers/authority/administration.ts'
import { Authority } from '../../src/identifiers/authority/authority.ts'
import { addHandleKey } from '../../src/identifiers/authority/handle-keys.ts'
import type { HomingParts } from '../../src/identifiers/authority/homing.ts'
import type { PrefixKey } from '../../src/identifiers/handle.ts'
import { act, allot } from '../../src/identifiers/prefixes/allotment.ts'
import { openPrefixBook, type PrefixBook } from '../../src/identifiers/prefixes/book.ts'
import { configureNode } from '../../src/identifiers/prefixes/node-settings.ts'
import { protectedReads } from '../../src/identifiers/registration/protected-reads.ts'
import { Registry } from '../../src/identifiers/registration/registry.ts'
import { type Resolver, resolveLocally } from '../../src/identifiers/resolution/resolution.ts'
import type { Traffic } from '../../src/identifiers/resolution/traffic.ts'
import { openMemoryStore } from '../../src/identifiers/store/memory.ts'
import type { RecordStore } from '../../src/identifiers/store/store.ts'
import { TemplateShelf } from '../../src/identifiers/templates/shelf.ts'
import { writePublicKey } from '../../src/identifiers/values/public-key.ts'
import { HASH_BY_ALL, SERVES_QUERY, type Site } from '../../src/identifiers/values/site.ts'
import { ANONYMOUS } from '../../src/kernel/access/permissions.ts'
import { ReadTally } from '../../src/kernel/access/read-tally.ts'
import { openMemoryDocuments } from '../../src/kernel/documents/memory.ts'
import { handleFastPath } from '../../src/protocols/handle/fast-path.ts'
import { Logins } from '../../src/protocols/handle/login.ts'
import { madePrefixRecord } from '../../src/protocols/handle/prefix-record.ts'
import { handleJsonRoutes } from '../../src/protocols/handle/routes.ts'
import { openHttp } from '../../src/server/http.ts'
import { problemReplies } from '../../src/server/problems.ts'
import { type TestClock, testClock } from './test-clock.ts'

export const SECRET = 'the secret of the prefix'

export type HandleWorld = AsyncDisposable & {
  readonly port: number
  readonly clock: TestClock
  readonly store: RecordStore
  readonly book: PrefixBook
  readonly resolve: Resolver
  readonly authority: Authority
  readonly administration: Administration
  readonly registry: Registry
}

/**
 * The JSON API over a memory store, with these prefixes of enterprise A, each with a secret key at 300, and 88.100.2 of B. What comes
 * with `x-forwarded-proto: https` came encrypted.
 */
export async function openHandleWorld(...prefixes: readonly string[]): Promise<HandleWorld> {
  const clock = testClock()
  const documents = await openMemoryDocuments({ clock })
  const store = openMemoryStore()
  const author = { kind: 'system', id: 'setup' } as const
  await documents.commit(configureNode({ nodePrefix: '88.100', name: 'Test' }, clock()), { author })
  const book = await openPrefixBook({ documents, pollMs: 0 })
  const shelf = new TemplateShelf(documents, book)
  const registry = new Registry({ documents, store, book, shelf, clock })
  const isAdmitted = async () => true
  const allotting = { documents, store, book, clock, isAdmitted }
  const operators = { kind: 'secret', secret: SECRET } as const
  await book.refresh()
  await addHandleKey({ registry, store, book }, '88.100' as PrefixKey, { wish: operators, author })
  for (const prefix of [...prefixes, '88.100.2']) {
    const enterprise = prefix === '88.100.2' ? 'B' : 'A'
    await allot(allotting, { prefix, enterprise }, { author })
    await book.refresh()
    const wish = { kind: 'secret', secret: SECRET } as const
    await addHandleKey({ registry, store, book }, prefix as PrefixKey, { wish, author })
  }
  const resolve = resolveLocally({
    store,
    prefixState: (prefix) => book.lookup(prefix),
    prefixRecord: madePrefixRecord,
  })
  const authority = new Authority({ resolve, clock })
  const derive = async () => {}
  const homing: HomingParts = {
    nodePrefix: async () => '88.100',
    home: async (prefix, by) => {
      await allot(allotting, { prefix }, { author: by })
      await book.refresh()
    },
    unhome: async (prefix, by) => {
      const release = { act: 'release', reason: 'unhomed' } as const
      await act(allotting, prefix, { act: release, author: by })
      await book.refresh()
    },
  }
  const administration = new Administration({ authority, registry, book, derive, homing })
  const traffic: Traffic = { admit: () => ({ waitS: 0, kind: 'program' }), count: () => {} }
  const { app } = openHttp({
    log: pino({ level: 'error' }, pino.destination(2)),
    trustedProxies: ['127.0.0.1'],
    fast: handleFastPath({ resolve, traffic }),
  })
  problemReplies(app)
  app.decorateRequest('caller')
  app.addHook('onRequest', async (request) => {
    request.caller = ANONYMOUS
  })
  handleJsonRoutes(app, {
    resolve,
    traffic,
    protectedReads: protectedReads({ reads: new ReadTally(documents, clock), book }),
    access: {
      logins: new Logins({ authority, clock, sign: signer() }),
      administration,
      listing: { authority, store, book },
      site: async () => SITE,
    },
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  return {
    ...{ port, clock, store, book, resolve, authority, administration, registry },
    async [Symbol.asyncDispose]() {
      await app.close()
      await book[Symbol.asyncDispose]()
    },
  }
}

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const { n = '', e = '' } = publicKey.export({ format: 'jwk' })
const SITE: Site = {
  ...{ version: 1, major: 2, minor: 11, serial: 1, primary: true, multiPrimary: false },
  ...{ hashOption: HASH_BY_ALL, hashFilter: '', attributes: [{ name: 'desc', value: 'Test' }] },
  servers: [
    {
      id: 1,
      address: Uint8Array.of(...Array.from({ length: 12 }, () => 0), 127, 0, 0, 1),
      publicKey: writePublicKey({ kty: 'RSA', n, e }),
      interfaces: [{ type: SERVES_QUERY, protocol: 1, port: 2641 }],
    },
  ],
}

function signer() {
  return async (bytes: Uint8Array) => ({
    algorithm: 'SHA-256',
    signature: sign('sha256', bytes, privateKey),
  })
}
