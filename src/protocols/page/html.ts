/** Markup that is safe to send. Only `html` makes it, so stored text cannot become markup by being forgotten. */
export type Html = { readonly markup: string }

type Part = Html | string | number | undefined | false | readonly Part[]

/** Every part that is not markup itself is escaped; undefined and false are nothing, lists are joined. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let markup = strings[0] ?? ''
  for (const [i, part] of parts.entries()) markup += rendered(part) + (strings[i + 1] ?? '')
  return { markup }
}

/** Markup made by this program elsewhere, e.g. a drawing. */
export function trusted(markup: string): Html {
  return { markup }
}

function rendered(part: Part): string {
  if (part === undefined || part === false) return ''
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part))
  if (isList(part)) return part.map(rendered).join('')
  return part.markup
}

function isList(part: Html | readonly Part[]): part is readonly Part[] {
  return Array.isArray(part)
}

/** Also for attribute values in double or single quotes. */
export function escapeHtml(text: string): string {
  return text.replace(SPECIAL, (it) => ENTITIES[it] ?? '\ufffd')
}

/** Markup characters, and controls that HTML cannot hold (they become U+FFFD). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const SPECIAL = /[&<>"'\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
