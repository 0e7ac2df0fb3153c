import type { Measure } from '../../src/policy/measure-schema.ts'

export type PolicyCase = {
  readonly measure: string
  readonly mode: 'live' | 'as_if_in_force'
  readonly facts: Readonly<Record<string, unknown>>
}

type Facts = Record<string, unknown>
type Loose = Readonly<Record<string, unknown>>

/** A repeatable sequence (mulberry32): the same seed gives the same cases for ever. */
export class Dice {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** 0 … below 1. */
  roll(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let it = this.#state
    it = Math.imul(it ^ (it >>> 15), it | 1)
    it ^= it + Math.imul(it ^ (it >>> 7), it | 61)
    return ((it ^ (it >>> 14)) >>> 0) / 4_294_967_296
  }

  chance(of: number): boolean {
    return this.roll() < of
  }

  whole(below: number): number {
    return Math.floor(this.roll() * below)
  }

  one<Value>(values: readonly Value[]): Value {
    const value = values[this.whole(values.length)]
    if (value === undefined) throw new Error('nothing to choose from')
    return value
  }
}

const TYPES = [
  'enterprise',
  'industrial_enterprise',
  'manufacturing_enterprise',
  'sme',
  'large_enterprise',
  'platform_operator',
  'node_operator',
  'service_provider',
  'solution_provider',
  'service_and_solution_provider',
  'software_developer',
  'industrial_internet_enterprise',
  'social_organization',
  'association',
  'alliance',
  'public_institution',
  'university',
  'research_institute',
  'demonstration_base',
  'innovation_centre',
  'promotion_centre',
  'training_base',
  'park',
] as const
const PLACES = ['shenzhen', 'shenzhen/baoan', 'shenzhen/nanshan', 'luan', 'luan/jinan', 'guangzhou']

/** One random case of a measure: what it asks for, mostly there and mostly near its edges. */
export function randomCase(measure: Measure, place: string, dice: Dice): PolicyCase {
  const facts: Facts = {
    application_date: dice.one(daysNear(measure)),
    applicant: {
      id: 'E1',
      type: dice.chance(0.85) ? dice.one(measure.beneficiaries ?? TYPES) : dice.one(TYPES),
      location: dice.chance(0.85) ? dice.one([place, `${place}/x`]) : dice.one(PLACES),
    },
  }
  const determinations: Facts = {}
  for (const condition of measure.conditions ?? []) {
    fillCondition(condition as Loose, facts, { dice, determinations })
  }
  if (Object.keys(determinations).length > 0) facts.determinations = determinations
  fillAmount(measure, facts, dice)
  fillRest(measure, facts, dice)
  const mode = dice.chance(0.5) ? 'live' : 'as_if_in_force'
  return { measure: measure.id, mode, facts }
}

function daysNear({ inForce }: Measure): string[] {
  if (inForce === undefined) return ['2019-07-01', '2021-06-01']
  if ('from' in inForce) {
    return [
      '2018-06-30',
      inForce.from,
      '2019-05-20',
      '2019-05-20',
      '2020-02-29',
      inForce.to,
      '2021-01-01',
    ]
  }
  return [
    '2021-02-28',
    '2021-03-01',
    '2021-03-31',
    '2021-04-01',
    '2021-09-10',
    '2021-09-10',
    '2022-02-28',
    '2022-03-01',
    '2022-04-01',
  ]
}

/** Sets a fact by its path, unless it is left out or not known. */
function put(facts: Facts, path: string, value: unknown, dice: Dice): void {
  if (dice.chance(0.03)) return
  const steps = path.split('.')
  const name = steps.pop() ?? path
  let here = facts
  for (const step of steps) {
    here[step] ??= {}
    here = here[step] as Facts
  }
  here[name] ??= dice.chance(0.03) ? null : value
}

type Filling = { readonly dice: Dice; readonly determinations: Facts }

function fillCondition(condition: Loose, facts: Facts, { dice, determinations }: Filling): void {
  for (const inner of [condition.all, condition.any].flat().filter((it) => it !== undefined)) {
    fillCondition(inner as Loose, facts, { dice, determinations })
  }
  if (condition.not !== undefined)
    fillCondition(condition.not as Loose, facts, { dice, determinations })
  if (typeof condition.judged === 'string') {
    const value = dice.chance(0.8) ? true : dice.one([false, null])
    if (dice.chance(0.97)) determinations[condition.judged] = value
  }
  if (typeof condition.flag === 'string') {
    put(facts, condition.flag, dice.chance(0.85) === ((condition.is ?? true) as boolean), dice)
  }
  if (typeof condition.mean === 'string') {
    const months = dice.one([12, 12, 11, 6, 1])
    put(facts, String(condition.months), months, dice)
    put(
      facts,
      condition.mean,
      near(condition, dice) * dice.one([12, 12, months]) + dice.one([-1, 0, 1, 1]),
      dice,
    )
  }
  if (typeof condition.day === 'string') put(facts, condition.day, dice.one(DAYS), dice)
  if (typeof condition.some === 'string') {
    const words = (condition.oneOf ?? ['any']) as string[]
    put(
      facts,
      condition.some,
      words.filter(() => dice.chance(0.5)),
      dice,
    )
  }
  if (typeof condition.fact === 'string')
    put(facts, condition.fact, valueFor(condition, dice), dice)
}

