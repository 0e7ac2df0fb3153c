import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  APPLICANT_OF,
  at,
  CaseWorld,
  DIRECTOR,
  HEAD,
  OFFICER,
  official,
} from '../../../test/support/case-world.ts'
import { chainFor } from './approval.ts'
import { changesInMs, deadlinesOf } from './deadlines.ts'
import { readCase, readProcedure } from './desk.ts'
import { showCase, showThread } from './read.ts'

const FINANCE = official('fang', 'unit:finance')
const SCIENCE = official('shen', 'unit:science')
const ANYBODY = official('wang')

async function atConsultation(world: CaseWorld): Promise<string> {
  const id = await world.submitted()
  await world.scored(id, await world.withPanel(id))
  await world.did(id, OFFICER, { do: 'advance', outcome: 'passed' })
  return id
}

async function atNotice(world: CaseWorld): Promise<string> {
  const id = await atConsultation(world)
  await world.did(id, OFFICER, { do: 'consult', units: ['finance'] })
  await world.did(id, FINANCE, { do: 'give-opinion', unit: 'finance', opinion: 'agrees' })
  await world.did(id, OFFICER, { do: 'advance', outcome: 'heard' })
  return id
}

async function atApproval(world: CaseWorld, number: string): Promise<string> {
  const id = await atNotice(world)
  await world.did(id, OFFICER, { do: 'publish-notice', text: 'To be granted' })
  world.now = at('2026-03-12T00:00:00')
  await world.did(id, OFFICER, { do: 'advance', outcome: 'published' })
  await world.did(id, OFFICER, { do: 'put-forward', number })
  return id
}

test('what time alone changes is told by how long it takes until the first term is over', async () => {
  await using world = await CaseWorld.open()
  const id = await atNotice(world)
  const { documents, calendars } = world.desk
  const left = async () => {
    const { body } = await readCase(documents, id)
    const procedure = await readProcedure(documents, body.pins.procedure)
    return changesInMs(deadlinesOf(body, { procedure, calendars: calendars() }), world.now)
  }
  assert.equal(await left(), undefined)
  await world.did(id, OFFICER, { do: 'publish-notice', text: 'To be granted' })
  const wait = (await left()) ?? assert.fail()
  const publish = { do: 'advance', outcome: 'published' } as const
  world.now += wait - 1
  assert.equal(await left(), 1)
  assert.deepEqual(await world.refused(id, OFFICER, publish), ['not-met'])
  world.now += 1
  assert.equal(await left(), undefined)
  await world.did(id, OFFICER, publish)
})

test('units are heard once each, and who says more than yes says what', async () => {
  await using world = await CaseWorld.open()
  const id = await atConsultation(world)
  const heard = { do: 'advance', outcome: 'heard' } as const
  assert.deepEqual(await world.refused(id, OFFICER, heard), ['not-met'])
  const twice = { do: 'consult', units: ['finance', 'finance'] } as const
  assert.deepEqual(await world.refused(id, OFFICER, twice), ['incomplete'])
  await world.did(id, OFFICER, { do: 'consult', units: ['finance', 'science'] })
  assert.deepEqual(await world.refused(id, OFFICER, { do: 'consult', units: ['tax'] }), [
    'wrong-state',
  ])
  const objects = { do: 'give-opinion', unit: 'finance', opinion: 'objects' } as const
  assert.deepEqual(await world.refused(id, FINANCE, objects), ['incomplete'])
  assert.deepEqual(await world.refused(id, SCIENCE, { ...objects, note: 'x' }), ['not-allowed'])
  await world.did(id, FINANCE, { ...objects, note: 'The budget is spent' })
  assert.deepEqual(await world.refused(id, FINANCE, { ...objects, note: 'Again' }), ['wrong-state'])
  assert.deepEqual(await world.refused(id, OFFICER, heard), ['not-met'])
  await world.did(id, SCIENCE, { do: 'give-opinion', unit: 'science', opinion: 'agrees' })
  const agreed = { do: 'advance', outcome: 'agreed' } as const
  assert.deepEqual(await world.refused(id, OFFICER, agreed), ['not-met'], 'one objects')
  await world.did(id, OFFICER, heard)
})

test('a unit that says nothing in its term agrees where the rule says so, to the second', async () => {
  await using world = await CaseWorld.open()
  const id = await atConsultation(world)
  await world.did(id, OFFICER, { do: 'consult', units: ['finance'] })
  const heard = { do: 'advance', outcome: 'heard' } as const
  world.now = at('2026-03-09T23:59:59.999')
  assert.deepEqual(await world.refused(id, OFFICER, heard), ['not-met'])
  world.now = at('2026-03-10T00:00:00')
  const late = { do: 'give-opinion', unit: 'finance', opinion: 'agrees' } as const
  assert.deepEqual(await world.refused(id, FINANCE, late), ['late'])
  await world.did(id, OFFICER, heard)
})

