import { type Html, html } from './html.ts'

/** Marks that turn the direction of what follows: a text that holds one can look like another. */
const TURNS = /[\u202a-\u202e\u2066-\u2069]/
/** What cannot be seen in a printed code: soft hyphen, zero-width characters, all marks of direction, line separators. */
const UNSEEN = /[\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/

/** Text somebody wrote, kept apart from what stands around it. Marks that turn its direction are shown, not obeyed. */
export function shownText(text: string): Html {
  return html`<bdi>${marked(text, TURNS)}</bdi>`
}

/** An identifier: written from left to right whatever its letters are, and nothing in it is invisible. */
export function shownName(name: string): Html {
  return html`<bdi dir="ltr">${marked(name, UNSEEN)}</bdi>`
}

/** The same for where there is no markup. */
export function plainText(text: string): string {
  return text.replace(new RegExp(TURNS, 'g'), '\ufffd')
}

function marked(text: string, sign: RegExp): readonly Html[] {
  if (!sign.test(text)) return [html`${text}`]
  return text
    .split(new RegExp(`(${sign.source})`))
    .map((part, at) =>
      at % 2 === 0 ? html`${part}` : html`<span class="sign">${codeOf(part)}</span>`,
    )
}

function codeOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}
