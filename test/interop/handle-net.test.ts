import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import * as wire from '../../src/protocols/wire/index.ts'
import {
  type Answer,
  askTcp,
  handlePortOf,
  question,
  request,
  shownAnswer,
} from '../support/handle-client.ts'
import { run, scratchFolder, setUp, startNodeProcess } from '../support/node-process.ts'
import { handleNet, type PeerRecord, startHandleNet } from './support/handle-net.ts'
import { javaProject } from './support/java.ts'

const PREFIX = '20.500.99999'
const { skip, missing } = handleNet

const at = '2024-02-29T12:00:00Z'
const text = (index: number, type: string, value: string) => ({
  ...{ index, type, timestamp: at, ttl: 3_600 },
  data: { format: 'string', value },
})
const admin = {
  ...{ index: 100, type: 'HS_ADMIN', timestamp: at },
  data: {
    format: 'admin',
    value: { handle: `0.NA/${PREFIX}`, index: 300, permissions: '011111110011' },
  },
}

const RECORDS: readonly PeerRecord[] = [
  {
    handle: `${PREFIX}/PUMP-1`,
    values: [text(1, 'URL', 'https://a.example/1'), text(2, 'DESC', '离心泵'), admin],
  },
  {
    handle: `${PREFIX}/TYPES`,
    values: [
      text(1, 'URL', 'https://a.example/2'),
      text(2, 'URL.MOBILE', 'https://m.a.example/2'),
      text(3, 'email', 'x@a.example'),
      admin,
    ],
  },
  { handle: `${PREFIX}/LONG`, values: [text(1, 'TEXT', 'x'.repeat(3_000)), admin] },
  {
    handle: `${PREFIX}/HIDDEN`,
    values: [
      text(1, 'URL', 'https://a.example/3'),
      { ...text(2, 'COST', '12.50'), permissions: '1100' },
      { ...text(3, 'SECRET', 'nobody reads this'), permissions: '0000' },
      admin,
    ],
  },
  {
    handle: `${PREFIX}/OTHERS`,
    values: [
      {
        ...{ index: 7, type: 'X.BINARY', timestamp: at, ttl: 0 },
        data: { format: 'base64', value: 'AAEC/v8=' },
      },
      text(8, 'HS_ALIAS', `${PREFIX}/PUMP-1`),
      {
        ...{ index: 9, type: 'HS_VLIST', timestamp: at },
        data: { format: 'vlist', value: [{ handle: `0.NA/${PREFIX}`, index: 300 }] },
      },
      admin,
    ],
  },
]

/** Whatever a client may ask without proving who it is, by what it is called here. */
function questions(): Readonly<Record<string, Uint8Array>> {
  const { publicOnly, returnDigest, certified, authoritative, recursive, cacheCertified } =
    wire.OP_FLAG
  const usual = recursive + cacheCertified
  const of = (name: string) => `${PREFIX}/${name}`
  return {
    plain: question(of('PUMP-1')).bytes,
    'in other letters': question(of('pump-1')).bytes,
    'by index': question(of('PUMP-1'), { indexes: [2] }).bytes,
    'by type': question(of('TYPES'), { types: ['URL'] }).bytes,
    'by types below': question(of('TYPES'), { types: ['URL.'] }).bytes,
    'by type in other letters': question(of('TYPES'), { types: ['Email'] }).bytes,
    'by index or type': question(of('TYPES'), { indexes: [3], types: ['URL'] }).bytes,
    'no such value': question(of('PUMP-1'), { indexes: [77] }).bytes,
    'no such handle': question(of('NONE')).bytes,
    'no suffix': question(of('')).bytes,
    long: question(of('LONG')).bytes,
    'others of types': question(of('OTHERS')).bytes,
    'hidden, public alone': question(of('HIDDEN')).bytes,
    'hidden, whatever may be read': question(of('HIDDEN'), { flags: usual }).bytes,
    'hidden, by index, public alone': question(of('HIDDEN'), { indexes: [2] }).bytes,
    'what nobody reads': question(of('HIDDEN'), { flags: usual, indexes: [3] }).bytes,
    'with its digest': question(of('PUMP-1'), { flags: usual + publicOnly + returnDigest }).bytes,
    'of a primary': question(of('PUMP-1'), { flags: usual + publicOnly + authoritative }).bytes,
    'of the oldest protocol': question(of('PUMP-1'), { minor: 1 }).bytes,
    'no such value, oldest protocol': question(of('PUMP-1'), { minor: 1, indexes: [77] }).bytes,
    'not found, with its digest': question(of('NONE'), { flags: usual + returnDigest }).bytes,
    'an operation nobody knows': request({ opCode: 4711, body: new Uint8Array(0) }).bytes,
    'a body cut off': request({ body: Uint8Array.of(0, 0, 0, 9, 65) }).bytes,
    'no body': request({ body: new Uint8Array(0) }).bytes,
    'listed by nobody': request({
      opCode: wire.OP.listHandles,
      body: wire.writeHandleBody(`0.NA/${PREFIX}`),
    }).bytes,
    signed: question(of('PUMP-1'), { flags: usual + publicOnly + certified }).bytes,
  }
}

