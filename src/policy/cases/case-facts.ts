import type { Case, CaseContent } from '../../kernel/cases/collections.ts'
import { readContent } from '../../kernel/cases/content.ts'
import { readCase } from '../../kernel/cases/desk.ts'
import type { Documents } from '../../kernel/documents/documents.ts'
import type { Trust } from '../../kernel/facts/fact.ts'
import { ENTERPRISES } from '../../kernel/parties/enterprise.ts'
import {
  formatDigits,
  isJsonObject,
  type JsonDigits,
  JsonNumber,
  parseDigits,
} from '../../lib/json-digits.ts'
import { formatYuan } from '../../lib/money.ts'
import { Problem } from '../../lib/problem.ts'
import { POLICY_AWARDS } from '../awards/collections.ts'
import {
  type Application,
  type Determination,
  type DeterminationEntry,
  POLICY_CALLS,
  POLICY_DETERMINATIONS,
  POLICY_FORMS,
  type SupportCall,
  type SupportForm,
} from './collections.ts'
import { formDocumentId } from './form.ts'
import { declaredFacts, papersAsked } from './form-facts.ts'
import { placeOfDivision } from './places.ts'

const UTC_OFFSET_MS = 8 * 3_600_000
const PAGE = 1_000
const DETERMINATIONS_MAX = 5_000

/** Where a fact of a case came from. `node`: the node's own books, such as the day it came in. */
export type FactSource = {
  readonly fact: string
  readonly trust: Trust | 'node'
  /** The document, the register or who counted; absent for what the applicant stated. */
  readonly source?: string
  readonly item?: string
  readonly part?: string
}

/** What was stated and what was found out, where the two differ. Values as JSON text. */
export type Contradiction = {
  readonly fact: string
  readonly item?: string
  readonly part?: string
  readonly value: string
  readonly declared: string
  readonly trust: Trust
}

/** The facts of a case as the engine takes them (`evaluate`), and where each came from. */
export type CaseFacts = {
  readonly facts: Readonly<Record<string, JsonDigits>>
  readonly sources: readonly FactSource[]
  readonly contradictions: readonly Contradiction[]
  /** The measures applied for, as `evaluate` takes them. */
  readonly measure: string
  readonly mode: 'live' | 'as_if_in_force'
}

/** Facts that the node itself counted for an enterprise on a day (YYYY-MM-DD), with who counted. */
export type Measured = (
  enterprise: string,
  day: string,
) => Promise<Readonly<Record<string, { readonly value: JsonDigits; readonly source: string }>>>

/** Who asks the node what it counted; without it nothing of a case is measured. */
export type WithMeasured = { readonly measured?: Measured }

/**
 * The facts of a case, merged in the order of trust: measured by the node, attested in a document, declared by the applicant. What
 * the applicant stated beside a better source stays as `declared_NAME`. @throws Problem `not-found`
 */
export async function factsOfCase(
  documents: Documents,
  caseId: string,
  { measured }: WithMeasured = {},
): Promise<CaseFacts> {
  const { body } = await readCase(documents, caseId)
  const { call, form } = await callOfCase(documents, body)
  const content = await readContent(documents, caseId, body.content.version)
  const given: Given = {
    id: caseId,
    applicant: body.applicant,
    call,
    callId: body.call ?? '',
    form,
    application: content.form as Application,
    at: body.receivedAt,
  }
  return await merged(documents, given, {
    determinations: await determinationsOf(documents, caseId),
    measured,
  })
}

export type Given = {
  readonly id?: string
  readonly applicant: string | undefined
  readonly call: SupportCall
  readonly callId: string
  readonly form: SupportForm
  readonly application: Application
  /** When it came in, or would come in: milliseconds since 1970. */
  readonly at: number
}

/** The facts of a form that is not handed in yet. */
export async function factsOfForm(
  documents: Documents,
  given: Given,
  measured?: Measured,
): Promise<CaseFacts> {
  return await merged(documents, given, { determinations: [], measured })
}

type Better = {
  readonly determinations: readonly Determination[]
  readonly measured: Measured | undefined
}

