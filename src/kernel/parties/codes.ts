import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../lib/package-root.ts'

/** A code as it is stored: what it means depends on the edition of its table. */
export type EditionedCode = { readonly code: string; readonly edition: string }

export type CodeEntry = {
  readonly code: string
  readonly name: string
  readonly level: string
  /** From the widest down to this one, e.g. 广东省, 深圳市, 宝安区. */
  readonly chain: readonly { readonly code: string; readonly name: string }[]
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

type Row = {
  readonly code: string
  readonly name: string
  readonly level: string
  /** Codes above it, widest first; those that are no rows of the table do not count. */
  readonly above: readonly string[]
}

function readRegions(): readonly Row[] {
  return readRows('gb-t-2260-201904.csv').map(([code = '', name = '']) => {
    const above = [`${code.slice(0, 2)}0000`, `${code.slice(0, 4)}00`]
    const level = code.endsWith('0000') ? 'province' : code.endsWith('00') ? 'city' : 'county'
    return { code, name, level, above: above.filter((it) => it !== code) }
  })
}

function readSectors(): readonly Row[] {
  return readRows('gb-t-4754-2017.csv').map(([code = '', level = '', section = '', name = '']) => {
    const above = [section, code.slice(0, 2), code.slice(0, 3)]
    return { code, name, level, above: [...new Set(above)].filter((it) => it !== code) }
  })
}

/** The tables hold no quotes; names use the Chinese comma. */
function readRows(file: string): readonly string[][] {
  const text = readFileSync(join(packageRoot(), 'spec', 'gb', file), 'utf8')
  const [, ...lines] = text.trim().split('\n')
  return lines.map((line) => line.trim().split(','))
}

function tableOf(standard: string, edition: string, rows: readonly Row[]): CodeTable {
  const names = new Map(rows.map((it) => [it.code, it.name]))
  const entries = rows.map(({ code, name, level, above }): CodeEntry => {
    const chain = [...above, code].flatMap((it) => {
      const known = names.get(it)
      return known === undefined ? [] : [{ code: it, name: known }]
    })
    return { code, name, level, chain }
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

/** Lower is nearer; undefined when it does not match. */
function rankOf({ code, name, chain }: CodeEntry, words: readonly string[]): number | undefined {
  let rank = 0
  for (const word of words) {
    if (code === word || name === word) continue
    if (code.startsWith(word) || name.startsWith(word)) rank += 1
    else if (name.includes(word)) rank += 2
    else if (chain.some((it) => it.name.includes(word))) rank += 3
    else return undefined
  }
  return rank
}
