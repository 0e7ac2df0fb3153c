import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  APPLICANT_OF,
  at,
  CaseWorld,
  DIRECTOR,
  expert,
  HEAD,
  OFFICER,
  official,
  PROCEDURE,
} from '../../../test/support/case-world.ts'
import { Problem } from '../../lib/problem.ts'
import { changeClosing, submit } from './calls.ts'
import { CASE_DECISION, caseClaims } from './claims.ts'
import { CALLS, CASE_CONTENTS, CASE_ENTRIES, CASES } from './collections.ts'
import { act, readCase } from './desk.ts'
import { parseEvent } from './parse-event.ts'
import type { Need, Procedure } from './procedure.ts'
import { dueBefore, showCase, showContent, showThread } from './read.ts'

const POINTS = [
  { path: '/name', reason: 'is cut off' },
  { path: 'audit-report', reason: 'is missing' },
]
const FINANCE = official('fang', 'unit:finance')

test('a case goes from the application to the grant, and each step says who, when and why', async () => {
  await using world = await CaseWorld.open()
  const id = await world.submitted()
  const members = await world.withPanel(id)
  await world.scored(id, members)
  await world.did(id, OFFICER, { do: 'advance', outcome: 'passed' })
  await world.did(id, OFFICER, { do: 'consult', units: ['finance'] })
  await world.did(id, FINANCE, { do: 'give-opinion', unit: 'finance', opinion: 'agrees' })
  await world.did(id, OFFICER, { do: 'advance', outcome: 'heard' })
  await world.did(id, OFFICER, { do: 'publish-notice', text: 'To be granted: e1' })
  world.now = at('2026-03-12T00:00:00')
  await world.did(id, OFFICER, { do: 'advance', outcome: 'published' })
  await world.did(id, OFFICER, { do: 'put-forward', number: '1000000' })
  await world.did(id, HEAD, { do: 'approve' })
  await world.did(id, DIRECTOR, { do: 'approve' })
  await world.did(id, OFFICER, { do: 'advance', outcome: 'granted', note: 'Minute 12' })
  const view = await showCase(world.desk, HEAD, id)
  assert.deepEqual([view.state, view.ended, view.pins.rules], ['ended', 'granted', 'r7'])
  const { items } = await showThread(world.desk, HEAD, id, { limit: 100 })
  assert.deepEqual(
    items.map((it) => it.number),
    Array.from({ length: view.entries ?? 0 }, (_, index) => index + 1),
  )
  const last = items.at(-1)
  assert.deepEqual(
    [last?.author?.id, last?.at, last?.note, last?.decision],
    ['olga', world.now, 'Minute 12', 'granted'],
  )
  assert.deepEqual(await world.refused(id, OFFICER, { do: 'attach', note: 'more' }), [
    'wrong-state',
  ])
})

test('a decision makes two claims for the evidence log, with what it was made on', async () => {
  await using world = await CaseWorld.open()
  const id = await world.submitted()
  await world.did(id, OFFICER, { do: 'advance', outcome: 'not-accepted', note: 'No such firm' })
  const changes = await world.desk.documents.changes(0, 1_000)
  const claims = changes.flatMap(caseClaims)
  const { body } = await readCase(world.desk.documents, id)
  assert.equal(claims.length, 2)
  const [made, maker] = claims
  assert.deepEqual(
    [made?.kind, made?.subject, made?.open],
    [CASE_DECISION, id, { enterprise: 'e1' }],
  )
  assert.deepEqual(made?.fields, {
    enterprise: 'e1',
    receipt: body.receipt,
    decision: 'not-accepted',
    step: 'acceptance',
    pins: body.pins,
    content: body.content,
  })
  assert.deepEqual([maker?.fields.by, maker?.open], ['olga', 'staff'])
})

