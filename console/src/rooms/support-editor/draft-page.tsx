import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { useText } from '../../frame/language.ts'
import { Go } from '../../ui/go.tsx'
import { Page as PageFrame } from '../../ui/page.tsx'
import { QueryView } from '../../ui/query-view.tsx'
import { Loading } from '../../ui/states.tsx'
import { type Draft, draftQuery, vocabularyQuery } from './api.ts'
import { membersOf, textOf } from './fields.tsx'
import { StateTag } from './parts.tsx'
import { useTexts } from './texts.ts'
import './editor.css'

const Editor = lazy(async () => ({ default: (await import('./editor.tsx')).Editor }))

/** One draft of a measure. */
export function Page() {
  const t = useTexts()
  const { id } = useParams({ strict: false }) as { id: string }
  const draft = useQuery(draftQuery(id))
  const vocabulary = useQuery(vocabularyQuery)
  const found = draft.data
  return (
    <PageFrame
      title={useTitle(found) ?? t('title')}
      lead={
        found && (
          <>
            <StateTag state={found.state} /> <span className="mono">{found.measure}</span>{' '}
            <Go to="/support/editor">{t('back')}</Go>
          </>
        )
      }
    >
      <QueryView query={draft}>
        {(it) => (
          <QueryView query={vocabulary}>
            {(known) => (
              <Suspense fallback={<Loading />}>
                <Editor key={it.id} draft={it} vocabulary={known} />
              </Suspense>
            )}
          </QueryView>
        )}
      </QueryView>
    </PageFrame>
  )
}

function useTitle(draft: Draft | undefined): string | undefined {
  const t = useTexts()
  const text = useText()
  if (draft === undefined) return undefined
  const { zh, en } = membersOf(membersOf(draft.body).title)
  return text({ zh: textOf(zh), en: textOf(en) }) || t('untitled')
}
