import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { may, useMe } from '../../api/me.ts'
import { useFormat } from '../../frame/format.ts'
import { useText } from '../../frame/language.ts'
import { ChoiceFilter, FilterRow, WordsFilter } from '../../ui/filters.tsx'
import { Go, useGo } from '../../ui/go.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { type Column, Records } from '../../ui/records.tsx'
import { useSearchState } from '../../ui/search-state.ts'
import { Nothing } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import type { Template } from './definition.ts'
import { FILTERS, listQuery, STATES } from './list-query.ts'
import { StateTag, templatePath } from './parts.tsx'
import { useTexts } from './texts.ts'

/** A template with its versions. */
type Row = { readonly newest: Template; readonly versions: number }

/** Templates one may use, by prefix. */
export function Page() {
  const t = useTexts()
  const me = useMe()
  const go = useGo()
  const [filters, setFilters] = useSearchState(FILTERS)
  const found = useInfiniteQuery({ ...listQuery(filters), placeholderData: keepPreviousData })
  const columns = useColumns()
  const rows = grouped(found.data?.pages.flatMap((it) => it.items) ?? [])
  const mayWrite = may(me, 'templates.write')
  const create = (
    <Button
      type="primary"
      onClick={() => go('/templates/new', filters.prefix ? { prefix: filters.prefix } : {})}
    >
      {t('create')}
    </Button>
  )
  return (
    <PageFrame title={t('title')} lead={t('lead')} actions={mayWrite && create}>
      <FilterRow>
        <WordsFilter
          label={t('filterPrefix')}
          charsMax={512}
          value={filters.prefix}
          change={(prefix) => setFilters({ prefix })}
        />
        <ChoiceFilter
          label={t('filterState')}
          all={t('allStates')}
          choices={STATES}
          nameOf={t}
          value={filters.state}
          change={(state) => setFilters({ state })}
        />
      </FilterRow>
      <Records
        label={t('title')}
        rows={rows}
        keyOf={({ newest }) => `${newest.prefix}/${newest.name}`}
        columns={columns}
        empty={
          <Nothing title={t('empty')} hint={t('emptyHint')} action={mayWrite ? create : null} />
        }
        pages={found}
      />
    </PageFrame>
  )
}

function grouped(templates: readonly Template[]): readonly Row[] {
  const rows = new Map<string, Row>()
  for (const it of templates) {
    const key = `${it.prefix}/${it.name}`
    const row = rows.get(key)
    const newest = row === undefined || it.version > row.newest.version ? it : row.newest
    rows.set(key, { newest, versions: (row?.versions ?? 0) + 1 })
  }
  return [...rows.values()]
}

function useColumns(): readonly Column<Row>[] {
  const t = useTexts()
  const text = useText()
  const format = useFormat()
  return [
    {
      key: 'label',
      title: t('label'),
      show: ({ newest }) => (
        <Go to={templatePath(newest)}>
          <bdi>{text(newest.label)}</bdi>
        </Go>
      ),
    },
    {
      key: 'name',
      title: t('name'),
      show: ({ newest }) => <span className="mono">{newest.name}</span>,
    },
    {
      key: 'prefix',
      title: t('prefix'),
      show: ({ newest }) => <span className="mono">{newest.prefix}</span>,
    },
    {
      key: 'state',
      title: t('version'),
      show: ({ newest }) => (
        <>
          {newest.version} <StateTag state={newest.state} />
        </>
      ),
    },
    {
      key: 'fields',
      title: t('fieldsCount'),
      isNumber: true,
      show: ({ newest }) => format.number(newest.fields.length),
    },
    { key: 'at', title: t('updatedAt'), show: ({ newest }) => <When at={newest.updatedAt} /> },
  ]
}
