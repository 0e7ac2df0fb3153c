import assert from 'node:assert/strict'
import { openCall, submit } from '../../src/kernel/cases/calls.ts'
import { act, type CaseAnswer, publishProcedure } from '../../src/kernel/cases/desk.ts'
import type { Actor, CaseEvent } from '../../src/kernel/cases/events.ts'
import type { Procedure } from '../../src/kernel/cases/procedure.ts'
import { openMemoryDocuments } from '../../src/kernel/documents/memory.ts'
import { openLedger, planLedger } from '../../src/kernel/quotas/ledger.ts'
import { parseDigits } from '../../src/lib/json-digits.ts'
import { POLICY_PLANS } from '../../src/policy/awards/collections.ts'
import { beginPlan, type PlanDesk, type PlanWish } from '../../src/policy/awards/plan.ts'
import type { FactsByName, PlainJson } from '../../src/policy/awards/published.ts'
import { POLICY_CALLS } from '../../src/policy/cases/collections.ts'
import { type OpenRules, RulesShelf } from '../../src/policy/desk/rules-shelf.ts'
import { REGION_KINDS } from '../../src/region-kinds.ts'
import { APPLICANT_OF, CALENDAR, CaseWorld, official } from './case-world.ts'

const text = (en: string) => ({ en, zh: en })
const term = { length: 7, unit: 'calendar-day', calendar: 'plain' } as const

/** One step: whoever is recommended is a candidate. */
const APPLICATION: Procedure = {
  id: 'support-application',
  version: '1',
  title: text('Application'),
  roles: [{ id: 'officer', title: text('Officer'), sees: ['applicant', 'content', 'thread'] }],
  steps: [
    {
      id: 'formal-review',
      title: text('Formal review'),
      by: ['officer'],
      outcomes: [
        { id: 'recommended', title: text('Recommended') },
        { id: 'rejected', title: text('Rejected') },
      ],
    },
  ],
}

export const PLAN_PROCEDURE: PlanWish['procedure'] = {
  consultation: { units: [{ id: 'finance', title: text('Finance') }] },
  notice: { term },
  approval: {
    offices: [
      { id: 'section-head', title: text('Head of section') },
      { id: 'director', title: text('Director') },
    ],
    levels: [
      { from: '0', roles: ['section-head'] },
      { from: '500000000', roles: ['section-head', 'director'] },
    ],
    source: 'made up for tests',
  },
}

export const OFFICER = official('olga', 'officer')
export const HEAD = official('hu', 'section-head')
export const DIRECTOR = official('dai', 'director')
export const FINANCE = official('fang', 'unit:finance')

let rules: Promise<OpenRules> | undefined

/** The rules of the packs, read once for all tests of a file. */
export function packsOpen(): Promise<OpenRules> {
  rules ??= new RulesShelf(async () => REGION_KINDS).open()
  return rules
}

export type Applying = {
  readonly enterprise: string
  readonly facts: PlainJson
  readonly project?: string
  /** In the same instant as the one before. */
  readonly isTogether?: boolean
}

/** A call that is over, its applications recommended, a ledger with money: what a plan of awards begins with. */
export class PlanWorld implements AsyncDisposable {
  readonly cases: CaseWorld
  readonly desk: PlanDesk
  readonly facts: Map<string, FactsByName>
  #keys = 0

  constructor(cases: CaseWorld, open: OpenRules, facts: Map<string, FactsByName>) {
    this.cases = cases
    this.facts = facts
    const factsOf = async (id: string) => facts.get(id) ?? {}
    this.desk = { ...cases.desk, rules: open, factsOf }
  }

  static async open(measure: string, applying: readonly Applying[]): Promise<PlanWorld> {
    const open = await packsOpen()
    let cases: CaseWorld | undefined
    const clock = () => cases?.now ?? 0
    cases = new CaseWorld(await openMemoryDocuments({ clock }), clock)
    const world = new PlanWorld(cases, open, new Map())
    await publishProcedure(cases.desk, APPLICATION, OFFICER.author)
    await world.called(measure, applying)
    await world.funded(100_000_000_000n)
    return world
  }

