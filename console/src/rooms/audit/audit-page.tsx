import { Button, Select } from 'antd'
import { type FormEvent, useMemo, useState } from 'react'
import { type Me, useMe } from '../../api/me.ts'
import { type Format, useFormat } from '../../frame/format.ts'
import { useLanguage } from '../../frame/language.ts'
import { Go } from '../../ui/go.tsx'
import { Later } from '../../ui/later.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { type Column, Records } from '../../ui/records.tsx'
import { useSearchState } from '../../ui/search-state.ts'
import { Nothing } from '../../ui/states.tsx'
import './audit.css'
import { DayField, Field, TextField } from './filter-fields.tsx'
import { useMemberName } from './member-texts.ts'
import { ActionTag, Author, collectionsOf, Thing, useCollectionName, Why } from './parts.tsx'
import { useTexts } from './texts.ts'
import {
  ACTIONS,
  type Entry,
  entrySearch,
  exportPath,
  FILTERS,
  type Filters,
  useTrail,
} from './trail.ts'

/** The list is no lower where it has any length. */
const LIST_PX = 480

/** Who did what when, filtered by what stands in the address. */
export function Page() {
  const t = useTexts()
  const language = useLanguage()
  const [filters, setFilters] = useSearchState(FILTERS)
  return (
    <PageFrame
      title={t('title')}
      lead={t('lead')}
      actions={
        <>
          <Button href={exportPath(filters, { csv: language })} download="audit.csv">
            {t('exportCsv')}
          </Button>
          <Button href={exportPath(filters, 'ndjson')} download="audit.ndjson">
            {t('exportNdjson')}
          </Button>
        </>
      }
    >
      <FilterBar key={JSON.stringify(filters)} values={filters} change={setFilters} />
      <Later heightPx={LIST_PX}>
        <div className="audit-list">
          <Trail filters={filters} />
        </div>
      </Later>
    </PageFrame>
  )
}

function Trail({ filters }: { filters: Filters }) {
  const t = useTexts()
  const found = useTrail(filters)
  const columns = useColumns()
  const { data } = found
  const rows = useMemo(() => data?.pages.flatMap((it) => it.items) ?? [], [data])
  return (
    <Records
      label={t('title')}
      rows={rows}
      keyOf={(it) => `${it.at} ${it.collection} ${it.id} ${it.version} ${it.action}`}
      columns={columns}
      empty={
        <Nothing title={found.hasNextPage ? t('searchOn') : t('empty')} hint={t('emptyHint')} />
      }
      pages={found}
    />
  )
}

type FilterBarProps = {
  readonly values: Filters
  readonly change: (next: Record<string, string | undefined>, push?: boolean) => void
}

function FilterBar({ values, change }: FilterBarProps) {
  const t = useTexts()
  const me = useMe()
  const collectionName = useCollectionName()
  const [typed, setTyped] = useState<Filters>(values)
  const type = (name: keyof Filters) => (value: string) => setTyped({ ...typed, [name]: value })
  const send = (event: FormEvent) => {
    event.preventDefault()
    change(Object.fromEntries(FILTERS.map((it) => [it, typed[it]?.trim()])), true)
  }
  const clear = () => change(Object.fromEntries(FILTERS.map((it) => [it, undefined])), true)
  return (
    <search>
      <form onSubmit={send} className="filters">
        <Field label={t('what')}>
          <Select
            aria-label={t('what')}
            value={values.action ?? ''}
            onChange={(action) => change({ action })}
            options={[
              { value: '', label: t('anyAction') },
              ...ACTIONS.map((it) => ({ value: it as string, label: t(`action.${it}`) })),
            ]}
          />
        </Field>
        <Field label={t('collection')}>
          <Select
            aria-label={t('collection')}
            value={values.collection ?? ''}
            onChange={(collection) => change({ collection })}
            options={[
              { value: '', label: t('anyCollection') },
              ...collectionsOf(me).map((it) => ({
                value: it as string,
                label: collectionName(it),
              })),
            ]}
          />
        </Field>
        <TextField label={t('thing')} hint={t('thingHint')} value={typed.id} type={type('id')} />
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

function useColumns(): readonly Column<Entry>[] {
  const t = useTexts()
  const me = useMe()
  const format = useFormat()
  const collectionName = useCollectionName()
  const memberName = useMemberName()
  return useMemo(
    () => columnsOf({ t, me, format, collectionName, memberName }),
    [t, me, format, collectionName, memberName],
  )
}

type Telling = {
  readonly t: ReturnType<typeof useTexts>
  readonly me: Me
  readonly format: Format
  readonly collectionName: ReturnType<typeof useCollectionName>
  readonly memberName: ReturnType<typeof useMemberName>
}

function columnsOf({
  t,
  me,
  format,
  collectionName,
  memberName,
}: Telling): readonly Column<Entry>[] {
  return [
    {
      key: 'at',
      title: t('when'),
      show: (it) => (
        <Go to="/audit/entry" search={entrySearch(it)}>
          <time dateTime={it.at}>{format.dateTime(it.at)}</time>
        </Go>
      ),
    },
    { key: 'who', title: t('who'), show: (it) => <Author author={it.author} me={me} /> },
    { key: 'what', title: t('what'), show: (it) => <ActionTag action={it.action} /> },
    { key: 'collection', title: t('collection'), show: (it) => collectionName(it.collection) },
    {
      key: 'thing',
      title: t('thing'),
      show: (it) => <Thing of={it} />,
    },
    {
      key: 'changed',
      title: t('changedFields'),
      isMinor: true,
      show: (it) => <bdi className="thing">{it.changed.map(memberName).join(t('comma'))}</bdi>,
    },
    {
      key: 'why',
      title: t('why'),
      isMinor: true,
      show: (it) => <Why of={it} />,
    },
  ]
}
