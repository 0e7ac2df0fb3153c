import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TestClient } from '../../../test/support/access-app.ts'
import { SEAL_KEY } from '../../../test/support/case-world.ts'
import { openPartiesWorld, type PartiesWorld, usccOf } from '../../../test/support/parties-world.ts'
import { type EmbeddedEvidence, openMemoryEvidence } from '../../kernel/evidence/embedded.ts'
import { REGION_KINDS } from '../../region-kinds.ts'
import { RulesShelf } from '../desk/rules-shelf.ts'
import { BatchRuns } from './batches.ts'
import { Bulk } from './bulk.ts'
import { PART_CASES } from './collections.ts'
import { columnRoutes } from './routes.ts'

let parties: PartiesWorld
let evidence: EmbeddedEvidence
let rules: RulesShelf

before(async () => {
  evidence = openMemoryEvidence({ key: generateKeyPairSync('ed25519').privateKey, clock: () => 0 })
  parties = await openPartiesWorld({}, ({ access, documents, clock, app }, files) => {
    rules = new RulesShelf(async () => REGION_KINDS, documents)
    const sealKey = async () => SEAL_KEY
    columnRoutes(app, { access, documents, clock, files, evidence, rules, sealKey })
  })
})
after(async () => {
  await parties[Symbol.asyncDispose]()
  await evidence[Symbol.asyncDispose]()
})

const send = (method: string, path: string, body?: object, client: TestClient = parties.reviewer) =>
  client.send(method, `/api/v1/policy/${path}`, body)

const FACTS = {
  application_date: '2020-05-05',
  applicant: { id: 'E1', type: 'industrial_enterprise', location: 'shenzhen' },
  audited_investment_yuan: 20000000,
}

test('a simulation of made-up enterprises, and of a measure as it would become', async () => {
  const { rules: compiled } = await rules.open()
  const [id, { measure }] =
    [...compiled.measures].find(
      ([, it]) =>
        it.measure.amount.form === 'fixed' && it.measure.beneficiaries?.includes('enterprise'),
    ) ?? assert.fail()
  const population = { kind: 'synthetic', count: 300, seed: 2 }
  const plain = await send('POST', 'simulate', { population })
  assert.equal(plain.status, 200, plain.text)
  assert.equal(plain.body.perMeasure.length, compiled.measures.size)
  const variant = { ...measure, amount: { form: 'fixed', yuan: 1 } }
  const wish = { population, measures: [id], variants: [{ measure: variant }] }
  const { status, body, text } = await send('POST', 'simulate', wish)
  assert.equal(status, 200, text)
  assert.deepEqual([body.winners, body.losers > 0, body.before.length], [0, true, 1])
  assert.equal(body.byCase[0].afterFen, '100')
})

test('what a simulation cannot be made of is told by its place', async () => {
  const fields = async (body: object) =>
    ((await send('POST', 'simulate', body)).body.errors ?? []).map(
      (it: { path?: string; pointer?: string }) => it.path ?? it.pointer,
    )
  assert.deepEqual(await fields({ measures: ['none'] }), ['/measures/0'])
  assert.deepEqual(await fields({ variants: [{ measure: { id: 'none' } }] }), [
    '/variants/0/measure/id',
  ])
  const [id = ''] = (await rules.open()).rules.measures.keys()
  assert.equal((await fields({ variants: [{ measure: { id } }] })).length > 0, true)
  const given = { population: { kind: 'given', ndjson: '{"customer":1}' } }
  const wrong = await send('POST', 'simulate', given)
  assert.equal(wrong.status, 400, wrong.text)
  assert.match(wrong.text, /line 1: .*the nearest is/)
})

async function until(
  id: string,
  state: string,
): Promise<{ done: number; total: number; sums: { eligible: number }[]; fault?: object }> {
  for (;;) {
    const { body } = await send('GET', `batches/${id}`)
    if (body.state === state) return body
    assert.equal(body.state, 'running', JSON.stringify(body.fault))
    await sleep(20)
  }
}

