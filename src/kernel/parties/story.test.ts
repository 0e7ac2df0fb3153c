import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PASSWORD } from '../../../test/support/access-app.ts'
import { anEntry, aPicture, openPartiesWorld, usccOf } from '../../../test/support/parties-world.ts'
import { Problem } from '../../lib/problem.ts'
import { reviewClaims } from './audited.ts'
import { ENTERPRISE_CASES, isAdmitted, publicEnterprise } from './enterprise.ts'

const APPLY = '/api/v1/applications'
const at = (id: string, rest = '') => `/api/v1/enterprises/${id}${rest}`
const kinds = (items: readonly { kind: string }[]) => items.map((it) => it.kind)

test('an enterprise applies, is returned with reasons, corrects, is admitted and has its prefix', async () => {
  await using world = await openPartiesWorld()
  const { node, reviewer } = world
  const { id, token, client } = await world.applicant('ming', {
    licenceImage: aPicture().toString('base64'),
    prefixWish: '77',
  })
  const queue = await reviewer.send('GET', '/api/v1/enterprises?waiting=any')
  assert.deepEqual(
    queue.body.items.map((it: { id: string; waiting: string }) => [it.id, it.waiting]),
    [[id, 'application']],
  )
  assert.equal(queue.body.total, 1)
  const { chain } = queue.body.items[0].region
  assert.deepEqual(
    chain.map((it: { name: string; nameEn?: string }) => [it.name, it.nameEn]),
    [
      ['广东省', 'Guangdong'],
      ['深圳市', 'Shenzhen'],
      ['宝安区', "Bao'an"],
    ],
  )
  const reasons = [{ path: '/address', reason: '请填写注册地址' }]
  const returned = await world.decide(id, { decision: 'return', reasons })
  assert.deepEqual([returned.status, returned.body.state], [200, 'returned'])
  const status = await node.client().send('GET', `${APPLY}/status?token=${token}`)
  assert.equal(status.body.state, 'returned')
  assert.deepEqual(status.body.thread[1].reasons, reasons)
  assert.doesNotMatch(status.text, /13812345678|李四|11010519/)
  node.clock.advance(60_000)
  const corrected = await client.send('PUT', at(id), {
    ...anEntry(),
    prefixWish: '77',
    address: '宝安区某路1号',
    version: returned.body.version,
    note: '已补充',
  })
  assert.deepEqual([corrected.status, corrected.body.state], [200, 'applied'], corrected.text)
  assert.equal(corrected.body.entry.hasLicence, true)
  const approved = await world.decide(id, { decision: 'approve' })
  assert.deepEqual([approved.status, approved.body.state], [200, 'admitted'], approved.text)
  assert.deepEqual(await world.prefixesOf(id), ['88.100.77 active'])
  assert.equal(await isAdmitted(node.documents, id), true)
  assert.equal((await publicEnterprise(node.documents, id))?.name, anEntry().name)
  const [mine, theirs] = [
    await client.send('GET', at(id, '/thread')),
    await reviewer.send('GET', at(id, '/thread')),
  ]
  assert.deepEqual(kinds(mine.body.items), ['applied', 'returned', 'corrected', 'approved'])
  assert.deepEqual(mine.body.items[2].changed, ['address'])
  assert.equal(mine.body.items[1].author, undefined)
  assert.equal(theirs.body.items[1].author.kind, 'user')
})

