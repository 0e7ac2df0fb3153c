import assert from 'node:assert/strict'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateRawSync } from 'node:zlib'
import { xlsxReader } from '../../src/identifiers/imports/xlsx-reader.ts'
import { type XlsxCell, xlsxFile } from '../../src/identifiers/imports/xlsx-writer.ts'
import { Problem } from '../../src/lib/problem.ts'
import { Dice } from '../support/records.ts'

const CELLS: readonly XlsxCell[] = [
  ...['', 'a', '泵', '\0', '_x0041_', '=1+1', '<c>', '&amp;', ' 1', '\ud800', 'x'.repeat(300)],
  ...['1', '-0', '1e308', '45292.5', '0.1'].map((number) => ({ number })),
]
const XML_PARTS = [
  ...['<c r="A1">', '</c>', '<v>1</v>', '<f>1</f>', '<row r="2">', '<row r="-1">', '</row>', '<t>'],
  ...['<!DOCTYPE x [<!ENTITY a "b">]>', '&a;', '&#0;', '&#x10ffff;', '<![CDATA[', ']]>', '<!--'],
  ...[
    't="s"',
    't="e"',
    't="b"',
    's="9999"',
    'r="ZZZZZZ1"',
    'r="__proto__"',
    '\0',
    '\ufffe',
    '<',
    '"',
  ],
]
const ATTRIBUTES = [
  ...[
    '',
    '0',
    '-1',
    '1',
    '7',
    '170',
    '1e9',
    'NaN',
    's',
    'b',
    'e',
    'd',
    'str',
    'inlineStr',
    'x',
    'A1',
  ],
  ...['B1', 'A2', 'XFD1', 'ZZZZZZZ1', '1048577', '99999999999999999999', '../../../x', '__proto__'],
  ...['h:mm', '[Red]0', 'yyyy', 'r1', 'r9', 'S', '&lt;', '/xl/worksheets/sheet1.xml'],
]
const CONTENTS = [
  ...[
    '',
    '0',
    '1',
    '2',
    '-1',
    '1e400',
    '2958466',
    '-0.5',
    '1E+11',
    '泵',
    '&#10;',
    '_x0000_',
    'name',
  ],
  ...[
    '<row/>',
    '<c/>',
    '<c r="A9"/>',
    '<v>1</v>',
    '<t>x</t>',
    '<si/>',
    '<f>1</f>',
    '<is><t>y</t></is>',
  ],
  ...['<sheet name="T" sheetId="1"/>', '<xf numFmtId="14"/>', '<row r="9"><c><v>1</v></c></row>'],
].map((it) => `>${it}<`)

/**
 * Workbooks with changed bytes, and with changed text inside parts that are packed right: each is read or refused with a
 * Problem. Answers how many were refused.
 */
export async function fuzzXlsx(count: number, seed: number): Promise<number> {
  const dice = new Dice(seed)
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-fuzz-'))
  let refused = 0
  let whole = await workbook(dice)
  for (let n = 0; n < count; n++) {
    if (n % 256 === 255) whole = await workbook(dice)
    const file = dice.chance(50) ? damagedBytes(whole, dice) : damagedText(dice)
    if (!(await isRead(file, folder.path))) refused++
  }
  return refused
}

async function workbook(dice: Dice): Promise<Buffer> {
  const rows = Array.from({ length: 1 + dice.below(20) }, () =>
    Array.from({ length: dice.below(8) }, () => dice.pick(CELLS)),
  )
  async function* pages() {
    yield [['suffix', 'name'], ...rows]
  }
  const pieces: Buffer[] = []
  for await (const piece of xlsxFile(pages())) pieces.push(piece)
  return Buffer.concat(pieces)
}

async function isRead(file: Buffer, folder: string): Promise<boolean> {
  let last = 0
  const tell = (line: number) => {
    assert.ok(line > last, `lines rise in ${file.toString('base64')}`)
    last = line
  }
  const reader = xlsxReader(
    { header: () => undefined, row: tell, refuse: tell, object: () => assert.fail('no objects') },
    { folder },
  )
  try {
    reader.push(file)
    reader.end()
    await reader.finish(async () => undefined)
    return true
  } catch (problem) {
    if (problem instanceof Problem) return false
    throw new Error(`seen in ${file.toString('base64')}`, { cause: problem })
  } finally {
    reader.close()
  }
}

