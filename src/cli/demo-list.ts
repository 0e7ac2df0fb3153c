import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { RecordScanner } from '../identifiers/imports/csv-records.ts'
import { packageRoot } from '../lib/package-root.ts'

/** One line of `examples/industrial-products.csv`, as published. */
export type Product = {
  readonly vendor: string
  readonly name: string
  readonly models: string
  readonly advisories: string
  readonly latestAdvisory: string
}

export type Listed = Product & { readonly handle: string; readonly url: string }

const LIST = join('examples', 'industrial-products.csv')

export async function readProducts(): Promise<readonly Product[]> {
  const text = await readFile(join(packageRoot(), LIST), 'utf8')
  const products: Product[] = []
  const scanner = new RecordScanner({ delimiter: ',', newline: '\n' }, 1, {
    record(_line, [vendor = '', name = '', models = '', advisories = '', latestAdvisory = '']) {
      products.push({ vendor, name, models, advisories, latestAdvisory })
    },
    broken(line, problem) {
      throw new Error(`${LIST}, line ${line}: ${problem.reason.en}`)
    },
  })
  scanner.scan(text, true, false)
  return products.slice(1)
}

const SLUG_CHARS_MAX = 40
const DIGEST_CHARS = 6

/**
 * What stands after the prefix: readable, and the same whatever the order of the list, because it is made of nothing but
 * the product itself.
 */
export function suffixFor({ vendor, name, models }: Product): string {
  const digest = createHash('sha256').update([vendor, name, models].join('\0')).digest('hex')
  return [slugOf(name), digest.slice(0, DIGEST_CHARS)].filter((it) => it !== '').join('-')
}

export function slugOf(text: string): string {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  const words = plain.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '')
  return words.slice(0, SLUG_CHARS_MAX).replace(/-$/, '')
}

/** The page of the newest advisory that names the product. */
export function advisoryUrl(id: string): string {
  const name = id.toLowerCase()
  const [kind = '', year = ''] = name.split('-')
  switch (kind) {
    case 'icsa':
      return `https://www.cisa.gov/news-events/ics-advisories/${name}`
    case 'icsma':
      return `https://www.cisa.gov/news-events/ics-medical-advisories/${name}`
    default:
      return `https://github.com/cisagov/CSAF/blob/develop/csaf_files/IT/white/20${year}/${name}.json`
  }
}

/** The list as it is imported: the published columns, and before them the identifier, after them the address. */
export function formatList(products: readonly Listed[]): string {
  const lines = products.map(({ handle, url, vendor, name, models, advisories, latestAdvisory }) =>
    [handle, vendor, name, models, advisories, latestAdvisory, url].map(cell).join(','),
  )
  return `${COLUMNS.join(',')}\r\n${lines.join('\r\n')}\r\n`
}

const COLUMNS = [
  'identifier',
  'vendor',
  'product_name',
  'model_or_order_numbers',
  'advisories',
  'latest_advisory',
  'url',
]

/** Everything is kept as it is published: nothing is guarded against spreadsheets here, no blank is lost. */
function cell(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