test('every wrong field of an application is told at once, in the caller’s language', async () => {
  await using world = await openPartiesWorld()
  const client = world.node.client()
  const wish = {
    ...anEntry(),
    uscc: '91350100M000100Y44',
    region: '999999',
    sector: 'ZZ',
    legalPerson: { name: '', idNumber: '110105194912310021' },
    contact: { name: '李四\u202e', phone: 'call me', email: 'nobody' },
    website: 'javascript:alert(1)',
    licenceImage: 'not base64!',
    unknown: 1,
    account: { name: 'x', password: 'short' },
  }
  const reply = await client.send('POST', APPLY, wish)
  assert.equal(reply.status, 422)
  const paths = new Set(reply.body.errors.map((it: { path: string }) => it.path))
  for (const path of [
    ...['/uscc', '/region', '/sector', '/legalPerson/name', '/legalPerson/idNumber'],
    ...['/contact/name', '/contact/phone', '/contact/email', '/website', '/licenceImage'],
    ...['/unknown', '/account/name', '/account/password'],
  ]) {
    assert.ok(paths.has(path), `${path} in ${[...paths]}`)
  }
  assert.match(reply.text, /the others call for “3”/)
  assert.doesNotMatch(reply.text, /11010519491231/)
  client.headers['accept-language'] = 'zh'
  assert.match((await client.send('POST', APPLY, wish)).text, /应为“3”/)
  const drawing = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>').toString('base64')
  const drawn = await client.send('POST', APPLY, { ...wish, licenceImage: drawing })
  assert.equal(drawn.status, 422)
  const told: { path: string }[] = drawn.body.errors
  assert.ok(
    told.some((it) => it.path === '/licenceImage'),
    drawn.text,
  )
  assert.ok(told.length > 8, 'told with the other fields')
  const empty = await client.send('POST', APPLY, {})
  assert.equal(empty.status, 422)
  assert.ok(empty.body.errors.some((it: { path: string }) => it.path === '/account'))
})

test('an account that is none is told as a wrong field', async () => {
  await using world = await openPartiesWorld()
  const client = world.node.client()
  for (const account of [null, 7, 'me', [], {}]) {
    const reply = await client.send('POST', APPLY, { ...anEntry(), account })
    assert.equal(reply.status, 422, JSON.stringify(account))
    const paths = reply.body.errors.map((it: { path: string }) => it.path)
    assert.ok(paths.some((it: string) => it.startsWith('/account')))
  }
})

test('an approval and its prefix are one commit: when the prefix cannot be had, nothing changes', async () => {
  await using world = await openPartiesWorld()
  const [first, second] = [
    await world.applicant('one1', { prefixWish: '5' }),
    await world.applicant('two2', { prefixWish: '5', uscc: usccOf(2) }),
  ]
  assert.equal((await world.decide(first.id, { decision: 'approve' })).status, 200)
  const refused = await world.decide(second.id, { decision: 'approve' })
  assert.deepEqual([refused.status, refused.body.code], [409, 'already-exists'])
  const shown = await world.reviewer.send('GET', at(second.id))
  assert.deepEqual([shown.body.state, shown.body.waiting], ['applied', 'application'])
  const thread = await world.reviewer.send('GET', at(second.id, '/thread'))
  assert.deepEqual(kinds(thread.body.items), ['applied'])
  const other = await world.decide(second.id, { decision: 'approve', prefixWish: '' })
  assert.equal(other.status, 200)
  assert.deepEqual(await world.prefixesOf(second.id), ['88.100.1 active'])
})

test('approvals at one time each get a prefix of their own', async () => {
  await using world = await openPartiesWorld()
  const ids: string[] = []
  for (let number = 1; number <= 5; number++) {
    ids.push((await world.applicant(`user${number}`, { uscc: usccOf(number) })).id)
  }
  const replies = await Promise.all(ids.map((id) => world.decide(id, { decision: 'approve' })))
  assert.deepEqual(
    replies.map((it) => it.status),
    [200, 200, 200, 200, 200],
  )
  const prefixes = await Promise.all(ids.map((id) => world.prefixesOf(id)))
  assert.equal(new Set(prefixes.flat()).size, 5)
})

test('of two decisions about one application, one wins and there is one prefix', async () => {
  await using world = await openPartiesWorld()
  const { id } = await world.applicant('ming', {})
  const { version } = (await world.reviewer.send('GET', at(id))).body
  const post = (decision: string) =>
    world.reviewer.send('POST', at(id, '/decision'), { decision, version, note: 'x' })
  const replies = await Promise.all([post('approve'), post('approve'), post('reject')])
  assert.deepEqual(replies.map((it) => it.status).sort(), [200, 409, 409])
  assert.ok((await world.prefixesOf(id)).length <= 1)
})

test('a second application with one social credit code is taken, shown as a duplicate, and never approved', async () => {
  await using world = await openPartiesWorld()
  const first = await world.applicant('one1', {})
  const second = await world.applicant('two2', { name: '完全不同的名称厂' })
  const alikes = await world.reviewer.send('GET', at(second.id, '/look-alikes'))
  assert.equal(alikes.body.items[0].id, first.id)
  assert.deepEqual(alikes.body.items[0].because, ['uscc', 'id-number', 'legal-person', 'phone'])
  assert.equal((await second.client.send('GET', at(second.id, '/look-alikes'))).status, 403)
  const both = await Promise.all([
    world.decide(first.id, { decision: 'approve' }),
    world.decide(second.id, { decision: 'approve' }),
  ])
  assert.deepEqual(both.map((it) => it.status).sort(), [200, 409])
})