function damagedBytes(whole: Buffer, dice: Dice): Buffer {
  let bytes = Buffer.from(whole)
  for (let changes = 1 + dice.below(4); changes > 0; changes--) {
    const at = dice.below(bytes.length)
    const cut = at + dice.below(30)
    if (dice.chance(60)) bytes[at] = dice.pick([0, 1, 80, 127, 128, 255, dice.below(256)])
    else if (dice.chance(50)) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(cut)])
    else bytes = Buffer.concat([bytes.subarray(0, cut), bytes.subarray(at)])
    if (bytes.length === 0) return bytes
  }
  return bytes
}

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const SHEET = 'xl/worksheets/sheet1.xml'
const PARTS: Readonly<Record<string, string>> = {
  'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><workbookPr date1904="1"/><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`,
  'xl/_rels/workbook.xml.rels': `<Relationships><Relationship Id="r1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="${OFFICE}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="r3" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`,
  'xl/sharedStrings.xml': `<sst xmlns="${MAIN}"><si><t>suffix</t></si><si><r><t>na</t></r><r><t>me</t></r><rPh><t>x</t></rPh></si></sst>`,
  'xl/styles.xml': `<styleSheet xmlns="${MAIN}"><numFmts><numFmt numFmtId="170" formatCode="yyyy-mm-dd"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs></styleSheet>`,
  [SHEET]: `<worksheet xmlns="${MAIN}"><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row><row r="2"><c r="A2" s="1"><v>45292</v></c><c r="B2" t="inlineStr"><is><t>n</t></is></c></row><row r="3"><c r="A3" t="b"><v>1</v></c><c r="B3" t="e"><v>#N/A</v></c></row></sheetData></worksheet>`,
}

/** A workbook whose parts unpack without complaint to text that was changed. */
function damagedText(dice: Dice): Buffer {
  const parts = { ...PARTS }
  for (let changes = 1 + dice.below(3); changes > 0; changes--) {
    const name = dice.chance(50) ? SHEET : dice.pick(Object.keys(parts))
    parts[name] = dice.chance(75)
      ? withValue(parts[name] ?? '', dice)
      : withCut(parts[name] ?? '', dice)
  }
  return zipOf(parts)
}

/** Another attribute value or content, which leaves the XML well formed. */
function withValue(text: string, dice: Dice): string {
  const places = [...text.matchAll(/(?<==)"[^"]*"|>[^<]*</g)]
  const place = dice.pick(places)
  if (place === undefined) return text
  const [found] = place
  const value = dice.pick(found.startsWith('"') ? ATTRIBUTES.map((it) => `"${it}"`) : CONTENTS)
  return text.slice(0, place.index) + value + text.slice(place.index + found.length)
}

function withCut(text: string, dice: Dice): string {
  const at = dice.below(text.length + 1)
  const cut = at + dice.below(12)
  return text.slice(0, at) + (dice.chance(70) ? dice.pick(XML_PARTS) : '') + text.slice(cut)
}

/** A zip file (APPNOTE 4.3) with honest sizes and digests. */
function zipOf(parts: Readonly<Record<string, string>>): Buffer {
  const local: Buffer[] = []
  const central: Buffer[] = []
  let at = 0
  for (const [name, text] of Object.entries(parts)) {
    const plain = Buffer.from(text)
    const packed = deflateRawSync(plain, { level: 1 })
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(8, 4)
    common.writeUInt32LE(crc32(plain), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(plain.length, 18)
    common.writeUInt16LE(name.length, 22)
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(at, 10)
    const head = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), packed])
    central.push(Buffer.from('PK\x01\x02\x14\0'), common, tail, Buffer.from(name))
    local.push(head)
    at += head.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(Object.keys(parts).length, 8)
  end.writeUInt16LE(Object.keys(parts).length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...local, directory, end])
}
