import type { Access } from '../../kernel/access/access.ts'
import type { CaseDesk } from '../../kernel/cases/desk.ts'
import type { Documents } from '../../kernel/documents/documents.ts'
import type { Evidence } from '../../kernel/evidence/evidence.ts'
import type { FileShelf } from '../../kernel/files/shelf.ts'
import type { Clock } from '../../lib/clock.ts'
import type { RulesShelf } from './rules-shelf.ts'

/** What the routes of the policy desk stand on. */
export type PolicyDeps = {
  readonly access: Access
  readonly documents: Documents
  readonly evidence: Evidence
  readonly files: FileShelf
  readonly clock: Clock
  readonly rules: RulesShelf
  /** What is closed until its time is sealed with it. */
  readonly sealKey: CaseDesk['sealKey']
}
