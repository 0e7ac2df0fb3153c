import type { GrayPicture } from './label-text.ts'
import type { Run } from './qr.tsx'

/** A PDF 1.4 of codes and gray pictures: all that labels need. Positions in millimetres from the left and top. */
export type PdfMark =
  | {
      readonly kind: 'code'
      readonly runs: readonly Run[]
      readonly x: number
      readonly y: number
      /** Of one module. */
      readonly module: number
    }
  | {
      readonly kind: 'picture'
      readonly picture: GrayPicture
      readonly x: number
      readonly y: number
      readonly width: number
      readonly height: number
    }
  | {
      readonly kind: 'outline'
      readonly x: number
      readonly y: number
      readonly width: number
      readonly height: number
    }
type PaperMm = { readonly width: number; readonly height: number }

const POINTS_A_MM = 72 / 25.4
const text = new TextEncoder()

export async function pdfOf(
  paper: PaperMm,
  pages: readonly (readonly PdfMark[])[],
): Promise<Uint8Array<ArrayBuffer>> {
  const file = new PdfFile()
  const pictures = new Map<GrayPicture, { readonly id: number; readonly name: string }>()
  for (const mark of pages.flat()) {
    if (mark.kind !== 'picture' || pictures.has(mark.picture)) continue
    const id = file.add(await pictureObject(mark.picture))
    pictures.set(mark.picture, { id, name: `P${id}` })
  }
  const resources = [...pictures.values()].map(({ id, name }) => `/${name} ${id} 0 R`).join(' ')
  const tree = file.reserve()
  const size = `[0 0 ${points(paper.width)} ${points(paper.height)}]`
  const kids: number[] = []
  for (const marks of pages) {
    const drawing = marks.map((it) => drawn(it, paper, pictures)).join('\n')
    const content = file.add(await packed('', text.encode(drawing)))
    kids.push(
      file.add(
        `<< /Type /Page /Parent ${tree} 0 R /MediaBox ${size} /Contents ${content} 0 R /Resources << /XObject << ${resources} >> >> >>`,
      ),
    )
  }
  const list = kids.map((it) => `${it} 0 R`).join(' ')
  file.put(tree, `<< /Type /Pages /Kids [${list}] /Count ${kids.length} >>`)
  return file.end(file.add(`<< /Type /Catalog /Pages ${tree} 0 R >>`))
}

type Names = ReadonlyMap<GrayPicture, { readonly name: string }>

function drawn(mark: PdfMark, paper: PaperMm, names: Names): string {
  if (mark.kind === 'code') {
    const { x, y, module } = mark
    const boxes = mark.runs.map((run) => {
      const height = points(module)
      const down = points(paper.height - y - (run.y + 1) * module)
      return `${points(x + run.x * module)} ${down} ${points(run.length * module)} ${height} re`
    })
    return `0 g\n${boxes.join('\n')}\nf`
  }
  const { x, y, width, height } = mark
  const down = points(paper.height - y - height)
  const [wide, high] = [points(width), points(height)]
  if (mark.kind === 'outline') return `0.7 G 0.3 w ${points(x)} ${down} ${wide} ${high} re S`
  const name = names.get(mark.picture)?.name ?? ''
  return `q ${wide} 0 0 ${high} ${points(x)} ${down} cm /${name} Do Q`
}

function points(mm: number): string {
  return (mm * POINTS_A_MM).toFixed(3)
}

async function pictureObject({ width, height, dots }: GrayPicture): Promise<Uint8Array> {
  const head = `/Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceGray /BitsPerComponent 8`
  return await packed(head, dots)
}

async function packed(head: string, bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([new Uint8Array(bytes)]).stream()
  const small = await new Response(
    stream.pipeThrough(new CompressionStream('deflate')),
  ).arrayBuffer()
  return joined([
    text.encode(`<< ${head} /Filter /FlateDecode /Length ${small.byteLength} >>\nstream\n`),
    new Uint8Array(small),
    text.encode('\nendstream'),
  ])
}

/** Numbered objects one after the other, then the table that says where each begins. */
class PdfFile {
  readonly #objects: (string | Uint8Array)[] = []

  add(body: string | Uint8Array): number {
    return this.#objects.push(body)
  }

  reserve(): number {
    return this.add('')
  }

  put(id: number, body: string): void {
    this.#objects[id - 1] = body
  }

  end(root: number): Uint8Array<ArrayBuffer> {
    // four bytes above 127 tell programs that this is no text
    const parts = [text.encode('%PDF-1.4\n%'), Uint8Array.of(0xe2, 0xe3, 0xcf, 0xd3, 0x0a)]
    let at = parts.reduce((sum, it) => sum + it.length, 0)
    const offsets: number[] = []
    for (const [place, body] of this.#objects.entries()) {
      offsets.push(at)
      const bytes = typeof body === 'string' ? text.encode(body) : body
      const whole = joined([text.encode(`${place + 1} 0 obj\n`), bytes, text.encode('\nendobj\n')])
      parts.push(whole)
      at += whole.length
    }
    const rows = offsets.map((it) => `${String(it).padStart(10, '0')} 00000 n \n`).join('')
    const count = this.#objects.length + 1
    parts.push(
      text.encode(
        `xref\n0 ${count}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${count} /Root ${root} 0 R >>\nstartxref\n${at}\n%%EOF\n`,
      ),
    )
    return joined(parts)
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, it) => sum + it.length, 0))
  let at = 0
  for (const it of parts) {
    whole.set(it, at)
    at += it.length
  }
  return whole
}
