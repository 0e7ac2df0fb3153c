import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { packageRoot } from '../../src/lib/package-root.ts'
import { call, must } from '../support/api-client.ts'
import { type AwardWorld, decidedPlan, openAwardWorld } from '../support/award-world.ts'
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
  assert.ok(page.steps.length > 0 && page.reasons.includes('CONDITIONS_MET'))
})
