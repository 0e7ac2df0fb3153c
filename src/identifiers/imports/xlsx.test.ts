import assert from 'node:assert/strict'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { FieldProblem } from '../../lib/problem.ts'
import type { LineSink } from './lines.ts'
import { styleOf } from './xlsx-book.ts'
import { xlsxReader } from './xlsx-reader.ts'
import { type XlsxCell, xlsxFile } from './xlsx-writer.ts'
import { zipFile } from './zip-writer.ts'

type Told = { columns: readonly string[]; rows: unknown[]; refused: [number, string][] }

async function read(file: Buffer, sheet?: string): Promise<Told> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-xlsx-'))
  const told: Told = { columns: [], rows: [], refused: [] }
  const sink: LineSink = {
    header(columns) {
      told.columns = columns
    },
    row(line, cells, dates) {
      told.rows.push(dates === undefined ? [line, ...cells] : [line, ...cells, [...dates]])
    },
    object: () => assert.fail('a sheet has no objects'),
    refuse: (line: number, { reason }: FieldProblem) => told.refused.push([line, reason.en]),
  }
  const reader = xlsxReader(sink, { folder: folder.path, sheet })
  try {
    for (let at = 0; at < file.length; at += 1000) reader.push(file.subarray(at, at + 1000))
    reader.end()
    await reader.finish(async () => {})
  } finally {
    reader.close()
  }
  return told
}

async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = []
  for await (const chunk of chunks) all.push(chunk)
  return Buffer.concat(all)
}

const NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
const BOOK = `<workbook ${NS} xmlns:r="r"><sheets><sheet name="Notes" sheetId="1" state="hidden" r:id="rId9"/><sheet name="数据" sheetId="2" r:id="rId1"/></sheets></workbook>`
const RELATIONS =
  '<Relationships><Relationship Id="rId1" Target="worksheets/s.xml"/><Relationship Id="rId9" Target="/xl/worksheets/n.xml"/></Relationships>'
const NOTES =
  '<worksheet><sheetData><row><c t="inlineStr"><is><t>x</t></is></c></row></sheetData></worksheet>'
const STYLES = `<styleSheet ${NS}><numFmts><numFmt numFmtId="164" formatCode="yyyy/m/d"/><numFmt numFmtId="165" formatCode="00000"/><numFmt numFmtId="166" formatCode="yyyy-mm-dd hh:mm:ss"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="49" quotePrefix="1"/></cellXfs></styleSheet>`
const SHARED = `<sst ${NS}><si><t>suffix</t></si><si><t>value</t></si><si><r><t>东</t></r><r><t xml:space="preserve">京 </t></r><rPh><t>トウ</t></rPh></si></sst>`

async function workbook(rows: string, parts: Record<string, string> = {}): Promise<Buffer> {
  const all = {
    'xl/workbook.xml': BOOK,
    'xl/_rels/workbook.xml.rels': RELATIONS,
    'xl/worksheets/n.xml': NOTES,
    'xl/worksheets/s.xml': `<x:worksheet xmlns:x="m"><x:sheetData>${rows}</x:sheetData></x:worksheet>`,
    'xl/styles.xml': STYLES,
    'xl/sharedStrings.xml': SHARED,
    ...parts,
  }
  async function* each() {
    for (const [name, text] of Object.entries(all)) {
      yield {
        name,
        bytes: (async function* () {
          yield Buffer.from(text)
        })(),
      }
    }
  }
  return await bytesOf(zipFile(each(), 9))
}

const HEADER = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
const cellRow = (cell: string) => `${HEADER}<row r="3"><c r="A3"><v>1</v></c>${cell}</row>`

