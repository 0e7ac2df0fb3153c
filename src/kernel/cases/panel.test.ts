import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  APPLICANT_OF,
  CaseWorld,
  DIRECTOR,
  expert,
  HEAD,
  OFFICER,
  official,
} from '../../../test/support/case-world.ts'
import { draw, seedDigestOf } from '../../lib/seeded-draw.ts'
import { CASES, type Sheet } from './collections.ts'
import { readCase } from './desk.ts'
import type { CaseEvent } from './events.ts'
import { showCase, showThread } from './read.ts'
import { isWhole, tally } from './tally.ts'

const score = (novelty: number, team: number): CaseEvent => {
  return { do: 'score', sheet: { marks: { novelty, team } } }
}
const pool = (...ids: readonly string[]) => ids.map((id) => ({ id, organisations: [`org-${id}`] }))

async function atPanel(world: CaseWorld): Promise<string> {
  const id = await world.submitted()
  await world.did(id, OFFICER, { do: 'advance', outcome: 'accepted' })
  return id
}

async function panelOf(world: CaseWorld, id: string) {
  const { panel } = (await readCase(world.desk.documents, id)).body
  assert.ok(panel)
  return panel
}

test('the seed’s digest is published before the list, and the draw can be made again by anybody', async () => {
  await using world = await CaseWorld.open()
  const id = await atPanel(world)
  const freeze = { do: 'freeze-pool', pool: pool('x1', 'x2', 'x3', 'x4') } as const
  assert.deepEqual(await world.refused(id, OFFICER, freeze), ['wrong-state'])
  await world.did(id, OFFICER, { do: 'begin-draw' })
  assert.deepEqual(await world.refused(id, OFFICER, { do: 'begin-draw' }), ['wrong-state'])
  assert.deepEqual(await world.refused(id, OFFICER, { do: 'draw' }), ['wrong-state'])
  const before = await panelOf(world, id)
  assert.equal(before.seed, undefined)
  await world.did(id, OFFICER, freeze)
  assert.deepEqual(await world.refused(id, OFFICER, freeze), ['wrong-state'])
  const hidden = await world.desk.documents.changes(0, 1_000)
  await world.did(id, OFFICER, { do: 'draw' })
  const { seed = '', order, members, seedDigest } = await panelOf(world, id)
  assert.equal(seedDigestOf(seed), seedDigest)
  assert.equal(seedDigest, before.seedDigest)
  assert.deepEqual(order, draw(seed, ['x4', 'x3', 'x2', 'x1']))
  assert.deepEqual(
    members.map((it) => it.id),
    order?.slice(0, 3),
  )
  assert.ok(!JSON.stringify(hidden).includes(seed), 'the seed is told by the draw and not before')
  assert.deepEqual(await world.refused(id, OFFICER, { do: 'draw' }), ['wrong-state'])
})

test('who belongs to a party is left out of the list, and a list that is too short is not frozen', async () => {
  await using world = await CaseWorld.open()
  const id = await atPanel(world)
  await world.did(id, OFFICER, { do: 'begin-draw' })
  const related = { id: 'x9', organisations: ['e1'] }
  const short = [...pool('x1', 'x2'), related]
  assert.deepEqual(await world.refused(id, OFFICER, { do: 'freeze-pool', pool: short }), [
    'incomplete',
  ])
  const twice = pool('x1', 'x2', 'x3', 'x3')
  assert.deepEqual(await world.refused(id, OFFICER, { do: 'freeze-pool', pool: twice }), [
    'incomplete',
  ])
  await world.did(id, OFFICER, { do: 'freeze-pool', pool: [...pool('x1', 'x2', 'x3'), related] })
  const panel = await panelOf(world, id)
  assert.deepEqual(panel.pool, ['x1', 'x2', 'x3'])
  assert.deepEqual(panel.excluded, [{ id: 'x9', reason: 'related' }])
})

test('who is related leaves, the next in order comes in, and what was scored is thrown away', async () => {
  await using world = await CaseWorld.open()
  const id = await world.submitted()
  const [first = '', second = '', third = ''] = await world.withPanel(id)
  await world.did(id, expert(first), score(10, 10))
  const related = { do: 'declare-interest', related: true } as const
  assert.deepEqual(await world.refused(id, expert(first), related), ['incomplete'])
  await world.did(id, expert(first), { ...related, note: 'My brother works there' })
  const { order = [], members } = await panelOf(world, id)
  const [, , , fourth = '', fifth = ''] = order
  assert.deepEqual(members.at(-1), { id: fourth, state: 'asked' })
  await assert.rejects(world.do(id, expert(first), score(90, 50)), { code: 'not-found' })
  assert.deepEqual(await world.refused(id, expert(fourth), score(90, 50)), ['wrong-state'])
  await world.did(id, expert(fourth), { do: 'declare-interest', related: false })
  await world.scored(id, [second, third])
  const out = { do: 'exclude-member', member: third } as const
  assert.deepEqual(await world.refused(id, OFFICER, out), ['incomplete'])
  await world.did(id, OFFICER, { ...out, note: 'Published with the applicant' })
  await world.scored(id, [fourth])
  assert.equal((await panelOf(world, id)).opened, undefined, 'one has still to come in')
  await world.did(id, expert(fifth), { do: 'declare-interest', related: false })
  await world.scored(id, [fifth])
  const { opened } = await panelOf(world, id)
  assert.deepEqual(Object.keys(opened?.sheets ?? {}).toSorted(), [second, fourth, fifth].toSorted())
  assert.deepEqual(await world.refused(id, OFFICER, { ...out, member: second, note: 'x' }), [
    'wrong-state',
  ])
})

