import { Writable } from 'node:stream'
import type { InjectOptions } from 'fastify'
import { pino } from 'pino'
import { Type } from 'typebox'
import { type Access, openAccess } from '../../src/kernel/access/access.ts'
import type { AuditedCollection } from '../../src/kernel/access/audit-view.ts'
import { type AccessHooksDeps, accessHooks } from '../../src/kernel/access/identify.ts'
import { type AccessDeps, accessRoutes } from '../../src/kernel/access/routes.ts'
import { createSetupCode } from '../../src/kernel/access/setup.ts'
import type { Collection, Documents } from '../../src/kernel/documents/documents.ts'
import { openMemoryDocuments } from '../../src/kernel/documents/memory.ts'
import type { App } from '../../src/lib/http.ts'
import { Problem } from '../../src/lib/problem.ts'
import { openHttp } from '../../src/server/http.ts'
import { logRequests } from '../../src/server/log.ts'
import { problemReplies } from '../../src/server/problems.ts'
import { CHEAP, type TestClock, testClock } from './test-clock.ts'

export const PASSWORD = 'plum blossom in snow'

/** Stands for what another room writes with the first operator. */
export const SETTINGS = {
  name: 'test-settings',
  schema: Type.Object({ nodePrefix: Type.String() }),
  indexes: {},
} as const satisfies Collection

/** Stands for another room's collection with personal data. */
export const CONTACTS = {
  name: 'test-contacts',
  schema: Type.Object({
    enterprise: Type.String(),
    title: Type.String(),
    contact: Type.Object({ phone: Type.String() }),
  }),
  indexes: { enterprise: 'text' },
  personal: ['contact.phone'],
} as const satisfies Collection

export const CONTACTS_AUDITED: AuditedCollection = {
  collection: CONTACTS,
  enterprisesOf: (body: { enterprise: string }) => [body.enterprise],
}

export type Reply = {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: the tests look into it as a client would
  readonly body: any
  readonly text: string
  readonly headers: Record<string, unknown>
}

/** A client that keeps its cookies. With `own` it is a page of ours in a browser. */
export class TestClient {
  readonly #app: App
  readonly cookies = new Map<string, string>()
  address = '192.0.2.1'
  headers: Record<string, string> = {}

  constructor(app: App) {
    this.#app = app
  }

  async send(method: string, url: string, payload?: object): Promise<Reply> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const reply = await this.#app.inject({
      method: method as NonNullable<InjectOptions['method']>,
      url,
      remoteAddress: this.address,
      headers: {
        host: 'localhost:8080',
        ...(cookie === '' ? {} : { cookie }),
        ...this.headers,
      },
      ...(payload === undefined ? {} : { payload }),
    })
    for (const { name, value, maxAge } of reply.cookies) {
      if (maxAge === 0) this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    const isJson = /[/+]json\b/.test(String(reply.headers['content-type'] ?? ''))
    return {
      status: reply.statusCode,
      body: isJson && reply.body !== '' ? reply.json() : {},
      text: reply.body,
      headers: reply.headers,
    }
  }

  async signIn(name: string, password = PASSWORD): Promise<Reply> {
    const reply = await this.send('POST', '/api/v1/sign-in', { name, password })
    if (reply.status === 200) this.headers['x-waymark-csrf'] = reply.body.csrf
    return reply
  }
}

export type TestNode = AsyncDisposable & {
  readonly app: App
  readonly access: Access
  readonly documents: Documents
  readonly clock: TestClock
  /** Everything the program logged, at the lowest level. */
  readonly logged: () => string
  readonly client: () => TestClient
  /** A client that is signed in as the operator `olga`. */
  readonly operator: () => Promise<TestClient>
  /** A client signed in as somebody new in an enterprise. */
  readonly member: (
    name: string,
    enterprise: string,
    role: 'administrator' | 'member',
  ) => Promise<TestClient>
}

export type TestNodeOptions = Partial<Pick<AccessHooksDeps, 'keyAllowed'>> & {
  readonly trustedProxies?: readonly string[]
  /** Whether the node sends mail. */
  readonly mails?: boolean
  /** Another store than the one in memory. */
  readonly open?: (options: { readonly clock: TestClock }) => Promise<Documents>
}

export async function openTestNode(
  change: Partial<AccessDeps> & TestNodeOptions = {},
): Promise<TestNode> {
  const clock = testClock()
  const { open = openMemoryDocuments, mails = false } = change
  const documents = await open({ clock })
  const access = openAccess({ documents, clock, passwordCost: CHEAP, mails })
  let log = ''
  const sink = new Writable({
    write(chunk, _encoding, done) {
      log += String(chunk)
      done()
    },
  })
  const { trustedProxies = [], keyAllowed = () => undefined, open: _, mails: __, ...deps } = change
  const { app } = openHttp({ log: pino({ level: 'trace' }, sink), trustedProxies })
  problemReplies(app)
  logRequests(app)
  accessHooks(app, { access, keyAllowed })
  accessRoutes(app, {
    access,
    signInAllowed: () => undefined,
    configureNode: async ({ nodePrefix }) => {
      if (!nodePrefix.startsWith('88.')) {
        const reason = { en: 'is not a node', zh: '不是节点前缀' }
        throw new Problem('invalid-input', reason, { fields: [{ path: '/nodePrefix', reason }] })
      }
      return [{ collection: SETTINGS, id: 'node', expected: 0, put: { nodePrefix } }]
    },
    audited: [CONTACTS_AUDITED],
    readKeeping: { daysMax: 1_096, rowsMax: 5_000_000 },
    enterpriseExists: async (id) => id.startsWith('e'),
    enterpriseName: async (id) => (id.startsWith('e') ? `enterprise ${id}` : undefined),
    ...deps,
  })
  app.get('/whoami', async ({ caller }) => caller)
  app.post('/whoami', async ({ caller }) => caller)
  const client = (): TestClient => new TestClient(app)
  return {
    app,
    access,
    documents,
    clock,
    logged: () => log,
    client,
    operator: () => setUp(access, client()),
    member: async (name, enterprise, role) => {
      const { createInvitation } = await import('../../src/kernel/access/invitations.ts')
      const author = { kind: 'system', id: 'test' } as const
      const { token } = await createInvitation(access, { enterprise, role }, author)
      const joining = client()
      const wish = { token, name, password: PASSWORD }
      const reply = await joining.send('POST', '/api/v1/invitations/accept', wish)
      if (reply.status !== 201) throw new Error(reply.text)
      joining.headers['x-waymark-csrf'] = reply.body.csrf
      return joining
    },
    [Symbol.asyncDispose]: async () => {
      await app.close()
      await documents[Symbol.asyncDispose]()
    },
  }
}

async function setUp(access: Access, client: TestClient): Promise<TestClient> {
  const code = await createSetupCode(access)
  const wish = { code, name: 'olga', password: PASSWORD, nodePrefix: '88.100' }
  const reply = await client.send('POST', '/api/v1/setup', wish)
  if (reply.status !== 201) throw new Error(reply.text)
  client.headers['x-waymark-csrf'] = reply.body.csrf
  return client
}
