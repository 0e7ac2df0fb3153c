/** Writing from right to left, and marks that turn the direction of writing round. */
const TURNS = /[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc]/
/** One too many of these would end what holds the text apart. */
const ISOLATES = /[\u2066-\u2069]/g

/** A text within a sentence: what turns round in it turns nothing beside it (Unicode Annex 9, isolates). In markup `bdi` does it. */
export function apart(text: string): string {
  return TURNS.test(text) ? `\u2068${text.replace(ISOLATES, '')}\u2069` : text
}
