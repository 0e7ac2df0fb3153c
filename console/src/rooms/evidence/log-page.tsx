import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Button, Form, Input } from 'antd'
import '../../ui/tiles.css'
import { answer, api } from '../../api/client.ts'
import { useFormat } from '../../frame/format.ts'
import { ChoiceFilter, FilterRow, WordsFilter } from '../../ui/filters.tsx'
import { Go, useGo } from '../../ui/go.tsx'
import { Later } from '../../ui/later.tsx'
import { Named } from '../../ui/named.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { type Column, Records } from '../../ui/records.tsx'
import { useSearchState } from '../../ui/search-state.ts'
import { Nothing } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { ContinuityCard, upTo } from './continuity-card.tsx'
import { HeadCard } from './head-card.tsx'
import { headQuery } from './log.ts'
import { AudienceName, KINDS, useKindName } from './parts.tsx'
import { type Told, useSaidLine } from './said.ts'
import { useTexts } from './texts.ts'

const FILTERS = ['subject', 'kind'] as const
const ROWS_A_PAGE = 50
/** The list is no lower where it has any length. */
const LIST_PX = 480

type Row = Told & { readonly index: number; readonly about?: string }

/** The evidence log: its head, its entries, and whether it continues. */
export function Page() {
  const t = useTexts()
  return (
    <PageFrame title={t('title')} lead={t('lead')}>
      <div className="cards tiles wide" style={{ marginBlockEnd: 24 }}>
        <HeadCard />
        <ContinuityCard />
      </div>
      <section aria-label={t('listTitle')}>
        <h2>{t('listTitle')}</h2>
        <p>{t('listLead')}</p>
        <Later heightPx={LIST_PX}>
          <ByNumber />
          <Entries />
        </Later>
      </section>
    </PageFrame>
  )
}

function ByNumber() {
  const t = useTexts()
  const go = useGo()
  const size = useQuery(headQuery).data?.checkpoint?.size ?? 0
  const last = Math.max(0, size - 1)
  return (
    <Form
      layout="inline"
      style={{ marginBlockEnd: 12, rowGap: 8 }}
      onFinish={({ index }: { index: string }) => go(`/evidence/${Number(index)}`)}
    >
      <Form.Item
        name="index"
        label={t('goToNumber')}
        rules={[upTo(last, t('numberWrong', { last }))]}
      >
        <Input inputMode="numeric" maxLength={16} style={{ inlineSize: 140 }} />
      </Form.Item>
      <Button htmlType="submit">{t('show')}</Button>
    </Form>
  )
}

function Entries() {
  const t = useTexts()
  const [filters, setFilters] = useSearchState(FILTERS)
  const found = useEntries(filters)
  const columns = useColumns()
  const rows = found.data?.pages.flatMap((it) => it.items) ?? []
  return (
    <>
      <Filters values={filters} change={setFilters} />
      <Records<Row>
        label={t('listTitle')}
        rows={rows}
        keyOf={(it) => String(it.index)}
        columns={columns}
        empty={<Nothing title={t('listEmpty')} hint={t('listEmptyHint')} />}
        pages={found}
      />
    </>
  )
}

function useEntries({ subject = '', kind = '' }: { subject?: string; kind?: string }) {
  return useInfiniteQuery({
    queryKey: ['evidence', 'list', subject, kind],
    placeholderData: keepPreviousData,
    initialPageParam: '',
    getNextPageParam: (last: { next?: string }) => last.next,
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/v1/evidence', {
          params: {
            query: {
              limit: ROWS_A_PAGE,
              ...(subject !== '' && { subject }),
              ...(kind !== '' && { kind }),
              ...(pageParam !== '' && { after: pageParam }),
            },
          },
        }),
      ),
  })
}

function Filters({
  values,
  change,
}: {
  values: { subject?: string; kind?: string }
  change: (next: Record<string, string | undefined>) => void
}) {
  const t = useTexts()
  const kindName = useKindName()
  return (
    <FilterRow>
      <WordsFilter
        label={t('subject')}
        hint={t('subjectHint')}
        charsMax={2048}
        value={values.subject}
        change={(subject) => change({ subject })}
      />
      <ChoiceFilter
        label={t('kindFilter')}
        all={t('allKinds')}
        choices={KINDS}
        nameOf={kindName}
        value={values.kind}
        change={(kind) => change({ kind })}
        width={200}
      />
    </FilterRow>
  )
}

function useColumns(): readonly Column<Row>[] {
  const t = useTexts()
  const format = useFormat()
  const kindName = useKindName()
  const saidLine = useSaidLine()
  return [
    {
      key: 'index',
      title: t('number'),
      show: (it) => <Go to={`/evidence/${it.index}`}>{format.number(it.index)}</Go>,
    },
    { key: 'kind', title: t('kind'), show: (it) => kindName(it.opened.kind) },
    {
      key: 'subject',
      title: t('subject'),
      show: ({ opened, about }) => (
        <Named id={opened.subject} {...(about !== undefined && { name: about })} />
      ),
    },
    {
      key: 'fields',
      title: t('fields'),
      show: (it) => <bdi>{saidLine(it)}</bdi>,
    },
    {
      key: 'open',
      title: t('audience'),
      isMinor: true,
      show: (it) => <AudienceName open={it.opened.open} />,
    },
    { key: 'at', title: t('at'), show: (it) => <When at={it.opened.at} /> },
  ]
}
