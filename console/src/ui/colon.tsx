import { useFrameTexts } from '../frame/frame-texts.ts'

/** Between a name and what it is, as the language writes it. */
export function Colon() {
  const t = useFrameTexts()
  return <>{t('colon')}</>
}
