import { useQuery } from '@tanstack/react-query'
import { Button, Select } from 'antd'
import { type ComponentProps, type FormEvent, useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { mayOnNode, useMe } from '../../api/me.ts'
import { useFormat } from '../../frame/format.ts'
import { useLanguage } from '../../frame/language.ts'
import { EnterpriseName } from '../../ui/enterprise.tsx'
import { Go } from '../../ui/go.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { type Column, Records } from '../../ui/records.tsx'
import { useSearchState } from '../../ui/search-state.ts'
import { Nothing } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import './audit.css'
import { DayField, Field, TextField } from './filter-fields.tsx'
import { Author, READ_KINDS, Thing, useReadName } from './parts.tsx'
import { useTexts } from './texts.ts'
import { type Entry, exportPath, type Filters, READ_FILTERS, useTrail } from './trail.ts'

const READS = 'personal-reads'

type Read = NonNullable<Entry['read']>

/** Who read personal data: of the node for its people, of an enterprise for its administrators. */
export function Page() {
  const t = useTexts()
  const language = useLanguage()
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
        <Button href={exportPath(filters, { csv: language })} download="access-log.csv">
          {t('exportCsv')}
        </Button>
      }
    >
      <Kept />
      <FilterBar key={JSON.stringify(asked)} values={asked} change={setAsked} />
      <Records
        label={t('accessTitle')}
        rows={rows}
        keyOf={(it) => it.id}
        columns={columns}
        empty={<Nothing title={t('accessEmpty')} hint={t('accessEmptyHint')} />}
        pages={found}
      />
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
  const ofNode = mayOnNode(useMe(), 'audit.read')
  const known = READ_KINDS.filter((it) => ofNode || !OF_DESK.includes(it))
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
              ...known.map((it) => ({ value: it as string, label: t(`read.${it}`) })),
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

/** Of the trail: by whatever collection, id and author. */
const EVERYTHING = '* * by *'

/** What was read, and when where that is more than the entry's own time. */
function ReadThing({ of, called }: { of: Read; called: Entry['name'] }) {
  const t = useTexts()
  if (of.subject === 'all' || of.subject === EVERYTHING) return t('readAll')
  if (called !== undefined && called !== of.subject)
    return <Thing of={{ id: of.subject, name: called }} />
  const name = onlyName(of)
  return (
    <>
      {name === undefined ? <Several of={of} /> : <One name={name} count={of.count} />}
      {of.from !== undefined && <Span from={of.from} until={of.until ?? of.from} />}
    </>
  )
}

/** Undefined where several things were read, which are told by their place. */
function onlyName({ subject, place, names = [], count }: Read): string | undefined {
  if (place === undefined || subject !== place) return subject
  return count === 1 ? names[0] : undefined
}

function One({ name, count }: { name: string; count: number }) {
  const t = useTexts()
  const format = useFormat()
  return (
    <>
      <bdi className="mono thing">{name}</bdi>
      {count > 1 && <> {t('readTimes', { count: format.number(count) })}</>}
    </>
  )
}

/** How many, where, and some of their names. */
function Several({ of: { place = '', names = [], count, from } }: { of: Read }) {
  const t = useTexts()
  const format = useFormat()
  const words = from === undefined && names.length > 0 ? 'readSeveral' : 'readBelow'
  return (
    <>
      <bdi>{t(words, { place, count: format.number(count) })}</bdi>
      {names.length > 0 && <Names of={names} isAll={names.length === count} />}
    </>
  )
}

/** Some of what was read together. */
function Names({ of, isAll }: { of: readonly string[]; isAll: boolean }) {
  const t = useTexts()
  return (
    <small className="read-more">
      {!isAll && t('readAmong')}
      {of.map((it) => (
        <bdi key={it} className="mono">
          {it}
        </bdi>
      ))}
    </small>
  )
}

/** Between when and when what is told together was shown; within a second it is one moment. */
function Span({ from, until }: { from: string; until: string }) {
  const t = useTexts()
  const format = useFormat()
  const [first, last] = [format.dateTime(from), format.dateTime(until)]
  return (
    <small className="read-more">
      {first === last ? t('readAt', { at: first }) : t('readSpan', { from: first, until: last })}
    </small>
  )
}

/** How long what stands here is kept. */
function Kept() {
  const t = useTexts()
  const format = useFormat()
  const { data } = useQuery({
    queryKey: ['audit', 'retention'],
    queryFn: () => answer(api.GET('/api/v1/audit/retention')),
  })
  // its place is there before it is known
  if (data === undefined) return <p className="read-kept">&nbsp;</p>
  const { daysMax, rowsMax } = data.accessLog
  const values = { count: format.number(daysMax), rows: format.number(rowsMax) }
  return <p className="read-kept">{t('readKept', values)}</p>
}

/** Read by the node's people alone. */
const OF_DESK: readonly string[] = ['letter', 'comments']

function useColumns(): readonly Column<Entry>[] {
  const me = useMe()
  const readName = useReadName()
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
      show: (it) => readName(memberOf(it, 'what')),
    },
    {
      key: 'of',
      title: t('readOf'),
      show: ({ read, name }) => read !== undefined && <ReadThing of={read} called={name} />,
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
