import { useInfiniteQuery } from '@tanstack/react-query'
import { Button, Card, Modal, Tag } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { useMe } from '../../api/me.ts'
import { useText } from '../../frame/language.ts'
import { Fallen, isFallen, More, NotRenewed } from '../../ui/pages.tsx'
import { Loading } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { LongText } from './parts.tsx'
import {
  type HandleValue,
  type HistoryEntry,
  type Identifier,
  type Template,
  useTemplateOf,
} from './records.ts'
import { useTexts } from './texts.ts'
import { valuesAt } from './versions.ts'

const ENTRIES_A_PAGE = 20
const DEEDS = ['registered', 'updated', 'retired', 'restored', 'held', 'lifted'] as const
type Deed = (typeof DEEDS)[number]

/** Who did what when, newest first, and how the record stood at any of its versions. */
export function HistoryView({ record }: { record: Identifier }) {
  const t = useTexts()
  const template = useTemplateOf(record)
  const [seen, setSeen] = useState<number>()
  const history = useInfiniteQuery({
    queryKey: ['identifiers', 'history', record.handle],
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (last: { next?: string }) =>
      last.next === undefined ? undefined : Number(last.next),
    queryFn: ({ pageParam, signal }) => {
      const query = { limit: ENTRIES_A_PAGE, ...(pageParam !== undefined && { after: pageParam }) }
      const params = { path: { '*': record.handle }, query }
      return answer(api.GET('/api/v1/history/{*}', { params, signal }))
    },
  })
  if (isFallen(history)) return <Fallen pages={history} />
  if (history.data === undefined) return <Loading />
  const entries = history.data.pages.flatMap((it) => it.items)
  return (
    <>
      <NotRenewed pages={history} />
      <ol className="cards" aria-label={t('history')}>
        {entries.map((it) => (
          <li key={it.version}>
            <Entry entry={it} template={template.data} onSee={() => setSeen(it.version)} />
          </li>
        ))}
      </ol>
      <More pages={history} count={entries.length} label={t('older')} />
      {seen !== undefined && (
        <Modal
          open
          footer={null}
          width={720}
          title={t('asOfVersion', { version: seen })}
          onCancel={() => setSeen(undefined)}
        >
          <ValueList
            values={valuesAt(record.values ?? [], entries, seen)}
            template={template.data}
          />
        </Modal>
      )}
    </>
  )
}

type EntryProps = {
  readonly entry: HistoryEntry
  readonly template: Template | undefined
  readonly onSee: () => void
}

function Entry({ entry, template, onSee }: EntryProps) {
  const t = useTexts()
  const author = useAuthorName()
  const deed = DEEDS.includes(entry.deed as Deed) ? t(`deed.${entry.deed as Deed}`) : entry.deed
  return (
    <Card
      size="small"
      title={
        <>
          {deed} <Tag>{t('versionIs', { version: entry.version })}</Tag>
        </>
      }
      extra={
        <Button size="small" onClick={onSee}>
          {t('seeVersion', { version: entry.version })}
        </Button>
      }
    >
      <p style={{ margin: 0 }}>
        <When at={entry.at} isExact /> · {author(entry)}
      </p>
      {entry.reason !== undefined && (
        <p style={{ margin: 0 }}>
          {t('reasonIs')} <bdi>{entry.reason}</bdi>
        </p>
      )}
      {entry.order !== undefined && (
        <p style={{ margin: 0 }}>
          {t('orderIs', { order: entry.order, authority: entry.authority ?? '' })}
        </p>
      )}
      {entry.changes.length > 0 && (
        <ul style={{ margin: '8px 0 0', paddingInlineStart: 18 }}>
          {entry.changes.map((it) => (
            <li key={it.index}>
              <ValueName index={it.index} value={it.after ?? it.before} template={template} />
              {': '}
              <Change before={it.before} after={it.after} template={template} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

function useAuthorName(): (entry: HistoryEntry) => string {
  const t = useTexts()
  const me = useMe()
  return ({ author, job }) => {
    const by = job === undefined ? '' : t('byImport', { job })
    if (author === undefined) return by === '' ? t('authorUnknown') : by
    if (author.id === me.id) return `${t('authorMe')}${by}`
    if (author.id === 'node') return `${t('authorNode')}${by}`
    const { kind, name: id = author.id } = author
    return `${t(AUTHOR_TEXTS[kind] ?? 'authorUser', { id })}${by}`
  }
}

const AUTHOR_TEXTS: Readonly<
  Record<string, 'authorSystem' | 'authorHandle' | 'authorKey' | undefined>
> = { system: 'authorSystem', handle: 'authorHandle', key: 'authorKey' }

type ValueNameProps = {
  readonly index: number
  readonly value: HandleValue | undefined
  readonly template: Template | undefined
}

function ValueName({ index, value, template }: ValueNameProps) {
  const textOf = useText()
  const field = template?.fields.find((it) => it.index === index)
  const name = field === undefined ? (value?.type ?? '') : textOf(field.label)
  return (
    <strong>
      <bdi>{name}</bdi> <span className="nums">#{index}</span>
    </strong>
  )
}

/** A stored value as people read it: choices by their labels, lists by their elements, numbers with their unit. */
function useStoredText(template: Template | undefined): (value: HandleValue) => string {
  const t = useTexts()
  const textOf = useText()
  return ({ index, data: { value } }) => {
    const field = template?.fields.find((it) => it.index === index)
    if (field === undefined) return value
    const { options = field.element?.options ?? [], type, unit } = field
    const word = (it: unknown) => {
      const option = options.find((one) => one.value === it)
      return option === undefined ? String(it) : textOf(option.label)
    }
    if (type === 'boolean') return t(value === 'true' ? 'yes' : 'no')
    if (type === 'list') return elementsOf(value).map(word).join('; ')
    return unit === undefined ? word(value) : `${value} ${unit}`
  }
}

function elementsOf(text: string): readonly unknown[] {
  try {
    const list: unknown = JSON.parse(text)
    return Array.isArray(list) ? list : [text]
  } catch {
    return [text]
  }
}

type ChangeProps = {
  readonly before: HandleValue | undefined
  readonly after: HandleValue | undefined
  readonly template: Template | undefined
}

function Change({ before, after, template }: ChangeProps) {
  const t = useTexts()
  const textOf = useStoredText(template)
  if (before?.data.value === after?.data.value) return <>{t('changedDetails')}</>
  return (
    <>
      {before !== undefined && (
        <del>
          <span className="visually-hidden">{t('before')} </span>
          <LongText text={textOf(before)} />
        </del>
      )}
      {before !== undefined && after !== undefined && <span aria-hidden> → </span>}
      {after !== undefined && (
        <ins style={{ textDecoration: 'none', fontWeight: 600 }}>
          <span className="visually-hidden">{t('after')} </span>
          <LongText text={textOf(after)} />
        </ins>
      )}
    </>
  )
}

function ValueList({
  values,
  template,
}: {
  values: readonly HandleValue[]
  template: Template | undefined
}) {
  return (
    <dl className="card-rows">
      {values.map((it) => (
        <Pair key={it.index} value={it} template={template} />
      ))}
    </dl>
  )
}

function Pair({ value, template }: { value: HandleValue; template: Template | undefined }) {
  const textOf = useStoredText(template)
  return (
    <>
      <dt>
        <ValueName index={value.index} value={value} template={template} />
      </dt>
      <dd>
        <LongText text={textOf(value)} />
      </dd>
    </>
  )
}
