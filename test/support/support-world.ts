import assert from 'node:assert/strict'
import { createInvitation } from '../../src/kernel/access/invitations.ts'
import type { NodeRole } from '../../src/kernel/access/permissions.ts'
import type { App } from '../../src/lib/http.ts'
import { casesRoutes } from '../../src/policy/cases/routes.ts'
import type { PolicyDeps } from '../../src/policy/desk/deps.ts'
import { type OpenRules, RulesShelf } from '../../src/policy/desk/rules-shelf.ts'
import { REGION_KINDS } from '../../src/region-kinds.ts'
import { PASSWORD, type Reply, type TestClient } from './access-app.ts'
import { SEAL_KEY } from './case-world.ts'
import { openPartiesWorld, type PartiesWorld, usccOf } from './parties-world.ts'

let compiled: Promise<OpenRules> | undefined

/** The rules of the packs, compiled once for all tests of a file. */
class SharedRules extends RulesShelf {
  override open(): Promise<OpenRules> {
    compiled ??= new RulesShelf(async () => REGION_KINDS).open()
    return compiled
  }
}

const names = [
  '深圳市华盛精密机械有限公司',
  '深圳市远航自动化设备有限公司',
  '深圳市蓝图软件有限公司',
]

export type Applicant = { readonly id: string; readonly client: TestClient }

/** A call over a measure whose base is the invoice lines of a project, with all stages but the panel. */
export const CALL = {
  title: { zh: '应用项目试点申报', en: 'Application projects, pilot' },
  measures: ['D1-M10'],
  mode: 'pilot',
  opensAt: '2026-01-01T00:00:00Z',
  closesAt: '2026-02-01T00:00:00Z',
  papers: [{ name: 'audit_report', title: { zh: '专项审计报告', en: 'Special audit report' } }],
  procedure: {
    stages: ['site-visit', 'special-audit'],
    terms: {
      accept: { length: 5, unit: 'working-day', calendar: 'cn', source: 'the notice of the call' },
      correct: {
        length: 10,
        unit: 'working-day',
        calendar: 'cn',
        source: 'the notice of the call',
      },
    },
  },
}

/** A whole form for `CALL`. */
export const FORM = {
  project: '智能产线应用项目',
  type: 'industrial_enterprise',
  measures: ['D1-M10'],
  facts: {
    declared_investment_yuan: '1000000',
    project_period: ['2025-01-01', '2025-12-31'],
    invoice_lines: [
      {
        id: '25442000000012345678',
        date: '2025-03-01',
        net_yuan: '600000',
        deductible_vat_yuan: '78000',
      },
      {
        id: '25442000000012345679',
        date: '2025-04-01',
        net_yuan: '400000.50',
        deductible_vat_yuan: '0',
      },
    ],
  },
}

/** A node with the routes of cases, an operator, officials and admitted enterprises. */
export class SupportWorld implements AsyncDisposable {
  readonly parties: PartiesWorld
  readonly deps: PolicyDeps
  #people = 0
  #keys = 0

  private constructor(parties: PartiesWorld, deps: PolicyDeps) {
    this.parties = parties
    this.deps = deps
  }

  /** @param more further routes of the desk */
  static async open(more?: (app: App, deps: PolicyDeps) => void): Promise<SupportWorld> {
    const rules = new SharedRules(async () => REGION_KINDS)
    let deps: PolicyDeps | undefined
    const parties = await openPartiesWorld({}, ({ access, documents, clock, app }, files) => {
      const sealKey = async () => SEAL_KEY
      deps = { access, documents, clock, files, rules, sealKey } as unknown as PolicyDeps
      // what the node counts is tested where it is counted
      casesRoutes(app, { ...deps, measured: async () => ({}) })
      more?.(app, deps)
    })
    assert.ok(deps)
    return new SupportWorld(parties, deps)
  }

  get operator(): TestClient {
    return this.parties.reviewer
  }

  /** An enterprise that was admitted, by its administrator. */
  async applicant(account: string): Promise<Applicant> {
    const number = ++this.#people
    const entry = { uscc: usccOf(number), name: names[number % names.length] ?? '' }
    const { id, client } = await this.parties.applicant(account, entry)
    const decided = await this.parties.decide(id, { decision: 'approve' })
    assert.equal(decided.status, 200, decided.text)
    return { id, client }
  }

  /** Somebody of the node’s staff. */
  async staff(name: string, nodeRole: NodeRole): Promise<TestClient> {
    const author = { kind: 'system', id: 'test' } as const
    const { token } = await createInvitation(this.deps.access, { nodeRole }, author)
    const client = this.parties.node.client()
    const wish = { token, name, password: PASSWORD }
    const reply = await client.send('POST', '/api/v1/invitations/accept', wish)
    assert.equal(reply.status, 201, reply.text)
    client.headers['x-waymark-csrf'] = reply.body.csrf
    return client
  }

  /** Sends with a key of its own, or the one that is given. */
  async post(client: TestClient, path: string, body: object, key?: string): Promise<Reply> {
    client.headers['idempotency-key'] = key ?? `k${++this.#keys}`
    return await client.send('POST', `/api/v1/policy/${path}`, body)
  }

  async get(client: TestClient, path: string): Promise<Reply> {
    return await client.send('GET', `/api/v1/policy/${path}`)
  }

  async call(change: object = {}, by = this.operator): Promise<string> {
    const reply = await this.post(by, 'calls', { ...CALL, ...change })
    assert.equal(reply.status, 201, reply.text)
    return reply.body.id
  }

  /** Hands in and answers the id of the case. */
  async applied({ id, client }: Applicant, call: string, form: object = FORM): Promise<string> {
    const reply = await this.post(client, 'applications', { call, enterprise: id, form })
    assert.equal(reply.status, 201, reply.text)
    return reply.body.case
  }

  /** A small file of the applicant’s; answers its id. */
  async uploaded({ id, client }: Applicant): Promise<string> {
    const cookie = [...client.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const reply = await this.parties.node.app.inject({
      method: 'POST',
      url: `/api/v1/files?enterprise=${id}&name=report.txt`,
      headers: { ...client.headers, cookie, host: 'localhost:8080', 'content-type': 'text/plain' },
      payload: 'a report',
    })
    assert.equal(reply.statusCode, 201, reply.body)
    return reply.json().id
  }

  async deed(client: TestClient, id: string, event: object): Promise<Reply> {
    return await this.post(client, `cases/${id}/deeds`, { event })
  }

  async did(client: TestClient, id: string, event: object): Promise<Reply['body']> {
    const reply = await this.deed(client, id, event)
    assert.equal(reply.status, 200, reply.text)
    return reply.body
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.parties[Symbol.asyncDispose]()
  }
}