test('the window opens and closes to the second by the node’s clock', async () => {
  await using world = await CaseWorld.open()
  const hand = async (when: string, key: string) => {
    world.now = at(when)
    const answer = await submit(world.desk, APPLICANT_OF('e1'), {
      key,
      applicant: 'e1',
      under: { call: 'call' },
      form: {},
    })
    return answer.kind === 'done' ? answer.at : answer.reasons.map((it) => it.code)
  }
  assert.deepEqual(await hand('2026-02-28T23:59:59.999', 'a'), ['early'])
  assert.equal(await hand('2026-03-01T00:00:00', 'b'), at('2026-03-01T00:00:00'))
  assert.equal(await hand('2026-03-31T23:59:59.999', 'c'), at('2026-03-31T23:59:59.999'))
  assert.deepEqual(await hand('2026-04-01T00:00:00', 'd'), ['late'])
  // what was taken in time is answered again after the end
  assert.equal(await hand('2026-04-01T00:00:00', 'c'), at('2026-03-31T23:59:59.999'))
})

test('a call closes no sooner than a minute after that is said', async () => {
  await using world = await CaseWorld.open()
  await assert.rejects(changeClosing(world.desk, 'call', world.now + 59_999, OFFICER), {
    code: 'invalid-input',
  })
  await changeClosing(world.desk, 'call', world.now + 60_000, OFFICER)
  world.now += 60_000
  const late = await submit(world.desk, APPLICANT_OF('e1'), {
    key: 'a',
    applicant: 'e1',
    under: { call: 'call' },
    form: {},
  })
  assert.ok(late.kind === 'refused' && late.reasons[0]?.code === 'late')
  await changeClosing(world.desk, 'call', world.now + 1, OFFICER)
})

test('nobody hands in for another, and each only as often as they may', async () => {
  await using world = await CaseWorld.open()
  const wish = { key: 'a', applicant: 'e2', under: { call: 'call' }, form: {} }
  const answer = await submit(world.desk, APPLICANT_OF('e1'), wish)
  assert.ok(answer.kind === 'refused' && answer.reasons[0]?.code === 'not-allowed')
  const { documents } = world.desk
  const stored = await documents.get(CALLS, 'call')
  assert.ok(stored)
  const put = { ...stored.body, perApplicantMax: 2 }
  await documents.commit([{ collection: CALLS, id: 'call', put }], OFFICER)
  const answers = await Promise.all(
    ['a', 'b', 'c', 'd'].map((key) => {
      return submit(world.desk, APPLICANT_OF('e1'), { ...wish, key, applicant: 'e1' })
    }),
  )
  assert.deepEqual(answers.map((it) => it.kind).toSorted(), ['done', 'done', 'refused', 'refused'])
  assert.equal(await documents.count(CASES), 2)
})

test('a correction names every point at once, stops the clock, and each point is answered', async () => {
  await using world = await CaseWorld.open()
  const id = await world.submitted()
  const due = async () => (await readCase(world.desk.documents, id)).body.dueAt
  assert.equal(await due(), at('2026-03-10T00:00:00'))
  world.now = at('2026-03-03T12:00:00')
  await world.did(id, OFFICER, { do: 'request-correction', points: POINTS })
  // what is due now is the answer
  assert.equal(await due(), at('2026-03-18T00:00:00'))
  assert.deepEqual(await world.refused(id, OFFICER, { do: 'advance', outcome: 'accepted' }), [
    'wrong-state',
  ])
  assert.deepEqual(await world.refused(id, OFFICER, { do: 'request-correction', points: POINTS }), [
    'wrong-state',
  ])
  const applicant = APPLICANT_OF('e1')
  const half = { do: 'answer-correction', answers: ['Here it is'] } as const
  assert.deepEqual(await world.refused(id, applicant, half), ['incomplete'])
  world.now = at('2026-03-17T23:59:59.999')
  const answers = ['Here it is', 'See the file']
  await world.did(id, applicant, { do: 'answer-correction', answers, files: ['f2'] })
  // half a day of the first was used, four and a half are left: to the second
  assert.equal(await due(), at('2026-03-24T11:59:59.999'))
  const content = await showContent(world.desk, OFFICER, id)
  assert.deepEqual([content.version, content.form, content.files], [2, { name: 'pump' }, ['f2']])
  const first = await showContent(world.desk, OFFICER, id, 1)
  assert.deepEqual(first.files, ['f1'])
  assert.deepEqual(await world.refused(id, OFFICER, { do: 'request-correction', points: POINTS }), [
    'too-many',
  ])
})

