import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { ranCli } from '../../test/support/cli-run.ts'
import { readRegion } from '../kernel/packs/regions.ts'
import { formatYaml } from '../kernel/packs/yaml-write.ts'
import type { Measure } from '../policy/measure-schema.ts'
import { REGION_KINDS } from '../region-kinds.ts'

const ID = 'D1-M18-2a'
let folder = ''
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'policy-diff-'))
})
after(() => rm(folder, { recursive: true, force: true }))

async function fileOf(name: string, text: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, text)
  return path
}

async function lowered(): Promise<string> {
  const { pack } = await readRegion('shenzhen', { kinds: REGION_KINDS })
  const measure = pack?.find('measures', ID)?.value as Measure
  return formatYaml([{ ...measure, caps: [{ yuan: 1_000_000, per: 'project' }] }])
}

const CASE = (yuan: number) =>
  JSON.stringify({
    application_date: '2020-06-01',
    applicant: { id: 'a', type: 'enterprise', location: 'shenzhen' },
    audited_investment_yuan: yuan,
  })

test('a rule file is compared with the measure of the packs, in words and case by case', async () => {
  const rules = await fileOf('m.yaml', await lowered())
  const cases = await fileOf('cases.ndjson', `${CASE(1_000_000)}\n${CASE(90_000_000)}\n`)
  const args = ['policy', 'diff', ID, rules, '--cases', cases]
  const { code, out } = await ranCli(args)
  assert.equal(code, 0)
  assert.equal(
    out,
    `${ID}: 1 change
  cap per project falls from 3,000,000 yuan to 1,000,000 yuan
1 of 2 cases change
  #2: 3000000 yuan → 1000000 yuan
`,
  )
  assert.match((await ranCli(args, { lang: 'zh_CN.UTF-8' })).out, /每项目上限由300万元降至100万元/)
  const { measures } = JSON.parse((await ranCli([...args, '--json'])).out)
  assert.deepEqual([measures[0].changes.length, measures[0].cases.changed], [1, 1])
})

test('a measure is no other than itself; what cannot be read is told with its place', async () => {
  assert.equal((await ranCli(['policy', 'diff', ID, ID])).out, `${ID}: no difference\n`)
  const wrong = await fileOf('wrong.yaml', '- { id: M1 }\n')
  const told = await ranCli(['policy', 'diff', ID, wrong])
  assert.match(told.err, /wrong\.yaml:1:3: /)
  assert.notEqual(told.code, 0)
  const unit = await fileOf(
    'unit.yaml',
    (await lowered()).replace('audited_investment_yuan', 'months_in_operation'),
  )
  const refused = await ranCli(['policy', 'diff', ID, unit])
  assert.match(
    refused.err,
    /unit\.yaml:\d+:\d+: “months_in_operation” is of type quantity, and money/,
  )
  assert.match((await ranCli(['policy', 'diff', ID, 'D1-M18-2x'])).err, /the nearest is/)
  assert.equal((await ranCli(['policy', 'diff', ID])).code, 2)
})
