import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DocumentWrite } from '../../kernel/documents/documents.ts'
import { openMemoryDocuments } from '../../kernel/documents/memory.ts'
import { afterAct } from './acts.ts'
import { PREFIXES, type Prefix } from './prefix.ts'
import { resumptionWrites, suspensionWrites } from './with-enterprise.ts'

const author = { kind: 'user', id: 'u' } as const
const clock = () => Date.UTC(2026, 0, 1)

test('prefixes are suspended and resumed with their enterprise, those suspended for themselves stay so', async () => {
  await using documents = await openMemoryDocuments({ clock })
  const of = (enterprise: string, key: string): Prefix => ({
    spelled: key,
    enterprise,
    state: 'active',
    hosting: { kind: 'here' },
    allottedAt: clock(),
  })
  const put = (id: string, body: Prefix): DocumentWrite => ({ collection: PREFIXES, id, put: body })
  const alone = afterAct(of('a', '88.1.2'), { act: 'suspend', reason: 'fees' }, clock())
  const first = [put('88.1.1', of('a', '88.1.1')), put('88.1.2', alone)]
  await documents.commit([...first, put('88.1.3', of('b', '88.1.3'))], { author })
  const states = async () =>
    (await documents.query(PREFIXES, { limit: 9 })).items.map((it) => it.body.state)

  const deps = { documents, clock }
  const halt = await suspensionWrites(deps, { id: 'a', reason: 'licence expired' })
  await documents.commit(halt, { author })
  assert.deepEqual(await states(), ['suspended', 'suspended', 'active'])
  await documents.commit(await resumptionWrites(deps, { id: 'a' }), { author })
  assert.deepEqual(await states(), ['active', 'suspended', 'active'])
})