test('an answer is late to the second; then the case goes on from the end of the term', async () => {
  await using world = await CaseWorld.open()
  const id = await world.submitted()
  world.now = at('2026-03-03T12:00:00')
  await world.did(id, OFFICER, { do: 'request-correction', points: POINTS })
  assert.deepEqual(await world.refused(id, OFFICER, { do: 'lapse-correction' }), ['early'])
  world.now = at('2026-03-18T00:00:00')
  const answer = { do: 'answer-correction', answers: ['a', 'b'] } as const
  assert.deepEqual(await world.refused(id, APPLICANT_OF('e1'), answer), ['late'])
  world.now = at('2026-03-20T09:00:00')
  await world.did(id, OFFICER, { do: 'lapse-correction' })
  const { body } = await readCase(world.desk.documents, id)
  assert.equal(body.dueAt, at('2026-03-24T12:00:00'), 'the days it lay count')
})

test('a deed that came in time is in time, though it is decided later', async () => {
  await using world = await CaseWorld.open()
  const id = await world.submitted()
  await world.did(id, OFFICER, { do: 'request-correction', points: POINTS })
  world.now = at('2026-03-16T23:59:59.999')
  const coming = act(world.desk, APPLICANT_OF('e1'), id, {
    key: 'last-second',
    event: { do: 'answer-correction', answers: ['a', 'b'] },
  })
  world.now = at('2026-03-17T00:00:01')
  assert.equal((await coming).kind, 'done')
})

/** The procedure whose acceptance can also end because its term is over, by a calendar of this name. */
function lapsing(calendar: string): Procedure {
  const [first, ...rest] = PROCEDURE.steps
  assert.ok(first?.term)
  const title = { en: 'Lapsed', zh: '逾期' }
  const outcomes = [...first.outcomes, { id: 'lapsed', title, needs: ['term-over' as Need] }]
  return {
    ...PROCEDURE,
    steps: [{ ...first, term: { ...first.term, calendar }, outcomes }, ...rest],
  }
}

test('an outcome that needs the term to be over waits for its last second', async () => {
  await using world = await CaseWorld.open(lapsing('plain'))
  const id = await world.submitted()
  const event = { do: 'advance', outcome: 'lapsed' } as const
  world.now = at('2026-03-09T23:59:59.999')
  assert.deepEqual(await world.refused(id, OFFICER, event), ['not-met'])
  world.now = at('2026-03-10T00:00:00')
  await world.did(id, OFFICER, event)
})

test('where no calendar tells when a term is over, nobody guesses', async () => {
  await using world = await CaseWorld.open(lapsing('none'))
  const id = await world.submitted()
  world.now = at('2027-03-10T00:00:00')
  const event = { do: 'advance', outcome: 'lapsed' } as const
  assert.deepEqual(await world.refused(id, OFFICER, event), ['calendar-missing'])
  const { deadlines } = await showCase(world.desk, OFFICER, id)
  assert.deepEqual(
    deadlines?.map((it) => it.due),
    [{ kind: 'no-calendar' }],
  )
  // a correction has a term by the other calendar, which knows no day so late
  world.now = at('2027-12-30T10:00:00')
  const ask = { do: 'request-correction', points: POINTS } as const
  assert.deepEqual(await world.refused(id, OFFICER, ask), ['calendar-missing'])
})

test('the applicant withdraws until the step from which nobody can', async () => {
  await using world = await CaseWorld.open()
  const id = await world.submitted()
  assert.deepEqual(await world.refused(id, OFFICER, { do: 'withdraw' }), ['not-allowed'])
  await world.did(id, APPLICANT_OF('e1'), { do: 'withdraw', note: 'We found money elsewhere' })
  const view = await showCase(world.desk, OFFICER, id)
  assert.deepEqual([view.state, view.deadlines], ['withdrawn', []])
})

