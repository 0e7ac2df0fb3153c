import { Page as PageFrame } from '../../ui/page.tsx'
import { useSearchState } from '../../ui/search-state.ts'
import { NewDesigner } from './new-designer.tsx'
import { useTexts } from './texts.ts'

const FILTERS = ['prefix'] as const

/** A new template. */
export function Page() {
  const t = useTexts()
  const [{ prefix }] = useSearchState(FILTERS)
  return (
    <PageFrame title={t('create')} lead={t('lead')}>
      <NewDesigner prefix={prefix ?? ''} />
    </PageFrame>
  )
}