test('cells are read as what they are in the sheet', async () => {
  const cases: [name: string, cell: string, text: string][] = [
    ['shared text, rich, without its reading', '<c r="B3" t="s"><v>2</v></c>', '东京 '],
    ['inline text', '<c r="B3" t="inlineStr"><is><t>a_x000D_b</t></is></c>', 'a\rb'],
    ['text after an apostrophe', '<c r="B3" s="4" t="inlineStr"><is><t>=1</t></is></c>', '=1'],
    ['twelve digits shown as 1.2E+11', '<c r="B3"><v>120000000001</v></c>', '120000000001'],
    ['twelve digits stored as 1.2E+11', '<c r="B3"><v>1.2E+11</v></c>', '120000000000'],
    ['digits that are lost', '<c r="B3"><v>6.9012345678901197E+18</v></c>', '6.90123456789012E+18'],
    ['a sum as it is shown', '<c r="B3"><v>0.30000000000000004</v></c>', '0.3'],
    ['leading zeros by format', '<c r="B3" s="2"><v>123</v></c>', '00123'],
    ['a formula with its result', '<c r="B3"><f>1+1</f><v>2</v></c>', '2'],
    ['a formula with a text', '<c r="B3" t="str"><f>A1</f><v>x</v></c>', 'x'],
    ['true', '<c r="B3" t="b"><v>1</v></c>', 'true'],
    ['an empty cell', '<c r="B3"/>', ''],
    ['no cell', '', ''],
    ['a cell without a reference', '<c><v>7</v></c>', '7'],
  ]
  for (const [name, cell, text] of cases) {
    const told = await read(await workbook(cellRow(cell)))
    assert.deepEqual(told.columns, ['suffix', 'value'], name)
    assert.deepEqual(told.rows, [[3, '1', text]], name)
  }
})

test('dates are told as dates, by the calendar of the workbook', async () => {
  const cases: [cell: string, text: string][] = [
    ['<c r="B3" s="1"><v>45292</v></c>', '2024-01-01'],
    ['<c r="B3" s="3"><v>45292.5</v></c>', '2024-01-01T12:00:00'],
    ['<c r="B3" s="3"><v>45292</v></c>', '2024-01-01'],
    ['<c r="B3" s="1"><v>61</v></c>', '1900-03-01'],
    ['<c r="B3" s="1"><v>59</v></c>', '1900-02-28'],
  ]
  for (const [cell, text] of cases) {
    assert.deepEqual((await read(await workbook(cellRow(cell)))).rows, [[3, '1', text, [1]]])
  }
  const book = BOOK.replace('<sheets>', '<workbookPr date1904="1"/><sheets>')
  const from1904 = await workbook(cellRow('<c r="B3" s="1"><v>43830</v></c>'), {
    'xl/workbook.xml': book,
  })
  assert.deepEqual((await read(from1904)).rows, [[3, '1', '2024-01-01', [1]]])
})

test('formats of dates are told from formats of numbers', () => {
  const date = (hasDate: boolean, hasTime: boolean) => ({ kind: 'date', hasDate, hasTime })
  const cases: [string, unknown][] = [
    ['General', undefined],
    ['0.00', undefined],
    ['#,##0 "days"', undefined],
    ['[Red]0.0', undefined],
    ['@', undefined],
    ['yyyy"年"m"月"', date(true, false)],
    ['[$-804]yyyy/m/d', date(true, false)],
    ['m/d/yy h:mm', date(true, true)],
    ['[h]:mm:ss', date(false, true)],
    ['000', { kind: 'zeros', digits: 3 }],
  ]
  for (const [format, style] of cases) assert.deepEqual(styleOf(format), style, format)
})

