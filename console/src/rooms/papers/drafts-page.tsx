import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Tag } from 'antd'
import { useId } from 'react'
import { answer, api } from '../../api/client.ts'
import { mayOnNode, useMaybeMe } from '../../api/me.ts'
import { Go } from '../../ui/go.tsx'
import { GoButton } from '../../ui/go-button.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { QueryView } from '../../ui/query-view.tsx'
import { Records } from '../../ui/records.tsx'
import { Nothing } from '../../ui/states.tsx'
import { When } from '../../ui/when.tsx'
import { filled } from './api.ts'
import { FollowComment } from './follow-comment.tsx'
import { PublishedParts } from './parts.tsx'
import { useTexts } from './texts.ts'

const PAGE = 50
const AT_WORK_MAX = 200

/** Drafts that are put to comment; for the office also what is being written. */
export function Page() {
  const t = useTexts()
  const me = useMaybeMe()
  const list = useInfiniteQuery({
    queryKey: ['papers', 'consultations'],
    initialPageParam: '',
    queryFn: ({ pageParam: after }) =>
      answer(
        api.GET('/api/v1/policy/consultations', {
          params: { query: filled({ after, limit: PAGE }) },
        }),
      ),
    getNextPageParam: ({ next }) => next,
  })
  return (
    <PageFrame
      title={t('drafts')}
      lead={t('draftsLead')}
      actions={
        mayOnNode(me, 'policy.publish') && (
          <GoButton to="/papers/write" type="primary">
            {t('newPaper')}
          </GoButton>
        )
      }
    >
      <PublishedParts current="drafts" />
      <Records
        label={t('drafts')}
        rows={list.data?.pages.flatMap((it) => it.items) ?? []}
        keyOf={(it) => it.id}
        empty={<Nothing title={t('draftsNone')} hint={t('draftsNoneHint')} />}
        pages={list}
        columns={[
          {
            key: 'title',
            title: t('title'),
            show: (it) => (
              <Go to={`/papers/drafts/${it.id}`}>
                <bdi lang="zh-CN">{it.title}</bdi>
              </Go>
            ),
          },
          {
            key: 'state',
            title: t('standing'),
            show: (it) => (
              <Tag color={it.state === 'open' ? 'success' : 'default'}>
                {t(`window_${it.state}`)}
              </Tag>
            ),
          },
          {
            key: 'closes',
            title: t('windowUntil'),
            show: (it) => <When at={it.closesAt} isExact />,
          },
          {
            key: 'issuer',
            title: t('issuer'),
            show: (it) => <bdi lang="zh-CN">{it.issuer}</bdi>,
          },
        ]}
      />
      {mayOnNode(me, 'policy.read') && <AtWork />}
      <FollowComment />
    </PageFrame>
  )
}

function AtWork() {
  const t = useTexts()
  const id = useId()
  const list = useQuery({
    queryKey: ['papers', 'at-work'],
    queryFn: () =>
      answer(api.GET('/api/v1/policy/paper-drafts', { params: { query: { limit: AT_WORK_MAX } } })),
  })
  return (
    <section className="paper-section" aria-labelledby={id}>
      <h2 id={id}>{t('atWork')}</h2>
      <QueryView query={list}>
        {({ items }) => (
          <Records
            label={t('atWork')}
            rows={items}
            keyOf={(it) => it.id}
            empty={<Nothing title={t('atWorkNone')} />}
            columns={[
              {
                key: 'title',
                title: t('title'),
                show: (it) => (
                  <Go to={`/papers/edit/${it.id}`}>
                    <bdi lang="zh-CN">{it.title}</bdi>
                  </Go>
                ),
              },
              {
                key: 'state',
                title: t('standing'),
                show: (it) => <Tag>{t(`state_${it.state}`)}</Tag>,
              },
              { key: 'changed', title: t('changedAt'), show: (it) => <When at={it.updatedAt} /> },
            ]}
          />
        )}
      </QueryView>
    </section>
  )
}
