import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { call, must, setUpBy } from '../support/api-client.ts'
import { handlePortOf } from '../support/handle-client.ts'
import { scratchFolder, setUp, startNodeProcess } from '../support/node-process.ts'
import { javaProject } from './support/java.ts'

/** The node as the official client of the Handle System sees it, which is run as its users run it. */
const PROJECT = fileURLToPath(new URL('./handle-java', import.meta.url))
const { missing, skip, compile, run } = javaProject(PROJECT)

const LONG = 'x'.repeat(3_000)
const VALUES = {
  '88.100/p-1': [
    { index: 1, type: 'URL', data: 'https://a.example/1' },
    { index: 2, type: 'DESC', data: '离心泵' },
  ],
  '88.100/long': [{ index: 1, type: 'TEXT', data: LONG }],
}
const NAMES = [...Object.keys(VALUES), '88.100/absent', '99/x', '88.100.7/x']

/** Each way it asks for a name, and what it has to say of the answer. */
const TOLD: Readonly<Record<string, string>> = {
  '88.100/p-1': '1 1:URL=19 2:DESC=3',
  '88.100/long': '1 1:TEXT=3000',
  '88.100/absent': '100',
  '99/x': '301',
  '88.100.7/x': '303 0.NA/88.100.7',
}

test('the official Java client resolves over UDP, TCP and HTTP, checks signatures, and 20 threads of it fail never', {
  skip,
}, async () => {
  assert.equal(missing, undefined)
  await using folder = await scratchFolder()
  const env = { WAYMARK_RESOLUTIONS_PER_S_MAX: '0', WAYMARK_HANDLE_UDP_BYTES_PER_S_MAX: '0' }
  await using node = await startNodeProcess(join(folder.path, 'data'), env)
  const headers = { authorization: `Bearer ${await setUp(node)}` }
  const post = (path: string, body: unknown) =>
    must(call(node.url, 'POST', path, { headers, body }))
  for (const [handle, values] of Object.entries(VALUES)) {
    await post('/api/v1/identifiers', { handle, values })
  }
  const sites = [{ address: '192.0.2.7', port: 2641, protocol: 'tcp' }]
  await post('/api/v1/prefixes', { prefix: '88.100.7' })
  await post('/api/v1/prefixes/88.100.7/delegate', { sites })

  const port = String(await handlePortOf(node.url))
  const where = ['127.0.0.1', port, new URL(node.url).port, '88.100']
  const stdout = await runJava(folder.path, 'Resolve', [...where, ...NAMES])
  const lines = stdout.trim().split('\n')
  for (const name of NAMES) {
    for (const how of ['udp', 'tcp', 'http', 'digest', 'signed']) {
      assert.ok(lines.includes(`${how} ${name} ${TOLD[name]}`), `${how} ${name}: ${stdout}`)
    }
  }
  assert.ok(lines.includes('wide 88.100/p-1 1 1:URL=19'), 'a question of several datagrams')
  assert.ok(lines.includes('site 3 RSA'))
  assert.equal(lines.filter((it) => it === 'signature true').length, NAMES.length)
  assert.ok(lines.includes('service 2'))
  assert.ok(lines.includes('load 0'), stdout)
  assert.equal(await node.stop(), 0)
})

const SECRET = 'a secret for half an hour 2718'
/** Operations in the order they are asked, and their codes: the second create finds the first one's handle. */
const DONE = [
  [100, 1],
  [100, 101],
  [102, 1],
  [104, 1],
  [103, 1],
  [105, 1],
  [101, 1],
] as const

test('the official Java client creates, changes, lists and deletes, by challenges and in a session', {
  skip,
}, async () => {
  assert.equal(missing, undefined)
  await using folder = await scratchFolder()
  await using node = await startNodeProcess(join(folder.path, 'data'))
  const headers = await setUpBy(node.url, node.setupCode)
  const body = { kind: 'secret', secret: SECRET }
  const path = '/api/v1/prefixes/88.100/handle-keys'
  const { index } = (await must(call(node.url, 'POST', path, { headers, body }))) as {
    index: number
  }
  const port = String(await handlePortOf(node.url))
  const stdout = await runJava(folder.path, 'Administer', [port, '88.100', String(index), SECRET])
  const expected = ['challenged', 'session'].flatMap((how) =>
    DONE.map(([operation, code]) => `${how} ${operation} ${code}`),
  )
  assert.deepEqual(stdout.trim().split('\n'), expected)
  assert.equal(await node.stop(), 0)
})

async function runJava(folder: string, name: string, args: readonly string[]): Promise<string> {
  return await run(await compile(folder, ['Resolve.java', 'Administer.java']), [name, ...args])
}