const DAYS = ['2021-05-31', '2021-06-01', '2021-09-10', '2022-12-31', '2019-01-01', '2020-12-31']

function near(condition: Loose, dice: Dice): number {
  const bound = Number(
    condition.atLeast ?? condition.moreThan ?? condition.atMost ?? condition.lessThan,
  )
  return bound + (dice.chance(0.1) ? bound : 0)
}

function valueFor(condition: Loose, dice: Dice): unknown {
  if (Array.isArray(condition.oneOf)) {
    return dice.one(condition.oneOf as string[])
  }
  if (condition.inPlace !== undefined) return dice.one(PLACES)
  const bound = near(condition, dice)
  const step = condition.unit === 'yuan' ? 0.01 : 1
  return Math.max(0, dice.one([bound, bound - step, bound + step, bound + step, bound * 2]))
}

/** Yuan with at most two decimals, often where a rate meets a cap. */
function yuanNear(caps: readonly number[], rate: number, dice: Dice): number {
  if (dice.chance(0.1)) return dice.one([0, 0.01, 0.03])
  if (caps.length > 0 && dice.chance(0.4)) {
    const fen = Math.round((dice.one(caps) / rate) * 100) + dice.one([-2, -1, 0, 1, 2])
    return Math.max(0, fen) / 100
  }
  return dice.whole(10 ** dice.one([6, 8, 9, 10])) / 100
}

function capsOf({ caps = [] }: Measure): number[] {
  return caps.flatMap((it) => it.byLevel?.rows.map((row) => row.yuan) ?? it.yuan ?? [])
}

const LEVELS = ['national', 'provincial', 'city', 'district'] as const

function fillAmount(measure: Measure, facts: Facts, dice: Dice): void {
  const { amount } = measure
  const caps = capsOf(measure)
  if (amount.form === 'rate') fillBase(measure, facts, dice)
  if (amount.form === 'match' || measure.publicFunds !== undefined) fillFunds(caps, facts, dice)
  if (amount.form === 'ceiling-only' && dice.chance(0.5)) {
    put(facts, 'determined_amount_yuan', yuanNear(caps, 1, dice), dice)
    put(facts, 'determination_document', dice.one(['minutes', 'minutes', '']), dice)
  }
  if (amount.form === 'tiers') fillTiers(amount, facts, dice)
  if (amount.form === 'top-up') put(facts, amount.member, dice.chance(0.8), dice)
}

function fillFunds(caps: readonly number[], facts: Facts, dice: Dice): void {
  const total = dice.whole(1_000_000_000)
  put(facts, 'total_investment_yuan', total, dice)
  for (const level of LEVELS) {
    const value = dice.one([0, 0, dice.one([...caps, 1]), dice.whole(total / 3 + 1)])
    put(facts, `public_funds.${level}_yuan`, value, dice)
  }
}

function fillTiers(
  amount: Extract<Measure['amount'], { form: 'tiers' }>,
  facts: Facts,
  dice: Dice,
): void {
  const [metric = ''] = amount.metrics
  put(
    facts,
    metric,
    metric.endsWith('_yuan')
      ? dice.one([1_000_000_000, 1_999_999_999.99, 2_000_000_000])
      : dice.whole(6),
    dice,
  )
  if (dice.chance(0.4)) return
  const key = metric.endsWith('_yuan') ? 'at_least_yuan' : 'at_least'
  const floors = metric.endsWith('_yuan')
    ? [1_000_000_000, 2_000_000_000, 5_000_000_000]
    : [1, 3, 5]
  put(
    facts,
    amount.table,
    floors.map((floor, at) => ({
      metric,
      [key]: floor,
      award_yuan: [10_000, 30_000, 6_000_000][at],
    })),
    dice,
  )
  put(facts, 'determination_document', dice.one(['procedure', 'procedure', '']), dice)
}

