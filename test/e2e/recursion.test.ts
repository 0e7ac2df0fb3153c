import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import * as wire from '../../src/protocols/wire/index.ts'
import { call, must, signIn } from '../support/api-client.ts'
import {
  type Answer,
  askHttp,
  askTcp,
  askUdp,
  HandleConnection,
  handlePortOf,
  question,
  USUAL_FLAGS,
  valuesIn,
} from '../support/handle-client.ts'
import {
  type NodeProcess,
  scratchFolder,
  setUp,
  startNodeProcess,
} from '../support/node-process.ts'
import {
  error,
  found,
  records,
  scriptTcp,
  siteValueOf,
  value,
} from '../support/scripted-servers.ts'

const PREFIX = '20.500.7'
const HERE = '127.0.0.1'
const UNLIMITED = { WAYMARK_RESOLUTIONS_PER_S_MAX: '0' }
const RECURSIVE = {
  ...UNLIMITED,
  WAYMARK_RECURSION_CLIENTS: `${HERE},10.8.0.0/16`,
  WAYMARK_RECURSION_PRIVATE: HERE,
  // however slow the machine is
  WAYMARK_RECURSION_WALK_MS_MAX: '60000',
}
/** Of a node that nobody signs in to. */
const PROXIED = { ...RECURSIVE, WAYMARK_TRUSTED_PROXIES: HERE }
const { RESPONSE } = wire

async function started(stack: AsyncDisposableStack, env: Record<string, string>) {
  const folder = stack.use(await scratchFolder())
  return stack.use(await startNodeProcess(folder.path, env))
}

/** The node of an enterprise, with its identifiers. */
async function enterpriseNode(stack: AsyncDisposableStack): Promise<NodeProcess> {
  const node = await started(stack, UNLIMITED)
  const key = await setUp(node, '88.101')
  const session = await signIn(node.url, 'ops')
  await must(
    call(node.url, 'POST', '/api/v1/prefixes', { headers: session, body: { prefix: PREFIX } }),
  )
  const headers = { authorization: `Bearer ${key}` }
  for (const name of ['x', 'y', 'long']) {
    const data = name === 'long' ? '泵'.repeat(1_000) : `https://a.example/${name}`
    const values = [
      { index: 1, type: 'URL', data },
      { index: 2, type: 'EMAIL', data: 'a@a.example' },
      { index: 3, type: 'NOTE', data: 'within', permissions: 0x0c },
    ]
    const body = { handle: `${PREFIX}/${name}`, values }
    await must(call(node.url, 'POST', '/api/v1/identifiers', { headers, body }))
  }
  return node
}

/** A node with the prefix above, which delegates that of the enterprise to its node. */
async function rootNode(
  stack: AsyncDisposableStack,
  enterprise: NodeProcess,
): Promise<NodeProcess> {
  const node = await started(stack, RECURSIVE)
  await setUp(node, '20.500')
  const headers = await signIn(node.url, 'ops')
  const post = (path: string, body: object) => must(call(node.url, 'POST', path, { headers, body }))
  await post('/api/v1/prefixes', { prefix: PREFIX })
  const port = await handlePortOf(enterprise.url)
  const sites = [{ address: HERE, port, protocol: 'tcp' }]
  await post(`/api/v1/prefixes/${PREFIX}/delegate`, { sites })
  return node
}

async function siteFile(stack: AsyncDisposableStack, site: string): Promise<string> {
  const path = join(stack.use(await scratchFolder()).path, 'root.json')
  await writeFile(path, site)
  return path
}

const codeOf = ({ header }: Answer) => header.responseCode
const indexesIn = (it: Answer) => valuesIn(it).values.map(({ index }) => index)

async function jsonOf(node: NodeProcess, name: string, headers: Record<string, string> = {}) {
  const { json } = await call(node.url, 'GET', `/api/handles/${name}`, { headers })
  return json
}

async function numberOf(node: NodeProcess, name: string): Promise<number> {
  const { text } = await call(node.url, 'GET', '/metrics')
  const line = text.split('\n').find((it) => it.startsWith(`waymark_recursion_${name} `))
  return Number(line?.split(' ')[1])
}

