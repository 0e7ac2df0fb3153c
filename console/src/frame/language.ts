import { createContext, useContext, useSyncExternalStore } from 'react'

export type Language = 'zh' | 'en'
/** A sentence in both languages of the interface. */
export type Text = { readonly zh: string; readonly en: string }

const KEPT_AS = 'waymark.language'
const listeners = new Set<() => void>()
let current = firstLanguage()
show()

export function currentLanguage(): Language {
  return current
}

/** Redraws every text at once, without a reload, and keeps the choice on this device. */
export function chooseLanguage(language: Language): void {
  localStorage.setItem(KEPT_AS, language)
  current = language
  show()
  for (const listener of listeners) listener()
}

/** What everything in the page is written in; `Look` says it. */
export const LanguageContext = createContext<Language>(current)

/** The language that was chosen, for who tells the rest of the page. */
export function useChosenLanguage(): Language {
  return useSyncExternalStore(subscribe, currentLanguage)
}

export function useLanguage(): Language {
  return useContext(LanguageContext)
}

const TEXT_IN = {
  zh: (text: Text) => text.zh,
  en: (text: Text) => text.en,
} as const

/** The words of `text` in the reader's language, drawn again when that changes. */
export function useText(): (text: Text) => string {
  return TEXT_IN[useLanguage()]
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function show(): void {
  document.documentElement.lang = current === 'zh' ? 'zh-CN' : 'en'
}

function firstLanguage(): Language {
  const kept = localStorage.getItem(KEPT_AS)
  if (kept === 'zh' || kept === 'en') return kept
  return navigator.language.toLowerCase().startsWith('en') ? 'en' : 'zh'
}