async function linesOf(id: string): Promise<{ line: number; id: string; awards: unknown[] }[]> {
  const { text } = await send('GET', `batches/${id}/result`)
  const [, ...lines] = text.trimEnd().split('\n')
  return lines.map((it) => JSON.parse(it))
}

test('a batch of given cases comes to its end, and each line is opened by itself', async () => {
  const ndjson = [FACTS, { ...FACTS, audited_investment_yuan: 1.03 }]
    .map((it) => JSON.stringify(it))
    .join('\n')
  const wish = { key: 'batch-given', mode: 'live', population: { kind: 'given', ndjson } }
  const made = await send('POST', 'batches', wish)
  assert.equal(made.status, 201, made.text)
  const { id } = made.body
  assert.equal((await send('POST', 'batches', wish)).body.id, id)
  const other = await send('POST', 'batches', { ...wish, mode: 'as_if_in_force' })
  assert.equal(other.status, 422)
  assert.equal((await until(id, 'done')).done, 2)
  const { body } = await send('GET', `batches/${id}/cases/2`)
  assert.deepEqual([body.line, body.facts.audited_investment_yuan], [2, 1.03])
  assert.equal((await send('GET', `batches/${id}/cases/3`)).status, 404)
  assert.equal((await send('PATCH', `batches/${id}`, { do: 'stop' })).status, 409)
  assert.equal((await send('GET', 'batches')).body.items.length, 1)
})

test('a batch that is stopped goes on without losing or doubling a case, also in another process', async () => {
  const count = PART_CASES * 3 + 7
  const wish = { key: 'batch-stopped', population: { kind: 'synthetic', count, seed: 4 } }
  const { id } = (await send('POST', 'batches', wish)).body
  const stopped = await send('PATCH', `batches/${id}`, { do: 'stop' })
  assert.equal(stopped.body.state, 'stopped')
  const { documents, clock } = parties.node
  await using bulk = new Bulk()
  const again = {
    documents,
    clock,
    evidence,
    rules: new RulesShelf(async () => REGION_KINDS, documents),
  }
  await using runs = new BatchRuns(again, bulk, (error) => assert.fail(String(error)))
  await send('PATCH', `batches/${id}`, { do: 'resume' })
  // both are at it: whoever is later finds the part written
  runs.kick()
  const { done, sums } = await until(id, 'done')
  assert.equal(done, count)
  const lines = await linesOf(id)
  assert.deepEqual(
    lines.map((it) => it.line),
    Array.from({ length: count }, (_, at) => at + 1),
  )
  const eligible = sums.reduce((sum, it) => sum + it.eligible, 0)
  const told = lines
    .flatMap((it) => it.awards as { eligible: boolean }[])
    .filter((it) => it.eligible)
  assert.equal(eligible, told.length)
})

test('a batch over the register has every admitted enterprise with what the node knows of it', async () => {
  const { id: enterprise } = await parties.applicant('ada', { uscc: usccOf(1) })
  await parties.decide(enterprise, { decision: 'approve' })
  await parties.applicant('bob', { uscc: usccOf(2), name: '乙厂' })
  const wish = { key: 'batch-register', population: { kind: 'register', day: '2021-09-10' } }
  const { id } = (await send('POST', 'batches', wish)).body
  await until(id, 'done')
  const lines = await linesOf(id)
  assert.deepEqual(
    lines.map((it) => it.id),
    [enterprise],
  )
})

test('lines that are wrong end the batch with the line; outsiders see nothing of it', async () => {
  const population = { kind: 'given', ndjson: '{"application_date":"2020-05-05"}\n{"x":1}' }
  const { id } = (await send('POST', 'batches', { key: 'batch-wrong', population })).body
  const failed = await until(id, 'failed')
  assert.match(JSON.stringify(failed.fault), /line 2: /)
  const outsider = (await parties.applicant('eve', { uscc: usccOf(3), name: '丙厂' })).client
  for (const path of [
    'batches',
    `batches/${id}`,
    `batches/${id}/result`,
    `batches/${id}/cases/1`,
  ]) {
    assert.equal((await send('GET', path, undefined, outsider)).status, 403, path)
  }
  assert.equal((await send('POST', 'simulate', {}, outsider)).status, 403)
})
