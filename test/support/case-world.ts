import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { Calendar } from '../../src/kernel/cases/calendar.ts'
import { openCall, submit } from '../../src/kernel/cases/calls.ts'
import { CASES } from '../../src/kernel/cases/collections.ts'
import {
  act,
  type CaseAnswer,
  type CaseDesk,
  type CaseDone,
  publishProcedure,
} from '../../src/kernel/cases/desk.ts'
import type { Actor, CaseEvent } from '../../src/kernel/cases/events.ts'
import type { Procedure } from '../../src/kernel/cases/procedure.ts'
import type { Documents, DocumentsOptions } from '../../src/kernel/documents/documents.ts'
import { openMemoryDocuments } from '../../src/kernel/documents/memory.ts'

/** A calendar without holidays: what they do is tested where terms are. */
export const CALENDAR: Calendar = {
  id: 'plain',
  utcOffsetMinutes: 480,
  from: '2026-01-01',
  to: '2027-12-31',
  weekend: [6, 7],
  holidays: [],
  workdays: [],
  source: 'made up for tests',
}

const text = (en: string) => ({ en, zh: en })
const days = (length: number) => ({ length, unit: 'working-day', calendar: 'plain' }) as const

/** A procedure with a step of every kind. Its terms and thresholds are made up. */
export const PROCEDURE: Procedure = {
  id: 'grants',
  version: '1',
  title: text('Grants'),
  roles: [
    {
      id: 'officer',
      title: text('Officer'),
      sees: [
        'applicant',
        'content',
        'thread',
        'office',
        'clocks',
        'panel',
        'consultation',
        'notice',
        'approval',
      ],
    },
    {
      id: 'head',
      title: text('Head'),
      sees: [
        'applicant',
        'content',
        'thread',
        'office',
        'people',
        'clocks',
        'panel',
        'scores',
        'consultation',
        'notice',
        'objectors',
        'approval',
      ],
    },
    { id: 'director', title: text('Director'), sees: ['applicant', 'thread', 'approval'] },
    { id: 'expert', title: text('Expert'), ofPanel: true, sees: ['applicant', 'content'] },
    { id: 'unit:finance', title: text('Finance'), sees: ['applicant', 'consultation'] },
    { id: 'unit:science', title: text('Science'), sees: ['applicant', 'consultation'] },
  ],
  steps: [
    {
      id: 'acceptance',
      title: text('Acceptance'),
      by: ['officer'],
      term: days(5),
      correction: { term: days(10), roundsMax: 1 },
      outcomes: [
        { id: 'accepted', title: text('Accepted'), to: 'expert-review' },
        { id: 'not-accepted', title: text('Not accepted'), isDecision: true },
      ],
    },
    {
      id: 'expert-review',
      title: text('Expert review'),
      by: ['officer'],
      panel: {
        size: 3,
        tally: {
          kind: 'scores',
          criteria: [
            { id: 'novelty', title: text('Novelty'), min: 0, max: 100, weight: 1 },
            { id: 'team', title: text('Team'), min: 0, max: 50, weight: 2 },
          ],
          passesAt: 120,
        },
      },
      outcomes: [
        { id: 'passed', title: text('Passed'), to: 'joint-opinion', needs: ['panel-passed'] },
        { id: 'failed', title: text('Failed'), needs: ['panel-failed'], isDecision: true },
      ],
    },
    {
      id: 'joint-opinion',
      title: text('Joint opinion'),
      by: ['officer'],
      consultation: { term: days(5), silence: 'agrees' },
      outcomes: [
        { id: 'heard', title: text('Heard'), to: 'notice', needs: ['consultation-closed'] },
        { id: 'agreed', title: text('Agreed'), to: 'notice', needs: ['consultation-agreed'] },
      ],
    },
    {
      id: 'notice',
      title: text('Notice'),
      by: ['officer'],
      notice: { term: days(7) },
      outcomes: [
        {
          id: 'published',
          title: text('Published'),
          to: 'approval',
          needs: ['objections-dismissed'],
        },
        { id: 'back', title: text('Back'), to: 'expert-review', needs: ['notice-closed'] },
      ],
    },
    {
      id: 'approval',
      title: text('Approval'),
      by: ['officer'],
      isFinal: true,
      approval: {
        levels: [
          { from: '0', roles: ['head'] },
          { from: '1000000', roles: ['head', 'director'] },
        ],
      },
      outcomes: [
        { id: 'granted', title: text('Granted'), needs: ['approved'], isDecision: true },
        { id: 'refused', title: text('Refused'), needs: ['declined'], isDecision: true },
      ],
    },
  ],
}

