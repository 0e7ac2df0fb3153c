import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { join } from 'node:path'
import { call, must, rssAnonBytes } from '../support/api-client.ts'
import { askTcp, HandleConnection, handlePortOf, question } from '../support/handle-client.ts'
import { scratchFolder, setUp, startNodeProcess } from '../support/node-process.ts'
import { Dice } from '../support/records.ts'
import { randomPacket } from './wire.ts'

const CONNECTIONS = 8
const MESSAGES_MAX = 20
type Memory = { readonly before: number | undefined; readonly after: number | undefined }

/** What the second half of a run may add to the memory of the first. */
const GROWTH_BYTES_MAX = 96 * 2 ** 20
/** Of the node's heap: a leak ends the node instead of hiding. */
const HEAP_MB_MAX = 320
/** Datagrams are sent in turns with questions over TCP, so that there is an end to how many wait. */
const DATAGRAMS = 20

/**
 * Random packets and mutated messages of the Handle protocol to a live node, over TCP and UDP, whole and cut off. Others are
 * answered all the time, nothing is logged as an error, no connection hangs, and memory does not grow with their number.
 */
export async function fuzzHandle(count: number, seed: number): Promise<Memory> {
  await using folder = await scratchFolder()
  await using node = await startNodeProcess(join(folder.path, 'data'), {
    WAYMARK_LOG_LEVEL: 'error',
    WAYMARK_RESOLUTIONS_PER_S_MAX: '0',
    // all of it is to be looked into
    WAYMARK_HANDLE_FAULTS_PER_S_MAX: '0',
    WAYMARK_HANDLE_CONNECTS_PER_S_MAX: '0',
    NODE_OPTIONS: `--max-old-space-size=${HEAP_MB_MAX}`,
  })
  const headers = { authorization: `Bearer ${await setUp(node)}` }
  const body = {
    handle: '88.100/x',
    values: [{ index: 1, type: 'URL', data: 'https://a.example/' }],
  }
  await must(call(node.url, 'POST', '/api/v1/identifiers', { headers, body }))
  const port = await handlePortOf(node.url)
  const known = question('88.100/x').bytes
  const udp = createSocket('udp4')
  udp.on('message', () => undefined)
  const half = async (part: number) => {
    let left = Math.ceil(count / 2)
    const worker = async (_: unknown, number: number) => {
      const dice = new Dice(seed * 1_000 + part * 100 + number)
      while (left > 0) {
        const some = Math.min(1 + dice.below(MESSAGES_MAX), left)
        left -= some
        const packets = Array.from({ length: some }, () => Buffer.from(randomPacket(dice)))
        const shown = () => packets.map((it) => it.toString('hex')).join(' ')
        if (dice.chance(50)) await overTcp(port, packets, shown)
        else for (const it of packets.slice(0, DATAGRAMS)) udp.send(it, port, '127.0.0.1')
        const answer = await askTcp(port, known)
        assert.equal(answer.header.responseCode, 1, shown())
        assert.equal(node.child.exitCode, null, shown())
        assert.equal(node.out.stderr, '', shown())
      }
    }
    await Promise.all(Array.from({ length: CONNECTIONS }, worker))
  }
  await half(0)
  const before = await rssAnonBytes(node.child.pid)
  await half(1)
  const after = await rssAnonBytes(node.child.pid)
  udp.close()
  if (before !== undefined && after !== undefined) {
    assert.ok(after - before < GROWTH_BYTES_MAX, `memory grew: ${before} → ${after} bytes`)
  }
  assert.equal(await node.stop(), 0, node.out.stderr)
  return { before, after }
}

/** All of them on one connection, which its client closes; the node closes its side whatever it read. */
async function overTcp(port: number, packets: readonly Buffer[], shown: () => string) {
  using connection = new HandleConnection(port)
  connection.socket.removeAllListeners('data')
  connection.socket.resume()
  connection.socket.end(Buffer.concat(packets))
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`no end: ${shown()}`)), CLOSE_WAIT_MS_MAX)
  await Promise.race([connection.closed, late.promise])
  clearTimeout(timer)
}

const CLOSE_WAIT_MS_MAX = 30_000
