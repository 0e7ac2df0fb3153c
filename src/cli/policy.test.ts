import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { ranCli } from '../../test/support/cli-run.ts'
import { packageRoot } from '../lib/package-root.ts'

const folder = await mkdtemp(join(tmpdir(), 'waymark-policy-'))
after(() => rm(folder, { recursive: true }))

async function fileOf(name: string, value: unknown): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, typeof value === 'string' ? value : JSON.stringify(value))
  return path
}

const FACTS = {
  application_date: '2020-05-05',
  applicant: { id: 'E1', type: 'industrial_enterprise', location: 'shenzhen' },
  audited_investment_yuan: 20000000,
}
const EXPECTED = {
  eligible: true,
  amount_fen: 300000000,
  amount_basis: 'ceiling',
  reasons: ['CONDITIONS_MET'],
  cap_applied: true,
  limited_by: 'cap_project',
}
const VECTOR = { id: 'A', measure: 'D1-M18-2a', mode: 'live', facts: FACTS, expected: EXPECTED }

test('one line for each vector in the order of the file, targets last, then the sums', async () => {
  const wrong = { ...VECTOR, id: 'B', expected: { ...EXPECTED, amount_fen: 1 } }
  const target = {
    id: 'T',
    target: 'D1-T1',
    facts: { as_of: '2020-12-31', value: 2 },
    expected: { status: 'met' },
  }
  const path = await fileOf('three.json', { target_vectors: [target], vectors: [VECTOR, wrong] })
  const { code, out, err } = await ranCli(['policy', 'vectors', path])
  assert.equal(
    out,
    'ok A\nFAIL B: expected {"amount_fen":1} got {"amount_fen":300000000}\nok T\n2 passed, 1 failed\n',
  )
  assert.deepEqual([code, err], [1, ''])
})

test('the vectors that come with the program pass', async () => {
  const { code, out } = await ranCli([
    'policy',
    'vectors',
    join(packageRoot(), 'regions/baoan/vectors/d3.json'),
  ])
  assert.match(out, /\n\d+ passed, 0 failed\n$/)
  assert.equal(code, 0)
})

test('a file that is not of the form fails with the reason on standard error', async () => {
  for (const path of [join(folder, 'none.json'), await fileOf('no.json', '{"vectors":1}')]) {
    const { code, out, err } = await ranCli(['policy', 'vectors', path])
    assert.deepEqual([code, out], [1, ''])
    assert.match(err, /cannot be read|is no list of objects/)
  }
})

test('what is not known of the command is told with its help', async () => {
  for (const args of [[], ['vectors'], ['vectors', 'a', 'b'], ['dance']]) {
    const { code, err } = await ranCli(['policy', ...args])
    assert.equal(code, 2)
    assert.match(err, /waymark policy vectors FILE/)
  }
  assert.match((await ranCli(['policy', '--help'], { lang: 'zh_CN.UTF-8' })).out, /逐行输出/)
})

test('a case is explained, in the reader’s language or as JSON', async () => {
  const facts = await fileOf('facts.json', FACTS)
  const args = ['policy', 'explain', '--measure', 'D1-M18-2a', '--facts', facts]
  const plain = await ranCli(args)
  assert.match(plain.out, /^D1-M18-2a: fits: 3000000 yuan \(ceiling, by cap per project\)\n/)
  assert.match((await ranCli(args, { lang: 'zh_CN.UTF-8' })).out, /^D1-M18-2a: 符合：3000000 元/)
  const { out } = await ranCli([...args, '--json'])
  const { amount_fen, explanation } = JSON.parse(out) as { amount_fen: number; explanation: [] }
  assert.deepEqual([amount_fen, explanation.length], [300000000, 1])
  const unknown = await ranCli(['policy', 'explain', '--measure', 'D1-M18-2x', '--facts', facts])
  assert.equal(unknown.code, 2)
  assert.match(unknown.err, /no measure “D1-M18-2x”; the nearest is/)
})
