import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { TestClient } from '../../../test/support/access-app.ts'
import { SEAL_KEY } from '../../../test/support/case-world.ts'
import { openPartiesWorld, type PartiesWorld, usccOf } from '../../../test/support/parties-world.ts'
import { registrationsDaily, resolutionsDaily } from '../../kernel/evidence/claims.ts'
import { type EmbeddedEvidence, openMemoryEvidence } from '../../kernel/evidence/embedded.ts'
import { REGION_KINDS } from '../../region-kinds.ts'
import type { PolicyDeps } from '../desk/deps.ts'
import { RulesShelf } from '../desk/rules-shelf.ts'
import { titleOf } from '../words.ts'
import { questionText } from './ask.ts'
import { catalogueOf } from './catalogue.ts'
import { findRoutes } from './routes.ts'

const APPLICANT = { id: 'E1', type: 'industrial_enterprise', location: 'shenzhen' }
const CASE = {
  measure: 'D1-M18-2a',
  mode: 'live',
  facts: {
    application_date: '2020-05-05',
    applicant: APPLICANT,
    audited_investment_yuan: 20000000,
  },
}

let parties: PartiesWorld
let evidence: EmbeddedEvidence
let anyone: TestClient

before(async () => {
  evidence = openMemoryEvidence({ key: generateKeyPairSync('ed25519').privateKey, clock: () => 0 })
  parties = await openPartiesWorld({}, ({ access, documents, clock, app }, files) => {
    const rules = new RulesShelf(async () => REGION_KINDS)
    const sealKey = async () => SEAL_KEY
    const deps = { access, documents, clock, files, evidence, rules, sealKey }
    findRoutes(app, deps satisfies PolicyDeps)
  })
  anyone = parties.node.client()
})
after(async () => {
  await parties[Symbol.asyncDispose]()
  await evidence[Symbol.asyncDispose]()
})

const post = (path: string, body: object) => anyone.send('POST', `/api/v1/policy/${path}`, body)
const get = (path: string, client = anyone) => client.send('GET', `/api/v1/policy/${path}`)

type Item = {
  measure: string
  verdict: string
  reasons: { code: string }[]
  amountFen: string | null
  nearest?: {
    changes: { fact: string; value: unknown }[]
    eligible: boolean | null
    amountFen: string | null
  }
}
const itemOf = (items: Item[], measure: string): Item => {
  const found = items.find((it) => it.measure === measure)
  assert.ok(found, measure)
  return found
}

test('a case is evaluated to the fields of a vector, and explained down to where each number came from', async () => {
  const evaluated = await post('evaluate', CASE)
  assert.deepEqual(evaluated.body, {
    ...{ eligible: true, amount_yuan: 3000000, amount_fen: 300000000, amount_basis: 'ceiling' },
    reasons: ['CONDITIONS_MET', 'RATE_IS_CEILING', 'CAP_PER_PROJECT'],
    ...{ cap_applied: true, limited_by: 'cap_project' },
  })
  const facts = {
    ...CASE.facts,
    audited_investment_yuan_source: 'audit-7',
    declared_audited_investment_yuan: 21000000,
  }
  const { body, status } = await post('explain', { ...CASE, facts })
  assert.equal(status, 200)
  assert.equal(body.amount_fen, 300000000)
  assert.match(body.rules_digest, /^[0-9a-f]{64}$/)
  assert.match(body.tie_rule.en, /formula/)
  const [measure] = body.explanation
  const typed = measure.steps.find(
    (it: { inputs?: { fact: string }[] }) => it.inputs?.[0]?.fact === 'applicant.type',
  )
  assert.equal(typed.inputs[0].value.zh, '工业企业')
  assert.equal(typed.inputs[0].trust, 'declared')
  assert.match(typed.inputs[0].digest, /^[0-9a-f]{64}$/)
  const amount = measure.steps.at(-1)
  assert.equal(
    amount.steps.some((it: { binds?: boolean }) => it.binds),
    true,
  )
})

test('numbers keep their digits; what cannot be taken is told by its field', async () => {
  const facts = { ...CASE.facts, audited_investment_yuan: 0 }
  const raw = JSON.stringify({ ...CASE, facts }).replace(':0}', ':12345678901234567.89}')
  const headers = { 'content-type': 'application/json', host: 'localhost:8080' }
  const asked = { method: 'POST', url: '/api/v1/policy/evaluate', headers, payload: raw } as const
  const big = await parties.node.app.inject(asked)
  assert.equal(big.json().limited_by, 'cap_project', big.body)
  const wrong = await post('evaluate', { ...CASE, facts: { custmers: 1 } })
  assert.equal(wrong.status, 422)
  assert.match(wrong.text, /customers/)
  assert.equal((await post('evaluate', { ...CASE, measure: 'D1-M18-2x' })).status, 422)
  assert.equal((await post('fits', { facts: {}, more: 1 })).status, 422)
})

