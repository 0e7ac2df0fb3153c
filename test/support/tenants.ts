import { setTimeout as sleep } from 'node:timers/promises'
import { CAST, usccOf } from '../../src/cli/demo-cast.ts'
import { PERMISSIONS, permissionsOfRole } from '../../src/kernel/access/permissions.ts'
import {
  type Call,
  call,
  keyBy,
  must,
  type Reply,
  sessionOf,
  setUpBy,
  signIn,
} from './api-client.ts'
import { PASSWORD } from './node-process.ts'
import { upload } from './upload.ts'

type Headers = Readonly<Record<string, string>>

/** Names of one enterprise's things, as they stand in requests. */
export type Names = {
  readonly enterprise: string
  readonly prefix: string
  readonly derived: string
  readonly template: string
  readonly draft: string
  readonly handle: string
  readonly retired: string
  readonly held: string
  readonly import: string
  readonly key: string
  readonly user: string
  readonly invitation: string
  readonly file: string
  readonly request: string
}

export type Tenant = {
  readonly names: Names
  /** Texts of its own that nobody else may ever read. */
  readonly secrets: readonly string[]
  readonly administrator: Headers
  readonly member: Headers
  readonly key: Headers
}

export type Tenants = {
  readonly a: Tenant
  readonly b: Tenant
  readonly operator: Headers
  readonly operatorKey: Headers
}

const label = (text: string) => ({ en: text, zh: text })

/** Two enterprises with one of everything each, admitted the way enterprises are. */
export async function makeTenants(url: string, setupCode: string | undefined): Promise<Tenants> {
  const operator = await setUpBy(url, setupCode)
  const operatorKey = await keyBy(url, operator, { scopes: PERMISSIONS })
  const staff = { url, operator }
  const a = await makeTenant(staff, 0, 'alpha')
  const b = await makeTenant(staff, 1, 'bravo')
  return { a, b, operator, operatorKey }
}

type Staff = { readonly url: string; readonly operator: Headers }

async function makeTenant({ url, operator }: Staff, at: number, own: string): Promise<Tenant> {
  const as =
    (headers: Headers) =>
    async (method: string, path: string, more: Call = {}) =>
      await must(call(url, method, path, { ...more, headers: { ...headers, ...more.headers } }))
  const asOperator = as(operator)
  const enterprise = await admit(url, asOperator, at, own)
  const administrator = await signIn(url, `${own}-admin`)
  const asAdmin = as(administrator)
  const { token } = await asAdmin('POST', '/api/v1/invitations', {
    body: { enterprise, role: 'member' },
  })
  const account = { name: `${own}-member`, displayName: `${own}-person`, password: PASSWORD }
  const accept = { body: { token, ...account } }
  const member = sessionOf(await call(url, 'POST', '/api/v1/invitations/accept', accept))
  const { items: users } = await asAdmin('GET', `/api/v1/users?enterprise=${enterprise}`)
  const person = users.find((it: { name: string }) => it.name === account.name)
  const waiting = await asAdmin('POST', '/api/v1/invitations', {
    body: { enterprise, role: 'member', note: `${own}-note` },
  })
  const scopes = permissionsOfRole('administrator')
  const key = await keyBy(url, administrator, { enterprise, scopes, label: `${own}-key` })
  const { items: keys } = await asAdmin('GET', `/api/v1/keys?enterprise=${enterprise}`)
  const { items: prefixes } = await asAdmin('GET', `/api/v1/prefixes?enterprise=${enterprise}`)
  const prefix: string = prefixes[0].prefix
  const { prefix: derived } = await asOperator('POST', `/api/v1/prefixes/${prefix}/derive`, {
    body: { segment: '7' },
  })
  for (const it of [prefix, derived]) {
    await asAdmin('PUT', `/api/v1/prefixes/${it}/namespace`, { body: { xml: '<namespace/>' } })
  }
  const request = await asAdmin('POST', '/api/v1/prefix-requests', {
    body: { enterprise, note: `${own}-request` },
  })
  const made = await fillPrefix({ url, asAdmin, asOperator, own, administrator, prefix })
  const file = await asAdmin(
    'POST',
    `/api/v1/files?enterprise=${enterprise}&name=${own}-file.txt`,
    {
      headers: { 'content-type': 'text/plain' },
      body: `${own}-contents`,
    },
  )
  return {
    names: {
      ...{ enterprise, prefix, derived, ...made },
      key: keys[0].id,
      user: person.id,
      invitation: waiting.id,
      file: file.id,
      request: request.id,
    },
    secrets: ['secret', 'person', 'note', 'key', 'request', 'file', 'contents', 'draft', 'private']
      .map((it) => `${own}-${it}`)
      .concat(CAST[at]?.person ?? '', `${own}@mail.example`),
    ...{ administrator, member, key },
  }
}

