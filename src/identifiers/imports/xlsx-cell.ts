import type { FieldProblem } from '../../lib/problem.ts'
import { refusal } from './lines.ts'
import type { Book, NumberStyle } from './xlsx-book.ts'

/** One cell as the sheet has it (ECMA-376-1 §18.3.1.4). */
export type RawCell = {
  /** `s`, `str`, `inlineStr`, `b`, `e`, `d`, `n`. */
  readonly type: string
  readonly style: number
  readonly text: string
  readonly isFormula: boolean
}

export type ReadCell = { readonly text: string; readonly isDate?: boolean }

const MS_A_DAY = 86_400_000
/** Digits a spreadsheet keeps of a number. */
const DIGITS_KEPT = 15

/** The text of a cell, of a formula its stored result; or why its line is refused. */
export function readXlsxCell(cell: RawCell, book: Book): ReadCell | FieldProblem {
  switch (cell.type) {
    case 's':
      return sharedText(cell.text, book)
    case 'b':
      return { text: cell.text === '1' ? 'true' : 'false' }
    case 'e':
      return errorIn(cell.text)
    case 'str':
    case 'inlineStr':
    case 'd':
      return { text: cell.text }
    default:
      if (cell.text !== '') return numberText(cell.text, book.styles[cell.style], book.is1904)
      return cell.isFormula ? NO_RESULT : { text: '' }
  }
}

function sharedText(index: string, { shared }: Book): ReadCell | FieldProblem {
  const text = shared[Number(index)]
  return text === undefined ? DAMAGED : { text }
}

function numberText(raw: string, style: NumberStyle, is1904: boolean): ReadCell | FieldProblem {
  const value = Number(raw)
  if (!Number.isFinite(value)) return DAMAGED
  if (style?.kind === 'date') return dateText(value, style, is1904)
  const text = plainNumber(value)
  if (style?.kind === 'zeros' && /^\d+$/.test(text))
    return { text: text.padStart(style.digits, '0') }
  return { text }
}

/**
 * All digits of an integer that a spreadsheet keeps exactly; beyond that `1.2E+18`, which identifiers and texts refuse,
 * because digits are lost. Fractions as they are shown: `0.3` and not `0.30000000000000004`.
 */
function plainNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 10 ** DIGITS_KEPT) return String(value)
  const rounded = Number(value.toPrecision(DIGITS_KEPT))
  if (Math.abs(rounded) >= 10 ** DIGITS_KEPT) return rounded.toExponential().toUpperCase()
  const text = String(rounded)
  return text.includes('e') ? text.toUpperCase() : text
}

/** Days since 1899-12-30, the 29 February 1900 that never was included (§18.17.4.1); or since 1904-01-01. */
function dateText(
  serial: number,
  { hasDate, hasTime }: { readonly hasDate: boolean; readonly hasTime: boolean },
  is1904: boolean,
): ReadCell | FieldProblem {
  if (serial < 0 || serial >= SERIAL_MAX) return NO_DATE
  if (!is1904 && Math.floor(serial) === 60 && hasDate) return NO_DATE
  const epoch = is1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, serial < 60 ? 31 : 30)
  const iso = new Date(epoch + Math.round(serial * MS_A_DAY)).toISOString()
  const time = iso.slice(11, iso.endsWith('.000Z') ? 19 : 23)
  if (!hasDate) return { text: time }
  const isMidnight = time === '00:00:00'
  const text = hasTime && !isMidnight ? `${iso.slice(0, 10)}T${time}` : iso.slice(0, 10)
  return { text, isDate: true }
}

/** 31 December 9999, the last day of spreadsheets. */
const SERIAL_MAX = 2_958_466

const DAMAGED = refusal({ en: 'The cell is damaged', zh: '单元格已损坏' })
const NO_DATE = refusal({ en: 'The cell is no date', zh: '单元格不是有效日期' })
const NO_RESULT = refusal(
  { en: 'A formula without a stored result', zh: '公式没有保存计算结果' },
  {
    en: 'Open and save the file in a spreadsheet program, or paste values',
    zh: '请用电子表格软件打开并保存，或粘贴为数值',
  },
)

function errorIn(text: string): FieldProblem {
  const shown = text.slice(0, 20)
  return refusal(
    { en: `The cell holds the error ${shown}`, zh: `单元格为错误值 ${shown}` },
    { en: 'A value', zh: '正确的值' },
  )
}
