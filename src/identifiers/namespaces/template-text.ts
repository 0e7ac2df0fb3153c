/** A text with places that are filled in: `${base}`, `${x[1]}`. */
export type TemplateText = readonly (string | { readonly name: string })[]

/**
 * Reads a text as deployed servers do: a backslash takes the next character as it is, a dollar sign before anything but a
 * brace stands for itself together with it, a place ends at the first closing brace, and one without end is text.
 */
export function compileText(text: string): TemplateText {
  const parts: (string | { readonly name: string })[] = []
  let plain = ''
  for (let at = 0; at < text.length; ) {
    const end = text.startsWith('${', at) ? text.indexOf('}', at) : -1
    if (end >= 0) {
      if (plain !== '') parts.push(plain)
      plain = ''
      parts.push({ name: text.slice(at + 2, end) })
      at = end + 1
    } else {
      const taken = plainAt(text, at)
      plain += taken.text
      at += taken.length
    }
  }
  if (plain !== '' || parts.length === 0) parts.push(plain)
  return parts
}

function plainAt(text: string, at: number): { readonly text: string; readonly length: number } {
  const letter = text[at] ?? ''
  const next = text[at + 1] ?? ''
  if (letter === '\\' && next !== '') return { text: next, length: 2 }
  if (letter === '$') return { text: letter + next, length: 2 }
  return { text: letter, length: 1 }
}

/** What a name in a text stands for: `x`, or `x[2]` with the number of the group. */
export type Place = { readonly name: string; readonly group?: number }

export function placeOf(name: string): Place | undefined {
  const [, of = '', group] = /^([^[\]]*)(?:\[\+?(\d{1,4})\])?$/.exec(name) ?? []
  if (of === '') return undefined
  return group === undefined ? { name: of } : { name: of, group: Number(group) }
}