/** What the protocol leaves to a server, or where we answer otherwise; the conformance page says why. */
const OTHERWISE: Readonly<Record<string, { readonly theirs: unknown; readonly ours: unknown }>> = {
  'an operation nobody knows': { theirs: 'no answer', ours: 5 },
  'a body cut off': { theirs: 100, ours: 4 },
  'no body': { theirs: 100, ours: 4 },
}

test('both servers answer the same questions alike, byte for byte, once a dump has moved the prefix here', {
  skip,
}, async () => {
  assert.equal(missing, undefined)
  await using folder = await scratchFolder()
  await using peer = await startHandleNet({
    ...{ folder: join(folder.path, 'peer'), prefixes: [PREFIX], records: RECORDS },
  })
  const theirs = await askAll(peer.port)
  await peer.stop()

  await using node = await startNodeProcess(join(folder.path, 'data'))
  const env = { ...node.env, WAYMARK_API_KEY: await setUp(node) }
  const moving = ['import', await peer.dump(), '--format', 'handle-json', '--json']
  const tried = await run([...moving, '--dry-run'], { env })
  assert.equal(tried.code, 0, tried.stderr)
  const moved = await run(moving, { env })
  assert.equal(moved.code, 0, moved.stderr)
  assert.equal(JSON.parse(moved.stdout).created, RECORDS.length + 1)
  const port = await handlePortOf(node.url)
  const ours = await askAll(port)
  for (const name of Object.keys(questions())) {
    const differs = OTHERWISE[name]
    if (differs === undefined) assert.deepEqual(ours[name], theirs[name], name)
    else assert.deepEqual({ theirs: codeOf(theirs[name]), ours: codeOf(ours[name]) }, differs, name)
  }

  const official = javaProject(fileURLToPath(new URL('./handle-java', import.meta.url)))
  const programs = join(folder.path, 'client')
  await mkdir(programs)
  const classpath = await official.compile(programs, ['Resolve.java', 'Administer.java'])
  const told = await official.run(classpath, ['Administer', `${port}`, PREFIX, '300', peer.secret])
  const codes = told
    .trim()
    .split('\n')
    .map((it) => Number(it.split(' ').at(-1)))
  assert.deepEqual(codes, [1, 101, 1, 1, 1, 1, 1, 1, 101, 1, 1, 1, 1, 1], told)
  assert.equal(await node.stop(), 0)
})

type Told = ReturnType<typeof shownAnswer> | 'no answer'

async function askAll(port: number): Promise<Record<string, Told>> {
  const told: Record<string, Told> = {}
  for (const [name, bytes] of Object.entries(questions())) {
    told[name] = await askTcp(port, bytes).then(comparable, () => 'no answer' as const)
  }
  return told
}

/** Of a challenge the nonce and its session are the server's own, and of a signed answer the key. */
function comparable(answer: Answer): Told {
  const shown = shownAnswer(answer)
  if (shown.responseCode !== wire.RESPONSE.authenticationNeeded) {
    const { credential } = answer
    return credential === undefined ? shown : { ...shown, messageBytes: 0 }
  }
  assert.notEqual(shown.sessionId, 0)
  const { digest } = wire.readChallenge(answer.body)
  const body = Buffer.from(digest.digest).toString('hex')
  return { ...shown, sessionId: 0, messageBytes: 0, body }
}

function codeOf(told: Told | undefined): unknown {
  return typeof told === 'object' ? told.responseCode : told
}
