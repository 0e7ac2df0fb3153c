import type { Text } from '../../lib/text.ts'

const NAME_CHARS_MAX = 100
const NAMES_MAX = 5_000
const NONE: Text = { en: '', zh: '' }

/** The known name that a misspelled one was most likely meant to be; undefined where none is near. */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  if (name.length > NAME_CHARS_MAX) return undefined
  const limit = Math.max(1, Math.floor(name.length / 3))
  let best: { readonly name: string; readonly distance: number } | undefined
  let looked = 0
  for (const other of known) {
    if (++looked > NAMES_MAX) break
    if (other === name || Math.abs(other.length - name.length) > limit) continue
    const distance = distanceOf(name.toLowerCase(), other.toLowerCase())
    if (distance <= limit && distance < (best?.distance ?? limit + 1)) {
      best = { name: other, distance }
    }
  }
  return best?.name
}

/** What is said of a name that nothing has: the nearest one is offered where there is one. */
export function unknownName(name: string, known: Iterable<string>, word: Text): Text {
  const near = nearestName(name, known)
  const offer =
    near === undefined ? NONE : { en: `; the nearest is “${near}”`, zh: `；最接近的是“${near}”` }
  return {
    en: `there is no ${word.en} “${name}”${offer.en}`,
    zh: `没有名为“${name}”的${word.zh}${offer.zh}`,
  }
}

/** Letters to insert, delete, replace or swap with their neighbour (optimal string alignment). */
function distanceOf(a: string, b: string): number {
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const here = [row]
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1]
      let cost = Math.min(
        (above[column] ?? 0) + 1,
        (here[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + (same ? 0 : 1),
      )
      const isSwapped =
        row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      if (isSwapped) cost = Math.min(cost, (before[column - 2] ?? 0) + 1)
      here.push(cost)
    }
    before = above
    above = here
  }
  return above[b.length] ?? 0
}
