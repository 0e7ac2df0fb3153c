import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  openTestNode,
  PASSWORD,
  type TestClient,
  type TestNode,
} from '../../../test/support/access-app.ts'
import { CHEAP } from '../../../test/support/test-clock.ts'
import { USERS } from './collections.ts'
import { Passwords } from './password.ts'
import { findByName, withPassword } from './users.ts'

/** Fails with one wrong password after another until refused for haste; answers how often. */
async function guess(client: TestClient, name: string, timesMax = 60): Promise<number> {
  for (let times = 0; times < timesMax; times++) {
    const { status } = await client.signIn(name, `wrong password ${times}`)
    if (status === 429) return times
    assert.equal(status, 403)
  }
  return timesMax
}

/** Tells of every password check as it is begun. */
function watchChecks(
  { access }: TestNode,
  seen: (stored: string | undefined, urgent: boolean | undefined) => void,
): void {
  const { passwords } = access
  const check = passwords.check.bind(passwords)
  passwords.check = (password, stored, urgent) => {
    seen(stored, urgent)
    return check(password, stored, urgent)
  }
}

test('the first operator signs in, is known, and signs out', async () => {
  await using node = await openTestNode()
  await node.operator()
  const browser = node.client()
  const signedIn = await browser.signIn(' Olga'.trim())
  assert.equal(signedIn.status, 200)
  assert.match(String(signedIn.headers['set-cookie']), /^waymark=[^;]+;.*HttpOnly;.*SameSite=Lax/)
  assert.equal(signedIn.headers['cache-control'], 'no-store')
  const me = await browser.send('GET', '/api/v1/me')
  assert.equal(me.status, 200)
  assert.deepEqual(me.body, signedIn.body)
  assert.equal((await browser.send('POST', '/api/v1/sign-out')).status, 204)
  assert.equal((await browser.send('GET', '/api/v1/me')).status, 401)
})

test('wrong name, wrong password, no password yet and disabled get the same answer', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  await operator.send('POST', '/api/v1/users', { name: 'pending', nodeRoles: ['auditor'] })
  await node.member('dora', 'e1', 'member')
  const dora = await findByName(node.access, 'dora')
  const patch = await operator.send('PATCH', `/api/v1/users/${dora?.id}`, { state: 'disabled' })
  assert.equal(patch.status, 200)
  const answers = []
  for (const [name, password] of [
    ['nobody', PASSWORD],
    ['olga', 'not that password'],
    ['pending', PASSWORD],
    ['dora', PASSWORD],
  ] as const) {
    const { status, body } = await node.client().signIn(name, password)
    answers.push({ status, body })
  }
  assert.equal(answers[0]?.status, 403)
  assert.equal(answers[0]?.body.code, 'sign-in-refused')
  for (const answer of answers) assert.deepEqual(answer, answers[0])
})

test('an unknown name costs the same hash as a known one', async () => {
  await using node = await openTestNode()
  await node.operator()
  const checked: string[] = []
  watchChecks(node, (stored) => checked.push(stored === undefined ? 'decoy' : 'stored'))
  await node.client().signIn('olga', 'not that password')
  await node.client().signIn('nobody', 'not that password')
  assert.deepEqual(checked, ['stored', 'decoy'])
})

test('a known device goes before a flood of others', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const urgencies: (boolean | undefined)[] = []
  watchChecks(node, (_stored, urgent) => urgencies.push(urgent))
  await operator.signIn('olga')
  await node.client().signIn('olga')
  assert.deepEqual(urgencies, [true, false])
})

test('of a thousand sign-ins at once few cost a hash at a time, the rest are told to come back, and a known device gets in', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const attempts = Array.from({ length: 1_000 }, (_, at) => {
    const client = node.client()
    client.address = `10.${at >> 8}.${at & 255}.7`
    return client.signIn('olga', `wrong password ${at}`)
  })
  const known = operator.signIn('olga')
  const statuses = (await Promise.all(attempts)).map((it) => {
    if (it.status === 429) assert.ok(Number(it.headers['retry-after']) > 0)
    return it.status
  })
  assert.equal((await known).status, 200)
  const hashed = statuses.filter((it) => it === 403).length
  const refused = statuses.filter((it) => it === 429).length
  assert.equal(hashed + refused, 1_000)
  assert.ok(hashed >= 66, `${hashed} were looked at`)
  assert.ok(refused >= 100, `${refused} were told to come back`)
})

