import assert from 'node:assert/strict'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openTestNode, PASSWORD } from '../../../test/support/access-app.ts'
import { openSqliteDocuments } from '../documents/sqlite.ts'

test('after a restart sessions, keys, links and known devices are what they were', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-access-'))
  const path = join(folder.path, 'documents.sqlite')
  const open = (options: { clock: () => number }) => openSqliteDocuments({ ...options, path })
  let cookies: ReadonlyMap<string, string>
  let key: string
  let invitation: string
  {
    await using node = await openTestNode({ open })
    const operator = await node.operator()
    cookies = operator.cookies
    const wish = { label: 'ERP', scopes: ['users.read'] }
    key = (await operator.send('POST', '/api/v1/keys', wish)).body.token
    const place = { enterprise: 'e1', role: 'member' }
    invitation = (await operator.send('POST', '/api/v1/invitations', place)).body.token
  }
  await using node = await openTestNode({ open })
  assert.deepEqual((await node.client().send('GET', '/api/v1/setup')).body, { needed: false })
  const operator = node.client()
  for (const [name, value] of cookies) operator.cookies.set(name, value)
  assert.equal((await operator.send('GET', '/api/v1/me')).body.name, 'olga')
  const program = node.client()
  program.headers.authorization = `Bearer ${key}`
  const users = await program.send('GET', '/api/v1/users')
  assert.deepEqual(users.body.items.length, 1)
  const mia = { token: invitation, name: 'mia', password: PASSWORD }
  assert.equal((await node.client().send('POST', '/api/v1/invitations/accept', mia)).status, 201)
  const mallory = node.client()
  for (let i = 0; i < 6; i++) await mallory.signIn('olga', `wrong password ${i}`)
  assert.equal((await mallory.signIn('olga')).status, 429)
  operator.headers['x-waymark-csrf'] = (await operator.send('GET', '/api/v1/me')).body.csrf
  assert.equal((await operator.signIn('olga')).status, 200)
  const trail = (await operator.send('GET', '/api/v1/audit?collection=users')).body.items
  assert.deepEqual(
    trail.map((it: { action: string }) => it.action),
    ['created', 'created'],
  )
})
