import { Page as PageFrame } from '../../ui/page.tsx'
import { useTexts } from './texts.ts'

export function Page() {
  const t = useTexts()
  return <PageFrame title={t('title')}>…</PageFrame>
}