test('a member learns nothing of another enterprise: foreign answers as absent', async () => {
  await using world = await openPartiesWorld()
  const mine = await world.applicant('mine', {})
  const theirs = await world.applicant('theirs', { uscc: usccOf(2), name: '别家有限公司' })
  const { client } = mine
  const image = { ...anEntry(), version: 1 }
  const asks: readonly (readonly [string, string, object?])[] = [
    ['GET', ''],
    ['GET', '?personal=true'],
    ['GET', '/thread'],
    ['GET', '/licence'],
    ['PUT', '', image],
  ]
  for (const [method, rest, body] of asks) {
    const [foreign, absent] = [
      await client.send(method, at(theirs.id, rest), body),
      await client.send(method, at('e00000000000', rest), body),
    ]
    assert.deepEqual([foreign.status, foreign.text], [404, absent.text], `${method} ${rest}`)
    assert.equal(absent.status, 404)
  }
  for (const [method, rest, body] of asks) {
    const nobody = await world.node.client().send(method, at(theirs.id, rest), body)
    assert.equal(nobody.status, 401, `${method} ${rest}`)
  }
  for (const rest of ['/decision', '/suspend', '/resume']) {
    const body = { decision: 'approve', version: 1, reason: 'x' }
    const reply = await client.send('POST', at(theirs.id, rest), body)
    assert.ok([403, 422].includes(reply.status), `${rest}: ${reply.status}`)
  }
  const list = await client.send('GET', '/api/v1/enterprises')
  assert.deepEqual([list.body.total, list.body.items[0].id], [1, mine.id])
  for (const filter of ['q=别家', `uscc=${usccOf(2)}`]) {
    const found = await client.send('GET', `/api/v1/enterprises?${encodeURI(filter)}`)
    assert.deepEqual(found.body.items, [])
  }
  const counts = await client.send('GET', '/api/v1/enterprises/counts')
  assert.deepEqual([counts.body.applied, counts.body.waiting.applications], [1, 1])
})

test('nobody decides about their own enterprise, nor does a key they made', async () => {
  await using world = await openPartiesWorld()
  const { reviewer } = world
  const reply = await reviewer.send('POST', APPLY, anEntry())
  assert.equal(reply.status, 201, reply.text)
  const id = reply.body.enterprise
  const own = await world.decide(id, { decision: 'approve' })
  assert.deepEqual([own.status, own.body.code], [403, 'not-authorised'])
  const key = await reviewer.send('POST', '/api/v1/keys', {
    label: 'k',
    scopes: ['enterprises.review', 'enterprises.read'],
  })
  assert.equal(key.status, 201, key.text)
  const machine = world.node.client()
  machine.headers.authorization = `Bearer ${key.body.token}`
  const { version } = (await reviewer.send('GET', at(id))).body
  const by = await machine.send('POST', at(id, '/decision'), { decision: 'approve', version })
  assert.equal(by.status, 403, by.text)
  const other = await world.applicant('other', { uscc: usccOf(2) })
  const shown = await machine.send('GET', at(other.id))
  const good = await machine.send('POST', at(other.id, '/decision'), {
    decision: 'approve',
    version: shown.body.version,
  })
  assert.equal(good.status, 200, good.text)
})

test('a decision needs reasons where it refuses, fields that are there, and the version that was seen', async () => {
  await using world = await openPartiesWorld()
  const { id, client } = await world.applicant('ming', {})
  const decide = (it: object) => world.decide(id, it)
  assert.equal((await decide({ decision: 'return' })).status, 422)
  const nowhere = { decision: 'return', reasons: [{ path: '/no/such', reason: 'x' }] }
  assert.equal((await decide(nowhere)).status, 422)
  assert.equal((await decide({ decision: 'approve', version: 99 })).status, 409)
  const change = { ...anEntry(), address: 'x', version: 1 }
  assert.equal((await client.send('PUT', at(id), change)).status, 200)
  assert.equal((await client.send('PUT', at(id), change)).status, 409)
  assert.equal((await decide({ decision: 'approve', version: 1 })).status, 409)
  assert.equal((await decide({ decision: 'reject', note: 'no such firm' })).body.state, 'rejected')
  assert.equal((await decide({ decision: 'approve' })).status, 409)
  const again = await client.send('PUT', at(id), { ...change, address: 'y', version: 3 })
  assert.deepEqual([again.status, again.body.code], [409, 'wrong-state'])
})

