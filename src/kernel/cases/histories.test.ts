import assert from 'node:assert/strict'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Random, seeded } from '../../../test/contract/documents.histories.ts'
import {
  APPLICANT_OF,
  CaseWorld,
  DIRECTOR,
  expert,
  HEAD,
  OFFICER,
  official,
  PROCEDURE,
  SEAL_KEY,
} from '../../../test/support/case-world.ts'
import { openSqliteDocuments } from '../documents/sqlite.ts'
import { CASE_ENTRIES, CASES, type Case } from './collections.ts'
import { act, type CaseAnswer, entryIdOf, readCase, readProcedure } from './desk.ts'
import type { Actor, CaseEvent } from './events.ts'
import { seedPlace, sheetPlace } from './panel.ts'
import { sealsOf } from './seals.ts'
import { turn } from './turn.ts'

const LONG = process.env.WAYMARK_TEST_LONG === '1'
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

const seeds = (count: number) =>
  Array.from({ length: LONG ? 20 * count : count }, (_, it) => it + 1)

test('random days of an acceptance go as a model that counts hours says', async () => {
  for (const seed of seeds(25)) {
    const random = seeded(seed)
    await using world = await CaseWorld.open()
    const id = await world.submitted()
    const model = new Acceptance(world.now)
    for (let step = 0; step < 30; step++) {
      world.now += random(3) === 0 ? 0 : random(60) * HOUR_MS
      model.goOn(world.now)
      const [actor, event] = acceptanceDeed(random)
      const answer = await world.do(id, actor, event)
      const told = `seed ${seed}, step ${step}: ${event.do}`
      assert.equal(answer.kind === 'done', model.take(actor, event, world.now), told)
      const { body } = await readCase(world.desk.documents, id)
      assert.deepEqual([body.state, body.entries], [model.state, model.entries], told)
      const due = model.dueIfItGoesOn(world.now)
      if (model.state === 'open') assert.equal(body.dueAt, due ?? body.dueAt, told)
      if (due === undefined)
        assert.ok((body.dueAt ?? 0) <= world.now || model.state !== 'open', told)
    }
  }
})

const OFFICE = { officer: OFFICER, applicant: APPLICANT_OF('e1'), head: HEAD } as const

function acceptanceDeed(random: Random): readonly [Actor, CaseEvent] {
  const actor = [OFFICE.officer, OFFICE.officer, OFFICE.applicant, OFFICE.applicant, OFFICE.head][
    random(5)
  ]
  const events: readonly CaseEvent[] = [
    { do: 'request-correction', points: [{ path: '/a', reason: 'is wrong' }] },
    { do: 'request-correction', points: [] },
    { do: 'answer-correction', answers: ['so'] },
    { do: 'answer-correction', answers: ['so', 'and so'] },
    { do: 'lapse-correction' },
    { do: 'attach', note: 'a note' },
    ...(random(12) === 0 ? [{ do: 'withdraw' } as const] : []),
  ]
  const event = events[random(events.length)]
  assert.ok(actor && event)
  return [actor, event]
}

/** What can become of a case in its first step, in the plainest way: each hour that counts is taken off what is left. */
class Acceptance {
  state: Case['state'] = 'open'
  entries = 1
  /** Milliseconds that are left of the five days, and of the ten of a correction. */
  #left = 5 * DAY_MS
  #leftToAnswer = 0
  #rounds = 0
  #at: number
  readonly #startDay: number
  #answerDay = 0
  /** When the correction's days were over. */
  #overAt: number | undefined

  constructor(startedAt: number) {
    this.#at = startedAt
    this.#startDay = dayOf(startedAt)
  }

