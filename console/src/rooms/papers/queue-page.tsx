import { useInfiniteQuery } from '@tanstack/react-query'
import { Button, Checkbox, Tag } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { mayOnNode, useMe } from '../../api/me.ts'
import { ChoiceFilter, FilterRow } from '../../ui/filters.tsx'
import { Go } from '../../ui/go.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { type Column, Records } from '../../ui/records.tsx'
import { useSearchState } from '../../ui/search-state.ts'
import { Nothing } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { filled, type LetterRow } from './api.ts'
import { TermsDialog } from './terms-dialog.tsx'
import { useTexts } from './texts.ts'

const PAGE = 50
const STATES = ['received', 'accepted', 'answered', 'not-ours'] as const

/** Letters for the office, and which of them are late. */
export function Page() {
  const t = useTexts()
  const me = useMe()
  const [isStating, setIsStating] = useState(false)
  const columns = useColumns()
  const [{ state, overdue }, change] = useSearchState(['state', 'overdue'])
  const list = useInfiniteQuery({
    queryKey: ['letters', 'list', state, overdue],
    initialPageParam: '',
    queryFn: ({ pageParam: after }) =>
      answer(
        api.GET('/api/v1/policy/letters', {
          params: {
            query: {
              overdue: overdue === 'true',
              ...(filled({ state, after, limit: PAGE }) as { limit: number }),
            },
          },
        }),
      ),
    getNextPageParam: ({ next }) => next,
  })
  return (
    <PageFrame
      title={t('queue')}
      lead={t('queueLead')}
      actions={
        mayOnNode(me, 'policy.publish') && (
          <Button onClick={() => setIsStating(true)}>{t('termsOf')}</Button>
        )
      }
    >
      {isStating && <TermsDialog onClose={() => setIsStating(false)} />}
      <FilterRow>
        <ChoiceFilter
          label={t('standing')}
          all={t('everyState')}
          choices={STATES}
          nameOf={(it) => t(`letterState_${it}`)}
          value={state}
          change={(next) => change({ state: next })}
        />
        <Checkbox
          checked={overdue === 'true'}
          onChange={(event) => change({ overdue: event.target.checked ? 'true' : undefined })}
          style={{ alignItems: 'center' }}
        >
          {t('overdueOnly')}
        </Checkbox>
      </FilterRow>
      <Records
        label={t('queue')}
        rows={list.data?.pages.flatMap((it) => it.items) ?? []}
        keyOf={(it) => it.id}
        empty={<Nothing title={t('queueNone')} hint={t('queueNoneHint')} />}
        pages={list}
        columns={columns}
      />
    </PageFrame>
  )
}

function useColumns(): readonly Column<LetterRow>[] {
  const t = useTexts()
  return [
    {
      key: 'subject',
      title: t('subject'),
      show: (it) => (
        <Go to={`/letters/${it.id}`}>
          <bdi lang="zh-CN">{it.subject}</bdi>
        </Go>
      ),
    },
    { key: 'kind', title: t('letterKind'), show: (it) => t(`letter_${it.kind}`) },
    {
      key: 'state',
      title: t('standing'),
      show: (it) => (
        <>
          <Tag>{t(`letterState_${it.state}`)}</Tag>
          {it.isOverdue && <Tag color="error">{t('overdue')}</Tag>}
        </>
      ),
    },
    { key: 'received', title: t('receivedAt'), show: (it) => <When at={it.receivedAt} /> },
    {
      key: 'due',
      title: t('dueAt'),
      show: (it) => (it.dueAt === undefined ? '—' : <When at={it.dueAt} isExact />),
    },
    {
      key: 'receipt',
      title: t('receipt'),
      show: (it) => <code>{it.receipt}</code>,
      isMinor: true,
    },
  ]
}
