import { useQuery } from '@tanstack/react-query'
import { answer, api, type Json, type paths } from '../../api/client.ts'

type Listed = Json<paths['/api/v1/prefixes/{prefix}/handle-keys']['get']['responses']['200']>
export type HandleKey = Listed['items'][number]

/** What the node is asked for: a secret of its making or a given one, or a public key. */
export type Wish =
  | { readonly kind: 'secret'; readonly secret?: string }
  | { readonly kind: 'public'; readonly key: string }

export const keysQueryKey = (prefix: string) => ['handle-keys', prefix]

export function useHandleKeys(prefix: string) {
  return useQuery({
    queryKey: keysQueryKey(prefix),
    queryFn: () =>
      answer(api.GET('/api/v1/prefixes/{prefix}/handle-keys', { params: { path: { prefix } } })),
  })
}

/** Adds a key, or puts it in the place of the one at `index`. */
export async function putKey(prefix: string, index: number | undefined, body: Wish) {
  if (index === undefined) {
    const params = { path: { prefix } }
    return await answer(api.POST('/api/v1/prefixes/{prefix}/handle-keys', { params, body }))
  }
  const params = { path: { prefix, index } }
  return await answer(
    api.POST('/api/v1/prefixes/{prefix}/handle-keys/{index}/rotate', { params, body }),
  )
}
