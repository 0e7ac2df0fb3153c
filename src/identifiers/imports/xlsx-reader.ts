import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { type FieldProblem, Problem } from '../../lib/problem.ts'
import { tooManyColumns } from './csv-reader.ts'
import { COLUMNS_MAX, XLSX_BYTES_MAX, XLSX_CELL_CHARS_MAX } from './limits.ts'
import { type FileForm, type FileReader, type LineSink, refusal } from './lines.ts'
import { type Book, readBook } from './xlsx-book.ts'
import { type RawCell, readXlsxCell } from './xlsx-cell.ts'
import { unescapeXlsx } from './xlsx-writer.ts'
import { readXml } from './xlsx-xml.ts'
import { broken, openZip } from './xlsx-zip.ts'

export type XlsxOptions = { readonly folder: string; readonly sheet?: string | undefined }
export type XlsxReader = FileReader & {
  /** Reads the workbook, once it is complete. `pause` is awaited between pieces. */
  finish(pause: () => Promise<void>): Promise<void>
  /** Of the file's bytes, the share that its rows read so far are of all of them: what is told as progress. */
  readBytes(): number
  /** Lets go of the file; the workbook is not read any more. */
  close(): void
}

/**
 * Reads one sheet of a workbook. Its directory stands at its end, so the file is kept on disk until it is complete; then
 * it is read in pieces, of which only the shared texts stay in memory.
 */
export function xlsxReader(sink: LineSink, options: XlsxOptions): XlsxReader {
  mkdirSync(options.folder, { recursive: true })
  const path = join(options.folder, 'upload.xlsx')
  const fd = openSync(path, 'w')
  const rows = new SheetRows(sink)
  let bytes = 0
  let share = 0
  let isOpen = true
  return {
    push(chunk) {
      bytes += chunk.length
      if (bytes > XLSX_BYTES_MAX) throw TOO_LARGE
      for (let at = 0; at < chunk.length; ) at += writeSync(fd, chunk, at)
    },
    idle() {},
    end() {},
    close() {
      if (isOpen) closeSync(fd)
      isOpen = false
      rmSync(path, { force: true })
    },
    position: () => ({ bytes: 0, line: rows.line }),
    form: (): FileForm | undefined => undefined,
    readBytes: () => Math.floor(bytes * share),
    async finish(pause) {
      const file = await open(path, 'r')
      try {
        const zip = await openZip(file)
        const book = await readBook(zip, options.sheet)
        const said = zip.saidBytes(book.sheet)
        const sheet = counted(zip.read(book.sheet), (read) => {
          share = Math.min(1, read / Math.max(said, 1))
        })
        await rows.read(sheet, book, pause)
        share = 1
      } finally {
        await file.close()
      }
    },
  }
}

async function* counted(
  chunks: AsyncIterable<Buffer>,
  tell: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  let bytes = 0
  for await (const chunk of chunks) {
    yield chunk
    bytes += chunk.length
    tell(bytes)
  }
}

class SheetRows {
  readonly #sink: LineSink
  /** The row after the last one that was told. */
  line = 1
  #columns: readonly string[] | undefined
  #row = 0
  #isInRow = false
  #cells: string[] = []
  #dates: Set<number> | undefined
  #problem: FieldProblem | undefined
  #column = 0
  #cell: { type: string; style: number; text: string; isFormula: boolean } | undefined
  #isText = false
  #phonetic = 0
  #book: Book | undefined

  constructor(sink: LineSink) {
    this.#sink = sink
  }

