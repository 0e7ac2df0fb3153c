import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openEditorWorld } from '../../../test/support/editor-world.ts'
import { type Award, POLICY_AWARDS } from '../awards/collections.ts'
import { DUTIES } from '../money/collections.ts'

const AUTHOR = { kind: 'system', id: 'test' } as const
const ID = 'D1-M18-2a'

test('a measure is evaluated out of the books, stated in public, and cited by its next version', async () => {
  await using world = await openEditorWorld()
  const { send, official, node, rules } = world
  const { documents, clock } = node
  const award = (year: number, paidFen: string): Award => ({
    ...{ case: `c${year}`, plan: 'p1', applicant: 'e1', measure: ID, amountFen: '1000' },
    ...{ basis: 'exact', rulesDigest: '0'.repeat(64), year, decidedAt: clock() },
    ...{ state: 'decided', paidFen, recoveredFen: '0' },
  })
  const stamped = { by: AUTHOR, at: clock() }
  const duty = {
    ...{ award: 'a1', applicant: 'e1', measure: ID, kind: 'indicator', title: '年度报告' },
    ...{ source: 'D1 (二十三)', dueAt: clock(), state: 'accepted' },
    indicator: { name: '服务企业', unit: '家', target: '2', is: 'at-least' },
    reports: [
      { ...stamped, text: 'x', value: '4', files: [], answer: { ...stamped, outcome: 'accepted' } },
    ],
  }
  await documents.commit(
    [
      { collection: POLICY_AWARDS, id: 'a1', put: award(2026, '1000') },
      { collection: POLICY_AWARDS, id: 'a2', put: award(2025, '0') },
      { collection: DUTIES, id: 'd1', put: duty },
    ],
    { author: AUTHOR },
  )
  const target = [...(await rules.open()).rules.targets.values()].find(
    (it) => it.document === 'D1' && it.kind === 'at-least',
  )
  assert.ok(target !== undefined && target.kind === 'at-least')
  const asked = { measure: ID, year: 2026, values: { [target.id]: `${target.value}` } }
  const figures = await send(official, 'POST', '/evaluation-figures', asked)
  assert.equal(figures.status, 200, figures.text)
  assert.deepEqual(figures.body.money, {
    ...{ awards: 1, applicants: 1, decidedFen: '1000', paidFen: '1000' },
    ...{ recoveredFen: '0', netFen: '1000' },
  })
  assert.deepEqual(figures.body.outputs, [
    { name: '服务企业', unit: '家', due: 1, reported: 1, met: 1, total: '4', perUnitFen: '250' },
  ])
  const states = figures.body.targets as { id: string; state: string }[]
  assert.equal(states.find((it) => it.id === target.id)?.state, 'met')
  assert.ok(states.some((it) => it.state === 'needs_determination'))
  const [told] = figures.body.targets.filter((it: { id: string }) => it.id === target.id)
  assert.match(told.goal.en, new RegExp(`^at least ${target.value}`))
  assert.equal(told.deadline, target.deadline)
  assert.deepEqual(figures.body.bySector, [])
  // of five of whom nothing is known that is told as it is
  const many = Array.from({ length: 5 }, (_, at) => ({
    ...{ collection: POLICY_AWARDS, id: `b${at}` },
    put: { ...award(2020, '0'), applicant: `f${at}` },
  }))
  await documents.commit(many, { author: AUTHOR })
  const { bySize, byKind } = (
    await send(official, 'POST', '/evaluation-figures', { measure: ID, year: 2020 })
  ).body
  assert.deepEqual(
    bySize.map((it: { group: string; title: { zh: string }; applicants: number }) => [
      ...[it.group, it.title.zh, it.applicants],
    ]),
    [['not_known', '规模未知', 5]],
  )
  assert.deepEqual(
    byKind.map((it: { group: null; applicants: number }) => [it.group, it.applicants]),
    [[null, 5]],
  )
  assert.equal((await send(node.client(), 'POST', '/evaluation-figures', asked)).status, 401)
  const stated = await send(official, 'POST', '/evaluations', { ...asked, conclusion: '上限偏高' })
  assert.equal(stated.status, 201, stated.text)
  const open = (await send(node.client(), 'GET', `/evaluations?measure=${ID}`)).body.items
  assert.deepEqual([open.length, open[0].conclusion], [1, '上限偏高'])
  const copy = (await send(official, 'POST', '/drafts', { copy: ID })).body
  const cited = await send(official, 'PUT', `/drafts/${copy.id}`, {
    ...{ place: copy.place, body: copy.body, expected: copy.version },
    evaluation: stated.body.id,
  })
  assert.equal(cited.body.evaluation, stated.body.id, cited.text)
  assert.equal(
    (await send(official, 'POST', '/evaluation-figures', { measure: 'none' })).status,
    404,
  )
})
