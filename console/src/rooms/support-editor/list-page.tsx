import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Tag } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { mayOnNode, useMe } from '../../api/me.ts'
import { useFormat } from '../../frame/format.ts'
import { useText } from '../../frame/language.ts'
import { useGo } from '../../ui/go.tsx'
import { MeasureName } from '../../ui/measures.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { QueryView } from '../../ui/query-view.tsx'
import { type Column, Records } from '../../ui/records.tsx'
import { useSentKey } from '../../ui/sent-key.ts'
import { Nothing, Said } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { type DraftRow, EMPTY_BODY, type RuleRow, regionsQuery, rulesQuery } from './api.ts'
import { StateTag } from './parts.tsx'
import { useTexts } from './texts.ts'
import './editor.css'

/** Drafts on their way, and the measures as they hold. */
export function Page() {
  const t = useTexts()
  const me = useMe()
  const making = useMaking()
  const mayDraft = mayOnNode(me, 'policy.draft')
  const create = (
    <Button type="primary" loading={making.isBusy} onClick={() => void making.make()}>
      {t('create')}
    </Button>
  )
  return (
    <PageFrame title={t('title')} lead={t('lead')} actions={mayDraft && create}>
      {making.error !== undefined && <Said error={making.error} />}
      <Drafts create={mayDraft ? create : null} />
      <Rules revise={mayDraft ? making.make : undefined} />
    </PageFrame>
  )
}

/** A new draft, empty or a copy; one opens it then. */
function useMaking() {
  const go = useGo()
  const queries = useQueryClient()
  const usualPlace = async () => placeOfMost((await queries.fetchQuery(rulesQuery)).items)
  const { keyFor, done } = useSentKey('policy.draft')
  const [isBusy, setIsBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const make = async (copy?: string) => {
    if (isBusy) return
    setIsBusy(true)
    setError(undefined)
    try {
      const body = copy === undefined ? { place: await usualPlace(), body: EMPTY_BODY } : { copy }
      const params = { header: { 'idempotency-key': keyFor(body) } }
      const { id } = await answer(api.POST('/api/v1/policy/drafts', { params, body }))
      done()
      void queries.invalidateQueries({ queryKey: ['policy', 'drafts'] })
      go(`/support/editor/${id}`)
    } catch (thrown) {
      setError(thrown)
    } finally {
      setIsBusy(false)
    }
  }
  return { make, isBusy, error }
}

/** Where most of the measures are. */
function placeOfMost(rules: readonly RuleRow[]): string {
  const counts = [...Map.groupBy(rules, (it) => it.place)]
  const [most] = counts.toSorted(([, a], [, b]) => b.length - a.length)
  return most?.[0] ?? ''
}

function Drafts({ create }: { create: React.ReactNode }) {
  const t = useTexts()
  const columns = useDraftColumns()
  const found = useInfiniteQuery({
    queryKey: ['policy', 'drafts'],
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/v1/policy/drafts', {
          params: { query: { limit: 50, ...(pageParam !== '' && { after: pageParam }) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  })
  return (
    <section>
      <h2>{t('drafts')}</h2>
      <Records
        label={t('drafts')}
        rows={found.data?.pages.flatMap((it) => it.items) ?? []}
        keyOf={(it) => it.id}
        columns={columns}
        empty={<Nothing title={t('noDrafts')} hint={t('noDraftsHint')} action={create} />}
        pages={found}
      />
    </section>
  )
}

/** What a region is called, by its place: `shenzhen/baoan`. */
function usePlaceName(): (place: string) => string {
  const text = useText()
  const { data } = useQuery(regionsQuery)
  return (place) => {
    const region = data?.items.find((it) => it.place === place)
    return region === undefined ? place : text(region.name)
  }
}

function useDraftColumns(): readonly Column<DraftRow>[] {
  const t = useTexts()
  const text = useText()
  const placeName = usePlaceName()
  return [
    {
      key: 'name',
      title: t('name'),
      show: ({ id, measure, title }) => (
        <MeasureName
          id={measure}
          title={title === undefined || text(title) === '' ? t('untitled') : text(title)}
          to={`/support/editor/${id}`}
        />
      ),
    },
    {
      key: 'place',
      title: t('place'),
      show: ({ place }) => <span className="nums">{placeName(place)}</span>,
    },
    { key: 'state', title: t('state'), show: ({ state }) => <StateTag state={state} /> },
    {
      key: 'author',
      title: t('author'),
      show: ({ author }) => <bdi>{author.name ?? author.id}</bdi>,
    },
    { key: 'at', title: t('changedAt'), show: ({ updatedAt }) => <When at={updatedAt} /> },
  ]
}

function Rules({ revise }: { revise: ((id: string) => Promise<void>) | undefined }) {
  const t = useTexts()
  const columns = useRuleColumns(revise)
  const query = useQuery(rulesQuery)
  return (
    <section style={{ marginBlockStart: 24 }}>
      <h2>{t('rules')}</h2>
      <QueryView query={query}>
        {({ items, share }) => (
          <>
            <p>
              {t('share', {
                lines: share.lines,
                exact: share.exact,
                percent: share.lines === 0 ? 0 : Math.round((share.exact * 100) / share.lines),
              })}
            </p>
            <Records
              label={t('rules')}
              rows={items}
              keyOf={(it) => it.id}
              columns={columns}
              empty={<Nothing title={t('noRules')} />}
            />
          </>
        )}
      </QueryView>
    </section>
  )
}

function useRuleColumns(
  revise: ((id: string) => Promise<void>) | undefined,
): readonly Column<RuleRow>[] {
  const t = useTexts()
  const text = useText()
  const { day } = useFormat()
  const placeName = usePlaceName()
  const columns: Column<RuleRow>[] = [
    {
      key: 'name',
      title: t('name'),
      width: 400,
      show: ({ id, title }) => (
        <MeasureName id={id} title={text(title)} to={`/support/rules/${id}`} />
      ),
    },
    {
      key: 'place',
      title: t('place'),
      show: ({ place }) => <span className="nums">{placeName(place)}</span>,
    },
    {
      key: 'standing',
      title: t('standing'),
      show: ({ standing }) => t(standing === 'draft' ? 'draftStanding' : (standing as 'measure')),
    },
    {
      key: 'inForce',
      title: t('inForce'),
      show: ({ from, to }) => (
        <span className="nums">
          {from === undefined ? '—' : `${day(from)} – ${to === undefined ? '' : day(to)}`}
        </span>
      ),
    },
    {
      key: 'class',
      title: t('class'),
      show: ({ determinacy }) => <Tag>{t(determinacy as 'F')}</Tag>,
    },
    { key: 'versions', title: t('versions'), isNumber: true, show: ({ versions }) => versions },
  ]
  if (revise === undefined) return columns
  const act: Column<RuleRow> = {
    key: 'act',
    title: t('deeds'),
    show: ({ id }) => (
      <Button size="small" aria-label={t('reviseOf', { id })} onClick={() => void revise(id)}>
        {t('revise')}
      </Button>
    ),
  }
  return [...columns, act]
}