test('a panel with nobody left to come in is drawn anew, from a new seed', async () => {
  await using world = await CaseWorld.open()
  const id = await atPanel(world)
  await world.did(id, OFFICER, { do: 'begin-draw' })
  await world.did(id, OFFICER, { do: 'freeze-pool', pool: pool('x1', 'x2', 'x3') })
  await world.did(id, OFFICER, { do: 'draw' })
  const before = await panelOf(world, id)
  await world.did(id, OFFICER, { do: 'exclude-member', member: 'x1', note: 'Is ill' })
  await world.did(id, OFFICER, { do: 'begin-draw' })
  const after = await panelOf(world, id)
  assert.deepEqual([after.round, after.members, after.pool], [2, [], undefined])
  assert.notEqual(after.seedDigest, before.seedDigest)
})

test('scores are final, whole, within bounds, and of members alone', async () => {
  await using world = await CaseWorld.open()
  const id = await world.submitted()
  const [first = ''] = await world.withPanel(id)
  for (const sheet of [
    {},
    { marks: { novelty: 101, team: 1 } },
    { marks: { novelty: 1, team: -1 } },
    { marks: { novelty: 1 } },
    { marks: { novelty: 1, team: 1, more: 1 } },
    { marks: { novelty: 1.5, team: 1 } },
    { marks: { novelty: 1, team: 1 }, vote: 'yes' },
  ] as readonly Sheet[]) {
    assert.deepEqual(await world.refused(id, expert(first), { do: 'score', sheet }), ['incomplete'])
  }
  await world.did(id, expert(first), score(100, 50))
  assert.deepEqual(await world.refused(id, expert(first), score(100, 50)), ['wrong-state'])
  assert.deepEqual(await world.refused(id, HEAD, score(1, 1)), ['not-allowed'])
  assert.deepEqual(await world.refused(id, OFFICER, { do: 'advance', outcome: 'passed' }), [
    'not-met',
  ])
})

/** All that anybody is shown or told of a case, and what the feed says of everything. */
async function allThatIsTold(world: CaseWorld, id: string): Promise<string> {
  const told: unknown[] = [await world.desk.documents.changes(0, 10_000)]
  const panel = await panelOf(world, id)
  const members = panel.members.map((it) => expert(it.id))
  const viewers = [OFFICER, HEAD, DIRECTOR, APPLICANT_OF('e1'), ...members]
  for (const viewer of viewers) {
    told.push(await showCase(world.desk, viewer, id))
    told.push(await showThread(world.desk, viewer, id, { limit: 100 }))
  }
  if (panel.opened !== undefined) return JSON.stringify(told)
  // and what is said to those who try
  for (const outcome of ['passed', 'failed']) {
    told.push(await world.do(id, OFFICER, { do: 'advance', outcome }))
  }
  for (const member of members) {
    told.push(await world.do(id, member, { do: 'score', sheet: {} }))
    told.push(await world.do(id, member, { do: 'declare-interest', related: false }))
  }
  return JSON.stringify(told)
}

test('until the last score is in, nothing told to anybody depends on any', async () => {
  const tell = async (marks: readonly number[]): Promise<readonly string[]> => {
    await using world = await CaseWorld.open()
    const id = await world.submitted()
    const members = await world.withPanel(id)
    const told = [await allThatIsTold(world, id)]
    for (const [index, member] of members.entries()) {
      const mark = marks[index] ?? 0
      await world.did(id, expert(member), score(mark, Math.floor(mark / 2)))
      told.push(await allThatIsTold(world, id))
    }
    return told
  }
  const high = await tell([91, 93, 97])
  const low = await tell([0, 3, 7])
  assert.deepEqual(high.slice(0, 3), low.slice(0, 3))
  assert.notEqual(high[3], low[3], 'then they are told')
  assert.match(high[3] ?? '', /"novelty":97/)
})

test('a key that a member used tells nobody else what they scored', async () => {
  await using world = await CaseWorld.open()
  const id = await world.submitted()
  const [first = '', second = ''] = await world.withPanel(id)
  const event = score(77, 33)
  const done = world.done(await world.do(id, expert(first), event, 'key'))
  assert.deepEqual(world.done(await world.do(id, expert(first), event, 'key')), {
    ...done,
    isRepeat: true,
  })
  const other = world.done(await world.do(id, expert(second), event, 'key'))
  assert.equal(other.isRepeat, false)
})