function fillBase(measure: Measure, facts: Facts, dice: Dice): void {
  const { amount } = measure
  if (amount.form !== 'rate' || measure.each !== undefined) return
  const [above = '1', below = '1'] = amount.rate.split('/')
  const rate = Number(above) / Number(below)
  const some = () => yuanNear(capsOf(measure), rate, dice)
  const { fact, declared, atMost, lines } = amount.of
  if (lines !== undefined && (fact === undefined || dice.chance(0.3))) {
    fillLines(lines as unknown as Loose, facts, dice, some)
    if (fact !== undefined && dice.chance(0.8)) return
  }
  if (fact === 'audited_investment_yuan' && dice.chance(0.15)) {
    facts.projects = Array.from({ length: 1 + dice.whole(3) }, (_, at) => ({
      id: `P${at + 1}`,
      [fact]: some(),
    }))
    return
  }
  if (fact !== undefined) put(facts, fact, some(), dice)
  if (declared !== undefined && dice.chance(0.3)) put(facts, declared, some(), dice)
  if (atMost !== undefined) put(facts, atMost, some(), dice)
  if (amount.of.reading !== undefined) put(facts, amount.of.reading.other, some(), dice)
}

function fillLines(lines: Loose, facts: Facts, dice: Dice, some: () => number): void {
  put(facts, 'reference_year', 2021, dice)
  put(facts, 'first_sale_date', dice.one(['2019-03-15', '2020-02-29']), dice)
  put(facts, 'project_period', ['2018-08-01', '2019-04-30'], dice)
  put(facts, 'cost_rules', 'special_audit_standard', dice)
  const items = Array.from(
    { length: dice.whole(4) + 1 },
    (_, at) =>
      ({
        receipts: {
          date: dice.one([
            '2019-03-14',
            '2019-03-15',
            '2020-03-15',
            '2020-03-16',
            '2021-02-28',
            '2021-03-01',
          ]),
          amount_yuan: some(),
        },
        fees: {
          year: dice.one([2020, 2021, 2021]),
          kind: dice.one(['platform', 'industrial_software', 'other']),
          amount_yuan: some(),
        },
        invoice_lines: {
          id: `L${at}`,
          date: dice.one(['2018-07-31', '2018-08-01', '2019-01-20', '2019-04-30', '2019-05-01']),
          net_yuan: some(),
          deductible_vat_yuan: dice.one([0, 12.34]),
          listed_in_application: dice.chance(0.9),
          documents_complete: dice.chance(0.9),
        },
      })[String(lines.list)],
  )
  put(facts, String(lines.list), items, dice)
}

function fillItems(measure: Measure, facts: Facts, dice: Dice): void {
  if (measure.each?.list === 'standards') {
    const levels = [
      'international',
      'national',
      'industry',
      'city_technical_document',
      'association',
    ]
    const mine = JSON.stringify(measure.each.of ?? {})
    const usual = levels.filter((it) => mine.includes(it))
    facts.standards = Array.from({ length: 1 + dice.whole(3) }, (_, at) => ({
      id: `ST${at}`,
      level: dice.chance(0.8) ? dice.one(usual) : dice.one(levels),
      leading_role: dice.chance(0.85),
    }))
  }
  if (measure.each?.list === 'schemes') {
    facts.schemes = Array.from({ length: 1 + dice.whole(6) }, (_, at) => ({
      id: `S${at}`,
      year: dice.one([2019, 2019, 2020]),
      service_fee_yuan: yuanNear([500_000], 0.3, dice),
      customer_location: dice.chance(0.85)
        ? dice.one(['shenzhen', 'shenzhen/baoan'])
        : dice.one(PLACES),
    }))
  }
}

function fillRest(measure: Measure, facts: Facts, dice: Dice): void {
  fillItems(measure, facts, dice)
  if (dice.chance(0.15)) {
    facts.prior_awards = [
      {
        measure: measure.id,
        year: dice.one([2019, 2020, 2021]),
        amount_yuan: dice.one([100_000, 1_800_000]),
      },
    ]
  }
  if (dice.chance(0.3)) {
    facts.evidence_required = ['audit_report', 'invoice']
    facts.evidence_provided = dice.one([
      ['audit_report', 'invoice'],
      ['audit_report', 'invoice', 'x'],
      ['invoice'],
    ])
  }
  if (measure.quota !== undefined && dice.chance(0.8)) {
    put(facts, 'quota_position', measure.quota.places + dice.one([-1, 0, 0, 1]), dice)
    if (dice.chance(0.7)) facts.ordering_rule = 'received_at_asc'
  }
  if (measure.guide !== undefined && dice.chance(0.4)) {
    facts.batch = {
      id: 'guide',
      open_measures: dice.chance(0.9) ? [measure.id] : ['D1-M99'],
      caps_yuan: { [measure.guide.key]: dice.one([1_000_000, 3_000_000, 10_000_000, 50_000_000]) },
      rates: null,
    }
  }
  for (const name of ['annual_new_registrations', 'registrations_stock']) {
    const value = facts[name]
    if (typeof value === 'number' && dice.chance(0.2)) {
      facts[`declared_${name}`] = value + dice.one([0, 1_000_000])
      facts[`${name}_source`] = 'platform_metering'
    }
  }
}
