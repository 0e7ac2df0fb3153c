import assert from 'node:assert/strict'
import {
  createCipheriv,
  createDecipheriv,
  createDiffieHellman,
  createHmac,
  generateKeyPairSync,
  sign,
  verify,
} from 'node:crypto'
import { connect } from 'node:net'
import { test } from 'node:test'
import { type Answer, askTcp, HandleConnection } from '../../../test/support/handle-client.ts'
import { SERVER_KEY, serveExchange } from '../../../test/support/handle-exchange.ts'
import { type HandleWorld, openHandleWorld, SECRET } from '../../../test/support/handle-world.ts'
import { revokeHandleKey, rotateHandleKey } from '../../identifiers/authority/handle-keys.ts'
import { type PrefixKey, parseHandle } from '../../identifiers/handle.ts'
import { Reader, Writer } from '../../identifiers/values/bytes.ts'
import { coveredBytes } from '../wire/covered.ts'
import * as wire from '../wire/index.ts'

const P = '88.100.1'
const KEY = { handle: `0.NA/${P}`, index: 300 }
const author = { kind: 'system', id: 'test' } as const
const { OP, OP_FLAG, RESPONSE } = wire

async function served() {
  const world = await openHandleWorld(P)
  const server = await serveExchange(world)
  return {
    ...{ world, port: server.port },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await world[Symbol.asyncDispose]()
      assert.deepEqual(server.errors, [])
    },
  }
}

type Wish = {
  readonly opCode: number
  readonly body: Uint8Array
  readonly flags?: number
  readonly sessionId?: number
  readonly key?: Uint8Array
  readonly counter?: number
  readonly isEncrypted?: true
}

let requests = 0

/** A request's bytes with their envelope; in a session with its code. */
function message({ opCode, body, flags = 0, sessionId = 0, key, counter = 0, isEncrypted }: Wish) {
  const header = {
    ...{ opCode, responseCode: 0, opFlags: flags, recursionCount: 0, reserved: 0 },
    ...{ siteSerial: wire.SERIAL_UNKNOWN, expiresS: 0 },
  }
  const envelope = {
    ...{ major: 2, minor: 11, flags: isEncrypted ? wire.ENCRYPTED : 0, sessionId },
    ...{ requestId: ++requests, suggestedMajor: 2, suggestedMinor: 11 },
  }
  const covered = coveredBytes({ envelope, counter, message: { header, body } })
  const credential = key && {
    ...{ version: 0, reserved: 0, options: 0, signer: { handle: '', index: counter } },
    ...{ type: 'HS_MAC', algorithm: 'HMAC-SHA256' },
    signature: createHmac('sha256', key).update(covered).digest(),
  }
  const plain = wire.writeMessage({ header, body, ...(credential && { credential }) })
  const bytes = isEncrypted && key ? enciphered(plain, key) : plain
  const head = wire.writeEnvelope({ ...envelope, sequence: 0, messageBytes: bytes.length })
  return Buffer.concat([head, bytes])
}

function enciphered(plain: Uint8Array, key: Uint8Array): Uint8Array {
  const first = Buffer.alloc(16, 7)
  const cipher = createCipheriv('aes-128-cbc', key.subarray(0, 16), first)
  return Buffer.concat([first, cipher.update(plain), cipher.final()])
}

const url = (index: number, data: string, permissions = 0x0e): wire.WireValue => ({
  ...{ index, timestampS: 0, ttlType: wire.TTL_RELATIVE, ttlS: 86_400, permissions },
  ...{ type: 'URL', data: Buffer.from(data), references: [] },
})
const create = (name: string, more: Partial<Wish> = {}): Wish => ({
  opCode: OP.createHandle,
  body: wire.writeHandleValues({ handle: `${P}/${name}`, values: [url(1, 'a')] }),
  ...more,
})

type Signer = (asked: Uint8Array) => { readonly type: string; readonly answer: Uint8Array }
const bySecret =
  (secret: string): Signer =>
  (asked) => {
    const code = createHmac('sha256', secret).update(asked).digest()
    const form = { algorithm: 'HMAC-SHA256' } as const
    return { type: 'HS_SECKEY', answer: wire.writeSecretAnswer({ form, code }) }
  }

