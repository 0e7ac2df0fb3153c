import type { AuditedCollection } from '../../kernel/access/audit-view.ts'
import { HANDLE_KEY_USES } from '../authority/key-uses.ts'
import { parseHandle, prefixOf } from '../handle.ts'
import { IMPORTS, type ImportJob } from '../imports/import-job.ts'
import type { PrefixBook } from '../prefixes/book.ts'
import { NODE_SETTINGS } from '../prefixes/node-settings.ts'
import { PREFIX_NUMBERS, PREFIXES, type Prefix } from '../prefixes/prefix.ts'
import { PREFIX_REQUESTS, type PrefixRequest } from '../prefixes/requests.ts'
import { RESOLUTION_COUNTS } from '../resolution/counts.ts'
import { TEMPLATES } from '../templates/stored-template.ts'
import type { Template } from '../templates/template.ts'
import { IDEMPOTENCY_KEYS } from './idempotency.ts'
import { ORDERS, type Order } from './orders.ts'
import { IDENTIFIERS_AUDITED } from './write-feed.ts'

/** What the audit trail tells of prefixes, templates, identifiers, imports and orders, and whose each is. */
export function identifierAudit(book: PrefixBook): readonly AuditedCollection[] {
  const named = (enterprise: string | undefined) => (enterprise === undefined ? [] : [enterprise])
  return [
    { collection: PREFIXES, enterprisesOf: (it: Prefix) => named(it.enterprise) },
    {
      collection: PREFIX_REQUESTS,
      enterprisesOf: (it: PrefixRequest) => [it.enterprise],
      nameOf: (it: PrefixRequest) => ({ of: 'enterprises', id: it.enterprise }),
    },
    {
      collection: TEMPLATES,
      enterprisesOf: (it: Template) => named(book.enterpriseOf(it.prefix)),
      nameOf: (it: Template) => it.label,
    },
    {
      collection: ORDERS,
      nameOf: (it: Order) => it.handle,
      enterprisesOf: (it: Order) => named(book.enterpriseOf(prefixOf(parseHandle(it.handle).key))),
    },
    { collection: NODE_SETTINGS },
    {
      collection: IMPORTS,
      secret: ['repeat', 'errors'],
      nameOf: (it: ImportJob) => it.file,
      enterprisesOf: (it: ImportJob) => named(it.enterprise),
    },
    ...IDENTIFIERS_AUDITED,
    { collection: RESOLUTION_COUNTS, hidden: true },
    { collection: PREFIX_NUMBERS, hidden: true },
    { collection: IDEMPOTENCY_KEYS, hidden: true },
    { collection: HANDLE_KEY_USES, hidden: true },
  ]
}
