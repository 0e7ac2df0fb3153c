import assert from 'node:assert/strict'
import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { openHttp } from '../../server/http.ts'
import { openLog } from '../../server/log.ts'
import { problemReplies } from '../../server/problems.ts'
import type { Caller } from '../access/permissions.ts'
import { backupRoutes } from './routes.ts'

async function world(make: (path: string) => Promise<unknown>) {
  const folder = await mkdtempDisposable(join(tmpdir(), 'waymark-backups-'))
  const { app } = openHttp({ log: openLog('silent'), trustedProxies: [] })
  problemReplies(app)
  app.decorateRequest<Caller | null>('caller', null)
  app.addHook('onRequest', async (request) => {
    request.caller = { kind: 'anonymous' }
  })
  const failures: unknown[] = []
  backupRoutes(app, {
    folder: folder.path,
    make,
    isLocal: ({ headers }) => headers['x-local'] === 'yes',
    onError: (error) => void failures.push(error),
  })
  const ask = async (method: 'GET' | 'POST' | 'DELETE', url: string, local = 'yes') => {
    const reply = await app.inject({ method, url, headers: { 'x-local': local } })
    return { status: reply.statusCode, body: reply.body === '' ? undefined : reply.json() }
  }
  const dispose = async () => {
    await app.close()
    await folder.remove()
  }
  return { ask, failures, [Symbol.asyncDispose]: dispose }
}

test('backups that are begun in the same second have names of their own', async () => {
  await using it = await world((path) => writeFile(path, 'whole', { flag: 'wx' }))
  const names = new Set<string>()
  for (let n = 0; n < 20; n++) {
    const { status, body } = await it.ask('POST', '/api/v1/backups')
    assert.equal(status, 202)
    names.add(body.name)
    const path = `/api/v1/backups/${body.name}/state`
    while ((await it.ask('GET', path)).body.state === 'running') await turn()
    assert.equal((await it.ask('GET', path)).body.state, 'ready')
  }
  assert.equal(names.size, 20)
  assert.deepEqual(it.failures, [])
})

test('one backup is made at a time, and a failed one is told', async () => {
  const held = Promise.withResolvers<void>()
  await using it = await world(() => held.promise)
  const { body } = await it.ask('POST', '/api/v1/backups')
  assert.equal((await it.ask('POST', '/api/v1/backups')).status, 409)
  assert.equal((await it.ask('DELETE', `/api/v1/backups/${body.name}`)).status, 409)
  assert.equal((await it.ask('GET', `/api/v1/backups/${body.name}`)).status, 404)
  held.reject(new Error('no'))
  while ((await it.ask('GET', `/api/v1/backups/${body.name}/state`)).body.state === 'running') {
    await turn()
  }
  assert.equal((await it.ask('GET', `/api/v1/backups/${body.name}/state`)).body.state, 'failed')
  assert.equal(it.failures.length, 1)
})

test('backups are of operators and of this machine alone, and their names lead nowhere else', async () => {
  await using it = await world((path) => writeFile(path, 'whole'))
  assert.equal((await it.ask('POST', '/api/v1/backups', 'no')).status, 401)
  for (const name of ['..%2Fdocuments.sqlite', 'lock.sqlite', 'waymark-20260101T000000Z.tar.zst']) {
    for (const path of [`/api/v1/backups/${name}`, `/api/v1/backups/${name}/state`]) {
      assert.equal((await it.ask('GET', path)).status, 404)
      assert.equal((await it.ask('GET', path, 'no')).status, 401)
    }
  }
})