test('where passwords must not travel, sign-in says why', async () => {
  const reason = { en: 'not encrypted', zh: '未加密' }
  await using node = await openTestNode({ signInAllowed: () => reason })
  const bodies = {
    '/api/v1/sign-in': { name: 'olga', password: PASSWORD },
    '/api/v1/reset': { token: 't', password: PASSWORD },
    '/api/v1/invitations/accept': { token: 't', name: 'olga', password: PASSWORD },
    '/api/v1/setup': { code: 'c', name: 'olga', password: PASSWORD, nodePrefix: '88.1' },
  }
  for (const [url, body] of Object.entries(bodies)) {
    const reply = await node.client().send('POST', url, body)
    assert.deepEqual([reply.status, reply.body.code], [403, 'sign-in-refused'], url)
    assert.equal(reply.body.detail, 'not encrypted')
  }
})

test('behind a proxy that ends TLS the cookie is bound to the host and secure', async () => {
  await using node = await openTestNode({ trustedProxies: ['192.0.2.0/24'] })
  await node.operator()
  const browser = node.client()
  browser.headers = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '198.51.100.7' }
  const reply = await browser.signIn('olga')
  const [session, device] = reply.headers['set-cookie'] as string[]
  assert.match(session ?? '', /^__Host-waymark=.*Path=\/;.*HttpOnly;.*Secure/)
  assert.doesNotMatch(session ?? '', /Domain/i)
  assert.match(device ?? '', /^__Host-waymark-device=.*Secure/)
  assert.equal((await browser.send('GET', '/api/v1/me')).status, 200)
})

test('over TLS a cookie a neighbouring host could have set is not a session', async () => {
  await using node = await openTestNode({ trustedProxies: ['192.0.2.0/24'] })
  const operator = await node.operator()
  assert.ok(operator.cookies.has('waymark'))
  operator.headers['x-forwarded-proto'] = 'https'
  assert.equal((await operator.send('GET', '/api/v1/me')).status, 401)
})

test('signing in again is a new session, and the former one is over', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const former = operator.cookies.get('waymark') ?? ''
  assert.equal((await operator.send('GET', '/api/v1/me')).status, 200)
  assert.equal((await operator.signIn('olga')).status, 200)
  assert.notEqual(operator.cookies.get('waymark'), former)
  const thief = node.client()
  thief.cookies.set('waymark', former)
  assert.equal((await thief.send('GET', '/api/v1/me')).status, 401)
})

test('a guesser is told to wait, longer each time, and when', async () => {
  await using node = await openTestNode()
  await node.operator()
  const mallory = node.client()
  mallory.address = '203.0.113.9'
  assert.equal(await guess(mallory, 'olga'), 5)
  const waits: number[] = []
  for (let i = 0; i < 4; i++) {
    const told = await mallory.signIn('olga', 'wrong password')
    waits.push(Number(told.headers['retry-after']))
    node.clock.advance(Number(told.headers['retry-after']) * 1000)
    assert.equal((await mallory.signIn('olga', 'wrong password')).status, 403)
  }
  assert.deepEqual(waits, [1, 2, 4, 8])
})

test('the right password is refused too while a place has to wait', async () => {
  await using node = await openTestNode()
  await node.operator()
  const mallory = node.client()
  await guess(mallory, 'olga')
  assert.equal((await mallory.signIn('olga')).status, 429)
})

test('failures elsewhere never keep a person out', async () => {
  await using node = await openTestNode()
  await node.operator()
  for (let i = 1; i <= 30; i++) {
    const mallory = node.client()
    mallory.address = `203.0.${i}.9`
    await guess(mallory, 'olga', 10)
  }
  const olga = node.client()
  olga.address = '192.0.2.77'
  assert.equal((await olga.signIn('olga')).status, 200)
})

