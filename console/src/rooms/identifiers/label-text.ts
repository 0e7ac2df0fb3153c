/** Text of a label as a picture: Chinese and every other script as the browser writes it, without a font in the file. */
const DOTS_A_MM = 300 / 25.4
const FONT_MM = { max: 4.2, min: 1.5, step: 0.15 } as const
const LINE = 1.2
const FAMILY = '"Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", system-ui, sans-serif'

export type LabelWords = { readonly title: string; readonly handle: string }
export type GrayPicture = {
  readonly width: number
  readonly height: number
  /** One byte a dot, 255 is white. */
  readonly dots: Uint8Array
  /** The same as a PNG in a `data:` address. */
  readonly href: string
}
type Box = { readonly width: number; readonly height: number }

/** Draws the words as large as they fit; what does not fit at the smallest size ends in an ellipsis. */
export function drawWords(words: LabelWords, box: Box): GrayPicture {
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(box.width * DOTS_A_MM))
  canvas.height = Math.max(1, Math.round(box.height * DOTS_A_MM))
  const pen = canvas.getContext('2d', { willReadFrequently: true })
  if (pen === null) throw new Error('this browser draws no pictures')
  pen.fillStyle = '#fff'
  pen.fillRect(0, 0, canvas.width, canvas.height)
  pen.fillStyle = '#000'
  pen.textBaseline = 'top'
  const laid = layOut(pen, words, canvas)
  let y = Math.max(0, (canvas.height - laid.height) / 2)
  for (const { text, font } of laid.lines) {
    pen.font = font
    pen.fillText(text, 0, y)
    y += laid.linePx
  }
  const { data } = pen.getImageData(0, 0, canvas.width, canvas.height)
  const dots = new Uint8Array(canvas.width * canvas.height)
  for (let at = 0; at < dots.length; at++) dots[at] = data[at * 4] ?? 255
  const { width, height } = canvas
  return { width, height, dots, href: canvas.toDataURL('image/png') }
}

type Laid = {
  readonly lines: readonly { readonly text: string; readonly font: string }[]
  readonly linePx: number
  readonly height: number
}

function layOut(pen: CanvasRenderingContext2D, words: LabelWords, box: Box): Laid {
  let laid: Laid = { lines: [], linePx: 0, height: 0 }
  for (let mm: number = FONT_MM.max; mm >= FONT_MM.min; mm -= FONT_MM.step) {
    laid = linesAt(pen, words, { width: box.width, mm })
    if (laid.height <= box.height) return laid
  }
  return cut(laid, Math.max(1, Math.floor(box.height / laid.linePx)))
}

function linesAt(
  pen: CanvasRenderingContext2D,
  { title, handle }: LabelWords,
  { width, mm }: { readonly width: number; readonly mm: number },
): Laid {
  const px = mm * DOTS_A_MM
  const bold = `600 ${px}px ${FAMILY}`
  const plain = `${px * 0.85}px ui-monospace, Consolas, monospace, ${FAMILY}`
  pen.font = bold
  const first = wrap(pen, title, width).map((text) => ({ text, font: bold }))
  pen.font = plain
  const second = wrap(pen, handle, width).map((text) => ({ text, font: plain }))
  const lines = [...first, ...second]
  return { lines, linePx: px * LINE, height: lines.length * px * LINE }
}

/** The handle must not be lost: lines are taken from the middle. */
function cut({ lines, linePx }: Laid, most: number): Laid {
  const head = lines.slice(0, Math.ceil(most / 2))
  const tail = lines.slice(lines.length - (most - head.length))
  const last = head.at(-1)
  const shortened = last === undefined ? [] : [{ ...last, text: `${last.text.slice(0, -1)}…` }]
  const kept = [...head.slice(0, -1), ...shortened, ...tail]
  return { lines: kept, linePx, height: kept.length * linePx }
}

const TEXT_CHARS_MAX = 300
const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** Breaks anywhere, for a code has no blanks and Chinese needs none; after a blank or a mark where there is one near. */
function wrap(pen: CanvasRenderingContext2D, text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  const whole = text.replace(/\s+/g, ' ').slice(0, TEXT_CHARS_MAX)
  for (const { segment } of letters.segment(whole)) {
    if (line !== '' && pen.measureText(line + segment).width > width) {
      const at = Math.max(line.lastIndexOf(' '), line.lastIndexOf('/'), line.lastIndexOf('-')) + 1
      const isNear = at > line.length * 0.6
      lines.push(isNear ? line.slice(0, at) : line)
      line = isNear ? line.slice(at) : ''
    }
    line += segment
  }
  if (line !== '') lines.push(line)
  return lines
}