function proofTo(challenge: Answer, by: Signer, key = KEY): Buffer {
  assert.equal(challenge.header.responseCode, RESPONSE.authenticationNeeded)
  const { nonce, digest } = wire.readChallenge(challenge.body)
  assert.ok(nonce.length >= 20)
  const given = by(Buffer.concat([nonce, digest.digest]))
  const body = wire.writeChallengeAnswer({ ...given, key })
  const { sessionId } = challenge.envelope
  assert.ok(sessionId !== 0)
  return message({ opCode: OP.challengeResponse, body, sessionId })
}

async function asked(port: number, wish: Wish, by: Signer = bySecret(SECRET), key = KEY) {
  const challenge = await askTcp(port, message(wish))
  return await askTcp(port, proofTo(challenge, by, key))
}

const code = ({ header }: Answer) => header.responseCode

async function isThere({ store }: HandleWorld, name: string): Promise<boolean> {
  return (await store.get(parseHandle(`${P}/${name}`).key)) !== undefined
}

test('a write is challenged, and done for who proves a key that may', async () => {
  await using it = await served()
  const done = await asked(it.port, create('one'))
  assert.equal(code(done), RESPONSE.success)
  assert.equal(wire.readCreated(done.body, false).handle, `${P}/one`)
  assert.equal(done.header.opCode, OP.createHandle)
  assert.equal(code(await asked(it.port, create('one'))), RESPONSE.handleExists)
  const overwritten = await asked(it.port, create('one', { flags: OP_FLAG.overwrite }))
  assert.equal(code(overwritten), RESPONSE.success)
  const body = wire.writeHandleValues({ handle: `${P}/M-`, values: [url(1, 'a')] })
  const minted = await asked(it.port, { opCode: OP.createHandle, body, flags: OP_FLAG.mintSuffix })
  assert.match(wire.readCreated(minted.body, false).handle, /^88\.100\.1\/M-[0-9A-F]{20}$/)
})

test('the operators of the node have it answer for a prefix, list theirs, and give it up', async () => {
  await using it = await served()
  const operator = { handle: '0.NA/88.100', index: 300 }
  const wish = (opCode: number, handle = '0.NA/20.500') => ({
    opCode,
    body: wire.writeHandleBody(handle),
  })
  const done = (opCode: number, key = operator) =>
    asked(it.port, wish(opCode), bySecret(SECRET), key)
  assert.equal(code(await done(OP.homePrefix, KEY)), RESPONSE.invalidAdmin)
  assert.equal(code(await done(OP.homePrefix)), RESPONSE.success)
  const list = await done(OP.listHomedPrefixes)
  const { handles } = wire.readHandleList(list.body, false)
  assert.deepEqual(handles, ['0.NA/20.500', '0.NA/88.100'])
  // Who homed it administers it.
  const handle = '20.500/first'
  const body = wire.writeHandleValues({ handle, values: [url(1, 'a')] })
  const created = await asked(
    it.port,
    { opCode: OP.createHandle, body },
    bySecret(SECRET),
    operator,
  )
  assert.equal(code(created), RESPONSE.success)
  assert.equal(code(await done(OP.unhomePrefix)), RESPONSE.success)
  const after = await askTcp(it.port, message({ opCode: OP.createHandle, body }))
  assert.equal(code(after), RESPONSE.serverNotResponsible)
  const unsupported = await askTcp(it.port, message(wish(OP.listPrefixes)))
  assert.equal(code(unsupported), RESPONSE.operationNotSupported)
})

test('values are added, modified and removed, the record deleted', async () => {
  await using it = await served()
  const handle = `${P}/two`
  await asked(it.port, create('two'))
  const values = (value: wire.WireValue) => wire.writeHandleValues({ handle, values: [value] })
  const indexes = (index: number) => wire.writeRemoveRequest({ handle, indexes: [index] })
  const steps = [
    [OP.addValue, values(url(2, 'b')), RESPONSE.success],
    [OP.addValue, values(url(2, 'b')), RESPONSE.valueExists],
    [OP.addValue, values(url(-1, 'b')), RESPONSE.invalidValue],
    [OP.modifyValue, values(url(2, 'c')), RESPONSE.success],
    [OP.modifyValue, values(url(3, 'c')), RESPONSE.valuesNotFound],
    [OP.removeValue, indexes(2), RESPONSE.success],
    [OP.removeValue, indexes(2), RESPONSE.valuesNotFound],
    [OP.deleteHandle, wire.writeHandleBody(handle), RESPONSE.success],
    [OP.deleteHandle, wire.writeHandleBody(handle), RESPONSE.handleNotFound],
  ] as const
  for (const [opCode, body, expected] of steps) {
    assert.equal(code(await asked(it.port, { opCode, body })), expected, `operation ${opCode}`)
  }
})

