import assert from 'node:assert/strict'
import { cp, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { PackKind } from '../src/kernel/packs/kind.ts'
import type { Pack } from '../src/kernel/packs/pack.ts'
import { readRegion, regionsFolder } from '../src/kernel/packs/regions.ts'
import type { Measure } from '../src/policy/measure-schema.ts'
import { REGION_KINDS } from '../src/region-kinds.ts'
import { ranCli } from './support/cli-run.ts'
import { packFolder } from './support/pack-folder.ts'
import { type ParameterRow, readClauses, readParameterSheet } from './support/policy-spec.ts'

const REGIONS = ['shenzhen', 'baoan', 'luan']
/** What a clause of each kind becomes. */
const FOLDERS: Readonly<Record<string, string>> = {
  measure: 'measures',
  target: 'targets',
  prohibition: 'prohibitions',
  programme: 'programmes',
  process: 'processes',
  budget: 'budgets',
  validity: 'documents',
  fact: 'documents',
}

async function packOf(code: string): Promise<Pack> {
  const { pack, faults } = await readRegion(code, { kinds: REGION_KINDS })
  assert.deepEqual(faults, [])
  return pack ?? assert.fail()
}

/** Every id of a kind in a pack, those within entries too. */
function idsOf(pack: Pack, kind: PackKind): string[] {
  return pack
    .own(kind.folder)
    .flatMap(({ id, value }) => [id, ...(kind.innerIds?.(value as never) ?? []).map((it) => it.id)])
}

for (const code of REGIONS) {
  test(`the pack of ${code} has no faults`, async () => {
    const pack = await packOf(code)
    assert.equal(pack.region.code, code)
  })
}

test('every clause of the papers stands in exactly one pack, as what it is', async () => {
  const placed = new Map<string, string[]>()
  for (const code of REGIONS) {
    const pack = await packOf(code)
    for (const kind of REGION_KINDS) {
      for (const id of idsOf(pack, kind)) {
        placed.set(id, [...(placed.get(id) ?? []), `${code}/${kind.folder}`])
      }
    }
  }
  const clauses = readClauses()
  assert.ok(clauses.length > 120)
  for (const { clause, kind, region } of clauses) {
    assert.deepEqual(placed.get(clause), [`${region}/${FOLDERS[kind]}`], clause)
  }
  const known = new Set(clauses.map((it) => it.clause))
  const strangers = [...placed.keys()].filter((id) => /^D\d-/.test(id) && !known.has(id))
  assert.deepEqual(
    strangers,
    ['D1-M01'],
    'only the article of two branches has a number of its own',
  )
})

test('each of the forty ambiguities has its reading', async () => {
  const read = new Set<string>()
  for (const code of REGIONS) {
    for (const { id } of (await packOf(code)).own('readings')) read.add(id)
  }
  const expected = Array.from({ length: 40 }, (_, it) => `A-${String(it + 1).padStart(2, '0')}`)
  assert.deepEqual([...read].sort(), expected)
})

test('the eight fields of a published document are all there, the empty ones as such', async () => {
  const paper = (await packOf('shenzhen')).find('documents', 'D1')?.value
  const { head } = paper as { head: { keywords: unknown } }
  assert.deepEqual(Object.keys(head), [
    'indexNumber',
    'class',
    'issuer',
    'publicationDate',
    'title',
    'documentNumber',
    'keywords',
    'validity',
  ])
  assert.deepEqual(head.keywords, { absent: 'empty' })
})

test('of the time of the original measures of Bao’an the months are known and no days', async () => {
  const paper = (await packOf('baoan')).find('documents', 'D3')?.value
  assert.deepEqual((paper as { reportedValidity: object }).reportedValidity, {
    from: '2021-03',
    to: '2022-03',
  })
})

test('no step of a procedure has a value that no source gave', async () => {
  for (const code of REGIONS) {
    const pack = await packOf(code)
    const procedure = pack.find('parameters', `procedure-${code}`)?.value
    const { steps } = procedure as { steps: { parameters: { value: unknown }[] }[] }
    const values = steps.flatMap((it) => it.parameters.map(({ value }) => value))
    assert.ok(values.length >= 15)
    assert.deepEqual(
      values.filter((it) => it !== null),
      [],
    )
  }
})

test('a body that acts is found in the paper’s own pack', async () => {
  const pack = await packOf('baoan')
  const industry = pack.find('departments', 'city-industry')?.value as {
    timeline: { name: { zh: string } }[]
  }
  assert.deepEqual(
    industry.timeline.map((it) => it.name.zh),
    ['深圳市经济贸易和信息化委员会', '深圳市工业和信息化局'],
  )
})

test('a new region starts by copying a folder', async () => {
  await using folder = await packFolder({})
  for (const [from, to] of [
    ['luan', 'newcity'],
    ['shenzhen', 'shenzhen'],
    ['baoan', 'newdistrict'],
  ] as const) {
    await cp(join(regionsFolder(), from), folder.of(to), { recursive: true })
  }
  for (const [code, old] of [
    ['newcity', 'luan'],
    ['newdistrict', 'baoan'],
  ] as const) {
    const before = await ranCli(['region', 'check', folder.of(code)])
    const path = join(folder.of(code), 'region.yaml')
    assert.match(
      before.err,
      new RegExp(`^${path}:2:7: the code must be the folder’s name, “${code}”`),
    )
    await writeFile(path, (await readFile(path, 'utf8')).replace(/^code: .*$/m, `code: ${code}`))
    const moved = await ranCli(['region', 'check', folder.of(code)])
    assert.match(moved.err, /"WRONG_REGION"/, 'applicants of the old place do not fit any more')
    const vectors = join(folder.of(code), 'vectors')
    for (const name of await readdir(vectors)) {
      const text = await readFile(join(vectors, name), 'utf8')
      await writeFile(
        join(vectors, name),
        text.replaceAll(new RegExp(`(?<=["/])${old}(?=["/])`, 'g'), code),
      )
    }
    const after = await ranCli(['region', 'check', folder.of(code)])
    assert.equal(after.err, '')
    assert.equal(after.code, 0)
  }
})

test('the measures are those of the parameter sheet, number by number', async () => {
  const sheet = readParameterSheet()
  const measures = new Map<string, Measure>()
  for (const code of REGIONS) {
    for (const { id, value } of (await packOf(code)).own('measures'))
      measures.set(id, value as Measure)
  }
  assert.deepEqual([...measures.keys()].sort(), sheet.map((it) => it.measure).sort())
  for (const row of sheet) {
    const measure = measures.get(row.measure) ?? assert.fail(row.measure)
    assert.deepEqual(rowOf(measure), row, row.measure)
  }
})

const CLASSES: Readonly<Record<Measure['amount']['form'], string>> = {
  fixed: 'F',
  'top-up': 'F',
  schedule: 'F',
  rate: 'R',
  match: 'M',
  'ceiling-only': 'C',
  tiers: 'X',
  none: 'N',
}

function rowOf(measure: Measure): ParameterRow {
  const { amount, caps = [], publicFunds, quota } = measure
  const isCeiling = 'ceiling' in amount && amount.ceiling
  const isSelected = quota?.position === 'if-known' || judges(measure, 'selected_on_merit')
  return {
    measure: measure.id,
    class: `${CLASSES[amount.form]}${isCeiling ? 'C' : ''}${isSelected ? '+S' : ''}`,
    rate: amount.form === 'rate' ? amount.rate : amount.form === 'match' ? amount.ratio : '',
    fixed: fixedOf(measure),
    cap: caps
      .map((it) => it.byLevel?.rows.map((row) => row.yuan).join(';') ?? String(it.yuan))
      .join(';'),
    limit: caps.map((it) => it.per).join(';'),
    quota: quota === undefined ? '' : String(quota.places),
    publicFunds:
      publicFunds === undefined ? '' : `${publicFunds.ratio} ${levelsOf(publicFunds.counted)}`,
  }
}

function judges({ conditions = [] }: Measure, name: string): boolean {
  return conditions.some((it) => (it as { judged?: string }).judged === name)
}

function fixedOf({ amount, oneTime }: Measure): string {
  const amounts =
    amount.form === 'schedule'
      ? amount.rows.map((it) => it.yuan)
      : amount.form === 'tiers'
        ? (amount.stated ?? [])
        : 'yuan' in amount
          ? [amount.yuan]
          : []
  const once = oneTime === true && amounts.length > 0 ? ' once' : ''
  return `${amounts.join(';')}${amount.form === 'top-up' ? ' on top' : ''}${once}`
}

function levelsOf(counted: readonly string[]): string {
  const upper = [
    'public_funds.national_yuan',
    'public_funds.provincial_yuan',
    'public_funds.city_yuan',
  ]
  const levels: Readonly<Record<string, string>> = {
    [upper.join()]: 'upper and city',
    [[...upper, 'public_funds.district_yuan'].join()]: 'all levels',
  }
  return levels[counted.join()] ?? counted.join(' ')
}