test('a device that signed in before is not kept out by failures at its own address', async () => {
  await using node = await openTestNode()
  await node.operator()
  const olga = node.client()
  await olga.signIn('olga')
  await olga.send('POST', '/api/v1/sign-out')
  assert.ok(olga.cookies.has('waymark-device'))
  const mallory = node.client()
  await guess(mallory, 'olga')
  assert.equal((await mallory.signIn('olga')).status, 429)
  assert.equal((await olga.signIn('olga')).status, 200)
})

test('a known device may fail more often, but not without end', async () => {
  await using node = await openTestNode()
  await node.operator()
  const olga = node.client()
  await olga.signIn('olga')
  await olga.send('POST', '/api/v1/sign-out')
  assert.equal(await guess(olga, 'olga'), 10)
})

test('a device is known only for who signed in there, by our signature, with today’s password', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  await node.member('anna', 'e1', 'member')
  const device = operator.cookies.get('waymark-device') ?? ''
  const forged = device.replace(/(?<=\.)[^.](?=[^.]*$)/, (it) => (it === 'A' ? 'B' : 'A'))
  assert.notEqual(forged, device)
  for (const [place, cookie, name] of [
    ['198.51.1.1', device, 'anna'],
    ['198.51.2.1', forged, 'olga'],
    ['198.51.3.1', '...', 'olga'],
  ] as const) {
    const mallory = node.client()
    mallory.address = place
    mallory.cookies.set('waymark-device', cookie)
    assert.equal(await guess(mallory, name), 5, `${name} by ${cookie}`)
  }
  const change = { current: PASSWORD, password: 'another plum blossom' }
  assert.equal((await operator.send('POST', '/api/v1/me/password', change)).status, 200)
  const thief = node.client()
  thief.address = '198.51.100.99'
  thief.cookies.set('waymark-device', device)
  assert.equal(await guess(thief, 'olga'), 5)
})

test('a password hashed at an earlier cost is hashed anew at sign-in, and sessions stay', async () => {
  await using node = await openTestNode()
  const operator = await node.operator()
  const olga = await findByName(node.access, 'olga')
  assert.ok(olga)
  const password = await new Passwords({ memoryKiB: 32, passes: 1 }).hash(PASSWORD)
  const put = { ...olga.body, password }
  const write = { collection: USERS, id: olga.id, expected: olga.version, put }
  await node.documents.commit([write], { author: { kind: 'system', id: 'test' } })
  assert.equal((await node.client().signIn('olga')).status, 200)
  const after = await findByName(node.access, 'olga')
  assert.match(after?.body.password ?? '', new RegExp(`m=${CHEAP.memoryKiB},t=${CHEAP.passes}`))
  assert.equal((await operator.send('GET', '/api/v1/me')).status, 200)
  assert.equal((await node.client().signIn('olga')).status, 200)
})

test('a page of another site cannot sign a visitor in', async () => {
  await using node = await openTestNode()
  await node.operator()
  for (const site of ['cross-site', 'same-site']) {
    const browser = node.client()
    browser.headers = { 'sec-fetch-site': site }
    assert.equal((await browser.signIn('olga')).status, 403)
  }
})

test('who signs in while the password is being changed gets no session by the old one', async () => {
  await using node = await openTestNode()
  await node.operator()
  const olga = await findByName(node.access, 'olga')
  assert.ok(olga)
  const { passwords } = node.access
  const check = passwords.check.bind(passwords)
  passwords.check = async (password, stored, urgent) => {
    const checked = await check(password, stored, urgent)
    const put = withPassword(olga.body, await passwords.hash('another plum blossom'))
    const write = { collection: USERS, id: olga.id, expected: olga.version, put }
    await node.documents.commit([write], { author: { kind: 'user', id: olga.id } })
    return checked
  }
  assert.equal((await node.client().signIn('olga')).status, 403)
})
