import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { TestClient } from '../../../test/support/access-app.ts'
import { openPapersWorld, PAPER, type PapersWorld } from '../../../test/support/papers-world.ts'
import { ATTACHMENT_BYTES_MAX, ATTACHMENTS_MAX, LETTERS, PAPER_COMMENTS } from './collections.ts'

const PDF = '%PDF-1.7 of the test'
const MINUTE_MS = 60_000
let world: PapersWorld
before(async () => {
  world = await openPapersWorld()
})
after(() => world[Symbol.asyncDispose]())

type Sending = {
  readonly holder?: { readonly receipt: string; readonly secret: string }
  readonly name?: string
  readonly key?: string
  readonly type?: string
  readonly content?: string | Buffer
}
let keys = 0

async function send(client: TestClient, path: string, of: Sending = {}) {
  const { holder, name = '附件.pdf', type = 'application/pdf', content = PDF } = of
  const { key = `attachment-test-key-${++keys}` } = of
  const kept = client.headers
  client.headers = {
    ...kept,
    'content-type': type,
    ...(holder && { 'x-receipt': holder.receipt, 'x-secret': holder.secret }),
  }
  const query = new URLSearchParams({ key, name })
  try {
    const to = `/api/v1/policy${path}?${query}`
    return await client.send('POST', to, Buffer.from(content))
  } finally {
    client.headers = kept
  }
}

test('a letter takes files from whoever holds its receipt, and the office alone reads them', async () => {
  const { anybody, otto, get, post, node } = world
  const wish = { kind: 'letter', region: 'shenzhen', subject: '补充材料', text: '见附件' }
  const holder = (await post(anybody, '/letters', wish)).body
  const { items } = await node.documents.query(LETTERS, { limit: 1 })
  const id = items[0]?.id
  const path = '/letters/files'
  const wrong = { ...holder, secret: 'AAAA-AAAA-AAAA-AAAA-AAAA' }
  assert.equal((await send(anybody, path, { holder: wrong })).status, 404)
  assert.equal((await send(anybody, path)).status, 422, 'no receipt')
  const page = { holder, name: 'a.html', type: 'text/html', content: '<script>x</script>' }
  assert.equal((await send(anybody, path, page)).status, 400)
  assert.equal((await send(anybody, path, { holder, content: 'no pdf' })).status, 400)
  const large = { holder, type: 'text/plain', content: Buffer.alloc(ATTACHMENT_BYTES_MAX + 1) }
  assert.equal((await send(anybody, path, large)).status, 413)
  const once = { holder, key: 'the-same-attachment-key', name: '../../截图"1".pdf' }
  const first = await send(anybody, path, once)
  assert.equal(first.status, 201, first.text)
  assert.equal(first.body.name, '截图1.pdf')
  assert.deepEqual((await send(anybody, path, once)).body, first.body, 'sent again it is once')
  for (let at = 1; at < ATTACHMENTS_MAX; at++) {
    assert.equal((await send(anybody, path, { holder })).status, 201)
  }
  assert.equal((await send(anybody, path, { holder })).status, 413, 'no more')
  const follow = await post(anybody, '/letters/follow', {
    ...{ receipt: holder.receipt, secret: holder.secret, key: undefined },
  })
  assert.equal(follow.body.files.length, ATTACHMENTS_MAX)
  const file = `/letters/${id}/files/${first.body.id}`
  assert.equal((await get(anybody, file)).status, 401)
  assert.equal((await get(otto, `/letters/${id}/files/none`)).status, 404)
  const read = await get(otto, file)
  assert.deepEqual([read.status, read.text], [200, PDF])
  assert.match(String(read.headers['content-disposition']), /^attachment/)
  assert.equal(read.headers['x-content-type-options'], 'nosniff')
  await post(otto, `/letters/${id}/deeds`, { do: 'not-ours', text: '请向税务机关反映' })
  assert.equal((await send(anybody, path, { holder })).status, 409, 'it is answered')
})

test('a paper takes files while it is written, everybody reads them once it is published; a comment’s are the office’s', async () => {
  const { otto, anna, anybody, get, post, node } = world
  const { id } = (await post(otto, '/paper-drafts', PAPER)).body
  const path = `/paper-drafts/${id}/files`
  assert.equal((await send(anybody, path)).status, 401)
  const [kept, gone] = [await send(otto, path), await send(otto, path, { name: 'b.pdf' })]
  assert.equal(kept.status, 201, kept.text)
  const file = `/papers/${id}/files/${kept.body.id}`
  assert.equal((await otto.send('DELETE', `/api/v1/policy${path}/${gone.body.id}`)).status, 204)
  assert.equal((await get(anybody, file)).status, 404)
  assert.equal((await get(otto, file)).status, 200)
  const deed = async (client: TestClient, body: object) => {
    const { version } = (await get(otto, `/paper-drafts/${id}`)).body
    const reply = await post(client, `/paper-drafts/${id}/deeds`, {
      version,
      key: undefined,
      ...body,
    })
    assert.equal(reply.status, 200, reply.text)
    return reply.body
  }
  const opensAt = new Date(node.clock()).toISOString()
  const closesAt = new Date(node.clock() + MINUTE_MS).toISOString()
  await deed(otto, { do: 'open-comments', opensAt, closesAt, source: '内部规程' })
  const holder = (await post(anybody, `/consultations/${id}/comments`, { text: '见附件' })).body
  const sent = await send(anybody, '/comments/files', { holder })
  assert.equal(sent.status, 201, sent.text)
  const { items } = await node.documents.query(PAPER_COMMENTS, { limit: 1 })
  const comment = items[0]
  const of = `/paper-drafts/${id}/comments/${comment?.id}/files/${sent.body.id}`
  assert.equal((await get(anybody, of)).status, 401)
  assert.equal((await get(otto, of)).text, PDF)
  assert.equal((await get(otto, of.replace(id, 'other'))).status, 404)
  node.clock.advance(MINUTE_MS)
  assert.equal((await send(anybody, '/comments/files', { holder })).status, 409, 'it is over')
  const answer = { comments: [comment?.id], gist: 'x', verdict: 'adopted', reason: 'y' }
  assert.equal((await post(otto, `/paper-drafts/${id}/answers`, answer)).status, 201)
  await deed(otto, { do: 'put-forward' })
  assert.equal((await send(otto, path)).status, 409, 'it is no longer written')
  await deed(anna, { do: 'publish' })
  const open = await get(anybody, file)
  assert.deepEqual([open.status, open.text], [200, PDF])
  const shown = (await get(anybody, `/papers/${id}`)).body.files
  assert.deepEqual(
    shown.map((it: { name: string }) => it.name),
    ['附件.pdf'],
  )
})