test('open scores are shown to those whose role sees them, and to no others', async () => {
  await using world = await CaseWorld.open()
  const id = await world.submitted()
  const members = await world.withPanel(id)
  await world.scored(id, members)
  const shown = async (who: typeof HEAD) => JSON.stringify(await showCase(world.desk, who, id))
  assert.match(await shown(HEAD), /"sum":420/)
  for (const who of [OFFICER, DIRECTOR, APPLICANT_OF('e1'), expert(members[0] ?? '')]) {
    assert.doesNotMatch(await shown(who), /sum|novelty/)
  }
  const stored = await world.desk.documents.get(CASES, id)
  assert.equal(stored?.body.sealed, undefined)
})

test('a panel and its members part when the step is over', async () => {
  await using world = await CaseWorld.open()
  const id = await world.submitted()
  const members = await world.withPanel(id)
  await world.scored(id, members)
  const [first = ''] = members
  await showCase(world.desk, expert(first), id)
  await world.did(id, OFFICER, { do: 'advance', outcome: 'passed' })
  await assert.rejects(showCase(world.desk, expert(first), id), { code: 'not-found' })
})

test('a role of the panel is held by its members alone', async () => {
  await using world = await CaseWorld.open()
  const id = await world.submitted()
  const members = await world.withPanel(id)
  const outside = ['x1', 'x2', 'x3', 'x4', 'x5'].filter((it) => !members.includes(it))
  for (const it of [...outside, 'x6']) {
    await assert.rejects(showCase(world.desk, expert(it), id), { code: 'not-found' })
  }
  const view = await showCase(world.desk, expert(members[0] ?? ''), id)
  assert.deepEqual(
    [view.applicant, view.panel, view.deadlines, view.notice],
    ['e1', undefined, undefined, undefined],
  )
  const colleague = { ...official(members[0] ?? '', 'expert'), enterprises: ['e1'] }
  await assert.rejects(world.do(id, colleague, score(1, 1)), { code: 'not-found' })
})

const criteria = [
  { id: 'a', title: { en: 'A', zh: 'A' }, min: 0, max: 10, weight: 3 },
  { id: 'b', title: { en: 'B', zh: 'B' }, min: 0, max: 10, weight: 1 },
]
const marks = (a: number, b: number): Sheet => ({ marks: { a, b } })

test('the best and the worst are dropped where there are enough', () => {
  const drop = { highest: 1, lowest: 1, fromMembers: 4 }
  const rule = { kind: 'scores', criteria, drop, passesAt: 20 } as const
  const three = { m1: marks(10, 10), m2: marks(1, 0), m3: marks(5, 5) }
  assert.deepEqual(tally(rule, three), { sum: 63, count: 3, dropped: [], passes: true })
  const four = { ...three, m4: marks(6, 1) }
  assert.deepEqual(tally(rule, four), { sum: 39, count: 2, dropped: ['m1', 'm2'], passes: false })
  const exact = { ...three, m4: marks(6, 2) }
  assert.equal(tally(rule, exact).passes, true, 'exactly the mark is enough')
  const turned = Object.fromEntries(Object.entries(exact).toReversed())
  assert.deepEqual(tally(rule, turned), tally(rule, exact))
})

test('votes pass by a share of what was cast or of all members, never by rounding', () => {
  const votes = (yes: number, no: number, abstain: number) => {
    const all = [
      ...Array<'yes'>(yes).fill('yes'),
      ...Array<'no'>(no).fill('no'),
      ...Array<'abstain'>(abstain).fill('abstain'),
    ]
    return Object.fromEntries(all.map((vote, index) => [`m${index}`, { vote }]))
  }
  const passes = (of: 'cast' | 'members', includes: boolean, cast: Record<string, Sheet>) => {
    const rule = { kind: 'votes', of, numerator: 2, denominator: 3, includes } as const
    return tally(rule, cast).passes
  }
  assert.equal(passes('cast', true, votes(4, 2, 3)), true)
  assert.equal(passes('cast', false, votes(4, 2, 3)), false)
  assert.equal(passes('members', true, votes(4, 2, 3)), false)
  assert.equal(passes('members', true, votes(6, 0, 3)), true)
  assert.equal(passes('members', false, votes(6, 0, 3)), false)
  assert.equal(passes('cast', true, votes(0, 0, 3)), false, 'nobody voted')
  const rule = { kind: 'votes', of: 'cast', numerator: 1, denominator: 2, includes: false } as const
  assert.equal(isWhole(rule, { vote: 'yes' }), true)
  assert.equal(isWhole(rule, {}), false)
  assert.equal(isWhole(rule, marks(1, 1)), false)
})