test('a notice closes when its whole term is over and every objection is answered', async () => {
  await using world = await CaseWorld.open()
  const id = await atNotice(world)
  const published = { do: 'advance', outcome: 'published' } as const
  const objection = { do: 'object', objector: 'Wang', text: 'It is a copy' } as const
  await assert.rejects(world.do(id, ANYBODY, objection), { code: 'not-found' })
  assert.deepEqual(await world.refused(id, OFFICER, { do: 'publish-notice', text: ' ' }), [
    'incomplete',
  ])
  await world.did(id, OFFICER, { do: 'publish-notice', text: 'To be granted: e1' })
  assert.deepEqual(await world.refused(id, OFFICER, { do: 'publish-notice', text: 'x' }), [
    'wrong-state',
  ])
  assert.deepEqual(await world.refused(id, ANYBODY, { ...objection, objector: '' }), ['incomplete'])
  const taken = await world.did(id, ANYBODY, objection)
  assert.deepEqual(
    Object.keys(taken),
    ['kind', 'case', 'at', 'isRepeat'],
    'a stranger learns no more',
  )
  world.now = at('2026-03-11T23:59:59.999')
  await world.did(id, ANYBODY, { ...objection, text: 'And late' })
  const answer = { do: 'answer-objection', number: 1, upheld: false } as const
  assert.deepEqual(await world.refused(id, OFFICER, answer), ['incomplete'])
  await world.did(id, OFFICER, { ...answer, note: 'It is not' })
  assert.deepEqual(await world.refused(id, OFFICER, { ...answer, note: 'x' }), ['wrong-state'])
  assert.deepEqual(await world.refused(id, OFFICER, published), ['not-met'], 'not over')
  world.now = at('2026-03-12T00:00:00')
  assert.deepEqual(await world.refused(id, ANYBODY, objection), ['late'])
  assert.deepEqual(await world.refused(id, OFFICER, published), ['not-met'], 'one is not answered')
  const second = { ...answer, number: 2, upheld: true, note: 'That is so' }
  assert.deepEqual(await world.refused(id, OFFICER, { ...second, number: 3 }), ['wrong-state'])
  await world.did(id, OFFICER, second)
  assert.deepEqual(await world.refused(id, OFFICER, published), ['not-met'], 'one was upheld')
  await world.did(id, OFFICER, { do: 'advance', outcome: 'back' })
})

test('who objected is known to those alone whose role sees it', async () => {
  await using world = await CaseWorld.open()
  const id = await atNotice(world)
  await world.did(id, OFFICER, { do: 'publish-notice', text: 'To be granted: e1' })
  await world.did(id, ANYBODY, { do: 'object', objector: 'Wang Wu', text: 'It is a copy' })
  const thread = async (who: typeof HEAD) => {
    return JSON.stringify(await showThread(world.desk, who, id, { limit: 100 }))
  }
  for (const who of [OFFICER, APPLICANT_OF('e1')]) {
    assert.match(await thread(who), /It is a copy/)
    assert.doesNotMatch(await thread(who), /Wang Wu|wang/)
  }
  assert.match(await thread(HEAD), /Wang Wu/)
  assert.doesNotMatch(await thread(DIRECTOR), /It is a copy/)
})

test('a step that is come to again begins its notice and panel anew', async () => {
  await using world = await CaseWorld.open()
  const id = await atNotice(world)
  await world.did(id, OFFICER, { do: 'publish-notice', text: 'To be granted: e1' })
  world.now = at('2026-03-12T00:00:00')
  await world.did(id, OFFICER, { do: 'advance', outcome: 'back' })
  assert.deepEqual(await world.refused(id, OFFICER, { do: 'advance', outcome: 'passed' }), [
    'not-met',
  ])
  await world.did(id, OFFICER, { do: 'begin-draw' })
  assert.equal((await readCase(world.desk.documents, id)).body.panel?.round, 1)
})

test('the number decides who approves, and each approval is another person’s', async () => {
  await using world = await CaseWorld.open()
  const id = await atApproval(world, '1000000')
  const granted = { do: 'advance', outcome: 'granted' } as const
  assert.deepEqual(await world.refused(id, DIRECTOR, { do: 'approve' }), ['not-allowed'])
  const both = official('olga', 'officer', 'head')
  assert.deepEqual(await world.refused(id, both, { do: 'approve' }), ['not-allowed'])
  await world.did(id, HEAD, { do: 'approve' })
  assert.deepEqual(await world.refused(id, OFFICER, granted), ['not-met'])
  const again = official('hu', 'director')
  assert.deepEqual(await world.refused(id, again, { do: 'approve' }), ['not-allowed'])
  await world.did(id, DIRECTOR, { do: 'approve' })
  assert.deepEqual(await world.refused(id, DIRECTOR, { do: 'approve' }), ['wrong-state'])
  assert.deepEqual(await world.refused(id, OFFICER, { do: 'advance', outcome: 'refused' }), [
    'not-met',
  ])
  const shown = async (who: typeof HEAD) => (await showCase(world.desk, who, id)).approval
  assert.match(JSON.stringify(await shown(HEAD)), /"persons":\["olga","hu","dai"\]/)
  assert.doesNotMatch(JSON.stringify(await shown(OFFICER)), /persons/)
  await world.did(id, OFFICER, granted)
})

test('one who declines says why, and then it cannot be granted', async () => {
  await using world = await CaseWorld.open()
  const id = await atApproval(world, '999999')
  assert.deepEqual(await world.refused(id, HEAD, { do: 'decline' }), ['incomplete'])
  await world.did(id, HEAD, { do: 'decline', note: 'Not this year' })
  assert.deepEqual(await world.refused(id, OFFICER, { do: 'advance', outcome: 'granted' }), [
    'not-met',
  ])
  assert.deepEqual(await world.refused(id, APPLICANT_OF('e1'), { do: 'withdraw' }), ['wrong-state'])
  await world.did(id, OFFICER, { do: 'advance', outcome: 'refused' })
})

test('thresholds hold from their number on, and below the first nobody approves', () => {
  const levels = [
    { from: '10', roles: ['head'] },
    { from: '9007199254740993', roles: ['head', 'director'] },
  ]
  assert.equal(chainFor({ levels }, 9n), undefined)
  assert.deepEqual(chainFor({ levels }, 10n), ['head'])
  assert.deepEqual(chainFor({ levels }, 9_007_199_254_740_992n), ['head'])
  assert.deepEqual(chainFor({ levels }, 9_007_199_254_740_993n), ['head', 'director'])
})
