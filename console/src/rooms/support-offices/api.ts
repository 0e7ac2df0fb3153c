import { queryOptions } from '@tanstack/react-query'
import { answer, api, type Json, type paths } from '../../api/client.ts'
import { A_PAGE, everyPage } from '../../ui/every-page.ts'

export type Post = Json<paths['/api/v1/policy/posts']['get']['responses']['200']>['items'][number]
export type Calendar = Json<
  paths['/api/v1/policy/calendars']['get']['responses']['200']
>['items'][number]

/** Everybody who has a post. */
export const postsQuery = queryOptions({
  queryKey: ['policy-posts', 'all'],
  queryFn: () =>
    everyPage<Post>((after) =>
      answer(
        api.GET('/api/v1/policy/posts', {
          params: { query: { limit: A_PAGE, ...(after && { after }) } },
        }),
      ),
    ),
})

export const calendarsQuery = queryOptions({
  queryKey: ['policy-calendars'],
  queryFn: () => answer(api.GET('/api/v1/policy/calendars')),
})
