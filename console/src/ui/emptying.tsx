import { CloseCircleFilled } from '@ant-design/icons'
import type { ReactNode } from 'react'
import { useFrameTexts } from '../frame/frame-texts.ts'

/** For `allowClear` of an input: the button that empties it has a name in the reader's language. */
export function useEmptying(): { clearIcon: ReactNode } {
  const t = useFrameTexts()
  return { clearIcon: <CloseCircleFilled aria-label={t('empty')} /> }
}

/** The same for a choice, whose button has the name and the icon none. */
export function useUnchoosing(): { clearIcon: ReactNode; label: string } {
  const t = useFrameTexts()
  return { clearIcon: <CloseCircleFilled />, label: t('empty') }
}
