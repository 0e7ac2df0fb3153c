import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { packageRoot } from '../../src/lib/package-root.ts'
import { call, must } from '../support/api-client.ts'
import {
  type AwardWorld,
  BUDGET,
  callFrom,
  decidedPlan,
  keyed,
  MEASURE,
  openAwardWorld,
} from '../support/award-world.ts'
import { run } from '../support/node-process.ts'

const WAIT_MS = 250

let world: AwardWorld
let plan = ''

before(async () => {
  world = await openAwardWorld()
  plan = await decidedPlan(world)
})
after(async () => await world?.[Symbol.asyncDispose]())

const get = (path: string) => must(call(world.url, 'GET', path))

function ran(args: readonly string[]): Promise<{ readonly code: number; readonly stderr: string }> {
  return new Promise((done) => {
    execFile(process.execPath, [...args], { cwd: tmpdir() }, (error, _out, stderr) => {
      done({ code: error === null ? 0 : Number(error.code ?? -1), stderr })
    })
  })
}

/** Once the decision has come into the evidence log. */
async function bundleOf(id: string) {
  for (;;) {
    const reply = await call(world.url, 'GET', `/api/policy/awards/${id}/bundle`)
    if (reply.status === 200) return reply.json
    assert.equal(reply.status, 503, reply.text)
    await sleep(WAIT_MS)
  }
}

test('from application to decision over HTTP: awards are exact and published', async () => {
  const { items } = await get('/api/policy/awards')
  assert.deepEqual(items.map((it: { amountFen: string }) => it.amountFen).sort(), [
    '100000000',
    '6172839',
  ])
  assert.ok(
    items.every((it: { plan: string; basis: string }) => it.plan === plan && it.basis === 'exact'),
  )
  const csv = await call(world.url, 'GET', '/api/policy/awards.csv?language=en')
  assert.match(csv.text, /宝安云智互联有限公司/)
  assert.equal(csv.text.trim().split('\r\n').length, 3)
})

test('an applicant learns what became of their own application, and of no other', async () => {
  const headers = await world.applicant(0)
  const { items } = await must(call(world.url, 'GET', '/api/policy/results', { headers }))
  assert.equal(items.length, 1)
  assert.deepEqual(
    [items[0].isSelected, items[0].amountFen, items[0].state],
    [true, '6172839', 'decided'],
  )
  const { items: none } = await get('/api/policy/results')
  assert.deepEqual(none, [])
  const plans = await call(world.url, 'GET', `/api/policy/award-plans/${plan}`, { headers })
  assert.equal(plans.status, 403)
})

test('a bundle taken off a node is verified offline by the checker and by the command', async () => {
  const { items } = await get('/api/policy/awards')
  const award = items.find((it: { amountFen: string }) => it.amountFen === '6172839')
  const bundle = await bundleOf(award.id)
  assert.deepEqual(Object.keys(bundle.facts).sort(), [
    'applicant',
    'application_date',
    'guidance_fund_investment_yuan',
  ])
  const path = join(world.folder, 'bundle.json')
  const key = join(world.folder, 'key')
  await writeFile(path, JSON.stringify(bundle))
  const { text } = await call(world.url, 'GET', '/evidence/key')
  await writeFile(key, text)
  const built = await ran([join(packageRoot(), 'checker/build.ts'), world.folder])
  assert.equal(built.code, 0, built.stderr)
  const standalone = join(world.folder, 'waymark-check.mjs')
  assert.equal((await ran([standalone, path, '--key', key])).code, 0)
  const right = await run(['policy', 'verify', path, '--key', key])
  assert.deepEqual([right.code, right.stderr], [0, ''])
  const facts = { ...bundle.facts, guidance_fund_investment_yuan: 1 }
  await writeFile(path, JSON.stringify({ ...bundle, facts }))
  const wrong = await run(['policy', 'verify', path, '--key', key])
  assert.equal(wrong.code, 1)
  assert.match(wrong.stderr, /digest[\s\S]*result/)
  const page = await get(`/api/policy/awards/${award.id}`)
  assert.equal(typeof page.entry, 'number')
  assert.ok(
    page.steps.length > 0 &&
      page.reasons.some((it: { code: string }) => it.code === 'CONDITIONS_MET'),
  )
})

const as =
  (headers: Readonly<Record<string, string>>) => (method: string, path: string, body?: unknown) =>
    must(call(world.url, method, `/api/policy${path}`, { headers: keyed(headers), body }))

test('an award is paid out of what was committed for it, and says so', async () => {
  const { items } = await get('/api/policy/awards')
  const [award] = items
  const office = as(await world.official())
  const treasurer = as(await world.person('treasurer'))
  const planned = await treasurer('POST', `/awards/${award.id}/payment-plan`, {
    key: 'plan-of-payments',
    instalments: [{ share: '1/1', condition: 'as decided' }],
  })
  const path = `/payments/${planned.items[0].id}`
  const reference = 'No. 2'
  await treasurer('POST', `${path}/meet-condition`, { key: 'condition-met', reference })
  await treasurer('POST', `${path}/order`, { key: 'payment-ordered', reference })
  await office('POST', `${path}/confirm`, { key: 'payment-confirmed', reference })
  assert.equal((await get(`/api/policy/awards/${award.id}`)).state, 'paid')
  const { balancesFen } = await office('GET', `/ledgers/budget:${BUDGET}:2021`)
  assert.equal(balancesFen.paid, award.amountFen)
  await bundleOf(award.id)
})

test('an expert sees the panels they were drawn for alone, and scores after saying they are not related', async () => {
  const office = as(await world.official())
  const criteria = [
    { id: 'effect', title: { en: 'Effect', zh: '成效' }, min: 0, max: 100, weight: 1 },
  ]
  const wish = callFrom(world.clock())
  const panel = { size: 1, tally: { kind: 'scores', criteria } }
  const opened = await office('POST', '/calls', {
    ...wish,
    procedure: { stages: ['expert-panel'], panel },
  })
  const handed = await as(await world.applicant(0))('POST', '/applications', {
    call: opened.id,
    enterprise: world.enterprises[0],
    form: { project: '另一项目', measures: [MEASURE], facts: {} },
  })
  const deed = (who: ReturnType<typeof as>, event: object) =>
    who('POST', `/cases/${handed.case}/deeds`, { event })
  const expert = as(await world.person('expert'))
  await deed(office, { do: 'advance', outcome: 'accepted' })
  await deed(office, { do: 'advance', outcome: 'to-panel' })
  await deed(office, { do: 'begin-draw' })
  assert.deepEqual((await expert('GET', '/panels')).items, [])
  await deed(office, { do: 'freeze-pool', pool: [{ id: world.expert, organisations: [] }] })
  await deed(office, { do: 'draw' })
  const [asked] = (await expert('GET', '/panels')).items
  assert.deepEqual([asked.case, asked.state, asked.seats], [handed.case, 'asked', 1])
  await deed(expert, { do: 'declare-interest', related: false })
  assert.equal((await expert('GET', '/panels')).items[0].state, 'free')
  await deed(expert, { do: 'score', sheet: { marks: { effect: 80 } } })
  const [scored] = (await expert('GET', '/panels')).items
  assert.deepEqual(
    [scored.state, scored.isSecret, scored.mean],
    ['open', false, { sum: 80, count: 1 }],
  )
})
