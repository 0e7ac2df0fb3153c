import type { PlainForm, PlainRow } from '../../identifiers/block/block.ts'
import type { HandleValue } from '../../identifiers/record.ts'
import { mayBeKnownType } from '../../identifiers/values/known-types.ts'
import { valuesJson } from './answers.ts'
import { StencilMemo } from './stencil-memo.ts'
import { plainly, type Spelling } from './value-json.ts'

/** The answer for all rows of a form that were written in one second, but for their names and the texts they differ in. */
type Stencil = {
  /** One before the name, one behind it and behind each text. */
  readonly pieces: readonly string[]
  /** Of the texts, as they follow each other. */
  readonly places: readonly number[]
}

/** Stands for a text that is to be filled in: JSON quotes it as it is, and nobody else may use it. */
const GAP = '\ue000'

/**
 * Answers to rows that lie in blocks, put together of what rows of one form have in common: the same as `valuesJson` makes
 * of their records, with far fewer pieces.
 */
export class Stencils {
  readonly #spell: Spelling
  readonly #stencils: StencilMemo<Stencil | undefined>

  constructor(spell: Spelling) {
    this.#spell = spell
    this.#stencils = new StencilMemo((form, updatedS) =>
      mayBeFilled(form) ? cutStencil(form, updatedS, spell) : undefined,
    )
  }

  /**
   * Undefined where a text is not one that JSON quotes as it is.
   *
   * @param name one that is
   */
  fill(name: string, row: PlainRow): string | undefined {
    const stencil = this.#stencils.of(row.form, Math.floor(row.updatedAt / 1000))
    if (stencil === undefined) return undefined
    const { pieces, places } = stencil
    const { areSimple } = row.form
    let text = (pieces[0] as string) + name + (pieces[1] as string)
    for (let i = 0; i < places.length; i++) {
      const place = places[i] as number
      const own = row.text(place)
      const shown = areSimple[place] ? own : plainly(own, this.#spell)
      if (shown === undefined) return undefined
      text += shown + (pieces[i + 2] as string)
    }
    return text
  }
}

/** Data of a type with a form of its own is shown by what all of it says. */
function mayBeFilled({ values }: PlainForm): boolean {
  return values.length > 0 && !values.some(({ type }) => mayBeKnownType(type))
}

/** Undefined where what stands around a text changes how it is shown. */
function cutStencil(form: PlainForm, updatedS: number, spell: Spelling): Stencil | undefined {
  const places: number[] = []
  const values = form.values.map(({ index, type, data }): HandleValue => {
    const pieces = data.map((it) => {
      if (typeof it === 'string') return it
      places.push(it)
      return GAP
    })
    return { index, type, data: pieces.join('') }
  })
  const json = valuesJson(`"${GAP}"`, { values, updatedAtMs: updatedS * 1000 })
  const pieces = json.split(GAP).map(spell)
  return pieces.length === places.length + 2 ? { pieces, places } : undefined
}
