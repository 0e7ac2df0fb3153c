import { setImmediate as turn } from 'node:timers/promises'
import { authorise, type Caller } from '../../kernel/access/permissions.ts'
import { CASES } from '../../kernel/cases/collections.ts'
import { walkDocuments } from '../../kernel/documents/walk.ts'
import { regions, sectors } from '../../kernel/parties/codes.ts'
import {
  ENTERPRISES,
  type Enterprise,
  type StoredEnterprise,
} from '../../kernel/parties/enterprise.ts'
import { Problem } from '../../lib/problem.ts'
import { factsOfCase } from '../cases/case-facts.ts'
import { POLICY_CALLS } from '../cases/collections.ts'
import { measuredBy } from '../cases/measured-by.ts'
import { isOffice, type Met, meetCase } from '../cases/reading.ts'
import type { PolicyDeps } from '../desk/deps.ts'
import type { OpenRules } from '../desk/rules-shelf.ts'
import { lineOf, registerLines } from './register-lines.ts'

/** So many are read while somebody waits; beyond, a batch does it in the background. */
export const REGISTERED_MAX = 10_000
export const CASES_OF_CALL_MAX = 5_000

export type PopulationDeps = Pick<PolicyDeps, 'documents' | 'evidence' | 'rules'>

export type Registered = {
  readonly kind: 'register'
  /** Codes, or their beginnings; of any of them. */
  readonly regions?: readonly string[]
  readonly sectors?: readonly string[]
  readonly day: string
}

/** Who asks, the rules they ask by, and whether they still wait. */
export type Asking = {
  readonly caller: Caller
  readonly open: OpenRules
  readonly goOn: () => void
}

/**
 * Admitted enterprises with what the node knows of them, as lines of a population. @throws Problem `not-authorised` without the right
 * to read the register, `too-large` beyond `REGISTERED_MAX`
 */
export async function registered(
  deps: PopulationDeps,
  wish: Registered,
  { caller, open, goOn }: Asking,
): Promise<string[]> {
  authorise(caller, 'enterprises.read')
  const found: StoredEnterprise[] = []
  for await (const it of walkDocuments(deps.documents, ENTERPRISES, {
    where: { state: 'admitted' },
  })) {
    goOn()
    if (!isWanted(it.body, wish)) continue
    found.push(it)
    if (found.length > REGISTERED_MAX) {
      throw new Problem('too-large', {
        en: `more than ${REGISTERED_MAX} enterprises: choose regions or sectors, or start a batch`,
        zh: `超过 ${REGISTERED_MAX} 家企业，请限定地区或行业，或使用批量测算`,
      })
    }
  }
  if (found.length === 0) {
    const reason = { en: 'No enterprise is admitted there', zh: '该范围内没有已准入的企业' }
    throw new Problem('invalid-input', reason, { fields: [{ path: '/population', reason }] })
  }
  return await registerLines(deps, found, { open, day: wish.day, goOn })
}

function isWanted({ entry }: Enterprise, wish: Registered): boolean {
  return (
    isOf(regions().find(entry.region.code)?.chain, entry.region.code, wish.regions) &&
    isOf(sectors().find(entry.sector.code)?.chain, entry.sector.code, wish.sectors)
  )
}

function isOf(
  chain: readonly { readonly code: string }[] = [],
  code: string,
  wanted: readonly string[] = [],
): boolean {
  if (wanted.length === 0) return true
  return wanted.some((it) => code.startsWith(it) || chain.some((above) => above.code === it))
}

/**
 * What was applied for in a call, with the facts of each case as the desk has them now, as lines of a population. Only of cases that the
 * caller meets as one of the office: the others are left out, as they are in the list of cases.
 * @throws Problem `not-found`, also where none of its cases is for the caller
 */
export async function applied(
  deps: PopulationDeps,
  id: string,
  { caller, goOn }: Asking,
): Promise<string[]> {
  const { documents } = deps
  const measured = measuredBy(deps)
  const call = await documents.get(POLICY_CALLS, id)
  const lines: string[] = []
  if (call !== undefined) {
    for await (const { id: of } of walkDocuments(documents, CASES, { where: { call: id } })) {
      await turn()
      goOn()
      const met = await officeMet(deps, caller, of)
      if (met === undefined) continue
      if (lines.length === CASES_OF_CALL_MAX) {
        throw new Problem('too-large', {
          en: `the call has more than ${CASES_OF_CALL_MAX} cases`,
          zh: `该申报通知的案件超过 ${CASES_OF_CALL_MAX} 件`,
        })
      }
      const { facts } = await factsOfCase(documents, of, { measured })
      const { applicant, receipt } = met.state
      const enterprise =
        applicant === undefined ? undefined : await documents.get(ENTERPRISES, applicant)
      lines.push(lineOf(receipt, enterprise?.body.entry.sector.code, facts))
    }
  }
  if (lines.length > 0) return lines
  throw new Problem('not-found', {
    en: 'There is no such call with cases of yours',
    zh: '没有该申报通知，或其中没有您经办的案件',
  })
}

async function officeMet(
  deps: PopulationDeps,
  caller: Caller,
  id: string,
): Promise<Met | undefined> {
  try {
    const met = await meetCase(deps, caller, id)
    return isOffice(met) && met.sees.has('content') && met.sees.has('applicant') ? met : undefined
  } catch (error) {
    if (error instanceof Problem && error.code === 'not-found') return undefined
    throw error
  }
}
