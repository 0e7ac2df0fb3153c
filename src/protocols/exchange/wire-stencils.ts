import type { PlainForm, PlainRow } from '../../identifiers/block/block.ts'
import { PERMISSIONS_DEFAULT, TTL_S_DEFAULT } from '../../identifiers/record.ts'
import { asBytes } from '../handle/fast-path.ts'
import { StencilMemo } from '../handle/stencil-memo.ts'
import { TTL_RELATIVE, writeValue } from '../wire/value.ts'

/*
 * Values as the bytes they are sent as, one character for each: many short pieces are joined faster as text than as bytes,
 * and written by one call.
 */

/** What all rows of a form have in common that were written in one second. */
type Stencil = {
  readonly values: readonly ValueStencil[]
  /** Behind the last text in which the rows differ. */
  readonly tail: string
}

type ValueStencil = {
  /** All since the data of the last such value, up to the length of this one's. */
  readonly head: string
  /** Bytes of the data that are the same in every row. */
  readonly sharedBytes: number
  /** Texts, and places of those in which the rows differ. */
  readonly data: readonly (string | number)[]
}

const ASCII = /^[\0-\x7f]*$/
/** After the data of a value without references. */
const NO_REFERENCES = '\0\0\0\0'
const LENGTH_BYTES = 4

/** The values of rows that lie in blocks, put together of what rows of one form have in common. */
export class WireStencils {
  readonly #stencils = new StencilMemo(cutStencil)

  /** How many values there are, and the values. */
  fill(row: PlainRow): string {
    const { form } = row
    const { values, tail } = this.#stencils.of(form, Math.floor(row.updatedAt / 1_000))
    const { areSimple } = form
    let text = ''
    for (let i = 0; i < values.length; i++) {
      const { head, sharedBytes, data } = values[i] as ValueStencil
      let bytes = sharedBytes
      let own = ''
      for (let at = 0; at < data.length; at++) {
        const piece = data[at] as string | number
        if (typeof piece === 'string') own += piece
        else {
          const found = row.text(piece)
          const spelled = areSimple[piece] || ASCII.test(found) ? found : asBytes(found)
          bytes += spelled.length
          own += spelled
        }
      }
      text += head + lengthText(bytes) + own
    }
    return text + tail
  }
}

function cutStencil(form: PlainForm, updatedS: number): Stencil {
  const values: ValueStencil[] = []
  let head = lengthText(form.values.length)
  for (const { index, type, data } of form.values) {
    const before = { index, type, timestampS: updatedS, ...USUAL, data: new Uint8Array(0) }
    const whole = Buffer.from(writeValue(before)).toString('latin1')
    head += whole.slice(0, -NO_REFERENCES.length - LENGTH_BYTES)
    const spelled = data.map((it) => (typeof it === 'string' ? asBytes(it) : it))
    const shared = spelled.filter((it) => typeof it === 'string').join('')
    if (data.every((it) => typeof it === 'string')) head += lengthText(shared.length) + shared
    else {
      values.push({ head, sharedBytes: shared.length, data: spelled })
      head = ''
    }
    head += NO_REFERENCES
  }
  return { values, tail: head }
}

const USUAL = {
  ttlType: TTL_RELATIVE,
  ttlS: TTL_S_DEFAULT,
  permissions: PERMISSIONS_DEFAULT,
  references: [],
} as const

const LENGTHS_KEPT = 4_096
const lengths = new Array<string | undefined>(LENGTHS_KEPT).fill(undefined)

/** A u32 as four characters. */
export function lengthText(length: number): string {
  const known = lengths[length]
  if (known !== undefined) return known
  const made = String.fromCharCode(
    length >>> 24,
    (length >>> 16) & 0xff,
    (length >>> 8) & 0xff,
    length & 0xff,
  )
  if (length < LENGTHS_KEPT) lengths[length] = made
  return made
}
