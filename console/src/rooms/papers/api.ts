import { queryOptions } from '@tanstack/react-query'
import { answer, api, type Json, type paths } from '../../api/client.ts'
import { atTheTurn } from '../../ui/turning.ts'

type Got<P extends keyof paths> = paths[P] extends { get: { responses: { 200: infer R } } }
  ? Json<R>
  : never

export type PaperRow = Got<'/api/v1/policy/papers'>['items'][number]
export type Paper = Got<'/api/v1/policy/papers/{id}'>
export type Draft = Got<'/api/v1/policy/paper-drafts/{id}'>
export type Comment = Got<'/api/v1/policy/paper-drafts/{id}/comments'>['items'][number]
export type Consultation = Got<'/api/v1/policy/consultations/{id}'>
export type LetterRow = Got<'/api/v1/policy/letters'>['items'][number]
export type Letter = Got<'/api/v1/policy/letters/{id}'>
export type ProposalRow = Got<'/api/v1/policy/proposals'>['items'][number]
export type Proposal = Got<'/api/v1/policy/proposals/{id}'>
export type Regions = Got<'/api/v1/policy/departments'>['regions']

export const paperQuery = (id: string) =>
  queryOptions({
    queryKey: ['papers', 'one', id],
    queryFn: () => answer(api.GET('/api/v1/policy/papers/{id}', { params: { path: { id } } })),
  })

/** As it is saved now, whatever was asked before. */
export async function readDraft(id: string): Promise<Draft> {
  return await answer(api.GET('/api/v1/policy/paper-drafts/{id}', { params: { path: { id } } }))
}

/** As it is saved now, whatever was asked before. */
export async function readProposal(id: string): Promise<Proposal> {
  return await answer(api.GET('/api/v1/policy/proposals/{id}', { params: { path: { id } } }))
}

export const draftQuery = (id: string) =>
  queryOptions({
    queryKey: ['papers', 'draft', id],
    queryFn: () =>
      answer(api.GET('/api/v1/policy/paper-drafts/{id}', { params: { path: { id } } })),
    ...atTheTurn,
  })

export const regionsQuery = queryOptions({
  queryKey: ['papers', 'regions'],
  staleTime: 300_000,
  queryFn: () => answer(api.GET('/api/v1/policy/departments')),
})

/** Regions with those above them. */
export const placesQuery = queryOptions({
  queryKey: ['support', 'regions'],
  staleTime: 300_000,
  queryFn: () => answer(api.GET('/api/v1/policy/regions')),
})

/** Without what was left empty. */
export function filled<T extends object>(values: T): T {
  return Object.fromEntries(
    Object.entries(values).filter(([, it]) => it !== undefined && it !== '' && it !== null),
  ) as T
}
