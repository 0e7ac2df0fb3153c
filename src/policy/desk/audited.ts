import type { AuditedCollection } from '../../kernel/access/audit-view.ts'
import {
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
} from '../money/collections.ts'
import {
  LETTER_TERMS,
  LETTERS,
  PAPER_ANSWERS,
  PAPER_COMMENTS,
  PAPER_COUNTS,
  PAPERS,
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
  { collection: POLICY_CALLS },
  { collection: POLICY_POSTS },
  { collection: POLICY_OFFICES },
  { collection: POLICY_DETERMINATIONS },
  { collection: POLICY_CALENDARS },
  { collection: POLICY_MARKS, hidden: true },
  { collection: POLICY_AWARDS },
  { collection: POLICY_DECISIONS, secret: ['rules', 'readings', 'facts', 'given'] },
  { collection: POLICY_PLANS },
  { collection: POLICY_PLAN_LINES, secret: ['facts', 'judgedFacts', 'result'] },
  { collection: LEDGER_REASONS },
  { collection: PAYMENT_RULE },
  { collection: PAYMENT_PLANS },
  { collection: PAYMENTS },
  { collection: DUTIES },
  { collection: RECOVERIES },
  { collection: VOUCHER_SERIES },
  { collection: VOUCHERS, secret: ['codeDigest', 'invoiceDigest'] },
  { collection: MONEY_DEEDS, hidden: true },
  { collection: MEASURE_DRAFTS },
  { collection: MEASURE_VERSIONS },
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
  { collection: PAPERS },
  { collection: PAPER_COMMENTS },
  { collection: PAPER_ANSWERS },
  { collection: PAPER_COUNTS, hidden: true },
  { collection: LETTERS },
  { collection: LETTER_TERMS },
  { collection: { name: 'letter-counts' }, hidden: true },
  { collection: { name: 'policy-plan-keys' }, hidden: true },
  { collection: PROPOSALS, secret: ['fingerprint'] },
]
