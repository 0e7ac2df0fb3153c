import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInvitation } from '../../src/kernel/access/invitations.ts'
import type { NodeRole } from '../../src/kernel/access/permissions.ts'
import { FileShelf } from '../../src/kernel/files/shelf.ts'
import { RulesShelf } from '../../src/policy/desk/rules-shelf.ts'
import { papersRoutes } from '../../src/policy/papers/routes.ts'
import { REGION_KINDS } from '../../src/region-kinds.ts'
import { openTestNode, PASSWORD, type Reply, type TestClient, type TestNode } from './access-app.ts'
import { SEAL_KEY } from './case-world.ts'

const SYSTEM = { kind: 'system', id: 'test' } as const

export type PapersWorld = AsyncDisposable & {
  readonly node: TestNode
  /** Two officials, an approver, and somebody without a name. */
  readonly otto: TestClient
  readonly olive: TestClient
  readonly anna: TestClient
  readonly anybody: TestClient
  readonly get: (client: TestClient, path: string) => Promise<Reply>
  /** With a key of its own unless the body has one. */
  readonly post: (client: TestClient, path: string, body?: object) => Promise<Reply>
  readonly put: (client: TestClient, path: string, body: object) => Promise<Reply>
}

/** What is published, on documents in memory, with the papers of the regions. */
export async function openPapersWorld(): Promise<PapersWorld> {
  const node = await openTestNode()
  const { documents, clock, access } = node
  const rules = new RulesShelf(async () => REGION_KINDS)
  const folder = await mkdtemp(join(tmpdir(), 'waymark-papers-'))
  const files = await FileShelf.open({ documents, folder })
  const sealKey = async () => SEAL_KEY
  papersRoutes(node.app, { documents, clock, access, rules, files, sealKey })
  await node.operator()
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
  const at = (path: string) => `/api/v1/policy${path}`
  return {
    node,
    otto: await staff('otto', 'official'),
    olive: await staff('olive', 'official'),
    anna: await staff('anna', 'approver'),
    anybody: node.client(),
    get: (client, path) => client.send('GET', at(path)),
    put: (client, path, body) => client.send('PUT', at(path), body),
    post: (client, path, body = {}) => {
      return client.send('POST', at(path), { key: `test-key-of-papers-${++keys}`, ...body })
    },
    [Symbol.asyncDispose]: async () => {
      await node[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A paper as an official begins it. */
export const PAPER = {
  region: 'baoan',
  kind: 'measure',
  title: '宝安区工业互联网扶持措施',
  issuer: '宝安区工业和信息化局',
  documentNumber: '深宝规〔2026〕1号',
  keywords: ['工业互联网', '扶持'],
  validFrom: '2026-01-01',
  validTo: '2028-12-31',
  interpreter: '宝安区工业和信息化局',
  text: '# 总则\n\n第一条 为推动工业互联网发展，制定本措施。\n\n- 支持平台\n- 支持上云',
  note: '起草依据与主要内容。',
  relations: [{ kind: 'child-of', paper: 'D1' }],
  measures: ['D3-M1a'],
}
