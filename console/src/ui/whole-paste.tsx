import { App } from 'antd'
import { useEffect } from 'react'
import { useFrameTexts } from '../frame/frame-texts.ts'

/** Shorter fields hold codes and numbers, of which nobody pastes a page. */
const TEXT_CHARS_MIN = 100
const TOLD_S = 10

/** What is pasted stands there whole where a field would cut it off without a word: it says how much it takes, and nothing is lost. */
export function WholePaste() {
  const t = useFrameTexts()
  const { message } = App.useApp()
  useEffect(() => {
    const paste = ({ target, clipboardData }: ClipboardEvent) => {
      if (!(target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement)) return
      const { maxLength, value, selectionStart, selectionEnd } = target
      if (maxLength < TEXT_CHARS_MIN) return
      const kept = value.length - ((selectionEnd ?? 0) - (selectionStart ?? 0))
      const count = kept + (clipboardData?.getData('text').length ?? 0)
      if (count <= maxLength) return
      target.removeAttribute('maxlength')
      void message.warning(t('tooLong', { count, max: maxLength }), TOLD_S)
    }
    document.addEventListener('paste', paste, true)
    return () => document.removeEventListener('paste', paste, true)
  }, [t, message])
  return null
}