test('every measure answers at once, a refusal with every reason and the nearest change that was tried', async () => {
  const facts = {
    applicant: { ...APPLICANT, type: 'platform_operator' },
    customers: 20,
    platform_class: 'professional',
    revenue_yuan: 10000000,
  }
  const { body } = await post('fits', { facts, mode: 'as_if_in_force' })
  const items = body.items as Item[]
  assert.ok(items.length > 50)
  const refused = itemOf(items, 'D3-M3b')
  assert.equal(refused.verdict, 'does-not-fit')
  assert.deepEqual(
    refused.reasons.map((it) => it.code),
    ['THRESHOLD_NOT_MET:customers'],
  )
  assert.deepEqual(
    refused.nearest?.changes.map((it) => [it.fact, it.value]),
    [['customers', 100]],
  )
  assert.deepEqual([refused.nearest?.eligible, refused.nearest?.amountFen], [true, '50000000'])
  const { value } = refused.nearest?.changes[0] ?? {}
  const changed = await post('fits', {
    facts: { ...facts, customers: value },
    mode: 'as_if_in_force',
  })
  assert.equal(itemOf(changed.body.items, 'D3-M3b').verdict, 'fits')
  const below = await post('fits', {
    facts: { ...facts, customers: Number(value) - 1 },
    mode: 'as_if_in_force',
  })
  assert.equal(itemOf(below.body.items, 'D3-M3b').verdict, 'does-not-fit')
})

test('what is asked next decides most; each answer leaves fewer open', async () => {
  const first = await post('fits', { facts: {}, mode: 'as_if_in_force', region: 'shenzhen/baoan' })
  assert.equal(first.body.ask[0].fact, 'applicant.type')
  assert.equal(first.body.ask[0].words.length > 10, true)
  assert.deepEqual(
    first.body.items.filter((it: Item) => it.measure.startsWith('D4')),
    [],
  )
  const facts = { applicant: { type: 'park', location: 'shenzhen/baoan' } }
  const second = await post('fits', { facts, mode: 'as_if_in_force', region: 'shenzhen/baoan' })
  const open = (body: { items: Item[] }) => body.items.filter((it) => it.verdict === 'open').length
  assert.ok(open(second.body) < open(first.body))
  assert.equal(
    second.body.ask.some((it: { fact: string }) => it.fact === 'applicant.type'),
    false,
  )
})

test('in live mode drafts, letters and what has expired are refused with the reason', async () => {
  const { body } = await post('fits', { facts: { applicant: APPLICANT } })
  const codes = new Set((body.items as Item[]).flatMap((it) => it.reasons.map(({ code }) => code)))
  for (const code of ['OUT_OF_VALIDITY', 'SOURCE_NOT_A_MEASURE', 'NOT_IN_FORCE_DRAFT'])
    assert.ok(codes.has(code), code)
  assert.deepEqual(
    (body.items as Item[]).filter((it) => it.verdict === 'fits'),
    [],
  )
})

test('the list tells how each measure stands on a day; pages go on where they ended', async () => {
  const onDay = await get('measures?day=2021-06-01&state=in-force')
  assert.ok(onDay.body.total > 10)
  assert.ok(
    onDay.body.items.every((it: { region: { code: string } }) => it.region.code === 'baoan'),
  )
  const first = await get('measures?limit=3')
  const second = await get(`measures?limit=3&after=${first.body.next}`)
  const ids = [...first.body.items, ...second.body.items].map((it) => it.id)
  assert.deepEqual(ids, ids.toSorted())
  assert.equal(new Set(ids).size, 6)
  assert.equal((await get('measures?state=letter&region=shenzhen')).body.total, 9)
  assert.deepEqual(
    (await get('regions')).body.items.map((it: { code: string }) => it.code),
    ['baoan', 'luan', 'shenzhen'],
  )
})

test('a measure has its clause, conditions, formula, limits, owner of the day, documents and readings in both languages', async () => {
  const { body } = await get('measures/D1-M01a?day=2019-01-01')
  assert.equal(body.formula.zh, '不超过审定投资的30%')
  assert.deepEqual(body.limits[0], {
    en: 'At most 30,000,000 yuan per project',
    zh: '每个项目最高3000万元',
  })
  assert.equal(body.conditions[1].text.zh, '认定：应用成效良好')
  assert.equal(body.owner[0].body.zh, '深圳市经济贸易和信息化委员会')
  assert.equal(
    (await get('measures/D1-M01a?day=2020-01-01')).body.owner[0].body.zh,
    '深圳市工业和信息化局',
  )
  assert.equal(body.readings[0].id, 'A-02')
  assert.equal(body.state, 'in-force')
  assert.equal(body.batches.length, 2)
  assert.equal((await get('measures/none')).status, 404)
})