test('a node asks from the root down for clients that are listed, over every protocol and from every process', async () => {
  await using stack = new AsyncDisposableStack()
  const enterprise = await enterpriseNode(stack)
  const root = await rootNode(stack, enterprise)
  const roots = await siteFile(stack, (await call(root.url, 'GET', '/api/site')).text)
  const node = await started(stack, {
    ...PROXIED,
    WAYMARK_RECURSION_ROOTS: roots,
    WAYMARK_RECURSION_TTL_S_MAX: '1',
    WAYMARK_PROCESSES: '2',
  })
  const port = await handlePortOf(node.url)
  const ask = question(`${PREFIX}/x`).bytes
  for (let i = 0; i < 12; i++) {
    const answers = [
      await askTcp(port, ask),
      await askUdp(port, [ask]),
      await askHttp(node.url, ask),
    ]
    for (const it of answers) assert.deepEqual(indexesIn(it), [1, 2])
    const json = await jsonOf(node, `${PREFIX}/x?type=email`)
    assert.equal(json.values[0].data.value, 'a@a.example')
  }
  const long = await askUdp(port, [question(`${PREFIX}/long`).bytes])
  assert.equal(Buffer.from(valuesIn(long).values[0]?.data ?? []).toString(), '泵'.repeat(1_000))
  const codes = [
    [`${PREFIX}/none`, RESPONSE.handleNotFound],
    ['20.500.8/x', RESPONSE.handleNotFound],
    ['30.1/x', RESPONSE.handleNotFound],
  ] as const
  for (const [name, code] of codes) {
    assert.equal(codeOf(await askTcp(port, question(name).bytes)), code, name)
  }
  const plain = question(`${PREFIX}/x`, { flags: USUAL_FLAGS - wire.OP_FLAG.recursive }).bytes
  assert.equal(codeOf(await askTcp(port, plain)), RESPONSE.serverNotResponsible)
  for (const [client, code] of [
    ['10.9.0.1', RESPONSE.serverNotResponsible],
    ['10.8.0.1', RESPONSE.success],
  ] as const) {
    const { responseCode } = await jsonOf(node, `${PREFIX}/x`, { 'x-forwarded-for': client })
    assert.equal(responseCode, code, client)
  }
  // a prefix that is delegated is asked for at its own server
  const rootPort = await handlePortOf(root.url)
  assert.deepEqual(indexesIn(await askTcp(rootPort, ask)), [1, 2])
  assert.equal(codeOf(await askTcp(rootPort, plain)), RESPONSE.prefixReferral)
  await upstreamDown({ node, enterprise, port })
})

/** While nobody else answers what is known is told, and of what is not that nobody answers. */
async function upstreamDown({
  node,
  enterprise,
  port,
}: {
  readonly node: NodeProcess
  readonly enterprise: NodeProcess
  readonly port: number
}): Promise<void> {
  await enterprise.stop('SIGKILL')
  const ask = question(`${PREFIX}/x`).bytes
  while ((await numberOf(node, 'stale')) === 0) {
    assert.deepEqual(indexesIn(await askTcp(port, ask)), [1, 2])
    await sleep(50)
  }
  assert.ok((await numberOf(node, 'failures')) > 0)
  assert.equal(codeOf(await askTcp(port, question(`${PREFIX}/y`).bytes)), RESPONSE.error)
  const { status } = await call(node.url, 'GET', '/health/ready')
  assert.equal(status, 200, 'the node is well, whoever is not')
  assert.match(node.out.stderr, /other servers could not be asked/)
  assert.equal(await node.stop(), 0, node.out.stderr)
}

/** As many as are answered at once on one. */
const ON_EACH = 64
const CONNECTIONS = 16

test('a thousand equal questions are one question to who is responsible', async () => {
  await using stack = new AsyncDisposableStack()
  const held = Promise.withResolvers<void>()
  const x = found('10.1/x', value(1, 'URL', 'https://a.example/'))
  const leaf = stack.use(
    await scriptTcp(records({ '10.1/X': x }), {
      send: (socket, bytes) => void held.promise.then(() => socket.write(bytes)),
    }),
  )
  const root = stack.use(
    await scriptTcp(
      records({
        '0.NA/10.1': found('0.NA/10.1', siteValueOf(leaf.site)),
        '0.NA/10.2': error(RESPONSE.error),
      }),
    ),
  )
  const site = Buffer.from(siteValueOf(root.site).data)
  const roots = join(stack.use(await scratchFolder()).path, 'root.bin')
  await writeFile(roots, site)
  const node = await started(stack, { ...RECURSIVE, WAYMARK_RECURSION_ROOTS: roots })
  const port = await handlePortOf(node.url)
  const connections = Array.from({ length: CONNECTIONS }, () =>
    stack.use(new HandleConnection(port)),
  )
  const flags = USUAL_FLAGS + wire.OP_FLAG.keepConnection
  for (const it of connections) {
    const asked = Array.from({ length: ON_EACH }, (_, i) => {
      return question('10.1/x', { flags, requestId: i + 1, indexes: [i + 1] }).bytes
    })
    it.socket.write(Buffer.concat(asked))
  }
  while ((await numberOf(node, 'waiting')) < CONNECTIONS * ON_EACH) await sleep(20)
  held.resolve()
  for (const it of connections) {
    const codes = new Map(
      (await it.got(ON_EACH)).map((answer) => [answer.envelope.requestId, codeOf(answer)]),
    )
    assert.deepEqual([codes.size, codes.get(1), codes.get(2)], [ON_EACH, 1, 200])
  }
  assert.equal(leaf.asked.length, 1)
  assert.deepEqual([await numberOf(node, 'walks'), await numberOf(node, 'waiting')], [0, 0])
  assert.equal((await jsonOf(node, '10.2/x')).responseCode, RESPONSE.error)
})

test('roots that are none are told at the start, with their file', async () => {
  await using folder = await scratchFolder()
  const path = join(folder.path, 'root.json')
  await writeFile(path, '{"site":{"servers":[]}}')
  const env = { ...RECURSIVE, WAYMARK_RECURSION_ROOTS: path }
  await assert.rejects(startNodeProcess(folder.path, env), (it: Error) => {
    assert.match(it.message, /WAYMARK_RECURSION_ROOTS/)
    assert.match(it.message, /root\.json/)
    return true
  })
})
