import type { PackKind } from './kernel/packs/kind.ts'
import { departmentKind, documentKind, planKind, readingKind } from './kernel/packs/paper-kinds.ts'
import {
  budgetKind,
  parameterKind,
  processKind,
  programmeKind,
} from './policy/institutions/kinds.ts'
import { POLICY_KINDS } from './policy/kinds.ts'

/** Every kind of entry that a region pack may hold: each room adds its own. */
export const REGION_KINDS: readonly PackKind[] = [
  documentKind,
  departmentKind,
  planKind,
  readingKind,
  ...POLICY_KINDS,
  programmeKind,
  budgetKind,
  processKind,
  parameterKind,
]