test('a deed repeated with its key is done once and answered the same', async () => {
  await using world = await CaseWorld.open()
  const id = await world.submitted()
  const event = { do: 'request-correction', points: POINTS } as const
  const first = world.done(await world.do(id, OFFICER, event, 'key-1'))
  world.now += 5_000
  const again = world.done(await world.do(id, OFFICER, event, 'key-1'))
  assert.deepEqual(again, { ...first, isRepeat: true })
  const other = await world.do(id, OFFICER, { ...event, points: POINTS.slice(1) }, 'key-1')
  assert.ok(other.kind === 'refused' && other.reasons[0]?.code === 'key-used-otherwise')
  // the same key of somebody else is another
  const theirs = await world.do(id, official('otto', 'officer'), event, 'key-1')
  assert.ok(theirs.kind === 'refused' && theirs.reasons[0]?.code === 'wrong-state')
  assert.equal((await readCase(world.desk.documents, id)).body.entries, 2)
  const wish = { key: 's', applicant: 'e1', under: { call: 'call' }, form: { a: 1 } }
  const [one, two] = await Promise.all(
    [0, 1].map(() => submit(world.desk, APPLICANT_OF('e1'), wish)),
  )
  assert.ok(one?.kind === 'done' && two?.kind === 'done')
  assert.deepEqual([one.case, one.receipt], [two.case, two.receipt])
  assert.equal(await world.desk.documents.count(CASES), 2)
})

test('of two officers who decide at once one is done, and the other is told where the case is', async () => {
  await using world = await CaseWorld.open()
  const id = await world.submitted()
  const answers = await Promise.all([
    world.do(id, OFFICER, { do: 'advance', outcome: 'accepted' }),
    world.do(id, official('otto', 'officer'), { do: 'advance', outcome: 'not-accepted' }),
  ])
  assert.deepEqual(answers.map((it) => it.kind).toSorted(), ['done', 'refused'])
  const refused = answers.find((it) => it.kind === 'refused')
  assert.match(JSON.stringify(refused), /in “Expert review”|is closed/)
  assert.equal(await world.desk.documents.count(CASE_ENTRIES, { case: id }), 2)
})

test('a decision on a case that went on since it was looked at is refused', async () => {
  await using world = await CaseWorld.open()
  const id = await world.submitted()
  const event = { do: 'advance', outcome: 'accepted' } as const
  await world.did(id, OFFICER, { do: 'attach', note: 'A letter came' })
  const blind = await act(world.desk, OFFICER, id, { key: 'a', seen: 1, event })
  assert.ok(blind.kind === 'refused' && blind.reasons[0]?.code === 'changed-meanwhile')
  const seeing = await act(world.desk, OFFICER, id, { key: 'a', seen: 2, event })
  assert.equal(seeing.kind, 'done')
})

test('what a room adds is in the same commit, and what it refuses undoes all', async () => {
  await using world = await CaseWorld.open()
  const id = await world.submitted()
  const event = { do: 'advance', outcome: 'accepted' } as const
  const put = { case: id, version: 9, form: {}, files: [], at: 0 }
  const write = { collection: CASE_CONTENTS, id: `${id}~9`, expected: 0, put }
  const text = { en: 'No place is left', zh: '名额已满' }
  const refused = await act(world.desk, OFFICER, id, {
    key: 'a',
    event,
    also: async () => ({ refused: [{ code: 'other', text }] }),
  })
  assert.ok(refused.kind === 'refused' && refused.reasons[0]?.text === text)
  assert.equal((await readCase(world.desk.documents, id)).body.entries, 1)
  const done = await act(world.desk, OFFICER, id, {
    key: 'a',
    event,
    also: async () => ({ writes: [write] }),
  })
  assert.equal(done.kind, 'done')
  assert.equal((await showContent(world.desk, OFFICER, id, 9)).version, 9)
})

test('who has no role in a case cannot tell it from none', async () => {
  await using world = await CaseWorld.open()
  const id = await world.submitted('e1')
  const none = { code: 'not-found', message: 'There is no such case' }
  const strangers = [APPLICANT_OF('e2'), official('sam'), expert('x1'), FINANCE]
  for (const stranger of strangers) {
    for (const which of [id, 'c0']) {
      await assert.rejects(showCase(world.desk, stranger, which), none)
      await assert.rejects(showThread(world.desk, stranger, which, { limit: 1 }), none)
      await assert.rejects(showContent(world.desk, stranger, which), none)
      for (const event of [
        { do: 'withdraw' },
        { do: 'object', objector: 'x', text: 'y' },
        { do: 'score', sheet: {} },
      ] as const) {
        await assert.rejects(world.do(which, stranger, event), none)
      }
    }
  }
})

