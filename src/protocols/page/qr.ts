import { PNG } from 'pngjs'
import { encode } from 'uqr'
import { type Html, trusted } from './html.ts'

/** Light modules around a symbol; ISO/IEC 18004 wants four. */
const QUIET_MODULES = 4
/** Characters a symbol of level M can hold as bytes. */
const CONTENT_BYTES_MAX = 2331
export const QR_SIZE_PX = { min: 64, default: 512, max: 2048 } as const

type Modules = readonly (readonly boolean[])[]

/** The symbol of an address, error correction M, with its quiet zone; undefined when it is too long for one. */
export function qrModules(content: string): Modules | undefined {
  if (Buffer.byteLength(content) > CONTENT_BYTES_MAX) return undefined
  return encode(content, { ecc: 'M', border: QUIET_MODULES }).data
}

/** Dark on light whatever the page's colours: a scanner needs it so. */
export function qrSvg(modules: Modules, title: string, sizePx?: number): Html {
  const { length } = modules
  const size = sizePx === undefined ? '' : ` width="${sizePx}" height="${sizePx}"`
  const label = title.replace(/[&<>"]/g, (it) => `&#${it.charCodeAt(0)};`)
  return trusted(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${length} ${length}"${size} role="img" aria-label="${label}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${length}v${length}H0z"/><path fill="#000" d="${darkPath(modules)}"/></svg>`,
  )
}

/** One run of dark modules in a row is one rectangle. */
function darkPath(modules: Modules): string {
  let path = ''
  for (const [y, row] of modules.entries()) {
    for (let x = 0; x < row.length; x++) {
      if (!row[x]) continue
      const start = x
      while (row[x + 1]) x++
      path += `M${start} ${y}h${x + 1 - start}v1h-${x + 1 - start}z`
    }
  }
  return path
}

/** At most `sizePx` wide, every module the same whole number of pixels, at least one. */
export function qrPng(modules: Modules, sizePx: number): Buffer {
  const scale = Math.max(1, Math.floor(sizePx / modules.length))
  const width = modules.length * scale
  const png = new PNG({ width, height: width, colorType: 0 })
  png.data.fill(0xff)
  for (let y = 0; y < width; y++) {
    const row = modules[Math.floor(y / scale)] ?? []
    for (let x = 0; x < width; x++) {
      if (row[Math.floor(x / scale)]) png.data.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3)
    }
  }
  return PNG.sync.write(png, { colorType: 0, inputColorType: 6, bitDepth: 8 })
}

/** The size asked for in pixels, within bounds. */
export function qrSize(text: string | undefined): number {
  const asked = text === undefined || !/^\d{1,5}$/.test(text) ? QR_SIZE_PX.default : Number(text)
  return Math.min(QR_SIZE_PX.max, Math.max(QR_SIZE_PX.min, asked))
}
