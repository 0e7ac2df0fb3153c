import type { PlainForm } from '../../identifiers/block/block.ts'

/** Of one form, each at a place that follows from its second: a load of many records takes some. */
const SECONDS_KEPT = 16

type Cut<S> = { readonly updatedS: number; readonly stencil: S }

/** What all rows of a form have in common that were written in one second: cut once, and kept as long as the form. */
export class StencilMemo<S> {
  readonly #cut: (form: PlainForm, updatedS: number) => S
  readonly #ofForms = new WeakMap<PlainForm, (Cut<S> | undefined)[]>()

  constructor(cut: (form: PlainForm, updatedS: number) => S) {
    this.#cut = cut
  }

  /** @param updatedS seconds since 1970 */
  of(form: PlainForm, updatedS: number): S {
    let ofForm = this.#ofForms.get(form)
    if (ofForm === undefined) {
      ofForm = new Array<Cut<S> | undefined>(SECONDS_KEPT).fill(undefined)
      this.#ofForms.set(form, ofForm)
    }
    const place = updatedS & (SECONDS_KEPT - 1)
    const known = ofForm[place]
    if (known?.updatedS === updatedS) return known.stencil
    const stencil = this.#cut(form, updatedS)
    ofForm[place] = { updatedS, stencil }
    return stencil
  }
}