test('a row that cannot be read is refused with its number, and costs no other row', async () => {
  const cases: [name: string, cell: string, reason: RegExp][] = [
    ['an error', '<c r="B3" t="e"><v>#REF!</v></c>', /error #REF!/],
    ['a formula never computed', '<c r="B3"><f>1+1</f></c>', /without a stored result/],
    ['a shared text that is not there', '<c r="B3" t="s"><v>99</v></c>', /damaged/],
    ['a number that is none', '<c r="B3"><v>x</v></c>', /damaged/],
    ['the 29 February 1900', '<c r="B3" s="1"><v>60</v></c>', /no date/],
    ['a cell beyond the header', '<c r="C3"><v>1</v></c>', /beyond the header/],
    ['a long cell', `<c r="B3" t="str"><v>${'x'.repeat(131_073)}</v></c>`, /too long/],
  ]
  for (const [name, cell, reason] of cases) {
    const more = '<row r="4"><c r="A4"><v>2</v></c></row>'
    const told = await read(await workbook(cellRow(cell) + more))
    assert.deepEqual(told.rows, [[4, '2', '']], name)
    assert.equal(told.refused.length, 1, name)
    assert.equal(told.refused[0]?.[0], 3)
    assert.match(told.refused[0]?.[1] ?? '', reason, name)
  }
})

test('the first visible sheet is read unless another is named', async () => {
  const file = await workbook(HEADER)
  assert.deepEqual((await read(file)).columns, ['suffix', 'value'])
  assert.deepEqual((await read(file, 'Notes')).columns, ['x'])
  await assert.rejects(read(file, 'nope'), { code: 'invalid-input' })
})

test('what is no workbook, is torn, locked or swells beyond reason is refused', async () => {
  const file = await workbook(HEADER)
  for (let length = 0; length < file.length; length += 97) {
    await assert.rejects(read(file.subarray(0, length)), { code: 'unreadable-input' })
  }
  await assert.rejects(read(Buffer.from('d0cf11e0a1b11ae1', 'hex')), { message: /\.xls workbook/ })
  await assert.rejects(read(await workbook('')), { code: 'unreadable-input' })
  await assert.rejects(read(await workbook('<row><c></row>')), { code: 'unreadable-input' })
  await assert.rejects(read(await workbook(`${HEADER}<row r="9"><c><v>1</v></c><row/></row>`)), {
    code: 'unreadable-input',
  })
  const bomb = await workbook(`${HEADER}<!--${' '.repeat(3_000_000)}-->`.repeat(20))
  assert.ok(bomb.length < 200_000)
  await assert.rejects(read(bomb), { code: 'too-large' })
  const endless = await workbook(cellRow(`<c r="B3" t="str"><v>${'x'.repeat(9_000_000)}</v></c>`))
  await assert.rejects(read(endless), { code: 'unreadable-input' })
  const entities =
    '<!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;">]><worksheet>&c;</worksheet>'
  await assert.rejects(read(await workbook('', { 'xl/worksheets/s.xml': entities })), {
    code: 'unreadable-input',
  })
})

test('flipped bytes are refused or read, and nothing else is thrown', async () => {
  const file = await workbook(cellRow('<c r="B3" t="s"><v>2</v></c>'))
  for (let at = 0; at < file.length; at += 3) {
    const flipped = Buffer.from(file)
    flipped[at] = (flipped[at] ?? 0) ^ 0x41
    await read(flipped).catch((error) =>
      assert.equal(error.name, 'Problem', `${at}: ${error.stack}`),
    )
  }
})

test('what is written as a workbook is read back, numbers as numbers', async () => {
  const rows: XlsxCell[][] = [
    ['suffix', 'b'],
    ['=1+1', { number: '-0.5' }],
    ['a\u0001\r\n<&>"_x0041_', ''],
    ['𠀀', { number: '123456789012345' }],
  ]
  const file = await bytesOf(
    xlsxFile(
      (async function* () {
        yield rows
      })(),
    ),
  )
  const { columns, rows: back } = await read(file)
  assert.deepEqual(columns, ['suffix', 'b'])
  assert.deepEqual(back, [
    [2, '=1+1', '-0.5'],
    [3, 'a\u0001\r\n<&>"_x0041_', ''],
    [4, '𠀀', '123456789012345'],
  ])
})

async function* manyRows() {
  for (let page = 0; page < 20; page++) {
    yield Array.from({ length: 500 }, (_, i): XlsxCell[] => [`${page}-${i}`, 'text'])
  }
}

test('a long workbook is written without a warning of Node’s', async (t) => {
  const warned: string[] = []
  const take = (it: Error) => void warned.push(String(it))
  process.on('warning', take)
  t.after(() => process.off('warning', take))
  await bytesOf(xlsxFile(manyRows()))
  assert.deepEqual(warned, [])
})

test('how much of a workbook was read is told while it is read', async () => {
  const file = await bytesOf(xlsxFile(manyRows()))
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-xlsx-'))
  const ignore = () => {}
  const sink = { header: ignore, row: ignore, object: ignore, refuse: ignore }
  const reader = xlsxReader(sink, { folder: folder.path })
  reader.push(file)
  reader.end()
  const told = [reader.readBytes()]
  await reader.finish(async () => void told.push(reader.readBytes()))
  told.push(reader.readBytes())
  reader.close()
  assert.deepEqual([told.at(0), told.at(-1)], [0, file.length])
  assert.deepEqual(
    told,
    told.toSorted((a, b) => a - b),
  )
  const between = told.filter((it) => it > 0 && it < file.length)
  assert.ok(new Set(between).size > 3, told.join(' '))
})