type As = (method: string, path: string, more?: Call) => Promise<Reply['json']>

async function admit(url: string, asOperator: As, at: number, own: string): Promise<string> {
  const cast = CAST[at]
  if (cast === undefined) throw new RangeError('no such enterprise in the cast')
  const { enterprise } = await must(
    call(url, 'POST', '/api/v1/applications', {
      body: {
        uscc: usccOf(cast),
        name: cast.name,
        legalPerson: { name: cast.person },
        region: cast.region,
        sector: cast.sector,
        contact: { name: cast.person, phone: '0755-26001234', email: `${own}@mail.example` },
        account: { name: `${own}-admin`, password: PASSWORD, displayName: `${own}-person` },
      },
    }),
  )
  const { version } = await asOperator('GET', `/api/v1/enterprises/${enterprise}`)
  await asOperator('POST', `/api/v1/enterprises/${enterprise}/decision`, {
    body: { decision: 'approve', version },
  })
  return enterprise
}

type Filling = {
  readonly url: string
  readonly asAdmin: As
  readonly asOperator: As
  readonly own: string
  readonly administrator: Headers
  readonly prefix: string
}

/** A published template with a protected field, a draft, identifiers in every state, and an import. */
async function fillPrefix({ url, asAdmin, asOperator, own, administrator, prefix }: Filling) {
  const fields = [
    { name: 'name', type: 'text', label: { en: 'Name', zh: '名称' }, required: true },
    { name: 'cost', type: 'text', label: label(`${own}-private`), public: false },
  ]
  const template = { prefix, name: `${own}-kind`, label: { en: 'Kind', zh: '类别' }, fields }
  await asAdmin('POST', '/api/v1/templates', { body: template })
  const base = `/api/v1/templates/${prefix}/${own}-kind`
  await asAdmin('POST', `${base}/1/publish`, { body: {} })
  const draft = { ...template, name: `${own}-draft`, label: label(`${own}-draft`) }
  await asAdmin('POST', '/api/v1/templates', { body: draft })
  const handles = ['pump', 'gone', 'kept'].map((it) => `${prefix}/${own}-${it}`)
  const [handle = '', retired = '', held = ''] = handles
  for (const it of handles) {
    const values = { name: 'pump', cost: `${own}-secret` }
    const body = { handle: it, template: `${own}-kind`, fields: values }
    await asAdmin('POST', '/api/v1/identifiers', { body })
  }
  await asAdmin('POST', '/api/v1/identifiers/retire', { body: { handle: retired } })
  const order = { order: 'No. 1', authority: 'Court', reason: `${own}-note` }
  await asOperator('POST', '/api/v1/identifiers/hold', { body: { handle: held, ...order } })
  const told = await upload(url, {
    path: `/api/v1/imports?prefix=${prefix}&template=${own}-kind`,
    headers: administrator,
    body: Buffer.from(`suffix,name,cost\n${own}-bulk,pump,${own}-secret\n,x,${own}-secret\n`),
  })
  if (told.summary?.created !== 1) throw new Error(JSON.stringify(told))
  return {
    ...{ handle, retired, held },
    template: `${own}-kind`,
    draft: `${own}-draft`,
    import: told.id,
  }
}

/** Asks until an answer is as it should be: for what is derived in the background. */
export async function eventually<T>(
  ask: () => Promise<T>,
  isRight: (it: T) => boolean,
): Promise<T> {
  const deadline = Date.now() + 120_000
  for (;;) {
    const it = await ask()
    if (isRight(it)) return it
    if (Date.now() > deadline) throw new Error(`it never came: ${JSON.stringify(it)}`)
    await sleep(50)
  }
}
