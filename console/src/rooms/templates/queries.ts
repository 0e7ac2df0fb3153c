import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { answer, api } from '../../api/client.ts'
import { may, useMe } from '../../api/me.ts'
import { useSettled } from '../../ui/settled.ts'
import type { Template, Wish } from './definition.ts'

const VERSIONS_MAX = 500
/** As the node takes it. */
const NAME = /^[a-z][a-z0-9-]{0,63}$/

/** Every version of a template, the newest first. */
export function useVersions(prefix: string, name: string) {
  return useQuery({
    queryKey: ['templates', 'versions', prefix, name],
    queryFn: async () => {
      const { items } = await answer(
        api.GET('/api/v1/templates', { params: { query: { prefix, name, limit: VERSIONS_MAX } } }),
      )
      return items.toSorted((a, b) => b.version - a.version)
    },
  })
}

const SAME_MAX = 100

/** The prefix a template is of, for whose it is; null for one that one may not know of, which is no error. */
export function usePrefix(prefix: string) {
  return useQuery({
    queryKey: ['prefixes', 'named', prefix],
    enabled: prefix !== '',
    queryFn: async () => {
      const { items } = await answer(
        api.GET('/api/v1/prefixes', { params: { query: { q: prefix, limit: SAME_MAX } } }),
      )
      return items.find((it) => it.prefix.toUpperCase() === prefix.toUpperCase()) ?? null
    },
  })
}

/** How many identifiers were made by a template, whatever the version; undefined where that is not known. */
export function useUses({ prefix, name }: Pick<Template, 'prefix' | 'name'>) {
  const me = useMe()
  return useQuery({
    queryKey: ['templates', 'uses', prefix, name],
    enabled: may(me, 'identifiers.read'),
    retry: false,
    queryFn: async () => {
      const { found } = await answer(
        api.GET('/api/v1/identifiers', {
          params: { query: { prefix, template: name, limit: 1 } },
        }),
      )
      return found?.exact === true ? found.total : null
    },
  }).data
}

/** The JSON Schema of a version, as the node makes it. */
export function useSchema({ prefix, name, version }: Place) {
  return useQuery({
    queryKey: ['templates', 'schema', prefix, name, version],
    queryFn: () =>
      answer(
        api.GET('/api/v1/templates/{prefix}/{name}/{version}/schema', {
          params: { path: { prefix, name, version } },
        }),
      ),
  }).data
}

type Place = { readonly prefix: string; readonly name: string; readonly version: number }

/** What the node says of a definition a moment after it was last changed. */
export function useCheck(place: Place, wish: Wish) {
  const asked = useSettled(JSON.stringify({ ...place, definition: wish }))
  // what is asked about, which is what was there a moment ago
  const settled = useMemo(() => JSON.parse(asked) as Place & { definition: Wish }, [asked])
  return useQuery({
    queryKey: ['templates', 'check', asked, document.documentElement.lang],
    // a name that cannot be is told at its field; the rest is asked about once there is one
    enabled: settled.prefix !== '' && NAME.test(settled.name),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    placeholderData: keepPreviousData,
    queryFn: () => answer(api.POST('/api/v1/templates/check', { body: settled })),
  })
}
