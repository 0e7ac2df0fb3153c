import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PNG } from 'pngjs'
import { afterAct } from '../../src/identifiers/prefixes/acts.ts'
import { allotmentWrites } from '../../src/identifiers/prefixes/allotment.ts'
import { configureNode } from '../../src/identifiers/prefixes/node-settings.ts'
import { PREFIXES } from '../../src/identifiers/prefixes/prefix.ts'
import { openMemoryStore } from '../../src/identifiers/store/memory.ts'
import { ReadTally } from '../../src/kernel/access/read-tally.ts'
import type { DocumentWrite } from '../../src/kernel/documents/documents.ts'
import { FILES_AUDITED } from '../../src/kernel/files/collections.ts'
import { filesRoutes } from '../../src/kernel/files/routes.ts'
import { FileShelf } from '../../src/kernel/files/shelf.ts'
import { PARTIES_AUDITED } from '../../src/kernel/parties/audited.ts'
import type { PartiesDeps } from '../../src/kernel/parties/deps.ts'
import { partiesRoutes } from '../../src/kernel/parties/routes.ts'
import { organisationCheck, usccCheck } from '../../src/kernel/parties/uscc.ts'
import { openTestNode, PASSWORD, type Reply, type TestClient, type TestNode } from './access-app.ts'

export type PartiesWorld = AsyncDisposable & {
  readonly node: TestNode
  readonly files: FileShelf
  readonly folder: string
  /** The operator of the node. */
  readonly reviewer: TestClient
  /** Applies as `name`, and signs in as `account`. */
  readonly applicant: (
    account: string,
    entry: Readonly<Record<string, unknown>>,
  ) => Promise<{ readonly id: string; readonly token: string; readonly client: TestClient }>
  readonly decide: (id: string, decision: object) => Promise<Reply>
  readonly prefixesOf: (enterprise: string) => Promise<readonly string[]>
}

/** Routes of another room, hung in before the first request. */
export type MoreRoutes = (node: TestNode, files: FileShelf) => void

/** A node 88.100 whose admissions allot real prefixes. */
export async function openPartiesWorld(
  change: Partial<PartiesDeps> = {},
  more: MoreRoutes = () => undefined,
): Promise<PartiesWorld> {
  const node = await openTestNode({ audited: [...PARTIES_AUDITED, ...FILES_AUDITED] })
  const { documents, clock, access } = node
  await documents.commit(configureNode({ nodePrefix: '88.100', name: 'Test' }, clock()), {
    author: { kind: 'system', id: 'setup' },
  })
  const folder = await mkdtemp(join(tmpdir(), 'waymark-parties-'))
  const files = await FileShelf.open({ documents, folder })
  const allotting = { documents, clock, store: openMemoryStore() }
  const act = async (enterprise: string, wish: 'suspend' | 'resume'): Promise<DocumentWrite[]> => {
    const { items } = await documents.query(PREFIXES, { where: { enterprise }, limit: 100 })
    const deed =
      wish === 'suspend' ? ({ act: wish, reason: 'enterprise' } as const) : ({ act: wish } as const)
    return items.map(({ id, version, body }) => ({
      collection: PREFIXES,
      id,
      expected: version,
      put: afterAct(body, deed, clock()),
    }))
  }
  const deps: PartiesDeps = {
    access,
    files,
    onAdmitted: async ({ id, prefixWish }) => {
      const wish = prefixWish === undefined ? {} : { wish: prefixWish }
      return (await allotmentWrites(allotting, { enterprise: id, ...wish })).writes
    },
    onSuspended: ({ id }) => act(id, 'suspend'),
    onResumed: ({ id }) => act(id, 'resume'),
    signInAllowed: () => undefined,
    applicationsFreeMax: 1000,
    ...change,
  }
  partiesRoutes(node.app, deps)
  filesRoutes(node.app, { documents, files, reads: new ReadTally(documents, node.clock) })
  more(node, files)
  const reviewer = await node.operator()
  return {
    node,
    files,
    folder,
    reviewer,
    async applicant(account, entry) {
      const client = node.client()
      const wish = { ...anEntry(), ...entry, account: { name: account, password: PASSWORD } }
      const reply = await client.send('POST', '/api/v1/applications', wish)
      if (reply.status !== 201) throw new Error(reply.text)
      await client.signIn(account)
      return { id: reply.body.enterprise, token: reply.body.statusToken, client }
    },
    async decide(id, decision) {
      const { body } = await reviewer.send('GET', `/api/v1/enterprises/${id}`)
      const url = `/api/v1/enterprises/${id}/decision`
      return await reviewer.send('POST', url, { version: body.version, ...decision })
    },
    async prefixesOf(enterprise) {
      const { items } = await documents.query(PREFIXES, { where: { enterprise }, limit: 100 })
      return items.map(({ body }) => `${body.spelled} ${body.state}`)
    },
    [Symbol.asyncDispose]: async () => {
      await node[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A social credit code of Shenzhen; a number makes another. */
export function usccOf(number: number): string {
  const body = `MA${String(number).padStart(6, '0')}`
  const first17 = `91440300${body}${organisationCheck(body)}`
  return first17 + usccCheck(first17)
}

export function anEntry(): Record<string, unknown> {
  return {
    uscc: usccOf(1),
    name: '深圳市华盛精密机械有限公司',
    legalPerson: { name: '王小明', idNumber: '11010519491231002X' },
    region: '440306',
    sector: '3421',
    contact: { name: '李四', phone: '13812345678', email: 'li.si@example.com' },
  }
}

export function aPicture(side = 8): Buffer {
  const picture = new PNG({ width: side, height: side })
  picture.data = Buffer.alloc(side * side * 4, 200)
  return PNG.sync.write(picture)
}
