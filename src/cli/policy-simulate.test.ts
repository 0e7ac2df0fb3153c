import assert from 'node:assert/strict'
import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { ranCli } from '../../test/support/cli-run.ts'
import { packageRoot } from '../lib/package-root.ts'

const folder = await mkdtemp(join(tmpdir(), 'waymark-policy-'))
after(() => rm(folder, { recursive: true }))
const regions = join(packageRoot(), 'regions')

test('a simulation tells cost, quotas and budgets, the same for the same seed', async () => {
  const args = ['policy', 'simulate', '--all', '--synthetic', '50', '--seed', '3', '--json']
  const { code, out } = await ranCli(args)
  assert.equal(code, 0)
  const told = JSON.parse(out)
  assert.equal(told.cases, 50)
  assert.equal(told.budget.length > 0 && told.quota.length > 0, true)
  assert.equal((await ranCli(args)).out, out)
  const plain = await ranCli(args.slice(0, -1), { lang: 'zh_CN.UTF-8' })
  assert.match(plain.out, /^措施 [\s\S]*50 个案例/)
  for (const { id, title } of told.budget) {
    assert.ok(plain.out.includes(`预算 ${title.zh} (${id})：`), id)
  }
})

test('a variant of a measure is put beside the one in force', async () => {
  const variant = join(folder, 'variant.yaml')
  const yaml = await readFile(join(regions, 'baoan', 'measures', await fileWith('D3-M4b')), 'utf8')
  const entry = /- id: D3-M4b\n(?: .*\n|\n)*/.exec(yaml)?.[0] ?? yaml
  await writeFile(variant, entry.replace('yuan: 100000', 'yuan: 200000'))
  const args = [
    'policy',
    'simulate',
    '--measure',
    'D3-M4b',
    '--synthetic',
    '300',
    '--variant',
    variant,
  ]
  const { out, err, code } = await ranCli(args)
  assert.deepEqual([code, err], [0, ''])
  assert.match(out, /D3-M4b \(in force\)[\s\S]*D3-M4b \(variant\)[\s\S]*get more, 0 get less/)
  assert.match(out, /100000 → 200000/)
})

async function fileWith(id: string): Promise<string> {
  const { readdir } = await import('node:fs/promises')
  for (const name of await readdir(join(regions, 'baoan', 'measures'))) {
    const text = await readFile(join(regions, 'baoan', 'measures', name), 'utf8')
    if (text.includes(`id: ${id}\n`)) return name
  }
  throw new Error(`no file with ${id}`)
}

test('a batch goes on after its last whole line, and each line is opened by explain', async () => {
  const out = join(folder, 'result.ndjson')
  const batch = (...more: string[]) =>
    ranCli(['policy', 'batch', '--synthetic', '30', '--out', out, ...more])
  assert.equal((await batch()).code, 0)
  const whole = await readFile(out, 'utf8')
  assert.equal(whole.trimEnd().split('\n').length, 31)
  const again = await batch()
  assert.equal(again.code, 1)
  assert.match(again.err, /is there already/)
  await truncate(out, whole.length - 700)
  assert.equal((await batch('--resume')).code, 0)
  assert.equal(await readFile(out, 'utf8'), whole)
  const other = await batch('--resume', '--seed', '2')
  assert.match(other.err, /made by other rules/)
  const line = JSON.parse(whole.split('\n')[7] ?? '')
  const [award] = line.awards
  const args = ['policy', 'explain', '--measure', award.measure, '--facts', out, '--line', '7']
  const opened = await ranCli([...args, '--mode', line.mode, '--json'])
  const told = JSON.parse(opened.out)
  assert.equal(told.eligible, award.eligible)
  assert.equal(told.amount_fen, award.amountFen === null ? null : Number(award.amountFen))
})

test('check tells what is wrong with a pack, or with one file of it', async () => {
  const fine = await ranCli(['policy', 'check', join(regions, 'luan')])
  assert.match(fine.out, /\d+ measures; nothing is wrong/)
  await cp(regions, join(folder, 'regions'), { recursive: true })
  const { readdir } = await import('node:fs/promises')
  const [name = ''] = await readdir(join(regions, 'luan', 'measures'))
  const path = join(folder, 'regions', 'luan', 'measures', name)
  await writeFile(path, (await readFile(path, 'utf8')).replace('region: here', 'region: near'))
  const { code, err } = await ranCli(['policy', 'check', path])
  assert.equal(code, 1)
  assert.match(err, /measures\/.*:\d+:\d+: /)
  assert.equal((await ranCli(['policy', 'check', join(folder, 'none.yaml')])).code, 1)
})

test('what is not asked for rightly is told with the help', async () => {
  const wrong = [
    { args: ['simulate'], says: '--all' },
    { args: ['simulate', '--all'], says: '--population' },
    { args: ['simulate', '--all', '--synthetic', 'x'], says: '--synthetic' },
    { args: ['simulate', '--all', '--synthetic', '5', '--seed', '-'], says: '--seed' },
    { args: ['simulate', '--all', '--synthetic', '5', '--day', '2026-13-01'], says: '--day' },
    { args: ['simulate', '--all', '--synthetic', '5', '--mode', 'dead'], says: '--mode' },
    { args: ['batch', '--synthetic', '5'], says: '--out' },
    { args: ['check'], says: 'waymark policy check' },
  ]
  const nowhere = await ranCli(['policy', 'batch', '--synthetic', '5', '--out', '/none/there/x'])
  assert.deepEqual([nowhere.code, /cannot be written/.test(nowhere.err)], [1, true])
  for (const { args, says } of wrong) {
    const { code, err } = await ranCli(['policy', ...args])
    assert.equal(code, 2, args.join(' '))
    const [first = ''] = err.split('\n')
    assert.ok(args[0] === 'check' ? err.includes(says) : first.includes(says), `${args}: ${first}`)
  }
})
