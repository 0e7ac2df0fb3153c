import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../lib/package-root.ts'

/** A code as it is stored: what it means depends on the edition of its table. */
export type EditionedCode = { readonly code: string; readonly edition: string }

export type NamedCode = {
  readonly code: string
  /** As the standard has it, in Chinese. */
  readonly name: string
  /** Ours, or the usual one: the standards have no English edition. Not every code has one. */
  readonly nameEn?: string
}

export type CodeEntry = NamedCode & {
  readonly level: string
  /** From the widest down to this one, e.g. 广东省, 深圳市, 宝安区. */
  readonly chain: readonly NamedCode[]
}

export type CodeTable = {
  readonly standard: string
  readonly edition: string
  find(code: string): CodeEntry | undefined
  /** Whose name or chain holds every word, or whose code begins so; the nearest first. */
  search(text: string, limit: number): readonly CodeEntry[]
}

export const REGION_EDITION = '2019-04'
export const SECTOR_EDITION = '2017'
const WORDS_MAX = 8

let regionTable: CodeTable | undefined
let sectorTable: CodeTable | undefined

/** GB/T 2260, administrative divisions from county up. Read at first use. */
export function regions(): CodeTable {
  regionTable ??= tableOf('GB/T 2260', REGION_EDITION, readRegions())
  return regionTable
}

/** GB/T 4754, sections, divisions, groups and classes of economic activity. Read at first use. */
export function sectors(): CodeTable {
  sectorTable ??= tableOf('GB/T 4754', SECTOR_EDITION, readSectors())
  return sectorTable
}

type Row = NamedCode & {
  readonly level: string
  /** Codes above it, widest first; those that are no rows of the table do not count. */
  readonly above: readonly string[]
}

function readRegions(): readonly Row[] {
  const english = readEnglish('gb-t-2260-en.csv')
  return readRows('gb-t-2260-201904.csv').map(([code = '', name = '']) => {
    const above = [`${code.slice(0, 2)}0000`, `${code.slice(0, 4)}00`]
    const level = code.endsWith('0000') ? 'province' : code.endsWith('00') ? 'city' : 'county'
    return { code, name, ...english(code), level, above: above.filter((it) => it !== code) }
  })
}

function readSectors(): readonly Row[] {
  const english = readEnglish('gb-t-4754-en.csv')
  return readRows('gb-t-4754-2017.csv').map(([code = '', level = '', section = '', name = '']) => {
    const above = new Set([section, code.slice(0, 2), code.slice(0, 3)])
    return { code, name, ...english(code), level, above: [...above].filter((it) => it !== code) }
  })
}

/** The tables hold no quotes; names use the Chinese comma. */
function readRows(file: string): readonly string[][] {
  return readLines(file).map((line) => line.split(','))
}

/** Code and name; a name with commas stands in quotes. */
function readEnglish(file: string): (code: string) => { readonly nameEn?: string } {
  const names = new Map(
    readLines(file).map((line) => {
      const at = line.indexOf(',')
      return [line.slice(0, at), line.slice(at + 1).replace(/^"|"$/g, '')]
    }),
  )
  return (code) => {
    const nameEn = names.get(code)
    return nameEn === undefined ? {} : { nameEn }
  }
}

function readLines(file: string): readonly string[] {
  const text = readFileSync(join(packageRoot(), 'spec', 'gb', file), 'utf8')
  const [, ...lines] = text.trim().split('\n')
  return lines.map((line) => line.trim())
}

function tableOf(standard: string, edition: string, rows: readonly Row[]): CodeTable {
  const named = new Map(
    rows.map(({ code, name, nameEn }): [string, NamedCode] => {
      return [code, { code, name, ...(nameEn !== undefined && { nameEn }) }]
    }),
  )
  const entries = rows.map(({ above, ...row }): CodeEntry => {
    const chain = [...above, row.code].flatMap((it) => named.get(it) ?? [])
    return { ...row, chain }
  })
  const byCode = new Map(entries.map((it) => [it.code, it]))
  return {
    standard,
    edition,
    find: (code) => byCode.get(code),
    search: (text, limit) => searchIn(entries, text, limit),
  }
}

function searchIn(entries: readonly CodeEntry[], text: string, limit: number): CodeEntry[] {
  const words = wordsOf(text)
  const ranked = entries.flatMap((entry) => {
    const rank = rankOf(entry, words)
    return rank === undefined ? [] : [{ entry, rank }]
  })
  // Sorting is stable: equals stay in the order of the codes.
  ranked.sort((a, b) => a.rank - b.rank)
  return ranked.slice(0, limit).map(({ entry }) => entry)
}

function wordsOf(text: string): readonly string[] {
  const plain = text.normalize('NFKC').trim().toUpperCase()
  return plain
    .split(/\s+/u)
    .filter((it) => it !== '')
    .slice(0, WORDS_MAX)
}

/** Lower is nearer; undefined when it does not match. Words that stand together in the name are nearer than the same ones apart. */
function rankOf(entry: CodeEntry, words: readonly string[]): number | undefined {
  const own = [entry.code, ...namesOf(entry)]
  let rank = 0
  for (const word of words) {
    if (own.includes(word)) continue
    if (own.some((it) => it.startsWith(word))) rank += 1
    else if (namesOf(entry).some((it) => it.includes(word))) rank += 2
    else if (entry.chain.some((it) => namesOf(it).some((name) => name.includes(word)))) rank += 3
    else return undefined
  }
  const phrase = words.join(' ')
  const isPhrase = words.length > 1 && namesOf(entry).some((it) => it.includes(phrase))
  return isPhrase ? rank - 1 : rank
}

/** As words of a question are written. */
function namesOf({ name, nameEn }: NamedCode): string[] {
  return nameEn === undefined ? [name] : [name, nameEn.toUpperCase()]
}
