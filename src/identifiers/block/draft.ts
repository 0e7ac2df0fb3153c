import { bitsFor } from './bits.ts'
import { type Alphabet, type LetterRows, lettersBits } from './letters.ts'
import { type NumberPlan, planNumbers } from './number-plan.ts'
import type { TimeForm } from './times.ts'

/** How a column of texts is going to be written. Nested: a text is often a few parts in a row. */
export type Draft =
  | { readonly kind: 'constant'; readonly piece: string | Uint8Array }
  | { readonly kind: 'join'; readonly parts: readonly Draft[] }
  /** The suffix of the record's own name, as it is spelled; or folded. */
  | { readonly kind: 'suffix'; readonly folded: boolean }
  /** Digits, padded with zeros to `pad` (0: not padded), a point before the last `decimals`. */
  | {
      readonly kind: 'number'
      readonly pad: number
      readonly decimals: number
      readonly values: Float64Array
      readonly plan: NumberPlan
    }
  | { readonly kind: 'letters'; readonly alphabet: Alphabet; readonly rows: LetterRows }
  | {
      readonly kind: 'time'
      readonly form: TimeForm
      readonly values: Float64Array
      readonly plan: NumberPlan
    }
  | { readonly kind: 'choice'; readonly choices: readonly string[]; readonly codes: Float64Array }
  /** As it is, to be packed with all others of the block. */
  | { readonly kind: 'heap'; readonly pieces: readonly (string | Uint8Array)[] }

/** What a draft will take, in bits; close enough to choose by. */
export function draftBits(draft: Draft): number {
  switch (draft.kind) {
    case 'constant':
      return 8 + draft.piece.length * 8
    case 'join':
      return draft.parts.reduce((sum, part) => sum + draftBits(part), 8)
    case 'suffix':
      return 8
    case 'number':
      return 8 + draft.plan.bits
    case 'letters': {
      const { chars, length, lead } = draft.rows
      return 32 + lead * 8 + (chars.length / length) * lettersBits(draft.alphabet, length - lead)
    }
    case 'time':
      return 16 + draft.form.zone.length * 8 + draft.plan.bits
    case 'choice':
      return choiceBits(draft.choices, draft.codes)
    case 'heap':
      return draft.pieces.reduce((sum, piece) => sum + 8 + piece.length * HEAP_BITS_PER_UNIT, 16)
  }
}

/** What zstd makes of a byte of text that varies, at a guess. */
const HEAP_BITS_PER_UNIT = 6

function choiceBits(choices: readonly string[], codes: Float64Array): number {
  const texts = choices.reduce((sum, text) => sum + 8 + text.length * 8, 24)
  const width = bitsFor(choices.length - 1)
  return texts + Math.min(codes.length * width, width === 0 ? 0 : planNumbers(codes).bits)
}

export function constant(piece: string | Uint8Array): Draft {
  return { kind: 'constant', piece }
}

export function numberDraft(values: Float64Array, pad: number, decimals = 0): Draft {
  return { kind: 'number', pad, decimals, values, plan: planNumbers(values) }
}

/** Parts in a row as one draft: nested rows are laid flat, neighbouring constants made one. */
export function joined(parts: readonly Draft[]): Draft {
  const flat: Draft[] = []
  for (const part of parts) {
    if (part.kind !== 'join') append(flat, part)
    else for (const inner of part.parts) append(flat, inner)
  }
  const only = flat[0]
  if (only === undefined) return constant('')
  return flat.length === 1 ? only : { kind: 'join', parts: flat }
}

function append(flat: Draft[], part: Draft): void {
  if (part.kind === 'constant') {
    const last = flat[flat.length - 1]
    if (last !== undefined && last.kind === 'constant')
      flat[flat.length - 1] = constant(`${last.piece}${part.piece}`)
    else if (part.piece.length > 0) flat.push(part)
  } else flat.push(part)
}
