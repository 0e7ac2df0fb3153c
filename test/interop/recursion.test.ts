import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import * as wire from '../../src/protocols/wire/index.ts'
import { askTcp, askUdp, handlePortOf, question, USUAL_FLAGS } from '../support/handle-client.ts'
import { scratchFolder, startNodeProcess } from '../support/node-process.ts'
import { handleNet, type PeerRecord, startHandleNet } from './support/handle-net.ts'
import { javaProject } from './support/java.ts'

const PREFIX = '20.500.99999'
const HERE = '127.0.0.1'
const { skip, missing } = handleNet

const at = '2024-02-29T12:00:00Z'
const text = (index: number, type: string, value: string, more: object = {}) => ({
  ...{ index, type, timestamp: at, data: { format: 'string', value }, ...more },
})
const named = (name: string, ...values: PeerRecord['values'][number][]): PeerRecord => ({
  handle: `${PREFIX}/${name}`,
  values,
})
const binary = { format: 'base64', value: 'AAEC/v8=' }
const list = { format: 'vlist', value: [{ handle: `0.NA/${PREFIX}`, index: 300 }] }
const RECORDS = [
  named('PUMP-1', text(1, 'URL', 'https://a.example/1'), text(2, 'URL.MOBILE', '离心泵')),
  named('LONG', text(1, 'TEXT', 'x'.repeat(3_000), { ttl: 60 })),
  named('HIDDEN', text(1, 'URL', 'u'), text(2, 'COST', '12.50', { permissions: '1100' })),
  named('NOTHING', text(2, 'COST', '12.50', { permissions: '1100' })),
  named('ALIAS', text(8, 'HS_ALIAS', `${PREFIX}/PUMP-1`)),
  named(
    'OTHERS',
    { ...text(7, 'X.BINARY', '', { ttl: 0 }), data: binary },
    { ...text(9, 'HS_VLIST', ''), data: list },
  ),
]

/** What a client may be told at second hand as at first. */
const QUESTIONS: readonly (readonly [string, Parameters<typeof question>[1]?])[] = [
  ...['PUMP-1', 'pump-1', 'LONG', 'HIDDEN', 'NOTHING', 'ALIAS', 'OTHERS', 'NONE', ''].map(
    (it) => [it] as const,
  ),
  ['PUMP-1', { indexes: [2, 77] }],
  ['PUMP-1', { types: ['url.'] }],
  ['PUMP-1', { indexes: [77] }],
  ['HIDDEN', { indexes: [2] }],
  ['PUMP-1', { flags: USUAL_FLAGS + wire.OP_FLAG.authoritative }],
  ['PUMP-1', { minor: 1 }],
]

test('a node that recurses tells what a Handle.Net server says, to the byte, to the official client as well', {
  skip,
}, async () => {
  assert.equal(missing, undefined)
  await using folder = await scratchFolder()
  await using peer = await startHandleNet({
    ...{ folder: join(folder.path, 'peer'), prefixes: [PREFIX], records: RECORDS },
  })
  await using node = await startNodeProcess(join(folder.path, 'data'), {
    WAYMARK_RESOLUTIONS_PER_S_MAX: '0',
    WAYMARK_HANDLE_UDP_BYTES_PER_S_MAX: '0',
    WAYMARK_RECURSION_CLIENTS: HERE,
    WAYMARK_RECURSION_PRIVATE: HERE,
    WAYMARK_RECURSION_WALK_MS_MAX: '60000',
    WAYMARK_RECURSION_ROOTS: peer.siteFile,
  })
  const port = await handlePortOf(node.url)
  for (let round = 0; round < 2; round++) {
    for (const [name, more] of QUESTIONS) {
      const { bytes } = question(`${PREFIX}/${name}`, more)
      const theirs = shown(await askTcp(peer.port, bytes))
      assert.deepEqual(shown(await askTcp(port, bytes)), theirs, `${name} ${JSON.stringify(more)}`)
      assert.deepEqual(shown(await askUdp(port, [bytes])), theirs, `${name} over UDP`)
    }
  }
  const record = question(`0.NA/${PREFIX}`).bytes
  assert.deepEqual(shown(await askTcp(port, record)), shown(await askTcp(peer.port, record)))

  const official = javaProject(fileURLToPath(new URL('./handle-java', import.meta.url)))
  const programs = join(folder.path, 'client')
  await mkdir(programs)
  const classpath = await official.compile(programs, ['Resolve.java'])
  const where = [HERE, `${port}`, new URL(node.url).port, PREFIX]
  const names = ['PUMP-1', 'LONG', 'NONE'].map((it) => `${PREFIX}/${it}`)
  const told = (await official.run(classpath, ['Resolve', ...where, ...names])).trim().split('\n')
  for (const how of ['udp', 'tcp', 'http', 'digest', 'signed']) {
    assert.ok(told.includes(`${how} ${PREFIX}/PUMP-1 1 1:URL=19 2:URL.MOBILE=3`), told.join('\n'))
    assert.ok(told.includes(`${how} ${PREFIX}/LONG 1 1:TEXT=3000`), told.join('\n'))
    assert.ok(told.includes(`${how} ${PREFIX}/NONE 100`), told.join('\n'))
  }
  assert.equal(told.filter((it) => it === 'signature true').length, names.length)
  assert.ok(told.includes('load 0'), 'of 20 threads none failed')

  await peer.stop()
  const kept = question(`${PREFIX}/PUMP-1`).bytes
  assert.equal((await askTcp(port, kept)).header.responseCode, wire.RESPONSE.success)
  const unknown = question(`${PREFIX}/OTHER-2`).bytes
  assert.equal((await askTcp(port, unknown)).header.responseCode, wire.RESPONSE.error)
  assert.equal(await node.stop(), 0, node.out.stderr)
})

function shown({ header: { responseCode }, body }: wire.Message) {
  return { responseCode, body: Buffer.from(body).toString('hex') }
}
