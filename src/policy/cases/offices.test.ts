import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SupportWorld } from '../../../test/support/support-world.ts'
import type { Office } from './offices.ts'

const NONE = { units: [], approvals: [], fields: [], interests: [] }

const officesOf = async (world: SupportWorld, query = ''): Promise<readonly Office[]> => {
  const reply = await world.get(world.operator, `offices?limit=200${query}`)
  assert.equal(reply.status, 200, reply.text)
  return reply.body.items
}

test('of two who change a post at once the slower is refused, and the same again is the same once', async () => {
  await using world = await SupportWorld.open()
  const olga = await world.staff('official-1', 'official')
  const { id } = (await olga.send('GET', '/api/v1/me')).body
  const put = (change: object) =>
    world.operator.send('PUT', `/api/v1/policy/posts/${id}`, { ...NONE, ...change })
  const first = await put({ units: ['city-industry'], version: 0 })
  assert.deepEqual([first.status, first.body.version], [200, 1], first.text)
  const again = await put({ units: ['city-industry'], version: 0 })
  assert.deepEqual([again.status, again.body.version], [200, 1], again.text)
  const slower = await put({ units: ['city-science'], version: 0 })
  assert.deepEqual([slower.status, slower.body.code], [409, 'stale-version'], slower.text)
  const [post] = (await world.get(olga, 'posts')).body.items
  assert.deepEqual([post.units, post.version, post.nodeRoles], [['city-industry'], 1, ['official']])
  const strange = await put({ interests: ['nobody'], version: 1 })
  assert.equal(strange.body.errors[0].path, '/interests/0', strange.text)
  assert.equal((await olga.send('PUT', `/api/v1/policy/posts/${id}`, {})).status, 422)
  const bold = { ...NONE, version: 1 }
  assert.equal((await olga.send('PUT', `/api/v1/policy/posts/${id}`, bold)).status, 403)
})

test('an office of the packs that nobody fills is told with the calls that need it', async () => {
  await using world = await SupportWorld.open()
  const before = await officesOf(world)
  const finance = before.find((it) => it.id === 'city-finance')
  assert.deepEqual([finance?.kind, finance?.holders, finance?.waits], ['unit', [], []])
  assert.deepEqual(
    finance?.regions.map((it) => it.body?.zh),
    ['六安市财政局', '深圳市财政局'],
  )
  assert.deepEqual(await officesOf(world, '&unfilled=true'), [])

  const call = await world.call({ department: 'city-finance' })
  const anna = await world.applicant('anna')
  const [coming] = await officesOf(world, '&unfilled=true')
  assert.deepEqual(
    coming?.waits.map((it) => [it.of, it.id, it.isNow]),
    [['call', call, false]],
  )
  const id = await world.applied(anna, call)
  const [missed] = await officesOf(world, '&unfilled=true')
  assert.deepEqual([missed?.id, missed?.waits[0]?.isNow], ['city-finance', true])
  const asked = async () => (await world.get(world.operator, `cases/${id}`)).body.unfilled
  assert.deepEqual(
    (await asked()).map((it: { id: string; title: { zh: string } }) => [it.id, it.title.zh]),
    [['city-finance', '财政部门']],
  )
  assert.equal((await world.get(anna.client, `cases/${id}`)).body.unfilled, undefined)

  const eva = await world.staff('expert-1', 'expert')
  const olga = await world.staff('official-1', 'official')
  const post = { ...NONE, units: ['city-finance'], version: 0 }
  for (const [person, missing] of [
    [eva, 1], // an expert handles no case, whatever the post says
    [olga, 0],
  ] as const) {
    const { id: user } = (await person.send('GET', '/api/v1/me')).body
    await world.operator.send('PUT', `/api/v1/policy/posts/${user}`, post)
    assert.equal((await officesOf(world, '&unfilled=true')).length, missing)
  }
  assert.equal(await asked(), undefined)
})

test('an office of no pack is named, listed page by page, and forgotten once nobody needs it', async () => {
  await using world = await SupportWorld.open()
  const { operator } = world
  const title = { zh: '局长', en: 'Head of the bureau' }
  const path = '/api/v1/policy/offices/approval/bureau-head'
  const named = await operator.send('PUT', path, { title, version: 0 })
  assert.deepEqual([named.status, named.body.version], [200, 1], named.text)
  assert.equal((await operator.send('PUT', path, { title, version: 0 })).status, 200)
  const other = { title: { zh: '主任', en: 'Director' }, version: 0 }
  assert.equal((await operator.send('PUT', path, other)).body.code, 'stale-version')
  const ofPack = await operator.send('PUT', '/api/v1/policy/offices/unit/city-finance', other)
  assert.equal(ofPack.status, 422, ofPack.text)

  const all = (await officesOf(world)).map((it) => `${it.kind}:${it.id}`)
  assert.equal(all[0], 'approval:bureau-head')
  const seen: string[] = []
  for (let next: string | undefined = ''; next !== undefined; ) {
    const after: string = next === '' ? '' : `&after=${next}`
    const page: { items: Office[]; next?: string } = (
      await world.get(operator, `offices?limit=7${after}`)
    ).body
    seen.push(...page.items.map((it: Office) => `${it.kind}:${it.id}`))
    next = page.next
  }
  assert.deepEqual(seen, all)

  const arno = await world.staff('approver-1', 'approver')
  const { id } = (await arno.send('GET', '/api/v1/me')).body
  const put = async (approvals: readonly string[], version: number) =>
    await operator.send('PUT', `/api/v1/policy/posts/${id}`, { ...NONE, approvals, version })
  await put(['bureau-head'], 0)
  const [head] = await officesOf(world)
  assert.deepEqual([head?.title, head?.holders.map((it) => it.acts)], [title, [true]])
  assert.equal((await operator.send('DELETE', path)).status, 409)
  await put([], 1)
  assert.equal((await operator.send('DELETE', path)).status, 204)
  assert.equal((await operator.send('DELETE', path)).status, 204)
  assert.notEqual((await officesOf(world))[0]?.id, 'bureau-head')
  assert.equal((await world.get(arno, 'offices')).status, 403)
})

test('of two officials who add a year to a calendar at once the slower is refused', async () => {
  await using world = await SupportWorld.open()
  const read = async () => (await world.get(world.operator, 'calendars')).body.items[0]
  const cn = await read()
  assert.equal(cn.version, 0)
  const tell = async (change: object) =>
    await world.operator.send('PUT', '/api/v1/policy/calendars/cn', { ...cn, ...change })
  const first = await tell({ to: '2027-12-31', holidays: [...cn.holidays, '2027-01-01'] })
  assert.deepEqual([first.status, first.body.version], [200, 1], first.text)
  const slower = await tell({ to: '2027-12-31' })
  assert.deepEqual([slower.status, slower.body.code], [409, 'stale-version'], slower.text)
  const after = await read()
  assert.deepEqual([after.version, after.holidays.at(-1)], [1, '2027-01-01'])
})
