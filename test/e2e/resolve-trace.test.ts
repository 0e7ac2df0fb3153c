import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { call, must } from '../support/api-client.ts'
import { handlePortOf } from '../support/handle-client.ts'
import { run, scratchFolder, setUp, startNodeProcess } from '../support/node-process.ts'

const TRIES_MAX = 20

test('a resolution is traced from the node, over its ports, and to where a prefix is delegated', async () => {
  await using folder = await scratchFolder()
  await using node = await startNodeProcess(join(folder.path, 'data'))
  const key = await setUp(node)
  const headers = { authorization: `Bearer ${key}` }
  const post = (path: string, body: unknown) =>
    must(call(node.url, 'POST', path, { headers, body }))
  const values = [
    { index: 1, type: 'URL', data: 'https://a.example/' },
    { index: 2, type: 'COST', data: '12.50', permissions: 0b1100 },
  ]
  await post('/api/v1/identifiers', { handle: '88.100/p-1', values })
  const alias = [{ index: 1, type: 'HS_ALIAS', data: '88.100/p-1' }]
  await post('/api/v1/identifiers', { handle: '88.100/alias', values: alias })
  await post('/api/v1/prefixes', { prefix: '88.100.7' })
  const sites = [{ address: '127.0.0.1', port: 1, protocol: 'tcp' }]
  await post('/api/v1/prefixes/88.100.7/delegate', { sites })

  const trace = async (name: string, env: Record<string, string>, ...more: string[]) => {
    const ran = await run(['resolve', name, '--trace', ...more], { env: { ...node.env, ...env } })
    return { ...ran, lines: ran.stdout.split('\n') }
  }
  const stranger = await trace('88.100/alias', { WAYMARK_API_KEY: '' })
  assert.equal(stranger.code, 0, stranger.stderr)
  assert.match(stranger.stdout, /→ an alias of 88\.100\/p-1\n/)
  assert.match(stranger.stdout, /1 {2}URL {2}1110 {2}1 d {2}https:\/\/a\.example\//)
  assert.match(stranger.stdout, /administrators alone may read/)
  assert.doesNotMatch(stranger.stdout, /COST/)
  const known = await trace('88.100/p-1', { WAYMARK_API_KEY: key })
  assert.match(known.stdout, /2 {2}COST {2}1100 .*\(administrators alone\)/, known.stderr)
  assert.doesNotMatch(known.stdout, /12\.50/)

  const port = await handlePortOf(node.url)
  for (const protocol of ['udp', 'tcp']) {
    const place = `${protocol}:localhost:${port}`
    let over = await trace('88.100/p-1', {}, '--server', place, '--signed')
    // on a machine with much to do no datagram may come in time
    for (let tries = 0; over.code !== 0 && tries < TRIES_MAX; tries++) {
      over = await trace('88.100/p-1', {}, '--server', place, '--signed')
    }
    assert.equal(over.code, 0, over.stdout + over.stderr)
    assert.match(over.stdout, new RegExp(`✓ 88\\.100/p-1 · Waymark, ${protocol} .* · signed`))
  }
  const elsewhere = await trace('88.100.7/x', { LANG: 'zh_CN.UTF-8' })
  assert.equal(elsewhere.code, 1)
  assert.match(elsewhere.stdout, /→ 转介至 0\.NA\/88\.100\.7 \(303\)\n/)
  assert.match(elsewhere.stdout, /tcp 127\.0\.0\.1:1 +88\.100\.7\/x +✗ 无法连接/)
  assert.equal(await node.stop(), 0)
})
