/** A sentence in both languages of the interface. Every message a person may read is one of these. */
export type Text = { readonly en: string; readonly zh: string }

export type Language = keyof Text

/** As it stands alone: with a capital where it begins with an English word. */
export function standingAlone({ en, zh }: Text): Text {
  return { en: en.replace(/^[a-z](?=[a-z'’]*(?:[ ,:;-]|$))/, (letter) => letter.toUpperCase()), zh }
}

/** Writing from right to left, and marks that turn the direction of writing round. */
const TURNS = /[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc]/
/** One too many of these would end what holds the text apart. */
const ISOLATES = /[\u2066-\u2069]/g

/** Somebody's own words within a sentence: what turns round in them turns nothing beside them (Unicode Annex 9, isolates). */
export function apart(words: string): string {
  return TURNS.test(words) ? `\u2068${words.replace(ISOLATES, '')}\u2069` : words
}

/**
 * The language a caller asked for by `Accept-Language` (RFC 9110 §12.5.4); English where neither is asked for.
 * Only zh and en are told apart; `*` counts as English.
 */
export function languageOf(acceptLanguage: string | undefined): Language {
  let best: { language: Language; quality: number } = { language: 'en', quality: 0 }
  for (const part of (acceptLanguage ?? '').slice(0, ACCEPT_LANGUAGE_CHARS_MAX).split(',')) {
    const [tag = '', ...parameters] = part.trim().toLowerCase().split(';')
    const quality = Number(
      parameters
        .find((it) => it.trim().startsWith('q='))
        ?.trim()
        .slice(2) ?? 1,
    )
    const language = /^zh\b/.test(tag) ? 'zh' : /^en\b/.test(tag) ? 'en' : undefined
    if (language !== undefined && quality > best.quality) best = { language, quality }
  }
  return best.language
}

const ACCEPT_LANGUAGE_CHARS_MAX = 500