test('wrong proofs, other people’s keys and keys that are gone do nothing', async () => {
  await using it = await served()
  const { world, port } = it
  assert.equal(
    code(await asked(port, create('x'), bySecret('wrong'))),
    RESPONSE.authenticationFailed,
  )
  const other = { handle: '0.NA/88.100.2', index: 300 }
  assert.equal(code(await asked(port, create('x'), bySecret(SECRET), other)), RESPONSE.invalidAdmin)
  const none = { ...KEY, index: 301 }
  assert.equal(
    code(await asked(port, create('x'), bySecret(SECRET), none)),
    RESPONSE.authenticationFailed,
  )
  await revokeHandleKey(world, P as PrefixKey, { index: 300, author })
  assert.equal(code(await asked(port, create('x'))), RESPONSE.authenticationFailed)
  assert.equal(await isThere(world, 'x'), false)
})

test('an answer counts once, for its own challenge, and for half a minute', async () => {
  await using it = await served()
  const { world, port } = it
  const challenge = await askTcp(port, message(create('once')))
  const proof = proofTo(challenge, bySecret(SECRET))
  assert.equal(code(await askTcp(port, proof)), RESPONSE.success)
  assert.equal(code(await askTcp(port, proof)), RESPONSE.authenticationTimedOut, 'replayed')
  const [first, second] = [
    await askTcp(port, message(create('first'))),
    await askTcp(port, message(create('second'))),
  ]
  const swapped = proofTo({ ...first, envelope: second.envelope }, bySecret(SECRET))
  assert.equal(code(await askTcp(port, swapped)), RESPONSE.authenticationFailed)
  const late = proofTo(first, bySecret(SECRET))
  world.clock.advance(30_000)
  assert.equal(code(await askTcp(port, late)), RESPONSE.authenticationTimedOut)
  assert.deepEqual([await isThere(world, 'first'), await isThere(world, 'second')], [false, false])
})

test('guessing is answered with “busy” after a while', async () => {
  await using it = await served()
  const codes: number[] = []
  for (let i = 0; i < 12; i++) codes.push(code(await asked(it.port, create('x'), bySecret(`${i}`))))
  assert.equal(codes[0], RESPONSE.authenticationFailed)
  assert.equal(codes.at(-1), RESPONSE.serverBusy)
})

test('a public key proves as well: signatures counted or not', async () => {
  await using it = await served()
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const key = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const wish = { kind: 'public', key } as const
  await rotateHandleKey(it.world, P as PrefixKey, { index: 300, wish, author })
  for (const isCounted of [true, false]) {
    const by: Signer = (bytes) => {
      const signature = sign('sha256', bytes, privateKey)
      const w = new Writer().text('SHA-256')
      const answer = isCounted ? w.counted(signature).done() : w.bytes(signature).done()
      return { type: 'HS_PUBKEY', answer }
    }
    assert.equal(code(await asked(it.port, create(`key-${isCounted}`), by)), RESPONSE.success)
  }
})

test('hidden values are read by who may, after a challenge; nobody else', async () => {
  await using it = await served()
  const handle = `${P}/hidden`
  const values = [url(1, 'open'), url(2, 'closed', 0x0c)]
  await asked(it.port, {
    opCode: OP.createHandle,
    body: wire.writeHandleValues({ handle, values }),
  })
  const body = wire.writeResolutionRequest({ handle, indexes: [], types: [] })
  const read = await asked(it.port, { opCode: OP.resolution, body })
  assert.equal(wire.readResolutionAnswer(read.body, false).values.length, 2)
  const other = { handle: '0.NA/88.100.2', index: 300 }
  const refused = await asked(it.port, { opCode: OP.resolution, body }, bySecret(SECRET), other)
  assert.equal(code(refused), RESPONSE.invalidAdmin)
  const plain = await askTcp(
    it.port,
    message({ opCode: OP.resolution, body, flags: OP_FLAG.publicOnly }),
  )
  assert.equal(wire.readResolutionAnswer(plain.body, false).values.length, 1)
})