  goOn(to: number): void {
    for (; this.#at < to; this.#at += HOUR_MS) this.#hour()
  }

  #hour(): void {
    const day = dayOf(this.#at)
    if (this.state === 'open' && this.#counts(this.#at)) this.#left -= HOUR_MS
    if (this.state !== 'correcting' || !isWorked(day) || day === this.#answerDay) return
    this.#leftToAnswer -= HOUR_MS
    if (this.#leftToAnswer === 0) this.#overAt = this.#at + HOUR_MS
  }

  /** When the five days are over if nothing happens any more; undefined: they are over already. */
  dueIfItGoesOn(now: number): number | undefined {
    if (this.#left <= 0) return undefined
    let at = now
    for (let left = this.#left; left > 0; at += HOUR_MS) if (this.#counts(at)) left -= HOUR_MS
    return at
  }

  #counts(at: number): boolean {
    return isWorked(dayOf(at)) && dayOf(at) !== this.#startDay
  }

  /** Whether it is done. */
  take(actor: Actor, event: CaseEvent, now: number): boolean {
    const isDone = this.#may(actor, event)
    if (!isDone) return false
    this.entries++
    if (event.do === 'withdraw') this.state = 'withdrawn'
    if (event.do === 'request-correction') {
      this.state = 'correcting'
      this.#rounds++
      this.#leftToAnswer = 10 * DAY_MS
      this.#answerDay = dayOf(now)
      this.#overAt = undefined
    }
    if (event.do === 'answer-correction') this.state = 'open'
    if (event.do === 'lapse-correction') {
      this.state = 'open'
      // the days it lay count
      for (let at = this.#overAt ?? now; at < now; at += HOUR_MS) {
        if (this.#counts(at)) this.#left -= HOUR_MS
      }
    }
    return true
  }

  #may(actor: Actor, event: CaseEvent): boolean {
    if (this.state === 'withdrawn') return false
    const isOffice = actor === OFFICE.officer
    const isTheirs = actor === OFFICE.applicant
    const isOver = this.#leftToAnswer <= 0
    switch (event.do) {
      case 'request-correction':
        return isOffice && this.state === 'open' && this.#rounds === 0 && event.points.length > 0
      case 'answer-correction': {
        const isWhole = event.answers.length === 1
        return isTheirs && this.state === 'correcting' && !isOver && isWhole
      }
      case 'lapse-correction':
        return isOffice && this.state === 'correcting' && isOver
      case 'attach':
        return isOffice
      case 'withdraw':
        return isTheirs
      default:
        return false
    }
  }
}

const dayOf = (at: number) => Math.floor((at + 8 * HOUR_MS) / DAY_MS)
/** 1 January 1970 was a Thursday. */
const isWorked = (day: number) => ![2, 3].includes(day % 7)

type Acknowledged = {
  readonly key: string
  readonly actor: Actor
  readonly event: CaseEvent
  readonly answer: Extract<CaseAnswer, { kind: 'done' }>
}

const MANY =
  'of random deeds by many at once, those acknowledged are the case and its thread, each once'

test(`memory: ${MANY}`, async () => {
  const kinds = new Set<string>()
  for (const seed of seeds(25)) {
    await using world = await CaseWorld.open()
    for (const { event } of await playCrowds(world, seed)) kinds.add(event.do)
  }
  const rare = DEEDS.filter((it) => !kinds.has(it))
  assert.deepEqual(rare, [], 'of each kind some were done')
})

test(`SQLite: ${MANY}`, async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-cases-'))
  for (const seed of seeds(3)) {
    const path = join(folder.path, `${seed}.sqlite`)
    await using world = await CaseWorld.open(PROCEDURE, (options) => {
      return openSqliteDocuments({ ...options, path })
    })
    await playCrowds(world, seed)
  }
})

async function playCrowds(world: CaseWorld, seed: number): Promise<readonly Acknowledged[]> {
  const id = await world.submitted()
  const first = (await readCase(world.desk.documents, id)).body
  const done: Acknowledged[] = []
  const random = seeded(seed)
  for (let step = 0; step < 120; step++) await crowd(world, id, { random, step, done })
  await checkThread(world, id, first, done)
  return done
}

const DEEDS: readonly CaseEvent['do'][] = [
  'request-correction',
  'answer-correction',
  'lapse-correction',
  'advance',
  'attach',
  'begin-draw',
  'freeze-pool',
  'draw',
  'declare-interest',
  'score',
  'consult',
  'give-opinion',
  'publish-notice',
  'object',
  'answer-objection',
  'put-forward',
  'approve',
  'decline',
]

type Crowd = { readonly random: Random; readonly step: number; readonly done: Acknowledged[] }

/** Up to three deeds at once, and sometimes one that was done before. */
async function crowd(world: CaseWorld, id: string, { random, step, done }: Crowd): Promise<void> {
  world.now += random(4) === 0 ? random(18 * DAY_MS) : 0
  const now = (await readCase(world.desk.documents, id)).body
  const tried = Array.from({ length: 1 + random(3) }, (_, index) => {
    return { key: `${step}-${index}`, ...likely(random, now) }
  })
  const again = done[random(2 * done.length + 1)]
  if (again !== undefined) tried.push(again)
  const answers = await Promise.allSettled(
    tried.map(({ actor, event, key }) => act(world.desk, actor, id, { event, key })),
  )
  for (const [index, it] of answers.entries()) {
    const what = tried[index]
    assert.ok(what)
    if (it.status === 'rejected') assert.equal(it.reason.code, 'not-found', `${it.reason}`)
    else if (it.value.kind === 'done') take(done, { ...what, answer: it.value })
  }
}

/** A repeat is answered as it was the first time. */
function take(done: Acknowledged[], made: Acknowledged): void {
  const before = done.find((it) => it.key === made.key)
  if (before === undefined) {
    assert.equal(made.answer.isRepeat, false)
    done.push(made)
  } else assert.deepEqual(made.answer, { ...before.answer, isRepeat: true })
}

/** What is acknowledged, in the order of its numbers, played on the pure rules alone, comes to what is stored. */
async function checkThread(
  world: CaseWorld,
  id: string,
  first: Case,
  done: readonly Acknowledged[],
): Promise<void> {
  const { documents } = world.desk
  const { body } = await readCase(documents, id)
  const procedure = await readProcedure(documents, body.pins.procedure)
  const ordered: (Acknowledged & { readonly number: number })[] = []
  for (const it of done) {
    const entry = await documents.get(CASE_ENTRIES, entryIdOf(id, it.actor.author, it.key))
    assert.ok(entry, `${it.event.do} is lost`)
    if (it.event.do !== 'object') assert.equal(it.answer.number, entry.body.number)
    ordered.push({ ...it, number: entry.body.number })
  }
  ordered.sort((a, b) => a.number - b.number)
  assert.deepEqual(
    ordered.map((it) => it.number),
    Array.from({ length: body.entries - 1 }, (_, index) => index + 2),
  )
  assert.equal(await documents.count(CASE_ENTRIES, { case: id }), body.entries)
  assert.equal(await documents.count(CASES), 1)
  let replayed = first
  for (const { actor, event, answer } of ordered) {
    const calendars = world.desk.calendars()
    // the seed is the one thing that is chance: what was drawn by stands in the case
    const seed = body.panel?.seed ?? opened(id, body).sealed?.seed ?? '0'.repeat(64)
    const seals = sealsOf(SEAL_KEY, id)
    const context = { at: answer.at, actor, procedure, calendars, seed, seals }
    const turned = turn(replayed, event, context)
    assert.ok(turned.kind === 'done', `${event.do} was acknowledged`)
    const content = turned.content && { ...replayed.content, version: replayed.content.version + 1 }
    replayed = { ...turned.next, ...(content && { content }) }
  }
  const { digest: _, ...content } = body.content
  assert.deepEqual(
    opened(id, { ...replayed, content: { version: replayed.content.version } }),
    opened(id, JSON.parse(JSON.stringify({ ...body, content }))),
  )
}

/** With what is sealed opened: the same is sealed otherwise each time. */
function opened<T extends Pick<Case, 'panel' | 'sealed'>>(id: string, state: T) {
  const { panel, sealed } = state
  if (panel === undefined || sealed === undefined) return { ...state, sealed: undefined }
  const { seed, sheets = {} } = sealed
  const { open } = sealsOf(SEAL_KEY, id)
  const told = Object.entries(sheets).map(([it, text]) => [it, open(sheetPlace(panel, it), text)])
  return {
    ...state,
    sealed: {
      ...(seed !== undefined && { seed: String(open(seedPlace(panel), seed)) }),
      sheets: Object.fromEntries(told),
    },
  }
}

/** Something that may well be done to a case as it stands, or may not. */
function likely(random: Random, state: Case): { readonly actor: Actor; readonly event: CaseEvent } {
  const all = [...deedsHere(state), ...deedsHere({ ...state, step: 'none' })]
  const found = all[random(all.length)]
  assert.ok(found)
  const [actor, event] = found
  return { actor, event }
}

const OTTO = official('otto', 'officer')
const FINANCE = official('fang', 'unit:finance')
const MEMBERS = ['x1', 'x2', 'x3', 'x4', 'x5']

function deedsHere({ step, panel, notice }: Case): readonly (readonly [Actor, CaseEvent])[] {
  const applicant = APPLICANT_OF('e1')
  const go = (outcome: string) => [OFFICER, { do: 'advance', outcome }] as const
  switch (step) {
    case 'acceptance':
      return [
        [OFFICER, { do: 'request-correction', points: [{ path: '/a', reason: 'is wrong' }] }],
        [applicant, { do: 'answer-correction', answers: ['so'], form: { a: 2 } }],
        [OTTO, { do: 'lapse-correction' }],
        go('accepted'),
        go('accepted'),
      ]
    case 'expert-review':
      return [...panelDeeds(panel), ...panelDeeds(panel), go('passed')]
    case 'joint-opinion':
      return [
        [OFFICER, { do: 'consult', units: ['finance'] }],
        [FINANCE, { do: 'give-opinion', unit: 'finance', opinion: 'agrees' }],
        go('heard'),
      ]
    case 'notice':
      return [
        [OFFICER, { do: 'publish-notice', text: 'To be granted' }],
        [official('wang'), { do: 'object', objector: 'Wang', text: 'No' }],
        ...(notice?.objections ?? []).map(({ number }) => {
          return [OTTO, { do: 'answer-objection', number, upheld: false, note: 'Yes' }] as const
        }),
        go('published'),
        go('back'),
      ]
    case 'approval':
      return [
        [OFFICER, { do: 'put-forward', number: '5' }],
        [HEAD, { do: 'approve' }],
        [HEAD, { do: 'decline', note: 'No' }],
        go('granted'),
      ]
    default:
      return [
        [OTTO, { do: 'attach', note: 'A note' }],
        [DIRECTOR, { do: 'approve' }],
      ]
  }
}

function panelDeeds(panel: Case['panel']): readonly (readonly [Actor, CaseEvent])[] {
  const pool = MEMBERS.map((id) => ({ id, organisations: [] }))
  if (panel?.pool === undefined) {
    return [
      [OFFICER, { do: 'begin-draw' }],
      [OTTO, { do: 'freeze-pool', pool }],
    ]
  }
  if (panel.order === undefined) return [[OFFICER, { do: 'draw' }]]
  const seated = panel.members.filter((it) => it.state !== 'out')
  return seated.flatMap(({ id }): readonly (readonly [Actor, CaseEvent])[] => [
    [expert(id), { do: 'declare-interest', related: false }],
    [expert(id), { do: 'score', sheet: { marks: { novelty: 90, team: 40 } } }],
  ])
}
