import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { TestClient } from '../../../test/support/access-app.ts'
import { type Applicant, FORM, SupportWorld } from '../../../test/support/support-world.ts'
import { USERS } from '../../kernel/access/collections.ts'
import { openMemoryEvidence } from '../../kernel/evidence/embedded.ts'
import { POLICY_POSTS } from '../cases/collections.ts'
import { columnRoutes } from './routes.ts'

const evidence = openMemoryEvidence({
  key: generateKeyPairSync('ed25519').privateKey,
  clock: () => 0,
})
let world: SupportWorld
let official: TestClient
let ada: Applicant
let bob: Applicant
let call = ''

before(async () => {
  world = await SupportWorld.open((app, deps) => columnRoutes(app, { ...deps, evidence }))
  official = await world.staff('otto', 'official')
  ada = await world.applicant('ada')
  bob = await world.applicant('bob')
  call = await world.call({ department: 'city-industry' })
  await world.applied(ada, call)
  await world.applied(bob, call, { ...FORM, project: '另一项目' })
})
after(async () => {
  await world[Symbol.asyncDispose]()
  await evidence[Symbol.asyncDispose]()
})

const simulate = (by: TestClient, population: object) =>
  world.post(by, 'simulate', { population, measures: ['D1-M10'] })

test('what is admitted is simulated as the node knows it, by region and sector', async () => {
  const of = async (filter: object) => {
    const { status, body, text } = await simulate(official, { kind: 'register', ...filter })
    assert.ok(status === 200 || status === 422, text)
    return status === 422 ? 0 : body.cases
  }
  const all = await of({})
  assert.equal(all, 2)
  const { region, sector } = (await official.send('GET', `/api/v1/enterprises/${ada.id}`)).body
    .entry
  assert.equal(await of({ regions: [region.code.slice(0, 4)] }), all)
  assert.equal(await of({ regions: ['65'] }), 0)
  assert.equal(await of({ sectors: [sector.code.slice(0, 2)] }), all)
  assert.equal(await of({ regions: [region.code], sectors: ['01'] }), 0)
  const { body } = await simulate(official, { kind: 'register' })
  assert.deepEqual(
    body.bySector.map((it: { group: string | null; cases: number }) => [
      it.group === null,
      it.cases,
    ]),
    [[false, 2]],
  )
})

test('cases of a call are simulated with their facts, only those that somebody meets in the office', async () => {
  const population = { kind: 'call', call }
  const { status, body, text } = await simulate(official, population)
  assert.equal(status, 200, text)
  const [sums] = body.perMeasure
  assert.deepEqual([body.cases, sums.eligible + sums.open], [2, 2])
  assert.ok(BigInt(sums.amountFen) + BigInt(sums.ceilingFen) + BigInt(sums.openFen) > 0n)
  // an official of another unit, and one who has an interest in an applicant
  const other = await world.staff('owen', 'official')
  const { documents } = world.deps
  const { items } = await documents.query(USERS, { where: { nameKey: 'owen' }, limit: 1 })
  const post = (held: object) => {
    const put = { units: [], approvals: [], fields: [], interests: [], ...held } as never
    const write = { collection: POLICY_POSTS, id: items[0]?.id ?? assert.fail(), put }
    return documents.commit([write], { author: { kind: 'system', id: 'test' } })
  }
  await post({ units: ['district-industry'] })
  assert.equal((await simulate(other, population)).status, 404)
  await post({ interests: [ada.id] })
  assert.equal((await simulate(other, population)).body.cases, 1)
  assert.equal((await simulate(official, { kind: 'call', call: 'none' })).status, 404)
  assert.equal((await simulate(ada.client, population)).status, 403)
})
