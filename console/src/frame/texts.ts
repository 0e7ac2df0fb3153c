import i18next from 'i18next'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
// its first import starts i18next, which must be before texts are added
import './language.ts'
import type { Text } from './language.ts'

/** English tells one from many; Chinese does not. `count` chooses. */
type Counted = {
  readonly zh: string
  readonly en: { readonly one: string; readonly other: string }
}
export type Phrases = Readonly<Record<string, Text | Counted>>
export type Values = Readonly<Record<string, string | number>>

/**
 * The texts of one room, both languages side by side, so that none can be forgotten. Values stand in `{{braces}}`. Returns
 * the hook that its components call: `const t = useTexts()`, then `t('title', { name })`.
 */
export function defineTexts<const P extends Phrases>(
  room: string,
  phrases: P,
): () => (key: keyof P & string, values?: Values) => string {
  const zh: Record<string, string> = {}
  const en: Record<string, string> = {}
  for (const [key, text] of Object.entries(phrases)) {
    zh[typeof text.en === 'string' ? key : `${key}_other`] = text.zh
    if (typeof text.en === 'string') en[key] = text.en
    else {
      en[`${key}_one`] = text.en.one
      en[`${key}_other`] = text.en.other
    }
  }
  i18next.addResourceBundle('zh', room, zh)
  i18next.addResourceBundle('en', room, en)
  const formOf = (key: string, { count }: Values, language: string) => {
    // i18next tells one from many by numbers alone; a count that is written for the reader is a text
    if (typeof count !== 'string' || typeof phrases[key]?.en === 'string') return key
    return `${key}_${language === 'en' && count === '1' ? 'one' : 'other'}`
  }
  return () => {
    const { t, i18n } = useTranslation(room)
    // the same from one drawing to the next, until the language changes
    return useCallback(
      (key, values = {}) =>
        t(formOf(key, values, i18n.language), values as Record<string, string | number>),
      [t, i18n.language],
    )
  }
}
