import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  openTestNode,
  PASSWORD,
  type TestClient,
  type TestNode,
} from '../../../test/support/access-app.ts'
import { addApp } from '../../../test/support/second-factor.ts'
import { openSmtp as openBox, type SmtpBox } from '../../../test/support/smtp.ts'
import { LINKS, MAIL_ADDRESSES } from '../access/collections.ts'
import { OUTBOX, outboxState } from './outbox.ts'
import { postRounds } from './postman.ts'
import { openSmtp } from './smtp.ts'

const MIA = 'Mia.Wang@mail.example'
const FRESH = 'plum blossom at the gate'
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const LIMIT = { timeout: 60_000 }

type Post = AsyncDisposable & {
  readonly node: TestNode
  readonly box: SmtpBox
  readonly operator: TestClient
  readonly mia: TestClient
  /** Sends everything that is due. */
  readonly post: () => Promise<void>
}

/** A node with an operator and a member, and a mail server. */
async function openPost(): Promise<Post> {
  await using stack = new AsyncDisposableStack()
  const node = stack.use(await openTestNode({ mails: true }))
  const box = stack.use(await openBox())
  const operator = await node.operator()
  const mia = await node.member('mia', 'e1', 'member')
  const round = postRounds({
    access: node.access,
    send: openSmtp({ url: `smtp://127.0.0.1:${box.port}`, from: 'node@waymark.example' }),
    place: async () => ({ name: '路标节点', url: 'https://node.example' }),
    enterpriseName: async (id) => `enterprise ${id}`,
    statusToken: async () => undefined,
  })
  const post = async () => {
    // a request for a letter becomes a letter first
    while ((await dueNow(node)) > 0) {
      const before = await versions(node)
      await round(new AbortController().signal)
      if ((await versions(node)) === before) return
    }
  }
  const owned = stack.move()
  return { node, box, operator, mia, post, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

async function dueNow({ documents, clock }: TestNode): Promise<number> {
  return await documents.count(OUTBOX, { nextAt: { from: 0, to: clock() } })
}

async function versions({ documents }: TestNode): Promise<string> {
  const { items } = await documents.query(OUTBOX, { limit: 100 })
  return items.map(({ id, version }) => `${id} ${version}`).join()
}

const tokenOf = (path: string) => path.split('#')[1] ?? ''
const ask = (from: TestClient, address: string) =>
  from.send('POST', '/api/v1/forgotten', { address })
const reset = (node: TestNode, token: string, password = FRESH) =>
  node.client().send('POST', '/api/v1/reset', { token, password })

/** Mia has shown that she reads what comes there. */
async function confirmed({ mia, box, post, node }: Post, address = MIA): Promise<void> {
  mia.headers['accept-language'] = 'zh-CN'
  const wish = { address, current: PASSWORD }
  assert.equal((await mia.send('PUT', '/api/v1/me/mail-address', wish)).status, 204)
  await post()
  const { path } = await box.take(address)
  assert.match(path, /^\/console\/address#/)
  const body = { token: tokenOf(path) }
  const reply = await node.client().send('POST', '/api/v1/mail-address/confirm', body)
  assert.deepEqual(reply.body, { name: 'mia', address })
}

test('without a mail server nothing is asked for, and pages can know', LIMIT, async () => {
  await using node = await openTestNode()
  await node.operator()
  const somebody = node.client()
  assert.deepEqual((await somebody.send('GET', '/api/v1/mail')).body, { sends: false })
  assert.equal((await ask(somebody, MIA)).status, 409)
  assert.equal(await node.documents.count(OUTBOX), 0)
})

test(
  'a forgotten password comes back by a link to the address one has confirmed',
  LIMIT,
  async () => {
    await using it = await openPost()
    const { node, box, post } = it
    await confirmed(it)
    assert.equal((await ask(node.client(), ' mia.wang@MAIL.example'.trim())).status, 204)
    await post()
    const letter = await box.take(MIA)
    assert.equal(letter.subject, '路标节点：设置新密码')
    assert.match(letter.text, /账户 mia 的密码/)
    assert.match(letter.text, /https:\/\/node\.example\/console\/reset#/)
    assert.equal((await reset(node, tokenOf(letter.path))).status, 200)
    assert.equal((await reset(node, tokenOf(letter.path))).status, 404)
    assert.equal((await node.client().signIn('mia', FRESH)).status, 200)
  },
)

test(
  'who has no address here, or has not confirmed it, is answered the same and sent nothing',
  LIMIT,
  async () => {
    await using it = await openPost()
    const { node, box, mia, post } = it
    const wish = { address: MIA, current: PASSWORD }
    await mia.send('PUT', '/api/v1/me/mail-address', wish)
    await post()
    await box.take(MIA)
    const replies = [await ask(node.client(), MIA), await ask(node.client(), 'nobody@mail.example')]
    assert.deepEqual(
      replies.map(({ status, text }) => ({ status, text })),
      [
        { status: 204, text: '' },
        { status: 204, text: '' },
      ],
    )
    assert.equal(await node.documents.count(OUTBOX), 2, 'both have made the same work')
    await post()
    assert.equal(await node.documents.count(OUTBOX), 0)
    assert.equal(box.letters.length, 1)
  },
)

test(
  'a mailed link is good for half an hour from when it went, and a newer one ends it',
  LIMIT,
  async () => {
    await using it = await openPost()
    const { node, box, post, operator } = it
    await confirmed(it)
    const next = async () => {
      await ask(node.client(), MIA)
      // letters wait for the server as long as they must
      node.clock.advance(20 * HOUR_MS)
      await post()
      return tokenOf((await box.take(MIA)).path)
    }
    const handed = await operator.send(
      'POST',
      `/api/v1/users/${(await it.mia.send('GET', '/api/v1/me')).body.id}/reset-link`,
    )
    const first = await next()
    const second = await next()
    assert.equal((await reset(node, first)).status, 404)
    node.clock.advance(30 * MINUTE_MS - 1)
    assert.equal(
      (await node.client().send('POST', '/api/v1/reset/look', { token: second })).status,
      200,
    )
    node.clock.advance(1)
    assert.equal((await reset(node, second)).status, 404)
    assert.equal(handed.status, 201)
  },
)

test(
  'a letter that was asked for does not end a link that an operator handed out',
  LIMIT,
  async () => {
    await using it = await openPost()
    await confirmed(it)
    const { id } = (await it.mia.send('GET', '/api/v1/me')).body
    const { token } = (await it.operator.send('POST', `/api/v1/users/${id}/reset-link`)).body
    await ask(it.node.client(), MIA)
    await it.post()
    assert.equal((await reset(it.node, token)).status, 200)
  },
)

test(
  'nothing secret waits in the outbox, and none is told by the feed or the log',
  LIMIT,
  async () => {
    await using it = await openPost()
    await confirmed(it)
    await ask(it.node.client(), MIA)
    await it.post()
    const secret = tokenOf((await it.box.take(MIA)).path).slice(25)
    assert.equal(secret.length, 43)
    const { documents, logged } = it.node
    const kept = JSON.stringify([
      await documents.changes(0, 1000),
      (await documents.query(OUTBOX, { limit: 100 })).items,
      (await documents.query(LINKS, { limit: 100 })).items,
    ])
    assert.ok(!kept.includes(secret))
    assert.ok(!logged().includes(secret))
    assert.ok(!logged().toLowerCase().includes(MIA.toLowerCase()))
  },
)

test(
  'letters are limited by the address they go to and by who asks, whoever is there',
  LIMIT,
  async () => {
    await using it = await openPost()
    const { node } = it
    const statuses = async (address: string, from: string) => {
      const client = node.client()
      client.address = from
      const told: number[] = []
      for (let i = 0; i < 4; i++) told.push((await ask(client, address)).status)
      return told
    }
    assert.deepEqual(await statuses(MIA, '192.0.2.7'), [204, 204, 204, 429])
    assert.deepEqual(await statuses('nobody@mail.example', '192.0.2.8'), [204, 204, 204, 429])
    const client = node.client()
    client.address = '192.0.2.9'
    for (let i = 0; i < 15; i++) assert.equal((await ask(client, `a${i}@mail.example`)).status, 204)
    const refused = await ask(client, 'a15@mail.example')
    assert.equal(refused.status, 429)
    assert.equal(refused.headers['retry-after'], '300')
    node.clock.advance(6 * MINUTE_MS)
    assert.equal((await ask(client, 'a15@mail.example')).status, 204)
  },
)

test(
  'a letter waits for a server that is away, longer each time, and is given up after a day',
  LIMIT,
  async () => {
    await using it = await openPost()
    const { node, box, mia, post } = it
    box.isAway = true
    const wish = { address: MIA, current: PASSWORD }
    await mia.send('PUT', '/api/v1/me/mail-address', wish)
    const waits: number[] = []
    for (let i = 0; i < 4; i++) {
      await post()
      const [letter] = (await node.documents.query(OUTBOX, { limit: 1 })).items
      const waitMs = (letter?.body.nextAt ?? 0) - node.clock()
      waits.push(waitMs)
      node.clock.advance(waitMs)
    }
    assert.deepEqual(waits, [15_000, 30_000, 60_000, 120_000])
    assert.deepEqual(await outboxState(node.documents), {
      ...{ waiting: 1, failed: 0, why: 'ECONNECTION' },
      oldestAt: node.clock() - 225_000,
    })
    box.isAway = false
    await post()
    assert.equal((await box.take(MIA)).to[0], MIA)
    box.isAway = true
    assert.equal((await mia.send('PUT', '/api/v1/me/mail-address', wish)).status, 204)
    for (let at = 0; at < 49; at++) {
      await post()
      node.clock.advance(HOUR_MS)
    }
    assert.deepEqual(await outboxState(node.documents), {
      waiting: 0,
      failed: 1,
      why: 'ECONNECTION',
    })
    const [failed] = (await node.documents.query(OUTBOX, { limit: 1 })).items
    assert.equal(failed?.body.to, 'M***@mail.example')
    node.clock.advance(7 * 24 * HOUR_MS)
    await post()
    assert.equal(await node.documents.count(OUTBOX), 0)
  },
)

test(
  'a lost second factor comes off by a mailed link and the password, not by the mail alone',
  LIMIT,
  async () => {
    await using it = await openPost()
    const { node, box, mia, post } = it
    await confirmed(it)
    await addApp(node, mia)
    const ticketOf = async (password: string) =>
      (await node.client().signIn('mia', password)).body.secondFactor?.ticket as string | undefined
    const lost = async (ticket = '') =>
      await node.client().send('POST', '/api/v1/sign-in/second/lost', { ticket })
    assert.equal((await lost('made.up')).status, 403)
    assert.equal((await lost(await ticketOf(PASSWORD))).status, 204)
    await post()
    const letter = await box.take(MIA)
    assert.match(letter.path, /^\/console\/second-factor#/)
    const token = tokenOf(letter.path)
    const path = '/api/v1/second-factor-loss'
    assert.equal((await reset(node, token)).status, 404, 'it is no link for a password')
    assert.equal((await node.client().send('POST', `${path}/look`, { token })).body.name, 'mia')
    const take = (password: string) => node.client().send('POST', path, { token, password })
    assert.equal((await take('not the password at all')).status, 403)
    assert.notEqual(await ticketOf(PASSWORD), undefined)
    assert.equal((await take(PASSWORD)).status, 204)
    assert.equal((await take(PASSWORD)).status, 404)
    assert.equal((await node.client().signIn('mia')).status, 200)
  },
)

test('after a password came by mail, a second factor does not for three days', LIMIT, async () => {
  await using it = await openPost()
  const { node, box, mia, post } = it
  await confirmed(it)
  await addApp(node, mia)
  const lose = async () => {
    const { ticket } = (await node.client().signIn('mia', FRESH)).body.secondFactor
    return await node.client().send('POST', '/api/v1/sign-in/second/lost', { ticket })
  }
  await ask(node.client(), MIA)
  await post()
  assert.equal((await reset(node, tokenOf((await box.take(MIA)).path))).status, 202)
  assert.equal((await lose()).body.code, 'wrong-state')
  node.clock.advance(72 * HOUR_MS)
  assert.equal((await lose()).status, 204)
})

test(
  'who has confirmed no address is told so with their password, and nobody without',
  LIMIT,
  async () => {
    await using it = await openPost()
    const { node, mia } = it
    await addApp(node, mia)
    const { ticket } = (await node.client().signIn('mia')).body.secondFactor
    const reply = await node.client().send('POST', '/api/v1/sign-in/second/lost', { ticket })
    assert.equal(reply.body.code, 'wrong-state')
    assert.equal(await node.documents.count(OUTBOX), 0)
  },
)

test('an invitation can be mailed: who comes by it gets back in from there', LIMIT, async () => {
  await using it = await openPost()
  const { node, box, operator, post } = it
  const to = 'audrey@mail.example'
  operator.headers['accept-language'] = 'en'
  const { body, status } = await operator.send('POST', '/api/v1/invitations', {
    nodeRole: 'auditor',
    mail: to,
  })
  assert.equal(status, 201)
  assert.deepEqual(
    Object.keys(body).toSorted(),
    ['expiresAt', 'id'],
    'who invites has no secret of it',
  )
  const [open] = (await operator.send('GET', '/api/v1/invitations')).body.items
  assert.equal(open.mail, to)
  await post()
  const letter = await box.take(to)
  assert.equal(letter.subject, '路标节点: You are invited')
  const wish = { token: tokenOf(letter.path), name: 'audrey', password: PASSWORD }
  assert.equal((await node.client().send('POST', '/api/v1/invitations/accept', wish)).status, 201)
  await ask(node.client(), to)
  await post()
  assert.match((await box.take(to)).path, /^\/console\/reset#/)
})

test('a withdrawn invitation is not mailed', LIMIT, async () => {
  await using it = await openPost()
  const { operator, box, post, node } = it
  const wish = { nodeRole: 'auditor', mail: 'audrey@mail.example' }
  const { id } = (await operator.send('POST', '/api/v1/invitations', wish)).body
  await operator.send('DELETE', `/api/v1/invitations/${id}`)
  await post()
  assert.equal(box.letters.length, 0)
  assert.equal(await node.documents.count(OUTBOX), 0)
})

test(
  'an address that was taken away brings nobody back, nor do links that went there',
  LIMIT,
  async () => {
    await using it = await openPost()
    const { node, box, mia, post } = it
    await confirmed(it)
    await ask(node.client(), MIA)
    await post()
    const { path } = await box.take(MIA)
    assert.equal((await mia.send('DELETE', '/api/v1/me/mail-address')).status, 204)
    assert.equal((await reset(node, tokenOf(path))).status, 404)
    await ask(node.client(), MIA)
    await post()
    assert.equal(await node.documents.count(MAIL_ADDRESSES), 0)
    assert.equal(box.letters.length, 2)
  },
)
