import { generateKeyPairSync } from 'node:crypto'
import { createInvitation } from '../../src/kernel/access/invitations.ts'
import type { NodeRole } from '../../src/kernel/access/permissions.ts'
import { openMemoryEvidence } from '../../src/kernel/evidence/embedded.ts'
import { RulesShelf } from '../../src/policy/desk/rules-shelf.ts'
import { editorRoutes } from '../../src/policy/editor/routes.ts'
import { evaluationRoutes } from '../../src/policy/evaluation/routes.ts'
import { REGION_KINDS } from '../../src/region-kinds.ts'
import { openTestNode, PASSWORD, type Reply, type TestClient, type TestNode } from './access-app.ts'

const SYSTEM = { kind: 'system', id: 'test' } as const

export type EditorWorld = AsyncDisposable & {
  readonly node: TestNode
  readonly rules: RulesShelf
  readonly official: TestClient
  readonly official2: TestClient
  readonly approver: TestClient
  /** Below `/api/v1/policy`. */
  readonly send: (client: TestClient, method: string, path: string, body?: object) => Promise<Reply>
}

/** The editor of measures and their evaluation on documents in memory, with the rules of the regions. */
export async function openEditorWorld(): Promise<EditorWorld> {
  const node = await openTestNode()
  const { documents, access, clock } = node
  const evidence = openMemoryEvidence({
    key: generateKeyPairSync('ed25519').privateKey,
    clock,
  })
  const rules = new RulesShelf(async () => REGION_KINDS, documents)
  editorRoutes(node.app, { documents, clock, rules })
  evaluationRoutes(node.app, { documents, evidence, clock, rules })
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
  return {
    ...{ node, rules },
    official: await staff('otto', 'official'),
    official2: await staff('oda', 'official'),
    approver: await staff('anna', 'approver'),
    send: (client, method, path, body) => client.send(method, `/api/v1/policy${path}`, body),
    [Symbol.asyncDispose]: async () => {
      await node[Symbol.asyncDispose]()
      await evidence[Symbol.asyncDispose]()
    },
  }
}