test('names are listed for who may, many in several messages', async () => {
  await using it = await served()
  for (let i = 0; i < 1_200; i++) {
    const handle = parseHandle(`${P}/n-${String(i).padStart(4, '0')}`)
    await it.world.registry.register(
      handle.spelled,
      { values: [{ index: 1, type: 'URL', data: 'a' }] },
      { author },
    )
  }
  const body = wire.writeHandleBody(`0.NA/${P}`)
  const challenge = await askTcp(it.port, message({ opCode: OP.listHandles, body }))
  using connection = new HandleConnection(it.port)
  connection.socket.write(proofTo(challenge, bySecret(SECRET)))
  const answers = await connection.got(3)
  const more = answers.map(({ header }) => (header.opFlags & OP_FLAG.continuous) !== 0)
  assert.deepEqual(more, [true, true, false])
  const names = answers.flatMap((each) => wire.readHandleList(each.body, false).handles)
  assert.equal(new Set(names).size, 1_200)
  const other = { handle: '0.NA/88.100.2', index: 300 }
  const refused = await asked(it.port, { opCode: OP.listHandles, body }, bySecret(SECRET), other)
  assert.equal(code(refused), RESPONSE.invalidAdmin)
})

test('an answer is signed for who asks for that, and bound to its request', async () => {
  await using it = await served()
  await asked(it.port, create('signed'))
  const body = wire.writeResolutionRequest({ handle: `${P}/signed`, indexes: [], types: [] })
  const answer = await askTcp(
    it.port,
    message({ opCode: OP.resolution, body, flags: OP_FLAG.certified }),
  )
  const { credential, envelope } = answer
  assert.equal(credential?.type, 'HS_SIGNED')
  const covered = coveredBytes({ envelope, counter: 0, message: answer })
  const signature = credential?.signature ?? Buffer.of()
  assert.ok(verify('sha256', covered, SERVER_KEY.publicKey, signature))
  const another = coveredBytes({
    envelope: { ...envelope, requestId: 1 },
    counter: 0,
    message: answer,
  })
  assert.ok(!verify('sha256', another, SERVER_KEY.publicKey, signature))
})

test('challenges that are never answered come to an end for their network, and are asked again once they are over', async () => {
  await using it = await served()
  using flood = new HandleConnection(it.port, { localAddress: '127.0.1.1' })
  const flags = OP_FLAG.keepConnection
  const body = wire.writeHandleBody(`0.NA/${P}`)
  const ask = () => message({ opCode: OP.deleteHandle, body, flags })
  flood.socket.write(Buffer.concat(Array.from({ length: 1_001 }, ask)))
  const answers = await flood.got(1_001)
  const refused = answers.filter((each) => code(each) === RESPONSE.serverBusy)
  assert.equal(refused.length, 1)
  assert.equal(code(await asked(it.port, create('beside'))), RESPONSE.success, 'others go on')
  it.world.clock.advance(30_000)
  flood.socket.write(ask())
  const again = (await flood.got(1_002)).slice(-1)
  assert.deepEqual(again.map(code), [RESPONSE.authenticationNeeded])
})

test('sessions are set up so many at once for a network, and others set up theirs', async () => {
  await using it = await served()
  const flags = OP_FLAG.keepConnection
  const body = wire.writeSessionSetup({
    mode: wire.KEY_EXCHANGE.diffieHellman,
    ...{ timeoutS: 1, identity: { handle: '', index: 0 }, publicKey: Buffer.from('none') },
  })
  const setup = message({ opCode: OP.sessionSetup, body, flags })
  using flood = new HandleConnection(it.port, { localAddress: '127.0.1.1' })
  flood.socket.write(Buffer.concat(Array(1_001).fill(setup)))
  const codes = (await flood.got(1_001)).map(code)
  assert.deepEqual(codes.slice(-1), [RESPONSE.serverBusy])
  assert.ok(!codes.slice(0, -1).includes(RESPONSE.serverBusy))
  assert.notEqual(code(await askTcp(it.port, setup)), RESPONSE.serverBusy)
})

test('a verification tells whether an answer is that of a key here', async () => {
  await using it = await served()
  const [nonce, digest] = [Buffer.alloc(20, 1), Buffer.alloc(32, 2)]
  for (const [secret, isValid] of [
    [SECRET, true],
    ['wrong', false],
  ] as const) {
    const { answer } = bySecret(secret)(Buffer.concat([nonce, digest]))
    const body = wire.writeVerifyRequest({ key: KEY, nonce, digest, answer })
    const reply = await askTcp(it.port, message({ opCode: OP.verifyResponse, body }))
    assert.equal(code(reply), RESPONSE.success)
    assert.equal(wire.readVerifyAnswer(reply.body, false).isValid, isValid)
  }
})

