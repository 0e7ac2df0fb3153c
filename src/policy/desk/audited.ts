import type { AuditedName } from '../../kernel/access/audit-names.ts'
import type { AuditedCollection } from '../../kernel/access/audit-view.ts'
import { USERS } from '../../kernel/access/collections.ts'
import {
  CALLS,
  CASE_CONTENTS,
  CASE_ENTRIES,
  CASES,
  type Call,
  type Case,
} from '../../kernel/cases/collections.ts'
import { ENTERPRISES } from '../../kernel/parties/enterprise.ts'
import type { Text } from '../../lib/text.ts'
import {
  type Decision,
  type PlanLine,
  POLICY_AWARDS,
  POLICY_DECISIONS,
  POLICY_PLAN_LINES,
  POLICY_PLANS,
} from '../awards/collections.ts'
import {
  POLICY_CALENDARS,
  POLICY_CALLS,
  POLICY_DETERMINATIONS,
  POLICY_FORMS,
  POLICY_MARKS,
  POLICY_OFFICES,
  POLICY_POSTS,
} from '../cases/collections.ts'
import { POLICY_BATCH_PARTS, POLICY_BATCHES } from '../columns/collections.ts'
import { MEASURE_DRAFTS } from '../editor/collections.ts'
import { EVALUATIONS } from '../evaluation/collections.ts'
import {
  DUTIES,
  LEDGER_REASONS,
  MONEY_DEEDS,
  PAYMENT_PLANS,
  PAYMENT_RULE,
  PAYMENTS,
  RECOVERIES,
  VOUCHER_SERIES,
  VOUCHERS,
  type Voucher,
} from '../money/collections.ts'
import {
  LETTER_TERMS,
  LETTERS,
  type Letter,
  PAPER_ANSWERS,
  PAPER_COMMENTS,
  PAPER_COUNTS,
  PAPERS,
  type PaperComment,
  PROPOSALS,
} from '../papers/collections.ts'
import { MEASURE_VERSIONS, RULE_SETS, RULE_TIMES, RULES_STATE } from '../versions/collections.ts'

/**
 * What the audit trail tells of the policy desk, to the node's staff alone: an enterprise has its own cases, awards and payments by the
 * pages for applicants, without who of the office it was. Digests of requests, frozen rules and facts, and batches of lines are not
 * shown: their documents are told by what they stand for.
 */
export const POLICY_AUDITED: readonly AuditedCollection[] = [
  { collection: POLICY_FORMS },
  { collection: CALLS, closed: true, nameOf: (it: Call) => it.title },
  { collection: CASES, closed: true, nameOf: (it: Case) => it.receipt },
  { collection: CASE_CONTENTS, closed: true, nameOf: ofCase },
  { collection: CASE_ENTRIES, closed: true, nameOf: ofCase },
  { collection: POLICY_CALLS, nameOf: (_, id) => ({ of: CALLS.name, id }) },
  { collection: POLICY_POSTS, nameOf: (_, id) => ({ of: USERS.name, id }) },
  { collection: POLICY_OFFICES, nameOf: titled },
  { collection: POLICY_DETERMINATIONS, nameOf: ofCase },
  { collection: POLICY_CALENDARS },
  { collection: POLICY_MARKS, hidden: true },
  { collection: POLICY_AWARDS, nameOf: ofApplicant },
  {
    collection: POLICY_DECISIONS,
    secret: ['rules', 'readings', 'facts', 'given'],
    nameOf: (it: Decision) => enterprise(it.enterprise),
  },
  { collection: POLICY_PLANS, nameOf: titled },
  {
    collection: POLICY_PLAN_LINES,
    secret: ['facts', 'judgedFacts', 'result'],
    nameOf: (it: PlanLine) => it.receipt,
  },
  { collection: LEDGER_REASONS },
  { collection: PAYMENT_RULE },
  { collection: PAYMENT_PLANS, nameOf: ofApplicant },
  { collection: PAYMENTS, nameOf: ofApplicant },
  { collection: DUTIES, nameOf: titled },
  { collection: RECOVERIES, nameOf: ofApplicant },
  { collection: VOUCHER_SERIES, nameOf: titled },
  {
    collection: VOUCHERS,
    secret: ['codeDigest', 'invoiceDigest'],
    nameOf: (it: Voucher) => enterprise(it.holder),
  },
  { collection: MONEY_DEEDS, hidden: true },
  { collection: MEASURE_DRAFTS, nameOf: measureTitle },
  { collection: MEASURE_VERSIONS, nameOf: measureTitle },
  { collection: RULES_STATE, hidden: true },
  { collection: RULE_SETS, hidden: true },
  { collection: RULE_TIMES, hidden: true },
  { collection: EVALUATIONS },
  {
    collection: POLICY_BATCHES,
    secret: ['fingerprint', 'cursor'],
    quiet: ['done', 'sums', 'cursor', 'total'],
  },
  { collection: POLICY_BATCH_PARTS, hidden: true },
  { collection: PAPERS, nameOf: titled, readAs: ['comments'] },
  { collection: PAPER_COMMENTS, nameOf: (it: PaperComment) => it.receipt },
  { collection: PAPER_ANSWERS },
  { collection: PAPER_COUNTS, hidden: true },
  { collection: LETTERS, nameOf: (it: Letter) => it.receipt, readAs: ['letter'] },
  { collection: LETTER_TERMS },
  { collection: { name: 'letter-counts' }, hidden: true },
  { collection: { name: 'policy-plan-keys' }, hidden: true },
  { collection: PROPOSALS, secret: ['fingerprint'], nameOf: titled },
]

function enterprise(id: string): AuditedName {
  return { of: ENTERPRISES.name, id }
}

function ofApplicant(it: { readonly applicant: string }): AuditedName {
  return enterprise(it.applicant)
}

function ofCase(it: { readonly case: string }): AuditedName {
  return { of: CASES.name, id: it.case }
}

function titled({ title }: { readonly title: string | Text }): AuditedName {
  return title
}

/** A draft may be anything yet. */
function measureTitle({ body }: { readonly body: unknown }): AuditedName | undefined {
  const { title } = body as { readonly title?: Partial<Text> }
  const { en, zh } = title ?? {}
  return typeof en === 'string' && typeof zh === 'string' ? { en, zh } : undefined
}
