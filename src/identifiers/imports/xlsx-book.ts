import { Problem } from '../../lib/problem.ts'
import { XLSX_SHARED_CHARS_MAX, XLSX_SHARED_TEXTS_MAX } from './limits.ts'
import { readXml } from './xlsx-xml.ts'
import { broken, type Zip } from './xlsx-zip.ts'

/** How the numbers of a cell are shown, as far as it changes what they are. */
export type NumberStyle =
  | { readonly kind: 'date'; readonly hasDate: boolean; readonly hasTime: boolean }
  /** `00000`: digits are filled up with zeros. */
  | { readonly kind: 'zeros'; readonly digits: number }
  | undefined

/** What the cells of a sheet refer to (ECMA-376-1 §18). */
export type Book = {
  readonly sheet: string
  readonly shared: readonly string[]
  readonly styles: readonly NumberStyle[]
  readonly is1904: boolean
}

type Sheet = { readonly name: string; readonly relation: string; readonly isHidden: boolean }

export async function readBook(zip: Zip, wanted: string | undefined): Promise<Book> {
  const { sheets, is1904 } = await readWorkbook(zip)
  const sheet = chooseSheet(sheets, wanted)
  const target = (await readRelations(zip)).get(sheet.relation)
  if (target === undefined)
    throw broken(`sheet ${sheet.name} is missing`, `缺少工作表 ${sheet.name}`)
  const shared = zip.has(SHARED) ? await readShared(zip) : []
  const styles = zip.has(STYLES) ? await readStyles(zip) : []
  return { sheet: target, shared, styles, is1904 }
}

const WORKBOOK = 'xl/workbook.xml'
const RELATIONS = 'xl/_rels/workbook.xml.rels'
const SHARED = 'xl/sharedStrings.xml'
const STYLES = 'xl/styles.xml'

async function readWorkbook(zip: Zip): Promise<{ sheets: Sheet[]; is1904: boolean }> {
  const sheets: Sheet[] = []
  let is1904 = false
  await readXml(zip.read(WORKBOOK), {
    open(name, attributes) {
      if (name === 'workbookPr') is1904 = isTrue(attributes.date1904)
      if (name !== 'sheet') return
      const isHidden = attributes.state !== undefined && attributes.state !== 'visible'
      sheets.push({ name: attributes.name ?? '', relation: attributes['r:id'] ?? '', isHidden })
    },
  })
  return { sheets, is1904 }
}

function chooseSheet(sheets: readonly Sheet[], wanted: string | undefined): Sheet {
  const sheet =
    wanted === undefined
      ? (sheets.find((it) => !it.isHidden) ?? sheets[0])
      : sheets.find((it) => it.name === wanted)
  if (sheet !== undefined) return sheet
  const names = sheets.map((it) => it.name).slice(0, 30)
  throw new Problem('invalid-input', {
    en: `The workbook has no such sheet; it has ${names.join(', ') || 'none'}`,
    zh: `工作簿中没有该工作表；现有：${names.join('、') || '无'}`,
  })
}

/** Parts by relation id; targets are relative to `xl/` unless they begin with a slash. */
async function readRelations(zip: Zip): Promise<Map<string, string>> {
  const targets = new Map<string, string>()
  await readXml(zip.read(RELATIONS), {
    open(name, { Id, Target }) {
      if (name !== 'Relationship' || Id === undefined || Target === undefined) return
      targets.set(Id, Target.startsWith('/') ? Target.slice(1) : `xl/${Target}`)
    },
  })
  return targets
}

async function readShared(zip: Zip): Promise<string[]> {
  const shared: string[] = []
  let chars = 0
  let text = ''
  let isText = false
  let phonetic = 0
  await readXml(zip.read(SHARED), {
    open(name) {
      if (name === 'si') text = ''
      if (name === 'rPh') phonetic++
      isText = name === 't' && phonetic === 0
    },
    text(part) {
      if (isText) text += part
    },
    close(name) {
      if (name === 'rPh') phonetic--
      if (name === 't') isText = false
      if (name !== 'si') return
      chars += text.length
      shared.push(text)
      if (chars > XLSX_SHARED_CHARS_MAX || shared.length > XLSX_SHARED_TEXTS_MAX)
        throw TOO_MANY_TEXTS
    },
  })
  return shared
}

async function readStyles(zip: Zip): Promise<NumberStyle[]> {
  const formats = new Map<number, string>()
  const styles: NumberStyle[] = []
  let isCell = false
  await readXml(zip.read(STYLES), {
    open(name, attributes) {
      if (name === 'numFmt') formats.set(Number(attributes.numFmtId), attributes.formatCode ?? '')
      if (name === 'cellXfs') isCell = true
      if (name !== 'xf' || !isCell || styles.length >= STYLES_MAX) return
      const id = Number(attributes.numFmtId ?? 0)
      styles.push(styleOf(formats.get(id) ?? BUILT_IN[id] ?? ''))
    },
    close(name) {
      if (name === 'cellXfs') isCell = false
    },
  })
  return styles
}

/** Excel's own limit is 65,490. */
const STYLES_MAX = 66_000

/** Formats that files name by number only (§18.8.30), those for dates in Chinese and Japanese editions included. */
const BUILT_IN: Readonly<Record<number, string>> = {
  14: 'yyyy-mm-dd',
  15: 'd-mmm-yy',
  16: 'd-mmm',
  17: 'mmm-yy',
  18: 'h:mm AM/PM',
  19: 'h:mm:ss AM/PM',
  20: 'h:mm',
  21: 'h:mm:ss',
  22: 'yyyy-mm-dd h:mm',
  27: 'yyyy年m月',
  28: 'm月d日',
  29: 'm月d日',
  30: 'm-d-yy',
  31: 'yyyy年m月d日',
  32: 'h时mm分',
  33: 'h时mm分ss秒',
  36: 'yyyy年m月',
  45: 'mm:ss',
  46: '[h]:mm:ss',
  47: 'mm:ss.0',
  50: 'yyyy年m月',
  57: 'yyyy年m月',
  58: 'm月d日',
}

export function styleOf(format: string): NumberStyle {
  const first = format.split(';')[0] ?? ''
  if (/^0{2,30}$/.test(first)) return { kind: 'zeros', digits: first.length }
  const signs = first
    .replace(/"[^"]*"|\\.|_.|\*./g, '')
    .replace(/\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, '')
    .replace(/AM\/PM|A\/P|上午\/下午/gi, 'h')
  if (/General|@/i.test(signs)) return undefined
  const hasTime = /[hs]/i.test(signs)
  const hasDate = /[yd]/i.test(signs) || (/m/i.test(signs) && !hasTime)
  return hasDate || hasTime ? { kind: 'date', hasDate, hasTime } : undefined
}

function isTrue(text: string | undefined): boolean {
  return text === '1' || text === 'true'
}

const TOO_MANY_TEXTS = new Problem('too-large', {
  en: `The workbook has more than ${XLSX_SHARED_TEXTS_MAX} different texts or ${XLSX_SHARED_CHARS_MAX} characters in them; import it as CSV`,
  zh: `工作簿中的不同文本超过 ${XLSX_SHARED_TEXTS_MAX} 条或 ${XLSX_SHARED_CHARS_MAX} 字，请改用 CSV 导入`,
})
