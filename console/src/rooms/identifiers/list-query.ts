import { infiniteQueryOptions, useQuery } from '@tanstack/react-query'
import { answer, api } from '../../api/client.ts'
import { queries } from '../../frame/queries.ts'
import { valuesOf } from '../../ui/search-state.ts'
import { keptFields } from './kept-columns.ts'
import {
  type Listed,
  type RecordList,
  STATES,
  type StateFilter,
  templatesQuery,
} from './records.ts'

export const FILTERS = ['q', 'prefix', 'template', 'state', 'from', 'to'] as const
export type FilterName = (typeof FILTERS)[number]
export type FilterValues = Readonly<Partial<Record<FilterName, string>>>

const ROWS_A_PAGE = 50
/** So many short pages in a row are filled up without being asked for. */
const SHORT_PAGES_MAX = 3
/** The node looks at so many records at a time; pages may come empty and still lead on. */
const EMPTY_PAGES_MAX = 10
const COUNT_AGAIN_MS = 1_500

type ListPage = Pick<RecordList, 'counts' | 'found' | 'next'> & { readonly items: Listed[] }

/** Identifiers by what the address says, and of each the fields wanted, page after page. */
export function listQuery(filters: FilterValues, fields: readonly string[]) {
  return infiniteQueryOptions({
    queryKey: ['identifiers', 'list', filters, fields],
    initialPageParam: '',
    getNextPageParam: (last: ListPage) => last.next,
    // what is not wanted any more is not waited for
    queryFn: ({ pageParam, signal }) => readPage({ filters, fields, after: pageParam, signal }),
  })
}

/** Whether the last page came short of rows while there are more: a node that has much to do ends a page early. */
export function isCutShort(pages: readonly ListPage[]): boolean {
  const short = pages.length - 1 - pages.findLastIndex((it) => it.items.length >= ROWS_A_PAGE)
  return short > 0 && short <= SHORT_PAGES_MAX && pages.at(-1)?.next !== undefined
}

/** Asks for the first rows, and for the templates that tell of their columns. */
export function askForList(search: Readonly<Record<string, string>>): void {
  const filters = valuesOf(search, FILTERS)
  void queries.prefetchInfiniteQuery(listQuery(filters, keptFields(filters.template)))
  void queries.prefetchQuery(templatesQuery(undefined))
}

/** How many there are where the first answer had not counted them to the end: asked until it is exact. */
export function useCount(filters: FilterValues, first: ListPage | undefined) {
  const isCounting = first?.found?.exact === false
  const counted = useQuery<RecordList>({
    queryKey: ['identifiers', 'count', filters],
    enabled: isCounting,
    refetchInterval: (query) => (query.state.data?.found?.exact === true ? false : COUNT_AGAIN_MS),
    queryFn: ({ signal }) => listOnce({ filters, fields: [], limit: 1, signal }),
  })
  return (isCounting ? counted.data?.found : undefined) ?? first?.found ?? first?.counts
}

type Asked = {
  readonly filters: FilterValues
  readonly fields: readonly string[]
  readonly after?: string
  readonly signal: AbortSignal
}

async function readPage(asked: Asked): Promise<ListPage> {
  let page = await listOnce({ ...asked, limit: ROWS_A_PAGE })
  const first = page
  const items = [...page.items]
  for (let left = EMPTY_PAGES_MAX; left > 0 && items.length === 0; left--) {
    if (page.next === undefined) break
    page = await listOnce({ ...asked, limit: ROWS_A_PAGE, after: page.next })
    items.push(...page.items)
  }
  return {
    items,
    ...(page.next !== undefined && { next: page.next }),
    ...(first.counts && { counts: first.counts }),
    ...(first.found && { found: first.found }),
  }
}

async function listOnce(asked: Asked & { readonly limit: number }): Promise<RecordList> {
  const { filters, fields, limit, after = '', signal } = asked
  const wish = { limit, content: 'row' as const, ...(fields.length > 0 && { field: [...fields] }) }
  const query = { ...queryOf(filters), ...wish, ...(after !== '' && { after }) }
  return await answer(api.GET('/api/v1/identifiers', { params: { query }, signal }))
}

/** Filters as the API takes them: days of the reader, the last one included. */
export function queryOf(filters: { readonly [K in FilterName]?: string | undefined }) {
  const { q, prefix, template, state, from, to } = filters
  const begin = dayStart(from)
  const end = dayStart(to, 1)
  return {
    ...(q !== undefined && { q }),
    ...(prefix !== undefined && { prefix }),
    ...(template !== undefined && { template }),
    ...(STATES.includes(state as StateFilter) && { state: state as StateFilter }),
    ...(begin !== undefined && { from: begin }),
    ...(end !== undefined && { to: end }),
  }
}

function dayStart(day: string | undefined, daysLater = 0): string | undefined {
  if (day === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(day)) return undefined
  const at = new Date(`${day}T00:00:00`)
  if (Number.isNaN(at.getTime())) return undefined
  // by the calendar, for a day may have 23 or 25 hours
  at.setDate(at.getDate() + daysLater)
  return at.toISOString()
}
