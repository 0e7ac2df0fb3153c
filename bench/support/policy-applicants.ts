import { KEYS, USERS } from '../../src/kernel/access/collections.ts'
import { issueToken } from '../../src/kernel/access/token.ts'
import type { DocumentWrite } from '../../src/kernel/documents/documents.ts'
import { openSqliteDocuments } from '../../src/kernel/documents/sqlite.ts'
import { ENTERPRISES, indexed } from '../../src/kernel/parties/enterprise.ts'
import { dataFolder as placesIn } from '../../src/server/data-folder.ts'

/** As they are handed out. */
const KEY_PREFIX = 'wmk_'
const COMMIT_WRITES = 500
const DAY_MS = 86_400_000
const AUTHOR = { kind: 'system', id: 'bench' } as const

export type Applicant = { readonly id: string; readonly key: string }
export type Desk = { readonly office: string; readonly applicants: readonly Applicant[] }

/** Enterprises that were admitted, each with a key, and a key of the office, written where no node serves. */
export async function admitApplicants(dataFolder: string, count: number): Promise<Desk> {
  const path = placesIn(dataFolder).documents
  await using documents = await openSqliteDocuments({ path, clock: Date.now })
  const { items } = await documents.query(USERS, { where: { state: 'active' }, limit: 1 })
  const [operator] = items
  if (operator === undefined) throw new Error('the node has no operator')
  const writes: DocumentWrite[] = []
  const keyFor = (scope: 'applications.write' | 'policy.review', enterprise?: string) => {
    const { id, token, secretHash } = issueToken()
    const put = {
      ...{ secretHash, label: 'bench', scopes: [scope], createdBy: operator.id },
      ...(enterprise !== undefined && { enterprise }),
      expiresAt: Date.now() + DAY_MS,
    }
    writes.push({ collection: KEYS, id, expected: 0, put })
    return `${KEY_PREFIX}${token}`
  }
  const office = keyFor('policy.review')
  const applicants = Array.from({ length: count }, (_, at): Applicant => {
    const id = `e${at}`
    writes.push({ collection: ENTERPRISES, id, expected: 0, put: enterprise(id, at) })
    return { id, key: keyFor('applications.write', id) }
  })
  for (let at = 0; at < writes.length; at += COMMIT_WRITES) {
    await documents.commit(writes.slice(at, at + COMMIT_WRITES), { author: AUTHOR })
  }
  return { office, applicants }
}

function enterprise(id: string, at: number) {
  return indexed({
    ...{ enterprise: id, state: 'admitted', applicant: 'bench', cases: 0, admittedAt: 1 },
    ...{ statusHash: '0'.repeat(64), statusUntil: 0 },
    entry: {
      uscc: `91440300MA${String(at).padStart(8, '0')}`,
      name: `enterprise ${at}`,
      legalPerson: { name: 'x' },
      region: { code: '440306', edition: '2024' },
      sector: { code: '3421', edition: '2017' },
      contact: { name: 'x', phone: '13812345678', email: 'x@mail.example' },
    },
  })
}
