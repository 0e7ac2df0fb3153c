import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { PERMISSIONS } from '../../src/kernel/access/permissions.ts'
import { call, keyBy, must, rssAnonBytes, setUpBy } from '../support/api-client.ts'
import { type NodeProcess, scratchFolder, startNodeProcess } from '../support/node-process.ts'
import { Dice } from '../support/records.ts'
import { type Batch, type Making, operationsOf, requestBatch } from './requests.ts'

const CONNECTIONS = 8
const PIPELINED_MAX = 12
/** A connection whose requests were sent and which was ended must be closed by the node within this. */
const CLOSE_WAIT_MS_MAX = 60_000
const GIVE_UP_MS = 20
/** What the second half of a run may add to the memory of the first. */
const GROWTH_BYTES_MAX = 96 * 2 ** 20
/** Of the node's heap: a leak ends the node instead of hiding. */
const HEAP_MB_MAX = 320

/** Statuses by how often they were answered. */
export type Statuses = Readonly<Record<string, number>>

/**
 * Random requests to a live node: real routes with random values, odd targets and headers, and what is no HTTP at all,
 * pipelined and cut off. No answer may be 500, nothing may be logged as an error, no connection may hang, and memory may
 * not grow with the number of requests.
 */
export async function fuzzHttp(count: number, seed: number): Promise<Statuses> {
  await using folder = await scratchFolder()
  await using node = await startNodeProcess(folder.path, {
    WAYMARK_LOG_LEVEL: 'error',
    WAYMARK_RESOLUTIONS_PER_S_MAX: '0',
    NODE_OPTIONS: `--max-old-space-size=${HEAP_MB_MAX}`,
  })
  const authorization = await furnish(node)
  const document = await must(call(node.url, 'GET', '/api/openapi.json'))
  const operations = operationsOf(document)
  const statuses: Record<string, number> = {}
  const half = async (part: number) => {
    let left = Math.ceil(count / 2)
    const worker = async (_: unknown, number: number) => {
      const dice = new Dice(seed * 1_000 + part * 100 + number)
      while (left > 0) {
        const batch = Math.min(1 + dice.below(PIPELINED_MAX), left)
        left -= batch
        await oneConnection(node, { dice, operations, authorization }, { batch, statuses })
      }
    }
    await Promise.all(Array.from({ length: CONNECTIONS }, worker))
  }
  await half(0)
  const before = await settledBytes(node)
  await half(1)
  const after = await settledBytes(node)
  if (before !== undefined && after !== undefined) {
    const grown = `${Math.round(before / 2 ** 20)} → ${Math.round(after / 2 ** 20)} MiB`
    assert.ok(after - before < GROWTH_BYTES_MAX, `memory grew: ${grown}`)
  }
  assert.equal((await call(node.url, 'GET', '/health/ready')).status, 200)
  assert.equal(await node.stop(), 0, node.out.stderr)
  assert.equal(node.out.stderr, '')
  return statuses
}

/** An operator's key for everything, two enterprises' prefixes, a template and an identifier to hit. */
async function furnish({ url, setupCode }: NodeProcess): Promise<string> {
  const session = await setUpBy(url, setupCode)
  const headers = await keyBy(url, session, { scopes: PERMISSIONS })
  const post = (path: string, body: unknown) => must(call(url, 'POST', path, { headers, body }))
  const label = { en: 'Product', zh: '产品' }
  const fields = [
    { name: 'name', type: 'text', label, required: true },
    { name: 'weight', type: 'number', label },
    { name: 'cost', type: 'text', label, public: false },
  ]
  await post('/api/v1/templates', { prefix: '88.100', name: 'product', label, fields })
  await post('/api/v1/templates/88.100/product/1/publish', {})
  const values = [{ index: 1, type: 'URL', data: 'https://a.example/' }]
  await post('/api/v1/identifiers', { handle: '88.100/x', values })
  return headers.authorization ?? ''
}

type Work = { readonly batch: number; readonly statuses: Record<string, number> }

async function oneConnection(node: NodeProcess, making: Making, work: Work): Promise<void> {
  const batch = requestBatch(making, work.batch)
  const { bytes } = batch
  const answer = await exchange(node.url, batch, making.dice.chance(5))
  for (const [, status = ''] of answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)) {
    work.statuses[status] = (work.statuses[status] ?? 0) + 1
  }
  const { exitCode } = node.child
  const seen = `${node.out.stderr}\n${JSON.stringify(bytes.toString('latin1'))}`
  assert.equal(exitCode, null, `the node ended: ${seen}`)
  assert.equal(node.out.stderr, '', seen)
  assert.ok(!/HTTP\/1\.1 50[024] /.test(answer), seen)
}

/** All that the node says to these bytes until it closes the connection. */
async function exchange(url: string, { bytes, isWhole }: Batch, isSlow: boolean): Promise<string> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
  const shown = () => JSON.stringify(bytes.toString('latin1'))
  let answer = ''
  socket.setEncoding('latin1').on('data', (it: string) => {
    answer += it
  })
  const closed = new Promise<void>((resolve, reject) => {
    // A connection that the node reset because of what was in it is over, too.
    socket.on('error', () => resolve()).on('end', resolve)
    socket.on('close', () => resolve())
    socket.setTimeout(CLOSE_WAIT_MS_MAX, () => {
      reject(new Error(`no end within ${CLOSE_WAIT_MS_MAX} ms: ${shown()}`))
    })
  })
  const cut = isSlow ? bytes.length >> 1 : 0
  if (cut > 0) {
    socket.write(bytes.subarray(0, cut))
    await sleep(5)
  }
  socket.write(bytes.subarray(cut))
  try {
    // A node that waits for the rest of a request is told that nothing more comes.
    if (!isWhole) await Promise.race([closed, sleep(GIVE_UP_MS)])
    if (!isWhole) socket.end()
    await closed
  } finally {
    socket.destroy()
  }
  assert.ok(!isWhole || answer !== '', `no answer to ${shown()}`)
  return answer
}

/** The lowest memory within a while: what is left once garbage is collected. */
async function settledBytes({ child }: NodeProcess): Promise<number | undefined> {
  let lowest: number | undefined
  for (let tries = 0; tries < 10; tries++) {
    const now = await rssAnonBytes(child.pid)
    if (now !== undefined) lowest = Math.min(lowest ?? now, now)
    await sleep(100)
  }
  return lowest
}