async function merged(documents: Documents, given: Given, better: Better): Promise<CaseFacts> {
  const { application, call, form, applicant } = given
  const day = dayOfCase(given.at)
  const merging = new Merging(declaredFacts(application, form))
  for (const it of better.determinations) merging.attest(it)
  if (applicant !== undefined && better.measured !== undefined) {
    const names = new Set(form.fields.map((it) => it.name))
    for (const [name, it] of Object.entries(await better.measured(applicant, day))) {
      if (names.has(name)) merging.measure(name, it)
    }
  }
  merging.known('application_date', day, 'clock')
  merging.known('applicant', await applicantFacts(documents, given), 'register of enterprises')
  merging.known('batch', batchOf(given), 'call')
  if (applicant !== undefined) {
    merging.known('prior_awards', await priorAwards(documents, given), 'register of awards')
  }
  const asked = papersAsked(call, application.measures)
  if (asked.length > 0) {
    const has = Object.entries(application.papers ?? {}).filter(([, files]) => files.length > 0)
    merging.known(
      'evidence_required',
      asked.map((it) => it.name),
      'call',
    )
    merging.known(
      'evidence_provided',
      has.map(([name]) => name),
      'application',
    )
  }
  const mode = call.mode === 'live' ? 'live' : 'as_if_in_force'
  return { ...merging.done(), measure: application.measures.join('+'), mode }
}

/** The day on which something came in, in China. */
export function dayOfCase(at: number): string {
  return new Date(at + UTC_OFFSET_MS).toISOString().slice(0, 10)
}

async function applicantFacts(documents: Documents, given: Given): Promise<JsonDigits> {
  const { applicant, application } = given
  const entry =
    applicant === undefined ? undefined : (await documents.get(ENTERPRISES, applicant))?.body.entry
  return {
    ...(applicant !== undefined && { id: applicant }),
    ...(application.type !== undefined && { type: application.type }),
    ...(entry !== undefined && { location: await placeOfDivision(entry.region.code) }),
  }
}

function batchOf({ call, callId }: Given): JsonDigits {
  const { measures, caps, rates } = call
  const numbers = Object.entries(caps ?? {}).map(([key, yuan]) => [key, new JsonNumber(yuan)])
  return {
    id: callId,
    open_measures: measures,
    ...(caps !== undefined && { caps_yuan: Object.fromEntries(numbers) }),
    ...(rates !== undefined && { rates }),
  }
}

/** Awards decided on this node that are not taken back, in the order in which they were decided. */
async function priorAwards(documents: Documents, { id, applicant }: Given): Promise<JsonDigits> {
  const { items } = await documents.query(POLICY_AWARDS, {
    where: { applicant: applicant ?? '' },
    order: { by: 'decidedAt' },
    limit: PAGE,
  })
  return items
    .filter(({ body }) => body.case !== id && (body.state === 'decided' || body.state === 'paid'))
    .map(({ id: award, body }) => ({
      id: award,
      measure: body.measure,
      year: new JsonNumber(String(body.year)),
      amount_yuan: new JsonNumber(formatYuan(BigInt(body.amountFen)).replaceAll(',', '')),
    }))
}

/** What was found out for a case, the oldest first. */
export async function determinationsOf(
  documents: Documents,
  caseId: string,
): Promise<readonly Determination[]> {
  const found: Determination[] = []
  let after: string | undefined
  do {
    const page = await documents.query(POLICY_DETERMINATIONS, {
      where: { case: caseId },
      order: { by: 'number' },
      limit: PAGE,
      ...(after !== undefined && { after }),
    })
    found.push(...page.items.map((it) => it.body))
    after = page.next
  } while (after !== undefined && found.length < DETERMINATIONS_MAX)
  return found
}

/** The call of a case and its form. @throws Problem `not-found` for cases that answer no call of the policy desk */
export async function callOfCase(
  documents: Documents,
  { call: id, pins }: Pick<Case, 'call' | 'pins'>,
): Promise<{ readonly call: SupportCall; readonly form: SupportForm }> {
  const [call, form] = await Promise.all([
    id === undefined ? undefined : documents.get(POLICY_CALLS, id),
    documents.get(POLICY_FORMS, formDocumentId(pins.form)),
  ])
  if (call !== undefined && form !== undefined) return { call: call.body, form: form.body }
  throw new Problem('not-found', { en: 'There is no such application', zh: '没有该申报' })
}

export function applicationOf({ form }: CaseContent): Application {
  return form as Application
}

/** Facts as they come together, from the least trusted source to the most. */
class Merging {
  readonly #declared: Readonly<Record<string, JsonDigits>>
  readonly #facts = new Map<string, JsonDigits>()
  readonly #sources = new Map<string, FactSource>()
  readonly #beside = new Map<string, string>()

  constructor(declared: Readonly<Record<string, JsonDigits>>) {
    this.#declared = declared
    for (const [fact, value] of Object.entries(declared)) {
      this.#facts.set(fact, value)
      this.#sources.set(fact, { fact, trust: 'declared' })
    }
  }