test('a login names all that comes over its connection, as long as its key is there', async () => {
  await using it = await served()
  using connection = new HandleConnection(it.port)
  let count = 0
  const send = async (bytes: Buffer): Promise<Answer> => {
    connection.socket.write(bytes)
    const answer = (await connection.got(++count)).at(-1)
    assert.ok(answer)
    return answer
  }
  const flags = OP_FLAG.keepConnection
  const login = message({ opCode: OP.loginIdSystem, body: new Uint8Array(), flags })
  const answer = wire.readEnvelope(login)
  assert.equal(answer.sessionId, 0)
  const challenge = await send(login)
  const proof = proofTo(challenge, bySecret(SECRET))
  // the flags of the first request decide whether the connection is kept
  const kept = message({
    opCode: OP.challengeResponse,
    body: wire.readMessage(proof.subarray(wire.ENVELOPE_BYTES)).body,
    sessionId: challenge.envelope.sessionId,
    flags,
  })
  assert.equal(code(await send(kept)), RESPONSE.success)
  assert.equal(code(await send(message(create('by-login', { flags })))), RESPONSE.success)
  const elsewhere = await askTcp(it.port, message(create('elsewhere')))
  assert.equal(code(elsewhere), RESPONSE.authenticationNeeded)
  await revokeHandleKey(it.world, P as PrefixKey, { index: 300, author })
  assert.equal(code(await send(message(create('late', { flags })))), RESPONSE.authenticationNeeded)
})

type Opened = { readonly id: number; readonly key: Uint8Array }

/** The published prime of 1,024 bits that the official client takes (RFC 2409 §6.2). */
const PRIME = Buffer.from(
  'ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7edee386bfb5a899fa5ae9f24117c4b1fe649286651ece65381ffffffffffffffff',
  'hex',
)

function setup(publicKey: Uint8Array, mode: number = wire.KEY_EXCHANGE.diffieHellman): Wish {
  const identity = { handle: '/', index: 0 }
  const body = wire.writeSessionSetup({ mode, timeoutS: 3_600, identity, publicKey })
  return { opCode: OP.sessionSetup, body }
}

function half(...parts: readonly Uint8Array[]): Uint8Array {
  const w = new Writer().text('DH_PUB_KEY').u16(0)
  for (const it of parts) w.counted((it[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), it]) : it)
  return w.done()
}

async function openSession(port: number): Promise<Opened> {
  const own = createDiffieHellman(PRIME, Buffer.of(2))
  const reply = await askTcp(port, message(setup(half(own.generateKeys(), PRIME, Buffer.of(2)))))
  assert.equal(code(reply), RESPONSE.success)
  const r = new Reader(wire.readSessionBegun(reply.body, false).key)
  assert.equal(r.u32(), 3)
  assert.equal(r.text(), 'DH_PUB_KEY')
  r.u16()
  const key = own.computeSecret(Buffer.from(r.counted())).subarray(0, 32)
  return { id: reply.envelope.sessionId, key }
}

test('in a session one proof is enough, and every message has its own counter', async () => {
  await using it = await served()
  const { id, key } = await openSession(it.port)
  const within = (wish: Wish, counter: number) => message({ ...wish, sessionId: id, key, counter })
  const challenge = await askTcp(it.port, within(create('s1'), 1))
  assert.equal(challenge.envelope.sessionId, id)
  assert.equal(code(await askTcp(it.port, proofTo(challenge, bySecret(SECRET)))), RESPONSE.success)
  const second = within(create('s2'), 2)
  assert.equal(code(await askTcp(it.port, second)), RESPONSE.success)
  assert.equal(code(await askTcp(it.port, second)), RESPONSE.sessionMessageRejected, 'replayed')
  const wrong = message({ ...create('s3'), sessionId: id, key: Buffer.alloc(32), counter: 3 })
  assert.equal(code(await askTcp(it.port, wrong)), RESPONSE.sessionMessageRejected)
  const bare = await askTcp(it.port, message({ ...create('s4'), sessionId: id }))
  assert.equal(code(bare), RESPONSE.authenticationNeeded, 'the number alone is worth nothing')
  const end = { opCode: OP.sessionTerminate, body: new Uint8Array() }
  assert.equal(code(await askTcp(it.port, within(end, 5))), RESPONSE.success)
  assert.equal(code(await askTcp(it.port, within(create('s5'), 6))), RESPONSE.sessionTimedOut)
})

