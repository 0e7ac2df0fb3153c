import { lazy, Suspense } from 'react'
import { Page as PageFrame } from '../../ui/page.tsx'
import { useSearchState } from '../../ui/search-state.ts'
import { Loading } from '../../ui/states.tsx'
import { useTexts } from './texts.ts'

const FILTERS = ['prefix'] as const
const NewDesigner = lazy(async () => ({
  default: (await import('./new-designer.tsx')).NewDesigner,
}))

/** A new template. */
export function Page() {
  const t = useTexts()
  const [{ prefix }] = useSearchState(FILTERS)
  return (
    <PageFrame title={t('create')} lead={t('lead')}>
      <Suspense fallback={<Loading />}>
        <NewDesigner prefix={prefix ?? ''} />
      </Suspense>
    </PageFrame>
  )
}