test('after admission plain fields change at once, key fields wait for a review', async () => {
  await using world = await openPartiesWorld()
  const { id, client } = await world.applicant('ming', {})
  await world.decide(id, { decision: 'approve' })
  const put = async (entry: object) => {
    const { version } = (await client.send('GET', at(id))).body
    return await client.send('PUT', at(id), { ...anEntry(), ...entry, version })
  }
  const plain = await put({ address: 'new street' })
  assert.deepEqual([plain.body.entry.address, plain.body.waiting], ['new street', undefined])
  const renamed = await put({
    address: 'new street',
    name: '深圳市新名机械有限公司',
    uscc: usccOf(9),
  })
  assert.deepEqual(
    [renamed.body.entry.name, renamed.body.pending.name, renamed.body.waiting],
    [anEntry().name, '深圳市新名机械有限公司', 'change'],
  )
  assert.equal(renamed.body.state, 'admitted')
  const returned = await world.decide(id, { decision: 'return', note: 'licence shows another' })
  assert.deepEqual(
    [returned.body.waiting, returned.body.pending.name],
    [undefined, '深圳市新名机械有限公司'],
  )
  await put({ address: 'new street', name: '深圳市新名机械公司', uscc: usccOf(9) })
  const approved = await world.decide(id, { decision: 'approve' })
  assert.deepEqual(
    [approved.body.entry.name, approved.body.entry.uscc, approved.body.pending],
    ['深圳市新名机械公司', usccOf(9), undefined],
  )
  assert.deepEqual(await world.prefixesOf(id), ['88.100.1 active'])
  const heir = await world.applicant('heir', {})
  assert.equal(
    (await world.decide(heir.id, { decision: 'approve' })).status,
    200,
    'the old code is free',
  )
})

test('a suspension stops the prefixes in the same commit, and going on lets them go on', async () => {
  await using world = await openPartiesWorld()
  const { id } = await world.applicant('ming', {})
  const post = (act: string, body: object = { reason: 'unpaid' }) =>
    world.reviewer.send('POST', at(id, `/${act}`), body)
  assert.equal((await post('suspend')).status, 409, 'not admitted yet')
  await world.decide(id, { decision: 'approve' })
  assert.equal((await post('suspend', { reason: ' ' })).status, 422)
  assert.equal((await post('suspend')).body.state, 'suspended')
  assert.deepEqual(await world.prefixesOf(id), ['88.100.1 suspended'])
  assert.equal(await isAdmitted(world.node.documents, id), false)
  assert.equal((await post('suspend')).status, 409)
  assert.equal((await post('resume')).body.state, 'admitted')
  assert.deepEqual(await world.prefixesOf(id), ['88.100.1 active'])
  const { documents } = world.node
  const changes = await documents.changes(0, 1000)
  const all = changes.flatMap(reviewClaims)
  const claims = all.filter((it) => it.open !== 'staff')
  assert.deepEqual(
    claims.map((it) => it.fields.decision),
    ['approved', 'suspended', 'resumed'],
  )
  assert.deepEqual(claims[0]?.open, { enterprise: id })
  const makers = all.filter((it) => it.open === 'staff').map((it) => it.fields.by)
  assert.equal(makers.length, 3)
  const { body: me } = await world.reviewer.send('GET', '/api/v1/me')
  assert.deepEqual([...new Set(makers)], [me.id])
  assert.equal(JSON.stringify(claims).includes(me.id), false, 'who it was is for staff')
  assert.equal(JSON.stringify(all).includes('unpaid'), false)
})