  /** A call that is over, with those who were recommended in it. */
  async called(measure: string, applying: readonly Applying[], id = 'call'): Promise<void> {
    await this.#opened(measure, id)
    for (const it of applying) await this.recommended(it, measure, id)
    this.cases.now += 60 * 86_400_000
  }

  async #opened(measure: string, id: string): Promise<void> {
    const { now } = this.cases
    const times = { opensAt: now - 1, closesAt: now + 86_400_000 }
    const pins = {
      procedure: { id: APPLICATION.id, version: '1' },
      form: { id: 'f', version: '1' },
    }
    const put = {
      measures: [measure],
      mode: 'live',
      ...times,
      papers: [],
      titles: { [measure]: text(measure) },
      fingerprint: 'b'.repeat(64),
      rulesDigest: 'a'.repeat(64),
    }
    const more = [{ collection: POLICY_CALLS, id, expected: 0, put }]
    const call = { title: text('Call'), ...times, pins }
    await openCall(this.desk, id, call, { author: OFFICER.author, more })
  }

  async recommended(applying: Applying, measure: string, call = 'call'): Promise<string> {
    const { enterprise, facts, project, isTogether } = applying
    if (isTogether !== true) this.cases.now += 1_000
    const { case: id } = done(
      await submit(this.desk, APPLICANT_OF(enterprise), {
        key: `s${this.#keys++}`,
        applicant: enterprise,
        under: { call },
        form: { measures: [measure], facts: {}, ...(project !== undefined && { project }) },
      }),
    )
    this.facts.set(id, byDigits(facts))
    await this.did(id, OFFICER, { do: 'advance', outcome: 'recommended' })
    return id
  }

  async funded(fen: bigint, name = 'budget:B1:2021'): Promise<void> {
    const { documents } = this.desk
    await documents.commit([openLedger(name, { en: 'fen', zh: '分' })], OFFICER)
    const planned = await planLedger(
      documents,
      name,
      [{ kind: 'appropriation', key: 'a', amount: fen }],
      0,
    )
    assert.ok(planned.kind === 'planned')
    await documents.commit(planned.writes, OFFICER)
  }

  async begun(change: Partial<PlanWish> = {}): Promise<string> {
    return done(
      await beginPlan(this.desk, OFFICER, {
        key: `p${this.#keys++}`,
        title: text('Plan'),
        call: 'call',
        measure: 'D3-M5a',
        year: 2021,
        budget: 'B1',
        order: ['received_at_asc'],
        orderSource: 'made up for tests',
        procedure: PLAN_PROCEDURE,
        ...change,
      }),
    ).case
  }

  /** From the draft to where only the decision is left. */
  async approved(id: string): Promise<void> {
    await this.did(id, OFFICER, { do: 'advance', outcome: 'to-opinions' })
    await this.did(id, OFFICER, { do: 'consult', units: ['finance'] })
    await this.did(id, FINANCE, { do: 'give-opinion', unit: 'finance', opinion: 'agrees' })
    await this.did(id, OFFICER, { do: 'advance', outcome: 'to-notice' })
    await this.did(id, OFFICER, { do: 'publish-notice', text: 'Who is to be granted what' })
    this.cases.now += 10 * 86_400_000
    await this.did(id, OFFICER, { do: 'advance', outcome: 'to-approval' })
    const plan = await this.desk.documents.get(POLICY_PLANS, id)
    const number = plan?.body.totalFen ?? '0'
    await this.did(id, OFFICER, { do: 'put-forward', number })
    await this.did(id, HEAD, { do: 'approve' })
    if (BigInt(number) >= 500_000_000n) await this.did(id, DIRECTOR, { do: 'approve' })
  }

  async did(id: string, actor: Actor, event: CaseEvent): Promise<void> {
    done(await act(this.desk, actor, id, { event, key: `k${this.#keys++}` }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cases[Symbol.asyncDispose]()
  }
}

/** Facts as a program writes them, as the engine takes them. */
export function byDigits(facts: PlainJson): FactsByName {
  return parseDigits(JSON.stringify(facts)) as FactsByName
}

export function done(answer: CaseAnswer) {
  assert.ok(answer.kind === 'done', JSON.stringify(answer))
  return answer
}

export { CALENDAR }
