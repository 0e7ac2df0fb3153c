import { queryOptions, useQuery } from '@tanstack/react-query'
import { answer, api, type Json, type paths } from '../api/client.ts'
import { A_PAGE, everyPage } from './every-page.ts'

export type Office = Json<
  paths['/api/v1/policy/offices']['get']['responses']['200']
>['items'][number]
export type Kind = Office['kind']

/** Every office there is a word of; what changes one renews them all. */
export const officesQuery = queryOptions({
  queryKey: ['policy-offices', 'all'],
  queryFn: () =>
    everyPage<Office>((after) =>
      answer(
        api.GET('/api/v1/policy/offices', {
          params: { query: { unfilled: false, limit: A_PAGE, ...(after && { after }) } },
        }),
      ),
    ),
})

export function useOffices(): readonly Office[] {
  return useQuery(officesQuery).data ?? []
}

/** Whether somebody fills it who may act. */
export function isFilled({ holders }: Pick<Office, 'holders'>): boolean {
  return holders.some((it) => it.acts)
}