  async read(bytes: AsyncIterable<Buffer>, book: Book, pause: () => Promise<void>): Promise<void> {
    this.#book = book
    const listener = {
      open: (name: string, attributes: Readonly<Record<string, string>>) =>
        this.#open(name, attributes),
      text: (text: string) => this.#text(text),
      close: (name: string) => this.#close(name),
    }
    await readXml(bytes, listener, pause)
    if (this.#columns === undefined) throw broken('the sheet is empty', '工作表为空')
  }

  #open(name: string, attributes: Readonly<Record<string, string>>): void {
    switch (name) {
      case 'row':
        if (this.#isInRow) throw NESTED
        this.#isInRow = true
        this.#row = attributes.r === undefined ? this.#row + 1 : rowNumber(attributes.r, this.#row)
        this.#cells = []
        this.#dates = undefined
        this.#problem = undefined
        this.#column = 0
        break
      case 'c':
        if (attributes.r !== undefined) this.#column = columnOf(attributes.r)
        if (this.#column >= COLUMNS_MAX) throw tooManyColumns(this.#column + 1)
        this.#cell = {
          type: attributes.t ?? 'n',
          style: Number(attributes.s ?? 0),
          text: '',
          isFormula: false,
        }
        break
      case 'f':
        if (this.#cell !== undefined) this.#cell.isFormula = true
        break
      case 'rPh':
        this.#phonetic++
        break
      case 'v':
      case 't':
        this.#isText = this.#phonetic === 0
        break
    }
  }

  #text(text: string): void {
    if (!this.#isText || this.#cell === undefined) return
    this.#cell.text += text
    if (this.#cell.text.length > XLSX_CELL_CHARS_MAX) {
      this.#cell.text = ''
      this.#problem ??= TOO_LONG_CELL
    }
  }

  #close(name: string): void {
    if (name === 'v' || name === 't') this.#isText = false
    else if (name === 'rPh') this.#phonetic--
    else if (name === 'c') this.#endCell()
    else if (name === 'row') {
      this.#isInRow = false
      this.#endRow()
    }
  }

  #endCell(): void {
    if (this.#cell === undefined || this.#book === undefined) return
    const read = readXlsxCell(this.#cell satisfies RawCell, this.#book)
    while (this.#cells.length < this.#column) this.#cells.push('')
    if ('text' in read) {
      this.#cells[this.#column] = this.#cell.type === 'n' ? read.text : unescapeXlsx(read.text)
      if (read.isDate) this.#dates = (this.#dates ?? new Set()).add(this.#column)
    } else {
      this.#cells[this.#column] = ''
      this.#problem ??= { ...read, path: this.#pathOf(this.#column) }
    }
    this.#column++
    this.#cell = undefined
  }

  #endRow(): void {
    this.line = this.#row + 1
    const cells = this.#cells
    if (this.#problem === undefined && cells.every((it) => it === '')) return
    if (this.#columns === undefined) {
      this.#header(cells)
      return
    }
    while (cells.length < this.#columns.length) cells.push('')
    if (cells.slice(this.#columns.length).some((it) => it !== '')) this.#problem ??= BEYOND_HEADER
    if (this.#problem !== undefined) this.#sink.refuse(this.#row, this.#problem)
    else this.#sink.row(this.#row, cells, this.#dates)
  }

  #header(cells: readonly string[]): void {
    if (this.#problem !== undefined) {
      const { reason } = this.#problem
      throw broken(`its header: ${reason.en}`, `表头：${reason.zh}`)
    }
    this.#columns = cells.map((it) => it.trim())
    this.#sink.header(this.#columns)
  }

  #pathOf(column: number): string {
    const name = this.#columns?.[column] ?? String(column + 1)
    return `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
  }
}

/** Rows come in rising order; a number that does not rise is read as the next one. */
function rowNumber(text: string, before: number): number {
  const row = Number(text)
  return Number.isSafeInteger(row) && row > before ? row : before + 1
}

/** Column of a cell reference, from 0: `A1` → 0, `AB7` → 27. */
function columnOf(reference: string): number {
  let column = 0
  for (let i = 0; i < reference.length; i++) {
    const letter = reference.charCodeAt(i) - 64
    if (letter < 1 || letter > 26) break
    column = Math.min(column * 26 + letter, COLUMNS_MAX + 1)
  }
  return Math.max(column - 1, 0)
}

/** Told twice under one number otherwise. */
const NESTED = broken('a row stands inside a row', '行内嵌套了行')
const BEYOND_HEADER = refusal(
  { en: 'The row has cells beyond the header', zh: '该行的单元格超出表头' },
  { en: 'No more cells than the header', zh: '单元格数不多于表头' },
)
const TOO_LONG_CELL = refusal(
  { en: 'A cell is too long', zh: '单元格内容过长' },
  { en: `At most ${XLSX_CELL_CHARS_MAX} characters`, zh: `最多 ${XLSX_CELL_CHARS_MAX} 字` },
)
const TOO_LARGE = new Problem('too-large', {
  en: `An XLSX file of more than ${XLSX_BYTES_MAX} bytes is not taken; import it as CSV`,
  zh: `XLSX 文件超过 ${XLSX_BYTES_MAX} 字节，请改用 CSV 导入`,
})
