import { useInfiniteQuery } from '@tanstack/react-query'
import { Tag } from 'antd'
import { answer, api } from '../../api/client.ts'
import { mayOnNode, useMaybeMe } from '../../api/me.ts'
import { useFormat } from '../../frame/format.ts'
import { useText } from '../../frame/language.ts'
import { Go } from '../../ui/go.tsx'
import { GoButton } from '../../ui/go-button.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { Records } from '../../ui/records.tsx'
import { Nothing } from '../../ui/states.tsx'
import { filled } from './api.ts'
import { PublishedParts } from './parts.tsx'
import { useTexts } from './texts.ts'

const PAGE = 50

/** Replies to proposals and suggestions; for the office those that wait as well. */
export function Page() {
  const t = useTexts()
  const textOf = useText()
  const format = useFormat()
  const me = useMaybeMe()
  const list = useInfiniteQuery({
    queryKey: ['papers', 'proposals', 'list'],
    initialPageParam: '',
    queryFn: ({ pageParam: after }) =>
      answer(
        api.GET('/api/v1/policy/proposals', { params: { query: filled({ after, limit: PAGE }) } }),
      ),
    getNextPageParam: ({ next }) => next,
  })
  return (
    <PageFrame
      title={t('proposals')}
      lead={t('proposalsLead')}
      actions={
        mayOnNode(me, 'policy.publish') && (
          <GoButton to="/papers/proposals/new" type="primary">
            {t('newProposal')}
          </GoButton>
        )
      }
    >
      <PublishedParts current="proposals" />
      <Records
        label={t('proposals')}
        rows={list.data?.pages.flatMap((it) => it.items) ?? []}
        keyOf={(it) => it.id}
        empty={<Nothing title={t('proposalsNone')} hint={t('proposalsNoneHint')} />}
        pages={list}
        columns={[
          {
            key: 'title',
            title: t('proposalTitle'),
            show: (it) => (
              <Go to={`/papers/proposals/${it.id}`}>
                <bdi lang="zh-CN">{it.title}</bdi>
              </Go>
            ),
          },
          {
            key: 'number',
            title: t('proposalNumber'),
            show: (it) => (
              <>
                {t(`kind_${it.kind}`)} <bdi lang="zh-CN">{it.number}</bdi>
              </>
            ),
          },
          { key: 'unit', title: t('leadUnit'), show: (it) => textOf(it.leadUnit) },
          {
            key: 'state',
            title: t('standing'),
            show: (it) => (
              <>
                <Tag>{t(`proposalState_${it.state}`)}</Tag>
                {it.isOverdue && <Tag color="error">{t('overdue')}</Tag>}
              </>
            ),
          },
          {
            key: 'publicity',
            title: t('publicity'),
            show: (it) => t(`publicity_${it.publicity}`),
          },
          {
            key: 'answered',
            title: t('answeredOn'),
            show: (it) => (it.answeredOn === undefined ? '—' : format.day(it.answeredOn)),
          },
        ]}
      />
    </PageFrame>
  )
}
