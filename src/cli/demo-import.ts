import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { RecordScanner } from '../identifiers/imports/csv-records.ts'
import type { ImportSummary } from './client.ts'
import { ownerOf } from './demo-cast.ts'
import { advisoryUrl, formatList, type Listed, readProducts, suffixFor } from './demo-list.ts'
import { runCommand, type Session, type Stage } from './demo-stage.ts'
import { importCommand } from './import.ts'
import { formatCount } from './progress.ts'

export const TEMPLATE = 'product'

/** The column of the list that is not called as its field. */
const MAPPING = 'model_or_order_numbers=models'

const FIELDS = [
  { name: 'vendor', type: 'text', label: { en: 'Maker', zh: '制造商' }, required: true },
  { name: 'product_name', type: 'text', label: { en: 'Product', zh: '产品名称' }, required: true },
  {
    name: 'models',
    type: 'list',
    label: { en: 'Model or order numbers', zh: '型号或订货号' },
    element: { type: 'text' },
    separator: '|',
  },
  {
    name: 'advisories',
    type: 'number',
    label: { en: 'Security advisories', zh: '安全公告数' },
    minimum: 0,
  },
  {
    name: 'latest_advisory',
    type: 'text',
    label: { en: 'Latest advisory', zh: '最新公告编号' },
    pattern: '^[A-Z]+-\\d{2}-\\d{3}-\\d{2}[A-Z]?$',
  },
  { name: 'url', type: 'url', label: { en: 'Details', zh: '详情网址' } },
]

/** One template at the node's own prefix, which every prefix below it may use. */
export async function publishTemplate(
  { story }: Stage,
  operator: Session,
  nodePrefix: string,
): Promise<void> {
  story.step({ en: 'A template is published', zh: '发布元数据模板' })
  const path = '/api/v1/templates'
  await operator.call('POST', path, {
    prefix: nodePrefix,
    name: TEMPLATE,
    label: { en: 'Industrial product', zh: '工业产品' },
    description: { en: 'A product as its makers offer it', zh: '制造商提供的产品' },
    thing: 'Product',
    fields: FIELDS,
  })
  const version = `${path}/${nodePrefix}/${TEMPLATE}/1`
  const { state } = await operator.call<{ state: string }>('POST', `${version}/publish`)
  const fields = FIELDS.map((it) => it.name).join(', ')
  story.check(
    { en: `${TEMPLATE}@1: ${fields}`, zh: `${TEMPLATE}@1：${fields}` },
    state === 'published',
    state,
  )
}

/** The whole list with the identifiers it gets, in its own order. `prefixes`: by account of the enterprise. */
export async function identify(prefixes: ReadonlyMap<string, string>): Promise<readonly Listed[]> {
  const products = await readProducts()
  return products.map((product) => {
    const prefix = prefixes.get(ownerOf(product).account) ?? ''
    return {
      ...product,
      handle: `${prefix}/${suffixFor(product)}`,
      url: advisoryUrl(product.latestAdvisory),
    }
  })
}

export type Imported = { readonly lines: number; readonly linesPerS: number }

/** Imports the whole list, and once more, as `waymark import` does it. */
export async function importList(
  stage: Stage,
  products: readonly Listed[],
  { key, nodePrefix }: { readonly key: string; readonly nodePrefix: string },
): Promise<Imported> {
  const { story, folder } = stage
  story.step({ en: 'The whole list is imported', zh: '导入整个产品清单' })
  const file = join(folder, 'products.csv')
  const result = join(folder, 'outcomes.csv')
  await writeFile(file, formatList(products))
  const args = [file, '--prefix', nodePrefix, '--template', TEMPLATE, '--map', MAPPING]
  const shown = `$ waymark import products.csv ${args.slice(1).join(' ')}`
  story.tell({ en: shown, zh: shown })
  const first = await runImport(stage, [...args, '--result', result], key)
  const { lines, created, linesPerS } = first
  const count = formatCount(created)
  const rate = formatCount(linesPerS)
  story.check(
    {
      en: `${count} products registered, durably, at ${rate} lines/s`,
      zh: `已持久注册 ${count} 个产品，${rate} 行/秒`,
    },
    first.code === 0 && lines === products.length && created === lines,
    first,
  )
  await checkOutcomes(stage, result, products.length)
  const again = await runImport(stage, args, key)
  const rateAgain = formatCount(again.linesPerS)
  story.check(
    {
      en: `imported again: nothing changes, ${rateAgain} lines/s`,
      zh: `重复导入：全部未变，${rateAgain} 行/秒`,
    },
    again.code === 0 && again.unchanged === products.length,
    again,
  )
  return { lines, linesPerS }
}

async function runImport(stage: Stage, args: readonly string[], key: string) {
  const startedAt = performance.now()
  const { code, stdout } = await runCommand(stage, importCommand, [...args, '--json'], { key })
  const passedMs = performance.now() - startedAt
  const summary = JSON.parse(stdout) as ImportSummary
  return { ...summary, code, linesPerS: Math.round((summary.lines / passedMs) * 1000) }
}

/** One outcome for each line of the file. */
async function checkOutcomes({ story }: Stage, result: string, linesTotal: number): Promise<void> {
  const rows: (readonly string[])[] = []
  const text = (await readFile(result, 'utf8')).replace(/^\ufeff/, '')
  const scanner = new RecordScanner({ delimiter: ',', newline: '\n' }, 1, {
    record: (_line, cells) => rows.push(cells),
    broken: (_line, problem) => rows.push([problem.reason.en]),
  })
  scanner.scan(text, true, false)
  const outcomes = rows.slice(1)
  // the first line of the file names its columns
  const wrong = outcomes.find(
    ([line, outcome], at) => line !== String(at + 2) || outcome !== 'created',
  )
  story.check(
    {
      en: `outcomes.csv has the outcome of each of ${formatCount(outcomes.length)} lines`,
      zh: `outcomes.csv 逐行给出 ${formatCount(outcomes.length)} 条结果`,
    },
    outcomes.length === linesTotal && wrong === undefined,
    wrong ?? outcomes.length,
  )
}
