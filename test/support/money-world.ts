import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInvitation } from '../../src/kernel/access/invitations.ts'
import type { NodeRole } from '../../src/kernel/access/permissions.ts'
import type { Documents } from '../../src/kernel/documents/documents.ts'
import { FileShelf } from '../../src/kernel/files/shelf.ts'
import { ENTERPRISES, indexed } from '../../src/kernel/parties/enterprise.ts'
import { planLedger } from '../../src/kernel/quotas/ledger.ts'
import { type Award, POLICY_AWARDS } from '../../src/policy/awards/collections.ts'
import { RulesShelf } from '../../src/policy/desk/rules-shelf.ts'
import { moneyRoutes } from '../../src/policy/money/routes.ts'
import { REGION_KINDS } from '../../src/region-kinds.ts'
import { openTestNode, PASSWORD, type Reply, type TestClient, type TestNode } from './access-app.ts'
import { usccOf } from './parties-world.ts'

export const LEDGER = 'budget:D0-B1:2026'
const SYSTEM = { kind: 'system', id: 'test' } as const

export type Deed = (client: TestClient, path: string, body?: object) => Promise<Reply>

export type MoneyWorld = AsyncDisposable & {
  readonly node: TestNode
  readonly documents: Documents
  readonly files: FileShelf
  readonly operator: TestClient
  readonly treasurer: TestClient
  readonly treasurer2: TestClient
  readonly official: TestClient
  readonly approver: TestClient
  /** Administrators of the enterprises `e1`, `e2` and `e3`; the first two of Bao'an, the third of Futian. */
  readonly own: readonly [TestClient, TestClient, TestClient]
  /** Writes with a key of its own, or that of the body. */
  readonly post: Deed
  /** Below `/api/v1/policy`. */
  readonly get: (client: TestClient, path: string) => Promise<Reply>
  /** The ledger of a year with so much in it. */
  readonly fund: (fen: bigint) => Promise<void>
  /** An award as a decision leaves it: written and committed to. */
  readonly award: (id: string, fen: bigint, applicant?: string) => Promise<void>
}

/** The money of the policy desk on documents in memory, with the rules of the regions. */
export async function openMoneyWorld(): Promise<MoneyWorld> {
  const node = await openTestNode()
  const { documents, clock, access } = node
  const folder = await mkdtemp(join(tmpdir(), 'waymark-money-'))
  const files = await FileShelf.open({ documents, folder })
  const rules = new RulesShelf(async () => REGION_KINDS)
  moneyRoutes(node.app, { documents, clock, files, rules })
  const operator = await node.operator()
  for (const [at, region] of ['440306', '440306', '440304'].entries()) {
    await documents.commit([enterprise(at + 1, region)], { author: SYSTEM })
  }
  const staff = async (name: string, nodeRole: NodeRole) => {
    const { token } = await createInvitation(access, { nodeRole }, SYSTEM)
    const client = node.client()
    const wish = { token, name, password: PASSWORD }
    const reply = await client.send('POST', '/api/v1/invitations/accept', wish)
    if (reply.status !== 201) throw new Error(reply.text)
    client.headers['x-waymark-csrf'] = reply.body.csrf
    return client
  }
  let keys = 0
  const post: Deed = async (client, path, body = {}) =>
    await client.send('POST', `/api/v1/policy${path}`, { key: `test-key-${++keys}`, ...body })
  const member = (at: number) => node.member(`admin${at}`, `e${at}`, 'administrator')
  const treasurer = await staff('tina', 'treasurer')
  const must = async (reply: Promise<Reply>) => {
    const { status, text } = await reply
    if (status >= 300) throw new Error(`${status} ${text}`)
  }
  return {
    ...{ node, documents, files, operator, treasurer, post },
    treasurer2: await staff('theo', 'treasurer'),
    official: await staff('otto', 'official'),
    approver: await staff('anna', 'approver'),
    own: [await member(1), await member(2), await member(3)],
    get: (client, path) => client.send('GET', `/api/v1/policy${path}`),
    async fund(fen) {
      await must(post(treasurer, '/ledgers', { budget: 'D0-B1', year: 2026 }))
      const entry = { kind: 'appropriation', amountFen: `${fen}`, reference: 'No. 1' }
      await must(post(treasurer, `/ledgers/${LEDGER}/entries`, entry))
    },
    async award(id, fen, applicant = 'e1') {
      const posting = { kind: 'commitment', key: `commit:${id}`, amount: fen, matter: id } as const
      const planned = await planLedger(documents, LEDGER, [posting], clock())
      if (planned.kind === 'refused') throw new Error(planned.reasons[0]?.text.en)
      const put = anAward(`${fen}`, applicant, clock())
      const write = { collection: POLICY_AWARDS, id, expected: 0, put }
      await documents.commit([write, ...planned.writes], { author: SYSTEM })
    },
    async [Symbol.asyncDispose]() {
      await node[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function anAward(amountFen: string, applicant: string, decidedAt: number): Award {
  return {
    ...{ case: 'c1', plan: 'p1', applicant, measure: 'D1-M10', amountFen, basis: 'exact' },
    ...{ rulesDigest: '0'.repeat(64), budget: 'D0-B1', year: 2026, decidedAt },
    ...{ state: 'decided', paidFen: '0', recoveredFen: '0' },
  }
}

/** The write of an admitted enterprise `eAT`. */
export function enterprise(at: number, region: string) {
  const put = indexed({
    enterprise: `e${at}`,
    state: 'admitted',
    entry: {
      uscc: usccOf(at),
      name: `enterprise ${at}`,
      legalPerson: { name: 'x' },
      region: { code: region, edition: '2024' },
      sector: { code: '3421', edition: '2017' },
      contact: { name: 'x', phone: '13812345678', email: 'x@mail.example' },
    },
    applicant: 'u',
    ...{ statusHash: '0'.repeat(64), statusUntil: 0, cases: 0, admittedAt: 1 },
  })
  return { collection: ENTERPRISES, id: `e${at}`, expected: 0, put }
}