test('every fact of the packs, and every field of one, is asked by a sentence in both languages', async () => {
  const { facts, names } = catalogueOf(await new RulesShelf(async () => REGION_KINDS).open())
  for (const entry of facts.values()) {
    const { name, type } = entry
    const fields = type.type === 'record' ? Object.entries(type.fields) : []
    const asked = fields.map(([field, of]) => [`${name}.${field}`, of] as const)
    for (const [path, of] of asked.length > 0 ? asked : [[name, type] as const]) {
      const { en, zh } = questionText(entry, path, titleOf(path, names), of)
      assert.match(en, /^\p{Lu}[^:?_]+\?$/u, path)
      assert.match(zh, /^[^?：_]*\p{Script=Han}[^?：_]*？$/u, path)
    }
  }
})

test('every code that the vocabulary and the rules use has words', async () => {
  const { body } = await post('fits', { facts: {}, mode: 'as_if_in_force' })
  for (const { measure, reasons } of body.items) {
    for (const { code, text } of reasons)
      assert.match(text.zh, /\p{Script=Han}/u, `${measure} ${code}`)
  }
  const { facts } = (await get('vocabulary')).body
  assert.deepEqual(
    facts
      .filter((it: { isMeasured: boolean }) => it.isMeasured)
      .map((it: { name: string }) => it.name),
    [
      'applicant',
      'reference_year',
      'annual_new_registrations',
      'annual_resolutions',
      'registrations_stock',
    ],
  )
  const { lines, exact, awards, isWhole } = (await get('determinacy')).body
  assert.deepEqual([lines, exact, awards, isWhole], [62, 28, 0, true])
})

test('what the node counted of an enterprise is a fact with its entries; what is stated otherwise is shown beside it', async () => {
  const one = await parties.applicant('anna', { uscc: usccOf(1), region: '440306', sector: '3411' })
  const other = await parties.applicant('bert', { uscc: usccOf(2), region: '341500' })
  for (const { id } of [one, other]) {
    assert.equal((await parties.decide(id, { decision: 'approve' })).status, 200)
  }
  const day = (prefix: string, at: string, created: number, total: number) =>
    registrationsDaily(
      { prefix, enterprise: one.id, day: at },
      { created, updated: 0, retired: 0, total },
    )
  const indexes = await evidence.append([
    day('88.100.1', '2019-12-31', 5, 5),
    day('88.100.1', '2020-03-01', 900_000, 900_005),
    day('88.100.2', '2020-04-01', 200_000, 200_000),
    day('88.100.2', '2021-01-01', 7, 200_007),
    resolutionsDaily(
      { prefix: '88.100.1', enterprise: one.id, day: '2020-03-01' },
      { browser: 1_200_012 },
    ),
    registrationsDaily(
      { prefix: '88.100.9', enterprise: other.id, day: '2020-03-01' },
      { created: 1, updated: 0, retired: 0, total: 1 },
    ),
  ])
  const path = `enterprises/${one.id}/facts?day=2021-06-01`
  const { body } = await get(path, one.client)
  assert.deepEqual(body.register.sector, {
    zh: '锅炉及辅助设备制造',
    en: 'Manufacture of boilers and auxiliary equipment (3411)',
  })
  assert.equal(body.year, 2020)
  const fact = (name: string) => body.items.find((it: { fact: string }) => it.fact === name)
  assert.deepEqual(fact('annual_new_registrations').json, 1_100_000)
  assert.deepEqual(fact('annual_new_registrations').entries, [indexes[1], indexes[2]])
  assert.equal(fact('registrations_stock').json, 1_100_005)
  assert.equal(fact('annual_resolutions').json, 1_200_012)
  assert.deepEqual(fact('applicant').json, {
    id: one.id,
    location: 'shenzhen/baoan',
    type: 'manufacturing_enterprise',
  })
  for (const client of [anyone, other.client]) assert.equal((await get(path, client)).status, 404)
  assert.equal((await post('fits', { facts: {}, enterprise: one.id })).status, 404)

  const asked = {
    facts: { annual_new_registrations: 3, application_date: '2021-06-01' },
    enterprise: one.id,
    mode: 'as_if_in_force',
  }
  const fits = await one.client.send('POST', '/api/v1/policy/fits', asked)
  assert.equal(itemOf(fits.body.items, 'D3-M4b').verdict, 'fits')
  const told = itemOf(fits.body.items, 'D3-M4b').reasons.map((it) => it.code)
  assert.ok(told.includes('EVIDENCE_CONFLICT:annual_new_registrations'))

  const proposed = await get(`enterprises/${one.id}/proposals?day=2021-06-01`, one.client)
  assert.deepEqual(
    proposed.body.items.map((it: Item) => it.measure),
    ['D3-M4b'],
  )
  assert.ok(BigInt(proposed.body.items[0].amountFen) > 0n)
  assert.deepEqual((await get(`enterprises/${one.id}/proposals`, one.client)).body.items, [])
  assert.equal((await get(`enterprises/${one.id}/proposals`, other.client)).status, 404)
})