  attest({ document, entries }: Determination): void {
    for (const entry of entries) this.#attestOne(entry, document.title)
  }

  #attestOne({ fact: path, item, part, value }: DeterminationEntry, source: string): void {
    const [fact = '', judgement] = path.split('.')
    const read = parseDigits(value)
    if (judgement !== undefined) this.#judge(fact, judgement, read)
    else if (item !== undefined && part !== undefined) this.#mend(fact, { item, part }, read)
    else this.#put(fact, read)
    const key = item === undefined ? path : [path, item, part].join('\u0000')
    const of = item === undefined || part === undefined ? {} : { item, part }
    if (read !== null) this.#sources.set(key, { fact: path, trust: 'attested', source, ...of })
    else if (Object.hasOwn(this.#declared, key)) {
      this.#sources.set(key, { fact: path, trust: 'declared' })
    } else this.#sources.delete(key)
  }

  measure(fact: string, { value, source }: { value: JsonDigits; source: string }): void {
    this.#facts.set(fact, value)
    this.#beside.set(fact, source)
    this.#sources.set(fact, { fact, trust: 'measured', source })
  }

  known(fact: string, value: JsonDigits, source: string): void {
    this.#facts.set(fact, value)
    this.#sources.set(fact, { fact, trust: 'node', source })
  }

  done(): Pick<CaseFacts, 'facts' | 'sources' | 'contradictions'> {
    const facts: Record<string, JsonDigits> = Object.fromEntries(this.#facts)
    for (const [fact, source] of this.#beside) facts[`${fact}_source`] = source
    const contradictions = [...this.#sources.values()].flatMap((it) => this.#contradicted(it))
    for (const { fact, item } of contradictions) {
      if (item === undefined) facts[`declared_${fact}`] = this.#declared[fact] ?? null
    }
    return { facts, sources: [...this.#sources.values()], contradictions }
  }

  /** Back to what was stated where the office takes its word back. */
  #put(fact: string, value: JsonDigits): void {
    const declared = Object.hasOwn(this.#declared, fact) ? this.#declared[fact] : undefined
    if (value !== null) this.#facts.set(fact, value)
    else if (declared === undefined) this.#facts.delete(fact)
    else this.#facts.set(fact, declared)
  }

  #judge(fact: string, name: string, value: JsonDigits): void {
    const before = this.#facts.get(fact)
    const map = before !== undefined && isJsonObject(before) ? before : {}
    this.#facts.set(fact, { ...map, [name]: value })
  }

  /** A part of one item of a list; an item that was not stated is not made up. */
  #mend(fact: string, { item, part }: { item: string; part: string }, value: JsonDigits): void {
    const list = this.#facts.get(fact)
    if (!Array.isArray(list)) return
    const stated = itemOf(this.#declared[fact], item)?.[part] ?? null
    const mended = list.map((it: JsonDigits) =>
      isJsonObject(it) && it.id === item ? { ...it, [part]: value ?? stated } : it,
    )
    this.#facts.set(fact, mended)
  }

  #contradicted({ fact, item, part, trust }: FactSource): Contradiction[] {
    if (trust === 'declared' || trust === 'node') return []
    const whole = Object.hasOwn(this.#declared, fact) ? this.#declared[fact] : undefined
    const isPart = item !== undefined && part !== undefined
    const declared = isPart ? itemOf(whole, item)?.[part] : whole
    const value = isPart ? itemOf(this.#facts.get(fact), item)?.[part] : this.#facts.get(fact)
    if (declared === undefined || declared === null || value === undefined) return []
    const [now, stated] = [formatDigits(value), formatDigits(declared)]
    if (now === stated || isSameNumber(value, declared)) return []
    return [{ fact, value: now, declared: stated, trust, ...(isPart && { item, part }) }]
  }
}

function isSameNumber(a: JsonDigits, b: JsonDigits): boolean {
  if (!(a instanceof JsonNumber && b instanceof JsonNumber)) return false
  return plain(a.digits) === plain(b.digits)
}

function plain(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits
}

function itemOf(
  list: JsonDigits | undefined,
  id: string,
): Readonly<Record<string, JsonDigits>> | undefined {
  if (!Array.isArray(list)) return undefined
  return list.find((it: JsonDigits) => isJsonObject(it) && it.id === id) as
    | Readonly<Record<string, JsonDigits>>
    | undefined
}
