import i18next from 'i18next'
import { initReactI18next, useTranslation } from 'react-i18next'

export type Language = 'zh' | 'en'
/** A sentence in both languages of the interface. */
export type Text = { readonly zh: string; readonly en: string }

const KEPT_AS = 'waymark.language'

void i18next.use(initReactI18next).init({
  lng: firstLanguage(),
  supportedLngs: ['zh', 'en'],
  resources: {},
  keySeparator: false,
  nsSeparator: false,
  interpolation: { escapeValue: false }, // React escapes
  initAsync: false,
})
showLanguage(currentLanguage())

export function currentLanguage(): Language {
  return i18next.language === 'en' ? 'en' : 'zh'
}

/** Redraws every text at once, without a reload, and keeps the choice on this device. */
export function chooseLanguage(language: Language): void {
  localStorage.setItem(KEPT_AS, language)
  showLanguage(language)
  void i18next.changeLanguage(language)
}

export function useLanguage(): Language {
  const { i18n } = useTranslation()
  return i18n.language === 'en' ? 'en' : 'zh'
}

/** The words of `text` in the reader's language, drawn again when that changes. */
export function useText(): (text: Text) => string {
  const language = useLanguage()
  return (text) => text[language]
}

function showLanguage(language: Language): void {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
}

function firstLanguage(): Language {
  const kept = localStorage.getItem(KEPT_AS)
  if (kept === 'zh' || kept === 'en') return kept
  return navigator.language.toLowerCase().startsWith('en') ? 'en' : 'zh'
}