test('who belongs to the applicant does not act in the case for the node, nor sees more', async () => {
  await using world = await CaseWorld.open()
  const id = await world.submitted('e1')
  const both = { ...APPLICANT_OF('e1'), roles: ['applicant', 'officer', 'head'] }
  assert.deepEqual(await world.refused(id, both, { do: 'advance', outcome: 'accepted' }), [
    'own-case',
  ])
  const { items } = await showThread(world.desk, both, id, { limit: 10 })
  assert.equal(items.length, 1)
  await world.did(id, OFFICER, { do: 'advance', outcome: 'accepted' })
  const [, second] = (await showThread(world.desk, both, id, { limit: 10 })).items
  assert.equal(second?.author, undefined, 'an applicant is not told which officer it was')
})

test('the office begins a case of its own: a plan of awards, a letter; nobody else does', async () => {
  await using world = await CaseWorld.open()
  const procedure = { id: PROCEDURE.id, version: PROCEDURE.version }
  const pins = { procedure, form: { id: 'plan', version: '1' } }
  const wish = { key: 'a', under: { pins }, form: { awards: ['e1', 'e2'] }, parties: ['e1', 'e2'] }
  for (const actor of [HEAD, APPLICANT_OF('e1'), { ...OFFICER, enterprises: ['e2'] }]) {
    const answer = await submit(world.desk, actor, wish)
    assert.ok(answer.kind === 'refused')
  }
  const { case: id } = world.done(await submit(world.desk, OFFICER, wish))
  await world.did(id, OFFICER, { do: 'advance', outcome: 'not-accepted' })
  await assert.rejects(showCase(world.desk, APPLICANT_OF('e1'), id), { code: 'not-found' })
  const changes = await world.desk.documents.changes(0, 1_000)
  assert.deepEqual(
    changes.flatMap(caseClaims).map((it) => it.open),
    ['staff', 'staff'],
  )
})

test('a deed that is sent is parsed whole, and every wrong field is told', () => {
  const event = { do: 'request-correction', points: POINTS, note: 'See the guide' }
  assert.deepEqual(parseEvent(event), event)
  const told = (value: unknown) => {
    try {
      parseEvent(value)
    } catch (problem) {
      assert.ok(problem instanceof Problem && problem.code === 'invalid-input')
      return problem.fields.map((it) => it.path)
    }
    return []
  }
  for (const none of [null, 1, 'x', {}, { do: 'constructor' }, { do: 7 }]) {
    assert.deepEqual(told(none), ['/do'])
  }
  const wrong = { do: 'request-correction', points: [{ path: '', reason: 7 }], more: 1 }
  assert.deepEqual(told(wrong).toSorted(), ['/more', '/points/0/path', '/points/0/reason'])
  assert.deepEqual(told({ do: 'score', sheet: { marks: { a: 1.5 } } }), ['/sheet/marks/a'])
})

test('what the office adds for itself is for the office', async () => {
  await using world = await CaseWorld.open()
  const id = await world.submitted('e1')
  await world.did(id, OFFICER, { do: 'attach', note: 'The plant stands still', files: ['visit'] })
  const notes = async (who: typeof OFFICER) => {
    const { items } = await showThread(world.desk, who, id, { limit: 10 })
    return items.map((it) => it.note)
  }
  assert.deepEqual(await notes(HEAD), [undefined, 'The plant stands still'])
  assert.deepEqual(await notes(APPLICANT_OF('e1')), [undefined])
})

test('deadlines come in order, with the steps they are of', async () => {
  await using world = await CaseWorld.open()
  const first = await world.submitted('e1')
  world.now = at('2026-03-03T10:00:00')
  const second = await world.submitted('e2')
  const before = at('2026-03-11T00:00:01')
  const { items } = await dueBefore(world.desk, { before, limit: 10 })
  assert.deepEqual(
    items.map((it) => [it.id, it.step]),
    [
      [first, 'acceptance'],
      [second, 'acceptance'],
    ],
  )
  assert.deepEqual(Object.keys(items[0] ?? {}), ['id', 'receipt', 'step', 'dueAt'])
})
