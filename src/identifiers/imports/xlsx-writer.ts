import { type ZipPart, zipFile } from './zip-writer.ts'

/** Rows of a sheet, the header among them. */
export const XLSX_ROWS_MAX = 1_048_576

/** A cell: a text, or the digits of a number that a spreadsheet keeps exactly. */
export type XlsxCell = string | { readonly number: string }

/**
 * A workbook of one sheet, written as its rows come. Texts are inline strings, which no spreadsheet runs as formulas
 * (ECMA-376-1 §18.3.1.53).
 */
export function xlsxFile(
  rows: AsyncIterable<readonly (readonly XlsxCell[])[]>,
): AsyncGenerator<Buffer> {
  return zipFile(parts(rows))
}

async function* parts(
  rows: AsyncIterable<readonly (readonly XlsxCell[])[]>,
): AsyncGenerator<ZipPart> {
  yield { name: '[Content_Types].xml', bytes: once(CONTENT_TYPES) }
  yield { name: '_rels/.rels', bytes: once(ROOT_RELATIONS) }
  yield { name: 'xl/workbook.xml', bytes: once(WORKBOOK) }
  yield { name: 'xl/_rels/workbook.xml.rels', bytes: once(RELATIONS) }
  yield { name: 'xl/worksheets/sheet1.xml', bytes: sheet(rows) }
}

async function* sheet(
  pages: AsyncIterable<readonly (readonly XlsxCell[])[]>,
): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${XML}<worksheet xmlns="${MAIN}"><sheetData>`)
  for await (const rows of pages) yield Buffer.from(rows.map(rowXml).join(''))
  yield Buffer.from('</sheetData></worksheet>')
}

function rowXml(cells: readonly XlsxCell[]): string {
  return `<row>${cells.map(cellXml).join('')}</row>`
}

function cellXml(cell: XlsxCell): string {
  if (typeof cell !== 'string') return `<c><v>${cell.number}</v></c>`
  if (cell === '') return '<c/>'
  return `<c t="inlineStr"><is><t xml:space="preserve">${escapeXml(cell)}</t></is></c>`
}

/** Characters that XML has no place for are written as `_xHHHH_` (ECMA-376-1 §22.9.2.19), which `unescapeXlsx` reads. */
function escapeXml(text: string): string {
  return text
    .replace(
      NEEDS_CODE,
      (found) => `_x${(found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}_`,
    )
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}

export function unescapeXlsx(text: string): string {
  if (!text.includes('_x')) return text
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  )
}

/** Controls, the carriage return that parsers fold, lone surrogates, and an underscore that would begin a code. */
const NEEDS_CODE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is escaped
  /[\u0000-\u0008\u000b-\u001f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006'
const SHEET_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml'
const CONTENT_TYPES = `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${SHEET_TYPE}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${SHEET_TYPE}.worksheet+xml"/></Types>`
const ROOT_RELATIONS = `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`
const WORKBOOK = `${XML}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="Identifiers" sheetId="1" r:id="rId1"/></sheets></workbook>`
const RELATIONS = `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`
