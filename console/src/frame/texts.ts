import { apart } from './apart.ts'
import { type Language, type Text, useLanguage } from './language.ts'

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
  // the same from one drawing to the next, until the language changes
  const told = { zh: tellerOf(room, phrases, 'zh'), en: tellerOf(room, phrases, 'en') }
  return () => told[useLanguage()]
}

function tellerOf(room: string, phrases: Phrases, language: Language) {
  return (key: string, values?: Values): string => {
    // a key that came as data may have no text: its name is found by the crawl
    const phrase = phrases[key]?.[language] ?? `${room}.${key}`
    // a count may be a number, or written for the reader already
    const text =
      typeof phrase === 'string' ? phrase : phrase[String(values?.count) === '1' ? 'one' : 'other']
    return values === undefined ? text : withValues(text, values)
  }
}

function withValues(text: string, values: Values): string {
  return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => apart(String(values[name] ?? '')))
}
