import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { openTestNode, type TestClient } from '../../../test/support/access-app.ts'
import { aPicture } from '../../../test/support/parties-world.ts'
import { ReadTally } from '../access/read-tally.ts'
import { Blobs } from './blobs.ts'
import { FILE_USAGE, FILES, FILES_AUDITED } from './collections.ts'
import { filesRoutes } from './routes.ts'
import { ENTERPRISE_FILES_MAX, FILE_BYTES_MAX, FileShelf } from './shelf.ts'

const AUTHOR = { kind: 'system', id: 'test' } as const

async function openFiles() {
  const node = await openTestNode({ audited: [...FILES_AUDITED] })
  const folder = await mkdtemp(join(tmpdir(), 'waymark-files-'))
  const files = await FileShelf.open({ documents: node.documents, folder })
  const reads = new ReadTally(node.documents, node.clock)
  filesRoutes(node.app, { documents: node.documents, files, reads })
  await node.operator()
  const upload = (client: TestClient, query: string, payload: Buffer | string, type: string) =>
    node.app.inject({
      method: 'POST',
      url: `/api/v1/files?${query}`,
      payload,
      headers: {
        ...client.headers,
        host: 'localhost:8080',
        'content-type': type,
        cookie: [...client.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      },
    })
  return {
    node,
    folder,
    files,
    upload,
    /** Contents on the disk. */
    contents: async () => {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true })
      return entries.filter((it) => it.isFile()).map((it) => it.name)
    },
    [Symbol.asyncDispose]: async () => {
      await node[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

test('a file is kept once however many refer to it, and goes with the last reference', async () => {
  await using it = await openFiles()
  const put = async (enterprise: string, content = 'a,b\n1,2\n') => {
    await using received = await it.files.receive(Readable.from([Buffer.from(content)]))
    const wish = { name: 'x.csv', enterprise, kind: 'upload', public: false } as const
    return await it.files.putFile({ ...received, mediaType: 'text/csv' }, wish, AUTHOR)
  }
  const [mine, theirs] = [await put('e1'), await put('e2')]
  assert.notEqual(mine.id, theirs.id)
  assert.deepEqual(await it.contents(), [mine.body.digest])
  assert.equal(await text(it.files.content(mine)), 'a,b\n1,2\n')
  await it.files.remove(mine.id, AUTHOR)
  assert.equal((await it.contents()).length, 1)
  await it.files.remove(theirs.id, AUTHOR)
  assert.deepEqual(await it.contents(), [])
  await assert.rejects(it.files.remove(theirs.id, AUTHOR), { code: 'not-found' })
  const usage = await it.node.documents.get(FILE_USAGE, 'e1')
  assert.deepEqual(usage?.body, { files: 0, bytes: 0 })
})

test('a content that is put again while its last reference goes is still there', async () => {
  await using it = await openFiles()
  const put = async () => {
    await using received = await it.files.receive(Readable.from([Buffer.from('same')]))
    const wish = { name: 'x', enterprise: 'e1', kind: 'upload', public: false } as const
    return await it.files.putFile({ ...received, mediaType: 'text/plain' }, wish, AUTHOR)
  }
  for (let round = 0; round < 20; round++) {
    const old = await put()
    const [fresh] = await Promise.all([put(), it.files.remove(old.id, AUTHOR)])
    assert.equal(await text(it.files.content(fresh)), 'same')
    await it.files.remove(fresh.id, AUTHOR)
  }
  assert.deepEqual(await it.contents(), [])
})

test('what was never kept is gone, what lost its reference is swept once it is old', async () => {
  await using it = await openFiles()
  {
    await using received = await it.files.receive(Readable.from([Buffer.from('x')]))
    assert.equal((await it.contents()).length, 1, received.digest)
  }
  assert.deepEqual(await it.contents(), [])
  const blobs = await Blobs.open(it.folder)
  const received = await blobs.receive([Buffer.from('orphan')], 100)
  await assert.rejects(
    blobs.keep(received, async () => {
      throw new Error('the commit failed')
    }),
    /commit failed/,
  )
  assert.equal(await it.files.sweepOrphans(), 0, 'too young to tell')
  const path = join(it.folder, received.digest.slice(0, 2), received.digest)
  await utimes(path, new Date(0), new Date(0))
  assert.equal(await it.files.sweepOrphans(), 1)
  assert.deepEqual(await it.contents(), [])
  await blobs.receive([Buffer.from('torn')], 100)
  await Blobs.open(it.folder)
  assert.deepEqual(await it.contents(), [], 'a start clears what was being received')
})

test('limits hold to the byte and to the file', async () => {
  await using it = await openFiles()
  const blobs = await Blobs.open(it.folder)
  await using fits = await blobs.receive([Buffer.alloc(60), Buffer.alloc(40)], 100)
  assert.equal(fits.bytes, 100)
  await assert.rejects(blobs.receive([Buffer.alloc(60), Buffer.alloc(41)], 100), {
    code: 'too-large',
  })
  assert.equal((await it.contents()).length, 1, 'what was refused is not left')
  const { documents } = it.node
  const whole = Readable.from([Buffer.alloc(FILE_BYTES_MAX), Buffer.alloc(1)])
  await assert.rejects(it.files.receive(whole), { code: 'too-large' })
  const usage = { files: ENTERPRISE_FILES_MAX - 1, bytes: 0 }
  await documents.commit([{ collection: FILE_USAGE, id: 'e1', put: usage }], { author: AUTHOR })
  const client = await it.node.member('ann', 'e1', 'administrator')
  const query = 'enterprise=e1&name=x.txt'
  assert.equal((await it.upload(client, query, 'last', 'text/plain')).statusCode, 201)
  assert.equal((await it.upload(client, query, 'more', 'text/plain')).statusCode, 413)
})

test('types are those that are taken, and are what they say', async () => {
  await using it = await openFiles()
  const client = await it.node.member('ann', 'e1', 'member')
  const upload = async (payload: Buffer | string, type: string) =>
    (await it.upload(client, 'enterprise=e1&name=x', payload, type)).statusCode
  assert.equal(await upload('%PDF-1.7 …', 'application/pdf'), 201)
  assert.equal(await upload('PK\x03\x04…', 'application/zip'), 201)
  assert.equal(await upload('text', 'text/plain; charset=utf-8'), 201)
  assert.equal(await upload(aPicture(), 'image/png'), 201)
  assert.equal(await upload('<html>', 'application/pdf'), 400)
  assert.equal(await upload('<html>', 'application/zip'), 400)
  assert.equal(await upload('<html>', 'image/png'), 400)
  assert.equal(await upload('<svg/>', 'image/svg+xml'), 400)
  assert.equal(await upload('<html>', 'text/html'), 400)
  assert.equal(await upload('x', 'constructor'), 400)
  assert.equal((await it.contents()).length, 4)
})

test('a file is an attachment in a sandbox, for its enterprise or for everybody', async () => {
  await using it = await openFiles()
  const [ann, bob] = [
    await it.node.member('ann', 'e1', 'member'),
    await it.node.member('bob', 'e2', 'administrator'),
  ]
  const name = encodeURIComponent('../说明"书\r\n.pdf')
  const put = async (more = '') => {
    const reply = await it.upload(
      ann,
      `enterprise=e1&name=${name}${more}`,
      '%PDF-1',
      'application/pdf',
    )
    assert.equal(reply.statusCode, 201, reply.body)
    return reply.json().id as string
  }
  const [own, open] = [await put(), await put('&public=true')]
  const get = (client: TestClient, id: string) => client.send('GET', `/api/v1/files/${id}`)
  const seen = await get(ann, own)
  assert.equal(seen.text, '%PDF-1')
  assert.equal(
    seen.headers['content-disposition'],
    `attachment; filename="___.pdf"; filename*=UTF-8''${encodeURIComponent('说明书.pdf')}`,
  )
  assert.equal(seen.headers['x-content-type-options'], 'nosniff')
  assert.match(String(seen.headers['content-security-policy']), /^sandbox;/)
  const [foreign, absent] = [await get(bob, own), await get(bob, 'no-such')]
  assert.deepEqual([foreign.status, foreign.text], [404, absent.text])
  assert.equal((await get(it.node.client(), own)).status, 404)
  assert.equal((await get(it.node.client(), open)).text, '%PDF-1')
  assert.equal((await bob.send('DELETE', `/api/v1/files/${own}`)).status, 404)
  assert.equal((await bob.send('DELETE', `/api/v1/files/${open}`)).status, 403)
  const list = await ann.send('GET', '/api/v1/files?enterprise=e1')
  assert.equal(list.body.items.length, 2)
  assert.equal((await bob.send('GET', '/api/v1/files?enterprise=e1')).status, 403)
  assert.equal((await it.upload(bob, 'enterprise=e1&name=x', 'x', 'text/plain')).statusCode, 403)
  assert.equal(
    (await it.upload(it.node.client(), 'enterprise=e1&name=x', 'x', 'text/plain')).statusCode,
    401,
  )
  assert.equal((await ann.send('DELETE', `/api/v1/files/${own}`)).status, 204)
  assert.equal((await get(ann, own)).status, 404)
  assert.equal(await it.node.documents.count(FILES), 1)
})