export const APPLICANT_OF = (enterprise: string): Actor => ({
  author: { kind: 'user', id: `user-of-${enterprise}` },
  roles: ['applicant'],
  enterprises: [enterprise],
})

export function official(id: string, ...roles: readonly string[]): Actor {
  return { author: { kind: 'user', id }, roles, enterprises: [] }
}

export const OFFICER = official('olga', 'officer')
export const HEAD = official('hu', 'head')
export const DIRECTOR = official('dai', 'director')

export const expert = (id: string): Actor => official(id, 'expert')

export const at = (text: string) => Date.parse(`${text}+08:00`)

export const SEAL_KEY = createHash('sha256').update('made up for tests').digest()

/** A desk over documents in memory whose clock and chance are the test's. */
export class CaseWorld implements AsyncDisposable {
  now = at('2026-03-02T10:00:00')
  readonly desk: CaseDesk
  #chance = 0
  #keys = 0

  constructor(documents: Documents, clock: () => number) {
    const calendars = new Map([[CALENDAR.id, CALENDAR]])
    this.desk = {
      documents,
      clock,
      calendars: () => calendars,
      chance: (bytes) => {
        return createHash('sha256')
          .update(`${this.#chance++}`)
          .digest()
          .subarray(0, bytes)
      },
      sealKey: async () => SEAL_KEY,
    }
  }

  /** Over documents in memory where none are opened. */
  static async open(
    procedure: Procedure = PROCEDURE,
    openDocuments: (options: DocumentsOptions) => Promise<Documents> = openMemoryDocuments,
  ): Promise<CaseWorld> {
    let world: CaseWorld | undefined
    const clock = () => world?.now ?? 0
    world = new CaseWorld(await openDocuments({ clock }), clock)
    await publishProcedure(world.desk, procedure, OFFICER.author)
    const { id, version } = procedure
    const call = {
      title: { en: 'Call', zh: '通知' },
      opensAt: at('2026-03-01T00:00:00'),
      closesAt: at('2026-04-01T00:00:00'),
      pins: { procedure: { id, version }, form: { id: 'form', version: '3' }, rules: 'r7' },
    }
    await openCall(world.desk, 'call', call, OFFICER)
    return world
  }

  /** Hands in an application; answers the case's id. */
  async submitted(enterprise = 'e1', form: unknown = { name: 'pump' }): Promise<string> {
    const done = this.done(
      await submit(this.desk, APPLICANT_OF(enterprise), {
        key: `s${this.#keys++}`,
        applicant: enterprise,
        under: { call: 'call' },
        form,
        files: ['f1'],
      }),
    )
    return done.case
  }

  async do(
    id: string,
    actor: Actor,
    event: CaseEvent,
    key = `k${this.#keys++}`,
  ): Promise<CaseAnswer> {
    return await act(this.desk, actor, id, { event, key })
  }

  /** Does it, and asserts that it is done. */
  async did(id: string, actor: Actor, event: CaseEvent): Promise<CaseDone> {
    return this.done(await this.do(id, actor, event))
  }

  /** Codes of the refusals. */
  async refused(id: string, actor: Actor, event: CaseEvent): Promise<readonly string[]> {
    const answer = await this.do(id, actor, event)
    assert.ok(answer.kind === 'refused', `${event.do} was done`)
    return answer.reasons.map((it) => it.code)
  }

  done(answer: CaseAnswer): CaseDone {
    assert.ok(answer.kind === 'done', JSON.stringify(answer))
    return answer
  }

  /** Through acceptance, and a panel drawn of five of whom each said they are free; answers its members. */
  async withPanel(id: string): Promise<readonly string[]> {
    await this.did(id, OFFICER, { do: 'advance', outcome: 'accepted' })
    await this.did(id, OFFICER, { do: 'begin-draw' })
    const pool = ['x1', 'x2', 'x3', 'x4', 'x5'].map((it) => ({ id: it, organisations: [] }))
    await this.did(id, OFFICER, { do: 'freeze-pool', pool })
    await this.did(id, OFFICER, { do: 'draw' })
    const members = (await this.desk.documents.get(CASES, id))?.body.panel?.members ?? []
    const ids = members.map((it) => it.id)
    for (const it of ids) await this.did(id, expert(it), { do: 'declare-interest', related: false })
    return ids
  }

  /** Scores by every member, the same marks each. */
  async scored(id: string, members: readonly string[], novelty = 80): Promise<void> {
    for (const it of members) {
      await this.did(id, expert(it), { do: 'score', sheet: { marks: { novelty, team: 30 } } })
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.desk.documents[Symbol.asyncDispose]()
  }
}
