/** Where labels lie on paper; everything in millimetres. */
export const LABEL_SIZES = [
  { width: 30, height: 20 },
  { width: 50, height: 30 },
  { width: 70, height: 50 },
  { width: 100, height: 60 },
] as const
export type LabelSize = { readonly width: number; readonly height: number }
export type Paper = 'a4' | 'roll'

const A4 = { width: 210, height: 297 } as const
const MARGIN = 8
const GAP = 2

export type Sheet = {
  readonly paper: { readonly width: number; readonly height: number }
  readonly label: LabelSize
  readonly columns: number
  readonly rows: number
}

/** As many labels as an A4 sheet holds, or one on each piece of a roll. */
export function sheetOf(label: LabelSize, paper: Paper): Sheet {
  if (paper === 'roll') return { paper: label, label, columns: 1, rows: 1 }
  const fit = (whole: number, one: number) => Math.floor((whole - 2 * MARGIN + GAP) / (one + GAP))
  return {
    paper: A4,
    label,
    columns: fit(A4.width, label.width),
    rows: fit(A4.height, label.height),
  }
}

export type Placed<T> = { readonly item: T; readonly x: number; readonly y: number }

/** Pages of placed labels, row by row, the first `skipped` places of the first page left free. */
export function pagesOf<T>(sheet: Sheet, items: readonly T[], skipped: number): Placed<T>[][] {
  const { columns, rows, label, paper } = sheet
  const aPage = columns * rows
  const used = columns * label.width + (columns - 1) * GAP
  const usedDown = rows * label.height + (rows - 1) * GAP
  const left = (paper.width - used) / 2
  const top = (paper.height - usedDown) / 2
  const pages: Placed<T>[][] = []
  for (const [at, item] of items.entries()) {
    const place = at + (skipped % aPage)
    const page = Math.floor(place / aPage)
    const column = place % columns
    const row = Math.floor((place % aPage) / columns)
    const x = left + column * (label.width + GAP)
    const y = top + row * (label.height + GAP)
    const placed = { item, x, y }
    const there = pages[page]
    if (there === undefined) pages[page] = [placed]
    else there.push(placed)
  }
  return pages
}

/** The parts of one label: the code with its quiet zone at the left, the text beside it. */
export function partsOf({ width, height }: LabelSize) {
  const padding = 1
  const code = Math.min(height - 2 * padding, width * 0.56)
  return {
    code: { x: padding, y: (height - code) / 2, size: code },
    text: {
      x: padding + code,
      y: padding,
      width: width - code - 2 * padding,
      height: height - 2 * padding,
    },
  }
}
