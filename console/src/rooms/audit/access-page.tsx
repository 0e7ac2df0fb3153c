import { Button, Select } from 'antd'
import { type ComponentProps, type FormEvent, useState } from 'react'
import { useMe } from '../../api/me.ts'
import { useFormat } from '../../frame/format.ts'
import { EnterpriseName } from '../../ui/enterprise.tsx'
import { Go } from '../../ui/go.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { type Column, Records } from '../../ui/records.tsx'
import { useSearchState } from '../../ui/search-state.ts'
import { Failed, Nothing } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import './audit.css'
import { DayField, Field, TextField } from './filter-fields.tsx'
import { Author } from './parts.tsx'
import { useTexts } from './texts.ts'
import { type Entry, exportPath, type Filters, READ_FILTERS, useTrail } from './trail.ts'

const READS = 'personal-reads'

/** Who read personal data: of the node for its people, of an enterprise for its administrators. */
export function Page() {
  const t = useTexts()
  const [asked, setAsked] = useSearchState(READ_FILTERS)
  const filters = { ...asked, collection: READS }
  const found = useTrail(filters)
  const columns = useColumns()
  const rows = found.data?.pages.flatMap((it) => it.items) ?? []
  return (
    <PageFrame
      title={t('accessTitle')}
      lead={t('accessLead')}
      actions={
        <Button href={exportPath(filters, 'csv')} download="access-log.csv">
          {t('exportCsv')}
        </Button>
      }
    >
      <FilterBar key={JSON.stringify(asked)} values={asked} change={setAsked} />
      {found.isError ? (
        <Failed error={found.error} retry={() => void found.refetch()} />
      ) : (
        <Records
          label={t('accessTitle')}
          rows={rows}
          keyOf={(it) => it.id}
          columns={columns}
          isLoading={found.isLoading}
          empty={<Nothing title={t('accessEmpty')} hint={t('accessEmptyHint')} />}
          onMore={found.hasNextPage ? () => void found.fetchNextPage() : undefined}
          isLoadingMore={found.isFetchingNextPage}
        />
      )}
    </PageFrame>
  )
}

type FilterBarProps = {
  readonly values: Filters
  readonly change: (next: Record<string, string | undefined>, push?: boolean) => void
}

/** Who read what, and when. */
function FilterBar({ values, change }: FilterBarProps) {
  const t = useTexts()
  const [typed, setTyped] = useState<Filters>(values)
  const type = (name: keyof Filters) => (value: string) => setTyped({ ...typed, [name]: value })
  const send = (event: FormEvent) => {
    event.preventDefault()
    change(Object.fromEntries(READ_FILTERS.map((it) => [it, typed[it]?.trim()])), true)
  }
  const clear = () => change(Object.fromEntries(READ_FILTERS.map((it) => [it, undefined])), true)
  return (
    <search>
      <form onSubmit={send} className="filters">
        <Field label={t('readWhat')}>
          <Select
            aria-label={t('readWhat')}
            value={values.what ?? ''}
            onChange={(what) => change({ what })}
            options={[
              { value: '', label: t('anyRead') },
              ...KNOWN.map((it) => ({ value: it as string, label: t(`read.${it}`) })),
            ]}
          />
        </Field>
        <TextField
          label={t('who')}
          hint={t('whoHint')}
          value={typed.author}
          type={type('author')}
        />
        <DayField label={t('from')} value={typed.from} type={type('from')} />
        <DayField label={t('to')} value={typed.to} type={type('to')} />
        <span className="filter-acts">
          <Button htmlType="submit" type="primary">
            {t('find')}
          </Button>
          {Object.keys(values).length > 0 && <Button onClick={clear}>{t('clear')}</Button>}
        </span>
      </form>
    </search>
  )
}

/** By whom one can look for more; which of the node's people it was is not told, nor looked for. */
function Reader(props: ComponentProps<typeof Author>) {
  const { author } = props
  if (author.kind === 'system' || author.id === 'node') return <Author {...props} />
  return (
    <Go to="/access-log" search={{ author: author.id }}>
      <Author {...props} />
    </Go>
  )
}

/** What was read, and how often where reads are told together. */
function ReadThing({ subject, of }: { subject: string; of: Entry }) {
  const t = useTexts()
  const format = useFormat()
  const count = of.after?.count
  if (subject !== '' && subject === memberOf(of, 'enterprise')) return <Owner id={subject} />
  const isPlace = memberOf(of, 'what') === 'identifiers' && !subject.includes('/')
  if (isPlace && typeof count === 'number') {
    return <bdi>{t('readBelow', { place: subject, count: format.number(count) })}</bdi>
  }
  return (
    <>
      <bdi className="mono thing">{subject}</bdi>
      {typeof count === 'number' && count > 1 && (
        <> {t('readTimes', { count: format.number(count) })}</>
      )}
    </>
  )
}

const KNOWN = [
  ...(['users', 'user', 'audit', 'application', 'enterprise', 'licence'] as const),
  ...(['identifiers', 'file'] as const),
]

function useColumns(): readonly Column<Entry>[] {
  const me = useMe()
  const t = useTexts()
  return [
    { key: 'at', title: t('when'), show: (it) => <When at={it.at} isExact /> },
    {
      key: 'who',
      title: t('who'),
      show: (it) => <Reader author={it.author} me={me} />,
    },
    {
      key: 'data',
      title: t('readWhat'),
      show: (it) => {
        const what = memberOf(it, 'what')
        return KNOWN.includes(what as (typeof KNOWN)[number])
          ? t(`read.${what}` as 'read.user')
          : what
      },
    },
    {
      key: 'of',
      title: t('readOf'),
      show: (it) => {
        const subject = memberOf(it, 'subject')
        return subject === 'all' ? t('readAll') : <ReadThing subject={subject} of={it} />
      },
    },
    {
      key: 'enterprise',
      title: t('enterprise'),
      isMinor: true,
      show: (it) => <Owner id={memberOf(it, 'enterprise')} />,
    },
  ]
}

/** Of the node itself there is no enterprise. */
function Owner({ id }: { id: string }) {
  return id === '' ? '—' : <EnterpriseName id={id} />
}

function memberOf({ after }: Entry, name: string): string {
  const value = after?.[name]
  return typeof value === 'string' ? value : ''
}
