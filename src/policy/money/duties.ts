import type { DocumentWrite, Stored } from '../../kernel/documents/documents.ts'
import { parseDecimal } from '../../lib/money.ts'
import { DUTIES, type Duty, REPORTS_MAX } from './collections.ts'
import {
  changed,
  type Deed,
  type Done,
  type MoneyDeps,
  madeId,
  notThere,
  readAward,
  requireFilesOf,
  wrongField,
} from './deeds.ts'
import { instantAt, wrongState } from './instalments.ts'

export type StoredDuty = Stored<Duty>

/** As many decimals as an indicator's value may have. */
const DECIMALS = 6

export type DutyWish = Pick<Duty, 'kind' | 'title' | 'source' | 'indicator'> & {
  readonly award: string
  readonly dueAt: string
}

export type ReportWish = {
  readonly text: string
  readonly value?: string
  readonly files: readonly string[]
}

/** An official says what an award obliges to, and from which clause that is. */
export async function setDuty(
  deps: Pick<MoneyDeps, 'documents'>,
  { wish, deed }: { readonly wish: DutyWish; readonly deed: Deed },
): Promise<Done> {
  const { award: id, dueAt, indicator, kind, title, source } = wish
  const { body: award } = await readAward(deps, id)
  if ((kind === 'indicator') !== (indicator !== undefined)) {
    throw wrongField('/indicator', {
      en: 'A duty of the kind “indicator” says which, and no other does',
      zh: '类型为“指标”的义务须填写指标，其他类型不填写',
    })
  }
  const put: Duty = {
    ...{ award: id, applicant: award.applicant, measure: award.measure, kind, title, source },
    dueAt: instantAt(dueAt, '/dueAt'),
    state: 'open',
    reports: [],
    ...(indicator !== undefined && { indicator }),
  }
  const write: DocumentWrite = { collection: DUTIES, id: madeId(deed), expected: 0, put }
  return { subject: madeId(deed), writes: [write] }
}

/** What the enterprise has to say on a duty; late reports are taken too, and are late. */
export async function reportOn(
  deps: Pick<MoneyDeps, 'files'>,
  duty: StoredDuty,
  { wish, deed }: { readonly wish: ReportWish; readonly deed: Deed },
): Promise<Done> {
  const { body } = duty
  if (body.state !== 'open' && body.state !== 'returned') {
    throw wrongState('Nothing is to be reported on this duty now', '该义务目前无需报告')
  }
  if (body.reports.length >= REPORTS_MAX) {
    throw wrongState(`At most ${REPORTS_MAX} reports`, `最多 ${REPORTS_MAX} 份报告`)
  }
  if ((body.indicator !== undefined) !== (wish.value !== undefined)) {
    throw wrongField('/value', {
      en: 'A value is told for an indicator, and for nothing else',
      zh: '仅指标类义务须填写数值',
    })
  }
  await requireFilesOf(deps, body.applicant, wish.files)
  const { text, value, files } = wish
  const report = {
    ...{ by: deed.author, at: deed.at, text, files: [...files] },
    ...(value !== undefined && { value }),
  }
  const put: Duty = { ...body, state: 'submitted', reports: [...body.reports, report] }
  return { subject: duty.id, writes: [changed(DUTIES, duty, put)] }
}

/** The official takes the last report, or gives it back with a reason. */
export function answerReport(
  duty: StoredDuty,
  of: {
    readonly outcome: 'accepted' | 'returned'
    readonly note: string | undefined
    readonly deed: Deed
  },
): Done {
  const { body } = duty
  const { deed, outcome, note } = of
  const last = body.reports.at(-1)
  if (body.state !== 'submitted' || last === undefined) {
    throw wrongState('There is no report to answer', '没有待处理的报告')
  }
  if (outcome === 'returned' && note === undefined) {
    throw wrongField('/note', { en: 'Say what is missing', zh: '请说明需要补正的内容' })
  }
  const answer = { by: deed.author, at: deed.at, outcome, ...(note !== undefined && { note }) }
  const reports = [...body.reports.slice(0, -1), { ...last, answer }]
  const put: Duty = { ...body, state: outcome, reports }
  return { subject: duty.id, writes: [changed(DUTIES, duty, put)] }
}

/** A duty is no longer asked for, or was not kept; either way with a reason. */
export function endDuty(
  duty: StoredDuty,
  of: { readonly state: 'waived' | 'breached'; readonly reason: string; readonly deed: Deed },
): Done {
  const { body } = duty
  const { state, reason, deed } = of
  if (body.state === 'accepted' || body.state === 'waived' || body.state === 'breached') {
    throw wrongState('This duty has ended already', '该义务已经结束')
  }
  if (state === 'breached' && body.dueAt > deed.at && body.state === 'open') {
    throw wrongState('It is not due yet, so it is not broken', '该义务尚未到期，不能认定违反')
  }
  const ended = { by: deed.author, at: deed.at, reason }
  return { subject: duty.id, writes: [changed(DUTIES, duty, { ...body, state, ended })] }
}

/** Whether a value meets its target; undefined for no value. */
export function isMet(
  { target, is }: NonNullable<Duty['indicator']>,
  value: string | undefined,
): boolean | undefined {
  const [wanted, has] = [parseDecimal(target, DECIMALS), parseDecimal(value ?? '', DECIMALS)]
  if (wanted === undefined || has === undefined) return undefined
  return is === 'at-least' ? has >= wanted : has <= wanted
}

/** Still to be reported on though its time is over. */
export function isOverdue({ state, dueAt }: Duty, now: number): boolean {
  return (state === 'open' || state === 'returned') && now >= dueAt
}

export async function readDuty(
  { documents }: Pick<MoneyDeps, 'documents'>,
  id: string,
): Promise<StoredDuty> {
  const stored = await documents.get(DUTIES, id)
  if (stored === undefined) throw notThere()
  return stored
}
