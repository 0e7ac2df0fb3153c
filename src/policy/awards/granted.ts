import { createHash } from 'node:crypto'
import type { Documents } from '../../kernel/documents/documents.ts'
import { walkDocuments } from '../../kernel/documents/walk.ts'
import { readAmount } from '../../kernel/quotas/amount.ts'
import { QUOTAS } from '../../kernel/quotas/collections.ts'
import { takenOf } from '../../kernel/quotas/moves.ts'
import type { Measure } from '../measure-schema.ts'
import { POLICY_AWARDS } from './collections.ts'
import type { EarlierAward, Frozen, Granted } from './compute.ts'

const ID_HEX_CHARS = 24

/** What a year's places of a measure are counted under. */
export function placesName(measure: string, year: number): string {
  return `policy-places:${measure}:${year}`
}

/** What the public money on a project is counted under, by level. */
export function projectName(project: string): string {
  return `policy-project:${project}`
}

/** A project by the name it goes by, so that two spellings of one name are one project. */
export function projectIdOf(name: string): string {
  const folded = name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s\p{P}\p{S}]+/gu, '')
  return `p${digest(folded)}`
}

/** One award for one measure out of one application, whoever decides it. */
export function awardIdOf(caseId: string, measure: string): string {
  return `a${digest(`${caseId} ${measure}`)}`
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, ID_HEX_CHARS)
}

/** What was granted before to those who are candidates now, and what is taken of places and projects. */
export async function readGranted(
  documents: Documents,
  measure: Measure,
  {
    year,
    candidates,
  }: {
    readonly year: number
    readonly candidates: readonly Pick<Frozen, 'applicant' | 'project'>[]
  },
): Promise<Granted> {
  const applicants = new Set(candidates.map((it) => it.applicant))
  const projects = new Set(candidates.map((it) => it.project).filter((it) => it !== undefined))
  const awards = new Map<string, readonly EarlierAward[]>()
  for (const it of applicants) awards.set(it, await awardsOf(documents, it))
  const register = new Map<string, ReadonlyMap<string, bigint>>()
  for (const it of projects) register.set(it, await moneyOn(documents, it))
  const places = await documents.get(QUOTAS, placesName(measure.id, year))
  return { awards, register, placesTaken: places ? Number(takenOf(places.body)) : 0 }
}

async function awardsOf(documents: Documents, applicant: string): Promise<EarlierAward[]> {
  const found: EarlierAward[] = []
  for await (const { id, body } of walkDocuments(documents, POLICY_AWARDS, {
    where: { applicant },
  })) {
    if (body.state === 'revoked' || body.state === 'recovered') continue
    const { measure, year, amountFen } = body
    found.push({ id, measure, year, amountFen: readAmount(amountFen) })
  }
  return found
}

async function moneyOn(documents: Documents, project: string) {
  const stored = await documents.get(QUOTAS, projectName(project))
  const parts = stored?.body.parts ?? []
  return new Map(
    parts.map((it) => [it.part, readAmount(it.reserved) + readAmount(it.confirmed)] as const),
  )
}
