import { queryOptions } from '@tanstack/react-query'
import { answer, api, type Json, type paths } from '../../api/client.ts'
import type { Text } from '../../frame/language.ts'
import { atTheTurn } from '../../ui/turning.ts'

type Replies<P extends keyof paths, M extends 'get' | 'post'> = paths[P] extends {
  [K in M]: { responses: infer R }
}
  ? R
  : never
export type Call = Json<Replies<'/api/v1/policy/calls', 'get'>[200]>['items'][number]
export type CallDetail = Json<Replies<'/api/v1/policy/calls/{id}', 'get'>[200]>
export type Field = CallDetail['fields'][number]
export type Summary = Json<Replies<'/api/v1/policy/applications', 'get'>[200]>['items'][number]
export type Case = Json<Replies<'/api/v1/policy/cases/{id}', 'get'>[200]>
export type Form = NonNullable<Case['form']>
export type Possible = Case['may'][number]
export type Outlook = Json<Replies<'/api/v1/policy/cases/{id}/outlook', 'get'>[200]>
export type Determination = Json<
  Replies<'/api/v1/policy/cases/{id}/determinations', 'get'>[200]
>['items'][number]
export type Finding = Json<Replies<'/api/v1/policy/cases/{id}/findings', 'get'>[200]>

/** What a fact may be, as the packs write it. */
export type FactType =
  | { readonly type: 'quantity'; readonly unit: string; readonly decimals: number }
  | { readonly type: 'word'; readonly words?: readonly string[]; readonly other?: boolean }
  | { readonly type: 'flag' | 'day' | 'ratio' | 'place' }
  | { readonly type: 'record'; readonly fields: Readonly<Record<string, FactType>> }
  | { readonly type: 'list' | 'map'; readonly of: FactType }

export function typeOf(field: Pick<Field, 'type'>): FactType {
  return field.type as FactType
}

export const callQuery = (id: string) =>
  queryOptions({
    queryKey: ['support-call', id],
    queryFn: () => answer(api.GET('/api/v1/policy/calls/{id}', { params: { path: { id } } })),
  })

export const caseQuery = (id: string) =>
  queryOptions({
    queryKey: ['support-case', id],
    queryFn: () => answer(api.GET('/api/v1/policy/cases/{id}', { params: { path: { id } } })),
    ...atTheTurn,
  })

export const determinationsQuery = (id: string) =>
  queryOptions({
    queryKey: ['support-case', id, 'determinations'],
    queryFn: () =>
      answer(api.GET('/api/v1/policy/cases/{id}/determinations', { params: { path: { id } } })),
  })

export async function sendDeed(id: string, event: object, key: string): Promise<Case> {
  return await answer(
    api.POST('/api/v1/policy/cases/{id}/deeds', {
      params: { path: { id }, header: { 'idempotency-key': key } },
      body: { event },
    }),
  )
}

/** Fen as decimal text, in yuan: no digit passes through a floating point number. */
export function yuanOf(fen: string): string {
  const whole = fen.length > 2 ? fen.slice(0, -2) : '0'
  const cents = fen.padStart(3, '0').slice(-2)
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return cents === '00' ? grouped : `${grouped}.${cents}`
}

/** Decimal text in groups of three digits. */
export function groupedDigits(text: string): string {
  const [whole = '', decimals] = text.split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return decimals === undefined ? grouped : `${grouped}.${decimals}`
}

export type Titled = { readonly title: Text }