test('who of the node decided is told to the node’s people alone, in the thread and in the audit trail', async () => {
  await using world = await openPartiesWorld()
  const { id, client } = await world.applicant('ming', {})
  await world.decide(id, { decision: 'approve' })
  const { body: reviewer } = await world.reviewer.send('GET', '/api/v1/me')
  const { body: own } = await client.send('GET', '/api/v1/me')
  const path = `/api/v1/audit?enterprise=${id}&collection=enterprise-cases`
  type Told = { author: { kind: string; id: string }; after: { kind: string; author?: unknown } }
  const told = ({ body }: { body: { items: Told[] } }) =>
    body.items.map(({ after, author: { kind, id } }) => [after.kind, { kind, id }, after.author])
  const [me, they] = [own, reviewer].map((it) => ({ kind: 'user', id: it.id }))
  assert.deepEqual(told(await client.send('GET', path)), [
    ['approved', { kind: 'user', id: 'node' }, undefined],
    ['applied', me, me],
  ])
  for (const it of ['/api/v1/audit', '/api/v1/audit/export', at(id, '/thread')]) {
    const { text } = await client.send('GET', it)
    assert.equal(text.includes(reviewer.id), false, it)
    assert.ok(text.includes(own.id), it)
  }
  const staff = '/api/v1/audit?collection=enterprise-cases'
  assert.deepEqual(told(await world.reviewer.send('GET', staff))[0], ['approved', they, they])
  assert.deepEqual(told(await world.reviewer.send('GET', path)), [
    ['approved', they, undefined],
    ['applied', me, me],
  ])
})

test('a hook that fails stops the suspension too', async () => {
  await using world = await openPartiesWorld({
    onSuspended: async () => {
      throw new Problem('unavailable', { en: 'no', zh: '否' })
    },
  })
  const { id } = await world.applicant('ming', {})
  await world.decide(id, { decision: 'approve' })
  const reply = await world.reviewer.send('POST', at(id, '/suspend'), { reason: 'x' })
  assert.equal(reply.status, 503)
  assert.equal((await world.reviewer.send('GET', at(id))).body.state, 'admitted')
})

test('personal data is masked until it is asked for, and each reading is on record', async () => {
  await using world = await openPartiesWorld()
  const { id, client } = await world.applicant('ming', {})
  const masked = await world.reviewer.send('GET', at(id))
  assert.doesNotMatch(masked.text, /13812345678|李四|王小明|11010519491231002X|li\.si/)
  assert.deepEqual(masked.body.entry.contact.phone, '138****5678')
  assert.ok(masked.body.checks.some((it: { path: string }) => it.path === '/licence'))
  const plain = await world.reviewer.send('GET', at(id, '?personal=true'))
  assert.equal(plain.body.entry.legalPerson.idNumber, '11010519491231002X')
  assert.equal((await client.send('GET', at(id, '?personal=true'))).body.entry.contact.name, '李四')
  const audit = await world.reviewer.send('GET', '/api/v1/audit?collection=personal-reads')
  assert.deepEqual(
    audit.body.items.map((it: { after: { what: string; subject: string } }) => [
      it.after.what,
      it.after.subject,
    ]),
    [
      ['enterprise', id],
      ['enterprise', id],
    ],
  )
  const trail = await world.reviewer.send('GET', '/api/v1/audit')
  assert.doesNotMatch(trail.text, /13812345678|李四|王小明|11010519491231002X|statusHash/)
  const list = await world.reviewer.send('GET', '/api/v1/enterprises')
  assert.doesNotMatch(list.text, /138|李|王/)
})

