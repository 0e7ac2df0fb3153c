import assert from 'node:assert/strict'
import { cp, mkdtempDisposable, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ranCli } from '../../test/support/cli-run.ts'
import { packFolder } from '../../test/support/pack-folder.ts'
import type { Fault } from '../kernel/packs/fault.ts'
import { regionsFolder } from '../kernel/packs/regions.ts'

const HERE = 'code: here\nname: { zh: 此地, en: Here }\nedition: 1\n'
const BODY =
  'id: bureau\nrole: { zh: 局, en: bureau }\ntimeline: [{ name: { zh: 局, en: Bureau }, attested: [] }]\n'

test('a pack that is right: what is in it, exit code 0', async () => {
  await using folder = await packFolder({
    'here/region.yaml': HERE,
    'here/departments/a.yaml': BODY,
  })
  const en = await ranCli(['region', 'check', folder.of('here')])
  assert.deepEqual(en, { code: 0, out: 'here Here: departments 1; nothing is wrong\n', err: '' })
  const zh = await ranCli(['region', 'check', folder.of('here')], { lang: 'zh_CN.UTF-8' })
  assert.equal(zh.out, 'here 此地：部门 1；没有错误\n')
})

test('a pack with faults: every one at its place, exit code 1, in both languages and as JSON', async () => {
  await using folder = await packFolder({
    'here/region.yaml': HERE,
    'here/departments/a.yaml': BODY,
    'here/programmes/a.yaml':
      'id: P-1\ndocument: D9\nplace: 一\narea: land\nclause: { zh: 地, en: Land }\nresponsible: [buraeu]\nguide: { zh: 无, en: none }\nresponsable: 1\n',
  })
  const file = join(folder.of('here'), 'programmes/a.yaml')
  const args = ['region', 'check', folder.of('here')]
  const first = await ranCli(args)
  assert.equal(first.code, 1)
  assert.equal(
    first.err,
    `${file}:8:1: “responsable” is not a known field (the nearest is “responsible”)\n1 fault\n`,
  )
  await writeFile(file, (await readFile(file, 'utf8')).replace('responsable: 1\n', ''))
  const en = await ranCli(args)
  assert.equal(
    en.err,
    `${file}:2:11: there is no document “D9”\n${file}:6:15: there is no department “buraeu”; the nearest is “bureau”\n2 faults\n`,
  )
  assert.equal(en.out, '')
  const zh = await ranCli(args, { lang: 'zh_CN.UTF-8' })
  assert.match(zh.err, /6:15: 没有名为“buraeu”的部门；最接近的是“bureau”\n共 2 处错误\n$/)
  const json = JSON.parse((await ranCli([...args, '--json'])).out) as {
    ok: boolean
    entries: Record<string, number>
    faults: Fault[]
  }
  assert.equal(json.ok, false)
  assert.equal(json.entries.programmes, 1)
  assert.deepEqual(
    json.faults.map(({ line, column }) => [line, column]),
    [
      [2, 11],
      [6, 15],
    ],
  )
})

test('wrong use: exit code 2', async () => {
  for (const args of [
    [],
    ['check'],
    ['chekc', 'x'],
    ['check', 'a', 'b'],
    ['check', '--jsno', 'a'],
  ]) {
    assert.equal((await ranCli(['region', ...args])).code, 2, args.join(' '))
  }
  assert.match((await ranCli(['region', '--help'])).out, /Usage: waymark region check/)
})

test('a vector that the rules answer otherwise is told at its place', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-region-'))
  const there = join(folder.path, 'luan')
  await cp(join(regionsFolder(), 'luan'), there, { recursive: true })
  const file = join(there, 'vectors', 'd4.json')
  const text = await readFile(file, 'utf8')
  await writeFile(file, text.replace('"amount_fen": 0', '"amount_fen": 1'))
  const { code, err } = await ranCli(['region', 'check', there])
  assert.match(
    err,
    /d4\.json:3:1: FAIL WV-106: expected \{"amount_fen":1\} got \{"amount_fen":0\}\n1 fault\n$/,
  )
  assert.equal(code, 1)
})
