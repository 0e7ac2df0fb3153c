import assert from 'node:assert/strict'
import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ranCli } from '../../test/support/cli-run.ts'
import { serveExchange } from '../../test/support/handle-exchange.ts'
import { openHandleWorld, SECRET } from '../../test/support/handle-world.ts'
import {
  error,
  found,
  records,
  referral,
  scriptTcp,
  siteValueOf,
  value,
} from '../../test/support/scripted-servers.ts'
import { RESPONSE } from '../protocols/client/index.ts'

const run = (args: readonly string[], lang = 'en') => ranCli(['resolve', ...args], { lang })

const P = '88.100.1'

async function served() {
  const world = await openHandleWorld(P)
  const server = await serveExchange(world)
  const author = { kind: 'system', id: 'test' } as const
  const register = (name: string, type: string, data: string, permissions?: number) =>
    world.registry.register(
      `${P}/${name}`,
      { values: [{ index: 1, type, data, ...(permissions && { permissions }) }] },
      { author },
    )
  await register('x', 'URL', 'https://a.example/')
  await register('泵', 'DESC', '离心泵')
  await register('alias', 'HS_ALIAS', `${P}/泵`)
  await register('hidden', 'NOTE', 'hidden', 0x0c)
  const folder = await mkdtempDisposable(join(tmpdir(), 'walk-'))
  return {
    place: `tcp:127.0.0.1:${server.port}`,
    folder: folder.path,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await world[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

/** Of lines that begin with a number: what stands in their columns, and where these begin on the screen. */
function tableIn(out: string) {
  const lines = out.split('\n').filter((it) => /^ +\d+ {2}tcp /.test(it))
  const wide = (text: string) => [...text].reduce((sum, it) => sum + (it > '\u2e80' ? 2 : 1), 0)
  return lines.map((line) => {
    const cells = line.trim().split(/ {2,}/)
    const starts = cells.slice(0, -1).map((it) => wide(line.slice(0, line.indexOf(it))))
    return { cells: cells.map((it) => it.replace(/[\d.]+ ms/, 'ms')), starts, width: wide(line) }
  })
}

test('every step of a resolution is shown in columns, in both languages', async () => {
  await using it = await served()
  const at = it.place.replace(':', ' ')
  const english = await run([`${P}/alias`, '--trace', '--server', it.place])
  assert.equal(english.code, 0)
  const table = tableIn(english.out)
  assert.deepEqual(
    table.map((row) => row.cells),
    [
      ['1', at, 'what it says of itself', 'done', 'ms'],
      ['2', at, `${P}/alias`, '1 value', 'ms'],
      ['3', at, `${P}/泵`, '1 value', 'ms'],
      ['4', at, `${P}/泵 · hidden values too`, '1 value', 'ms'],
    ],
  )
  const chinese = await run([`${P}/alias`, '--trace', '--server', it.place], 'zh_CN.UTF-8')
  const rows = tableIn(chinese.out)
  assert.deepEqual(rows[1]?.cells, ['2', at, `${P}/alias`, '1 个值', 'ms'])
  for (const all of [table, rows]) {
    assert.equal(new Set(all.map((row) => row.starts.join())).size, 1, 'columns are straight')
    assert.equal(new Set(all.map((row) => row.width)).size, 1)
  }
  assert.match(english.out, new RegExp(`→ an alias of ${P}/泵\n`))
  assert.match(english.out, /\n✓ 88\.100\.1\/泵 · Test, tcp [\d.:]+ · to be kept for 1 d\n/)
  assert.match(english.out, /\n {3}1 {2}DESC {2}1110 {2}1 d {2}离心泵\n/)
  assert.match(english.out, /Nothing is hidden from you/)
  assert.match(chinese.out, /→ 别名，指向 88\.100\.1\/泵\n[\s\S]*可缓存 1 天/)
})

test('what is hidden is told, and shown to who proves a key', async () => {
  await using it = await served()
  const secret = join(it.folder, 'secret')
  await writeFile(secret, `${SECRET}\n`)
  const open = await run([`${P}/x`, '--trace', '--server', it.place])
  assert.match(open.out, /Nothing is hidden/)
  const closed = await run([`${P}/hidden`, '--trace', '--server', it.place])
  assert.deepEqual(
    [closed.code, closed.out.match(/✗ (.*)/)?.[1]],
    [1, 'it has no value of those that were asked for'],
  )
  const key = ['--key', `300:0.NA/${P}`, '--secret-file', secret]
  const shown = await run([`${P}/hidden`, '--trace', '--server', it.place, ...key])
  assert.equal(shown.code, 0, shown.out)
  assert.match(shown.out, /wants to know who asks \(402\)/)
  assert.match(shown.out, /the proof of who asks/)
  assert.match(shown.out, /1 {2}NOTE {2}1100 {2}1 d {2}hidden {2}\(administrators alone\)/)
  const signed = await run([`${P}/x`, '--trace', '--signed', '--server', it.place])
  assert.match(signed.out, /signed by the server/)
})

test('values alone are shown without --trace, and everything as JSON with --json', async () => {
  await using it = await served()
  const plain = await run([`${P}/x`, '--server', it.place])
  assert.deepEqual(plain, { code: 0, out: '1\tURL\thttps://a.example/\n', err: '' })
  const absent = await run([`${P}/absent`, '--server', it.place])
  assert.deepEqual(
    [absent.code, absent.err],
    [1, `waymark: ${P}/absent: there is no such identifier\n`],
  )
  const json = await run([`${P}/alias`, '--trace', '--json', '--server', it.place])
  const told = JSON.parse(json.out) as {
    outcome: { kind: string; handle: string; values: { type: string; data: unknown }[] }
    steps: { kind: string }[]
  }
  assert.deepEqual([told.outcome.kind, told.outcome.handle], ['found', `${P}/泵`])
  assert.deepEqual(told.outcome.values[0]?.data, { format: 'string', value: '离心泵' })
  assert.ok(told.steps.some((step) => step.kind === 'alias'))
})

test('from root sites in a file through referrals to who answers', async () => {
  await using leaf = await scriptTcp(records({ '88.1/X': found('88.1/x', value(1, 'URL', 'u')) }))
  await using root = await scriptTcp(
    records({
      '0.NA/88.1': referral(RESPONSE.prefixReferral, '0.NA/88.1', leaf.site),
      '0.NA/88.2': found('0.NA/88.2', value(1, 'HS_SERV', '0.NA/88.2')),
      '0.NA/88.3': error(RESPONSE.serverBusy),
    }),
  )
  await using folder = await mkdtempDisposable(join(tmpdir(), 'walk-'))
  const file = join(folder.path, 'root.bin')
  await writeFile(file, siteValueOf(root.site).data)
  const from = (name: string, lang?: string) => run([name, '--trace', '--root', file], lang)
  const referred = await from('88.1/x')
  assert.match(
    referred.out,
    /→ referred to 0\.NA\/88\.1 \(303\)\n.*→ 0\.NA\/88\.1 is at: 127\.0\.0\.1/,
  )
  assert.equal(referred.code, 1, 'who is referred to has no record of the prefix')
  const circle = await from('88.2/x')
  assert.match(circle.out, /✗ services without end: 0\.NA\/88\.2 → 0\.NA\/88\.2/)
  assert.match((await from('88.3/x', 'zh')).out, /✗ 服务器忙（3）/)
  assert.match((await from('99.9/x')).out, /✗ there is no prefix 99\.9/)
})

test('wrong use is told before anybody is asked', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'walk-'))
  const file = join(folder.path, 'file')
  await writeFile(file, 'no site')
  const cases = [
    ['--server', 'a:b:c'],
    ['--server', '127.0.0.1:0'],
    ['--server', '127.0.0.1:70000'],
    ['--index', '0'],
    ['--index', 'x'],
    ['--root', file],
    ['--root', join(folder.path, 'absent')],
    ['--key', '300:0.NA/88.1'],
    ['--key', 'x', '--secret-file', file],
    ['--key', '300:0.NA/88.1', '--private-key', file],
    ['--secret-file', file],
    ['--what'],
  ]
  for (const args of cases) {
    const { code, err } = await run(['88.1/x', ...args])
    assert.deepEqual([code, err.startsWith('waymark: ')], [2, true], `${args.join(' ')}: ${err}`)
  }
})

test('nobody at a place is an answer, too', async () => {
  const { code, out } = await run(['88.1/x', '--trace', '--server', 'tcp://[::1]:1'])
  assert.equal(code, 1)
  assert.match(out, /tcp \[::1\]:1 {2}88\.1\/x {2,}✗ nobody listens there/)
  assert.match(out, /✗ no server gave an answer to go by/)
})
