import { queryOptions, useQuery } from '@tanstack/react-query'
import { answer, api, type Json, type paths } from '../../api/client.ts'

export type RecordList = Json<paths['/api/v1/identifiers']['get']['responses']['200']>
export type Listed = RecordList['items'][number]
export type Identifier = Json<paths['/api/v1/identifiers/{*}']['get']['responses']['200']>
export type Described = NonNullable<Identifier['described']>[number]
export type HandleValue = NonNullable<Identifier['values']>[number]
export type HistoryEntry = Json<
  paths['/api/v1/history/{*}']['get']['responses']['200']
>['items'][number]
export type Template = Json<paths['/api/v1/templates']['get']['responses']['200']>['items'][number]
export type Prefix = Json<paths['/api/v1/prefixes']['get']['responses']['200']>['items'][number]

export const STATES = ['registered', 'retired', 'held'] as const
export type StateFilter = (typeof STATES)[number]

const PREFIXES_MAX = 500
const TEMPLATES_MAX = 500
/** Which prefixes and templates there are changes seldom. */
const STALE_MS = 60_000

export function identifierKey(id: string): readonly string[] {
  return ['identifier', id]
}

export async function readIdentifier(id: string, signal?: AbortSignal): Promise<Identifier> {
  return await answer(
    api.GET('/api/v1/identifiers/{*}', {
      params: { path: { '*': id } },
      ...(signal && { signal }),
    }),
  )
}

export function useIdentifier(id: string) {
  return useQuery({
    queryKey: identifierKey(id),
    enabled: id !== '',
    queryFn: ({ signal }) => readIdentifier(id, signal),
  })
}

/** The prefixes that the person may read, the first five hundred. */
export const prefixesQuery = queryOptions({
  queryKey: ['identifiers', 'prefixes'],
  staleTime: STALE_MS,
  queryFn: ({ signal }) =>
    answer(api.GET('/api/v1/prefixes', { params: { query: { limit: PREFIXES_MAX } }, signal })),
})

export function usePrefixes() {
  return useQuery(prefixesQuery)
}

/** Templates that are not drafts: of one prefix what it may use, or of all. */
export function templatesQuery(prefix: string | undefined) {
  return queryOptions({
    queryKey: ['identifiers', 'templates', prefix ?? ''],
    staleTime: STALE_MS,
    queryFn: async ({ signal }) => {
      const query = { limit: TEMPLATES_MAX, ...(prefix !== undefined && { prefix }) }
      const { items } = await answer(api.GET('/api/v1/templates', { params: { query }, signal }))
      return items.filter((it) => it.state !== 'draft')
    },
  })
}

export function useTemplates(prefix: string | undefined) {
  return useQuery(templatesQuery(prefix))
}

/** The newest version of each name, published or (where `withWithdrawn`) not any more. */
export function newestOf(
  templates: readonly Template[],
  { withWithdrawn = false }: { readonly withWithdrawn?: boolean } = {},
): Template[] {
  const newest = new Map<string, Template>()
  for (const it of templates) {
    if (it.state === 'withdrawn' && !withWithdrawn) continue
    const key = `${it.prefix} ${it.name}`
    if ((newest.get(key)?.version ?? 0) < it.version) newest.set(key, it)
  }
  return [...newest.values()]
}

export function prefixOf(handle: string): string {
  return handle.slice(0, handle.indexOf('/'))
}

/** `product@3` as its name and version. */
export function templateParts(id: string): { readonly name: string; readonly version: number } {
  const at = id.lastIndexOf('@')
  return { name: id.slice(0, at), version: Number(id.slice(at + 1)) }
}

/** The version of the template by which a record was made. */
export function useTemplateOf(record: Identifier | undefined) {
  const id = record?.template
  const prefix = record === undefined ? '' : prefixOf(record.handle)
  return useQuery({
    queryKey: ['identifiers', 'template', prefix, id ?? ''],
    enabled: id !== undefined,
    staleTime: Number.POSITIVE_INFINITY, // a published version never changes
    queryFn: ({ signal }) => {
      const { name, version } = templateParts(id ?? '')
      const path = { prefix, name, version }
      return answer(
        api.GET('/api/v1/templates/{prefix}/{name}/{version}', { params: { path }, signal }),
      )
    },
  })
}
