import assert from 'node:assert/strict'
import { test } from 'node:test'
import { label, must, openIdentifierWorld } from '../../../test/support/identifier-world.ts'
import { openImportWorld } from '../../../test/support/import-world.ts'
import type { Documents } from '../../kernel/documents/documents.ts'
import { FILES } from '../../kernel/files/collections.ts'

const AUTHOR = { kind: 'system', id: 'test' } as const
const FIELDS = [
  { name: 'picture', type: 'file', label: label('Picture') },
  { name: 'drawing', type: 'file', label: label('Drawing'), public: false },
  { name: 'papers', type: 'list', label: label('Papers'), element: { type: 'file' } },
]

async function putFile(
  documents: Documents,
  id: string,
  more: { readonly enterprise?: string; readonly public?: boolean; readonly kind?: string } = {},
): Promise<void> {
  const content = { digest: 'a'.repeat(64), bytes: 1, mediaType: 'text/plain', name: id }
  const put = { ...content, enterprise: 'A', kind: 'upload', public: true, ...more }
  await documents.commit([{ collection: FILES, id, expected: 0, put }], { author: AUTHOR })
}

async function putFiles(documents: Documents): Promise<void> {
  await putFile(documents, 'open')
  await putFile(documents, 'secret', { public: false })
  await putFile(documents, 'theirs', { enterprise: 'B' })
  await putFile(documents, 'licence', { kind: 'licence' })
}

async function world() {
  const it = await openIdentifierWorld()
  await must(it.ask('operator', 'POST', '/api/v1/prefixes', { body: { enterprise: 'A' } }))
  const body = { prefix: '88.100.1', name: 'paper', label: label('Paper'), fields: FIELDS }
  await must(it.ask('ann', 'POST', '/api/v1/templates', { body }))
  await must(it.ask('ann', 'POST', '/api/v1/templates/88.100.1/paper/1/publish'))
  await putFiles(it.documents)
  return it
}

test('a field refers to a file of the enterprise that whoever reads the field may read', async () => {
  await using it = await world()
  const register = async (suffix: string, fields: object) => {
    const body = { handle: `88.100.1/${suffix}`, template: 'paper', fields }
    const answer = await it.ask('ann', 'POST', '/api/v1/identifiers', { body })
    const errors: { path: string }[] = answer.body.errors ?? []
    return [answer.status, ...errors.map((e) => e.path)]
  }
  const drawing = 'secret'
  assert.deepEqual(
    await register('a', { picture: 'open', drawing, papers: ['open', 'open'] }),
    [201],
  )
  for (const id of ['none', 'theirs', 'licence', 'secret']) {
    assert.deepEqual(await register('b', { picture: id }), [422, '/fields/picture'], id)
    assert.deepEqual(await register('b', { papers: ['open', id] }), [422, '/fields/papers'], id)
  }
  const both = { picture: 'theirs', drawing: 'none' }
  assert.deepEqual(await register('b', both), [422, '/fields/picture', '/fields/drawing'])
})

test('a file of another enterprise is told as one that is not there', async () => {
  await using it = await world()
  const register = async (picture: string) => {
    const body = { handle: '88.100.1/a', template: 'paper', fields: { picture } }
    return (await it.ask('ann', 'POST', '/api/v1/identifiers', { body })).body.errors
  }
  assert.deepEqual(await register('theirs'), await register('none'))
})

test('a record whose file is gone can still be changed; a new reference to it cannot be made', async () => {
  await using it = await world()
  const address = '/api/v1/identifiers/88.100.1/a'
  const fields = { picture: 'open', drawing: 'open' }
  const body = { handle: '88.100.1/a', template: 'paper', fields }
  await must(it.ask('ann', 'POST', '/api/v1/identifiers', { body }))
  await it.documents.commit([{ collection: FILES, id: 'open', delete: true }], { author: AUTHOR })
  await must(it.ask('ann', 'PATCH', address, { body: { fields: { drawing: 'secret' } } }))
  const again = await it.ask('ann', 'PATCH', address, { body: { fields: { drawing: 'open' } } })
  assert.deepEqual([again.status, again.body.errors[0].path], [422, '/fields/drawing'])
})

test('lines of a file are held to the same', async () => {
  await using it = await openImportWorld()
  const body = { prefix: '88.100.1', name: 'paper', label: label('Paper'), fields: FIELDS }
  assert.equal((await it.call('ann', 'POST', '/api/v1/templates', body)).status, 201)
  const publish = '/api/v1/templates/88.100.1/paper/1/publish'
  assert.equal((await it.call('ann', 'POST', publish)).status, 200)
  await putFiles(it.documents)
  const csv = ['handle,picture,drawing', '1,open,secret', '2,theirs,', '3,secret,', '4,,none'].join(
    '\n',
  )
  const answer = await it.call('ann', 'POST', '/api/v1/imports?prefix=88.100.1&template=paper', csv)
  const lines = (await answer.text()).trim().split('\n')
  const told = lines.map((line) => JSON.parse(line)).filter((line) => line.line !== undefined)
  assert.deepEqual(
    told.map(({ line, outcome, fields }) => [line, outcome, fields?.[0]?.path]),
    [
      [2, 'created', undefined],
      [3, 'refused', '/picture'],
      [4, 'refused', '/picture'],
      [5, 'refused', '/drawing'],
    ],
  )
})
