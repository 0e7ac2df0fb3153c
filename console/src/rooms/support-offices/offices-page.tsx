import { useQuery } from '@tanstack/react-query'
import { Alert, Button } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { mayOnNode, useMe } from '../../api/me.ts'
import { useText } from '../../frame/language.ts'
import { isFilled, type Office, officesQuery } from '../../ui/offices.ts'
import { Page as PageFrame } from '../../ui/page.tsx'
import { QueryView } from '../../ui/query-view.tsx'
import { useSearchState } from '../../ui/search-state.ts'
import { Sections } from '../../ui/sections.tsx'
import { postsQuery } from './api.ts'
import { useJoined } from './joined.ts'
import { OfficeList } from './office-list.tsx'
import type { Asked } from './parts.tsx'
import { PeopleList } from './people-list.tsx'
import { useTexts } from './texts.ts'

const PostDialog = lazy(async () => ({
  default: (await import('./post-dialog.tsx')).PostDialog,
}))
const NameDialog = lazy(async () => ({
  default: (await import('./name-dialog.tsx')).NameDialog,
}))

const VIEWS = ['office', 'person'] as const

/** Who fills which office of the policy desk, and which offices nobody fills. */
export function Page() {
  const t = useTexts()
  const [asked, setAsked] = useState<Asked>()
  const [{ by }] = useSearchState(['by'])
  const view = VIEWS.find((it) => it === by) ?? 'office'
  const maySet = mayOnNode(useMe(), 'node.configure')
  const offices = useQuery(officesQuery)
  const posts = useQuery(postsQuery)
  const ask = maySet ? setAsked : undefined
  return (
    <PageFrame
      title={t('title')}
      lead={t('lead')}
      actions={
        maySet && (
          <>
            <Button onClick={() => setAsked({ do: 'name' })}>{t('nameOffice')}</Button>
            <Button type="primary" onClick={() => setAsked({ do: 'post' })}>
              {t('setPerson')}
            </Button>
          </>
        )
      }
    >
      <QueryView query={offices}>
        {(all) => (
          <>
            <Missed offices={all} />
            <Sections
              label={t('views')}
              to="/support/offices"
              current={view}
              sections={[
                { key: 'office', label: t('byOffice'), search: {} },
                { key: 'person', label: t('byPerson'), search: { by: 'person' } },
              ]}
            />
            {view === 'office' ? (
              <OfficeList offices={all} ask={ask} />
            ) : (
              <QueryView query={posts}>
                {(people) => <PeopleList posts={people} offices={all} ask={ask} />}
              </QueryView>
            )}
          </>
        )}
      </QueryView>
      <Suspense>
        {asked?.do === 'post' && <PostDialog asked={asked} onClose={() => setAsked(undefined)} />}
        {asked?.do === 'name' && <NameDialog asked={asked} onClose={() => setAsked(undefined)} />}
      </Suspense>
    </PageFrame>
  )
}

/** What plans and calls need and nobody can act for, before anything is stuck. */
function Missed({ offices }: { offices: readonly Office[] }) {
  const t = useTexts()
  const text = useText()
  const joined = useJoined()
  const missed = offices.filter((it) => it.waits.length > 0 && !isFilled(it))
  if (missed.length === 0) return null
  const isNow = missed.some((it) => it.waits.some((of) => of.isNow))
  return (
    <Alert
      type={isNow ? 'error' : 'warning'}
      showIcon
      style={{ marginBlockEnd: 16 }}
      title={t('missed')}
      description={
        <ul style={{ margin: 0, paddingInlineStart: 18 }}>
          {missed.map((it) => (
            <li key={`${it.kind} ${it.id}`}>
              <strong>{text(it.title)}</strong>{' '}
              {t('missedFor', { what: joined(it.waits.map((of) => text(of.title))) })}
            </li>
          ))}
        </ul>
      }
    />
  )
}
