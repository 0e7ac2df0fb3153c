import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { answer, api } from '../../api/client.ts'
import { type Listed, type RecordList, STATES, type StateFilter } from './records.ts'

export const FILTERS = ['q', 'prefix', 'template', 'state', 'from', 'to'] as const
export type FilterName = (typeof FILTERS)[number]
export type FilterValues = Readonly<Partial<Record<FilterName, string>>>

const ROWS_A_PAGE = 50
/** The node looks at so many records at a time; pages may come empty and still lead on. */
const EMPTY_PAGES_MAX = 10
const COUNT_AGAIN_MS = 1_500

type ListPage = Pick<RecordList, 'counts' | 'found' | 'next'> & { readonly items: Listed[] }

/** Identifiers by what the address says, page after page. What is not wanted any more is not waited for. */
export function useIdentifiers(filters: FilterValues) {
  return useInfiniteQuery({
    queryKey: ['identifiers', 'list', filters],
    placeholderData: keepPreviousData,
    initialPageParam: '',
    getNextPageParam: (last: ListPage) => last.next,
    queryFn: ({ pageParam, signal }) => readPage(filters, { after: pageParam, signal }),
  })
}

/** How many there are where the first answer had not counted them to the end: asked until it is exact. */
export function useCount(filters: FilterValues, first: ListPage | undefined) {
  const isCounting = first?.found?.exact === false
  const counted = useQuery<RecordList>({
    queryKey: ['identifiers', 'count', filters],
    enabled: isCounting,
    refetchInterval: (query) => (query.state.data?.found?.exact === true ? false : COUNT_AGAIN_MS),
    queryFn: ({ signal }) => listOnce(filters, { limit: 1, signal }),
  })
  return (isCounting ? counted.data?.found : undefined) ?? first?.found ?? first?.counts
}

type PageWish = { readonly after: string; readonly signal: AbortSignal }

async function readPage(filters: FilterValues, { after, signal }: PageWish): Promise<ListPage> {
  let page = await listOnce(filters, { limit: ROWS_A_PAGE, after, signal })
  const first = page
  const items = [...page.items]
  for (let left = EMPTY_PAGES_MAX; left > 0 && items.length === 0; left--) {
    if (page.next === undefined) break
    page = await listOnce(filters, { limit: ROWS_A_PAGE, after: page.next, signal })
    items.push(...page.items)
  }
  return {
    items,
    ...(page.next !== undefined && { next: page.next }),
    ...(first.counts && { counts: first.counts }),
    ...(first.found && { found: first.found }),
  }
}

type Asked = { readonly limit: number; readonly after?: string; readonly signal: AbortSignal }

async function listOnce(
  filters: FilterValues,
  { limit, after = '', signal }: Asked,
): Promise<RecordList> {
  const query = { ...queryOf(filters), limit, ...(after !== '' && { after }) }
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
