import { HANDLE_KEY_USES } from './identifiers/authority/key-uses.ts'
import { IMPORTS } from './identifiers/imports/import-job.ts'
import { NODE_SETTINGS } from './identifiers/prefixes/node-settings.ts'
import { PREFIX_NUMBERS, PREFIXES } from './identifiers/prefixes/prefix.ts'
import { PREFIX_REQUESTS } from './identifiers/prefixes/requests.ts'
import { IDEMPOTENCY_KEYS } from './identifiers/registration/idempotency.ts'
import { ORDERS } from './identifiers/registration/orders.ts'
import { RESOLUTION_COUNTS } from './identifiers/resolution/counts.ts'
import {
  REGISTRATION_COUNTS,
  REGISTRATIONS_COUNTED,
} from './identifiers/statistics/registration-counts.ts'
import { TEMPLATES } from './identifiers/templates/stored-template.ts'
import { ACCESS_COLLECTIONS } from './kernel/access/collections.ts'
import { SAVED_VIEWS } from './kernel/access/views.ts'
import { CASE_COLLECTIONS } from './kernel/cases/collections.ts'
import { CASE_RUNS } from './kernel/cases/runs.ts'
import type { Collection } from './kernel/documents/documents.ts'
import { FILE_USAGE, FILES } from './kernel/files/collections.ts'
import { OUTBOX } from './kernel/mail/outbox.ts'
import { ENTERPRISE_CASES, ENTERPRISE_CODES, ENTERPRISES } from './kernel/parties/enterprise.ts'
import { QUOTA_COLLECTIONS } from './kernel/quotas/collections.ts'
import { AWARD_COLLECTIONS } from './policy/awards/collections.ts'
import { SUPPORT_CASE_COLLECTIONS } from './policy/cases/collections.ts'
import { COLUMN_COLLECTIONS } from './policy/columns/collections.ts'
import { EDITOR_COLLECTIONS } from './policy/editor/collections.ts'
import { EVALUATION_COLLECTIONS } from './policy/evaluation/collections.ts'
import { MONEY_COLLECTIONS } from './policy/money/collections.ts'
import { PAPER_COLLECTIONS } from './policy/papers/collections.ts'
import { VERSION_COLLECTIONS } from './policy/versions/collections.ts'

/**
 * Every collection of every room. They are made when the node starts: a collection that is first met later is written then,
 * which on a full disk would make reading fail.
 */
export const NODE_COLLECTIONS: readonly Collection[] = [
  ...ACCESS_COLLECTIONS,
  OUTBOX,
  SAVED_VIEWS,
  FILES,
  FILE_USAGE,
  ENTERPRISES,
  ENTERPRISE_CODES,
  ENTERPRISE_CASES,
  ...QUOTA_COLLECTIONS,
  ...CASE_COLLECTIONS,
  CASE_RUNS,
  ...SUPPORT_CASE_COLLECTIONS,
  ...AWARD_COLLECTIONS,
  ...MONEY_COLLECTIONS,
  ...EDITOR_COLLECTIONS,
  ...EVALUATION_COLLECTIONS,
  ...VERSION_COLLECTIONS,
  ...COLUMN_COLLECTIONS,
  ...PAPER_COLLECTIONS,
  NODE_SETTINGS,
  PREFIXES,
  PREFIX_NUMBERS,
  PREFIX_REQUESTS,
  TEMPLATES,
  IMPORTS,
  IDEMPOTENCY_KEYS,
  HANDLE_KEY_USES,
  ORDERS,
  RESOLUTION_COUNTS,
  REGISTRATION_COUNTS,
  REGISTRATIONS_COUNTED,
]