test('a licence is made anew, served as an attachment to those entitled, and its reading recorded', async () => {
  await using world = await openPartiesWorld()
  const { id, client } = await world.applicant('ming', {})
  const { app } = world.node
  const put = (payload: Buffer, type = 'image/png') =>
    app.inject({
      method: 'PUT',
      url: at(id, '/licence'),
      payload,
      headers: {
        ...client.headers,
        host: 'localhost:8080',
        'content-type': type,
        cookie: [...client.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      },
    })
  assert.equal((await client.send('GET', at(id, '/licence'))).status, 404)
  const dirty = Buffer.concat([aPicture(), Buffer.from('<script>secret</script>')])
  assert.equal((await put(dirty)).statusCode, 204)
  for (const bad of ['<svg xmlns="http://www.w3.org/2000/svg"/>', '', 'GIF89a']) {
    assert.equal((await put(Buffer.from(bad))).statusCode, 400, bad)
  }
  assert.equal((await put(Buffer.alloc(9 * 1024 * 1024))).statusCode, 413)
  const seen = await world.reviewer.send('GET', at(id, '/licence'))
  assert.equal(seen.status, 200)
  assert.doesNotMatch(seen.text, /secret/)
  assert.match(String(seen.headers['content-disposition']), /^attachment/)
  assert.equal(seen.headers['x-content-type-options'], 'nosniff')
  assert.match(String(seen.headers['content-security-policy']), /sandbox/)
  assert.equal(seen.headers['cache-control'], 'private, no-store')
  const audit = await world.reviewer.send('GET', '/api/v1/audit?collection=personal-reads')
  assert.equal(audit.body.items[0].after.what, 'licence')
  const { items } = (await client.send('GET', at(id, '/thread'))).body
  assert.deepEqual(kinds(items), ['applied', 'licence-replaced'])
})

test('a status link shows nothing for a token that is none, is another’s, or is too old', async () => {
  await using world = await openPartiesWorld()
  const { id, token } = await world.applicant('ming', {})
  const ask = async (it: string) =>
    (await world.node.client().send('GET', `${APPLY}/status?token=${it}`)).status
  assert.equal(await ask(token), 200)
  const other = await world.applicant('other', { uscc: usccOf(2) })
  const swapped = `${id}_${other.token.slice(other.token.indexOf('_') + 1)}`
  for (const wrong of [swapped, id, `${id}_`, 'x', '_', token.slice(0, -1), `${token}x`]) {
    assert.equal(await ask(wrong), 404, wrong)
  }
  world.node.clock.advance(366 * 86_400_000)
  assert.equal(await ask(token), 404)
})

test('applications are limited by address, and a taken sign-in name makes no enterprise', async () => {
  await using world = await openPartiesWorld({ applicationsFreeMax: 3 })
  await world.applicant('ming', {})
  const client = world.node.client()
  const wish = { ...anEntry(), account: { name: 'MING', password: PASSWORD } }
  const taken = await client.send('POST', APPLY, wish)
  assert.deepEqual([taken.status, taken.body.errors[0].path], [409, '/account/name'])
  await client.send('POST', APPLY, wish)
  const limited = await client.send('POST', APPLY, wish)
  assert.equal(limited.status, 429)
  assert.ok(Number(limited.headers['retry-after']) > 0)
  client.address = '198.51.100.7'
  assert.equal((await client.send('POST', APPLY, wish)).status, 409)
  const { body } = await world.reviewer.send('GET', '/api/v1/enterprises')
  assert.equal(body.total, 1)
  assert.equal(await world.node.documents.count(ENTERPRISE_CASES), 1)
})

test('a queue is read page by page, the longest waiting first, and enterprises are found by what is known', async () => {
  await using world = await openPartiesWorld()
  const ids: string[] = []
  const names = ['深圳市华盛精密机械有限公司', '东莞金马电子厂', '广州白云制药股份有限公司']
  for (const [at, name] of names.entries()) {
    ids.push((await world.applicant(`user${at}`, { uscc: usccOf(at), name })).id)
    world.node.clock.advance(1000)
  }
  const seen: string[] = []
  let next: string | undefined = ''
  while (next !== undefined) {
    const after: string = next === '' ? '' : `&after=${encodeURIComponent(next)}`
    const { body } = await world.reviewer.send(
      'GET',
      `/api/v1/enterprises?waiting=any&limit=1${after}`,
    )
    seen.push(...body.items.map((it: { id: string }) => it.id))
    next = body.next
  }
  assert.deepEqual(seen, ids)
  const found = async (query: string) => {
    const { body } = await world.reviewer.send('GET', `/api/v1/enterprises?${encodeURI(query)}`)
    return body.items?.map((it: { id: string }) => ids.indexOf(it.id))
  }
  assert.deepEqual(await found('q=精密'), [0])
  assert.deepEqual(await found('q=金馬電子'), [1])
  assert.deepEqual(await found('q=广州'), [2])
  assert.deepEqual(await found('q=没有'), [])
  assert.deepEqual(await found(`uscc=${usccOf(1)}`), [1])
  assert.deepEqual(await found('region=4403'), [2, 1, 0])
  assert.deepEqual(await found('sector=34&state=admitted'), [])
  const { body } = await world.reviewer.send('GET', '/api/v1/enterprises/counts')
  assert.deepEqual([body.applied, body.waiting.applications, body.waiting.changes], [3, 3, 0])
})