test('two challenges of one session are each answered by their own proof', async () => {
  await using it = await served()
  const { id, key } = await openSession(it.port)
  const ask = (name: string, counter: number) =>
    askTcp(it.port, message({ ...create(name), sessionId: id, key, counter }))
  const [first, second] = [await ask('p1', 1), await ask('p2', 2)]
  assert.equal(code(await askTcp(it.port, proofTo(second, bySecret(SECRET)))), RESPONSE.success)
  assert.deepEqual([await isThere(it.world, 'p1'), await isThere(it.world, 'p2')], [false, true])
  assert.equal(code(await askTcp(it.port, proofTo(first, bySecret(SECRET)))), RESPONSE.success)
  assert.equal(await isThere(it.world, 'p1'), true)
})

test('a session whose key was revoked or rotated has to show again who it is', async () => {
  await using it = await served()
  const { id, key } = await openSession(it.port)
  const challenge = await askTcp(
    it.port,
    message({ ...create('r1'), sessionId: id, key, counter: 1 }),
  )
  await askTcp(it.port, proofTo(challenge, bySecret(SECRET)))
  const wish = { kind: 'secret', secret: 'a new secret' } as const
  await rotateHandleKey(it.world, P as PrefixKey, { index: 300, wish, author })
  const again = await askTcp(it.port, message({ ...create('r2'), sessionId: id, key, counter: 2 }))
  assert.equal(code(again), RESPONSE.authenticationNeeded)
})

/** All that is sent to somebody who says nothing more. */
async function everything(port: number, bytes: Buffer): Promise<Buffer> {
  const socket = connect(port, '127.0.0.1')
  socket.end(bytes)
  const chunks: Uint8Array[] = []
  for await (const chunk of socket) chunks.push(chunk as Uint8Array)
  return Buffer.concat(chunks)
}

test('an encrypted request is read and answered so; a wrong key or a session that is gone is refused', async () => {
  await using it = await served()
  const { id, key } = await openSession(it.port)
  const challenge = await askTcp(
    it.port,
    message({ ...create('e1'), sessionId: id, key, counter: 1 }),
  )
  await askTcp(it.port, proofTo(challenge, bySecret(SECRET)))
  const hidden = { ...create('e2'), sessionId: id, key, counter: 2, isEncrypted: true } as const
  const whole = await everything(it.port, message(hidden))
  const envelope = wire.readEnvelope(whole)
  assert.equal(envelope.flags & wire.ENCRYPTED, wire.ENCRYPTED)
  const bytes = whole.subarray(wire.ENVELOPE_BYTES)
  const cipher = createDecipheriv('aes-128-cbc', key.subarray(0, 16), bytes.subarray(0, 16))
  const plain = Buffer.concat([cipher.update(bytes.subarray(16)), cipher.final()])
  assert.equal(wire.readMessage(plain).header.responseCode, RESPONSE.success)
  const absent = await askTcp(it.port, message({ ...hidden, sessionId: id ^ 1 }))
  assert.equal(code(absent), RESPONSE.sessionTimedOut)
})

test('halves of a key that make no safe one are refused', async () => {
  await using it = await served()
  const small = Buffer.alloc(32, 0xff)
  const even = Buffer.concat([PRIME.subarray(0, -1), Buffer.of(0xfe)])
  const two = Buffer.of(2)
  const minusOne = Buffer.concat([PRIME.subarray(0, -1), Buffer.of(0xfe)])
  const halves = [
    half(two, small, two),
    half(Buffer.of(9), even, two),
    half(Buffer.of(0), PRIME, two),
    half(Buffer.of(1), PRIME, two),
    half(minusOne, PRIME, two),
    half(two, Buffer.alloc(300, 0xff), two),
    new Writer().text('RSA_PUB_KEY').u16(0).done(),
  ]
  for (const it_ of halves) {
    const reply = await askTcp(it.port, message(setup(it_)))
    assert.equal(code(reply), RESPONSE.invalidSessionKey)
  }
  const reply = await askTcp(it.port, message(setup(half(two, PRIME, two), 1)))
  assert.equal(code(reply), RESPONSE.sessionFailed)
})
