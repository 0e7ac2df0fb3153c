import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testClock } from '../../../test/support/test-clock.ts'
import { RESPONSE } from '../wire/codes.ts'
import { TTL_ABSOLUTE, TTL_RELATIVE, type WireValue } from '../wire/value.ts'
import { KeptAnswers } from './kept-answers.ts'
import { type Failure, RECURSION_COUNT_MAX, type Recursed, Recursion } from './recursion.ts'
import type { Walked, WalkQuestion } from './walk.ts'

const S = 1_000
const LIMITS = {
  ...{ cacheBytesMax: 2 ** 20, ttlSMax: 86_400, negativeTtlSMax: 60, staleSMax: 3_600 },
  ...{ walksMax: 4, walksPerPrefixMax: 200, walkMsMax: 60_000, staleWaitMs: 60_000 },
}

function value(data: string, more: Partial<WireValue> = {}): WireValue {
  return {
    ...{ index: 1, type: 'URL', timestampS: 1_700_000_000, permissions: 0x0e, references: [] },
    ...{ ttlType: TTL_RELATIVE, ttlS: 3_600, data: new Uint8Array(Buffer.from(data)), ...more },
  }
}

const found = (data: string, more: Partial<WireValue> = {}): Walked => ({
  kind: 'found',
  values: [value(data, more)],
})
const FAILED: Walked = { kind: 'failed', why: 'down' }

type Asked = { readonly question: WalkQuestion; readonly signal: AbortSignal } & Pick<
  PromiseWithResolvers<Walked>,
  'resolve' | 'reject'
>

/** Walks that end when they are told what they bring. */
function open(limits: Partial<typeof LIMITS> & { waitersMax?: number } = {}) {
  const clock = testClock()
  const asked: Asked[] = []
  const failures: Failure[] = []
  const errors: unknown[] = []
  const recursion = new Recursion({
    clock,
    limits: { ...LIMITS, ...limits },
    walk: (question, { signal }) => {
      const { promise, resolve, reject } = Promise.withResolvers<Walked>()
      asked.push({ question, signal, resolve, reject })
      return promise
    },
    onFailure: (it) => failures.push(it),
    onError: (it) => errors.push(it),
  })
  const ask = (name: string, more: Partial<Parameters<Recursion['resolve']>[0]> = {}) =>
    recursion.resolve({
      ...{ name, indexes: [], types: [], isAuthoritative: false, isPublic: true },
      ...{ recursionCount: 0, isPersonal: false, ...more },
    })
  /** Asks, and answers the one walk that comes of it. */
  const bring = async (name: string, walked: Walked, more: Parameters<typeof ask>[1] = {}) => {
    const count = asked.length
    const told = ask(name, more)
    assert.equal(asked.length, count + 1, `${name}: a walk begins`)
    asked.at(-1)?.resolve(walked)
    return await told
  }
  return { clock, asked, failures, errors, recursion, ask, bring }
}

const dataIn = (it: Recursed | Promise<Recursed>) => {
  assert.ok(!(it instanceof Promise), 'at once')
  assert.equal(it.kind, 'found')
  return it.kind === 'found' ? it.values.map(({ data }) => Buffer.from(data).toString()) : []
}
const codeIn = (it: Recursed) => (it.kind === 'refused' ? it.code : it.kind)
/** Until what was told to promises has come through. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

test('an answer is kept for as long as its shortest-lived value says, and then fetched anew', async () => {
  const { clock, ask, bring, asked, recursion } = open()
  const values = [
    value('a', { ttlS: 3_600 }),
    value('泵', { index: 2, ttlS: 100, references: [{ handle: '1/2', index: 3 }] }),
    value('c', { index: 3, ttlType: TTL_ABSOLUTE, ttlS: clock() / S + 300 }),
  ]
  assert.deepEqual(await bring('10.1/x', { kind: 'found', values }), { kind: 'found', values })
  clock.advance(89 * S)
  const again = ask('10.1/x')
  assert.ok(!(again instanceof Promise) && again.kind === 'found')
  assert.deepEqual(again.values, values, 'the same, to the byte')
  assert.deepEqual(
    dataIn(ask('10.1/x', { indexes: [2] })),
    ['a', '泵', 'c'],
    'one for all questions',
  )
  clock.advance(11 * S)
  const renewed = ask('10.1/x')
  assert.equal(asked.length, 2)
  asked[1]?.resolve(found('b', { ttlType: TTL_ABSOLUTE, ttlS: clock() / S + 20 }))
  await renewed
  clock.advance(17 * S)
  assert.deepEqual(dataIn(ask('10.1/x')), ['b'])
  clock.advance(3 * S)
  assert.deepEqual(await bring('10.1/x', { kind: 'absent' }), { kind: 'absent' })
  const { hits, misses } = recursion.numbers
  assert.deepEqual({ hits, misses }, { hits: 3, misses: 3 })
})

test('what says that it is not to be kept is not; and no more is kept than the node allows', async () => {
  const { clock, bring, ask } = open({ ttlSMax: 60 })
  const never = [
    { ttlS: 0 },
    { ttlS: 0xffff_ffff },
    { ttlType: TTL_ABSOLUTE, ttlS: clock() / S - 1 },
    { ttlType: TTL_ABSOLUTE, ttlS: 0 },
  ]
  for (const it of never) {
    await bring('10.1/x', found('x', it))
    await bring('10.1/x', { kind: 'found', values: [value('y'), value('x', it)] })
  }
  await bring('10.1/x', found('x', { ttlS: 86_400 }))
  clock.advance(50 * S)
  assert.deepEqual(dataIn(ask('10.1/x')), ['x'])
  clock.advance(10 * S)
  await bring('10.1/x', found('x'))
})

test('that there is nothing is kept as well, for a shorter time', async () => {
  const { clock, bring, ask } = open()
  for (const kind of ['absent', 'valueless'] as const) {
    assert.deepEqual(await bring('10.1/none', { kind }), { kind })
    clock.advance(53 * S)
    assert.deepEqual(ask('10.1/none'), { kind })
    clock.advance(7 * S)
    await bring('10.1/none', found('now there is', { ttlS: 1 }))
    clock.advance(2 * S)
  }
})

test('a prefix is the same in capitals, the rest of a name is what its server says it is', async () => {
  const { bring, ask } = open()
  await bring('10.ab/x', found('x'))
  assert.deepEqual(dataIn(ask('10.AB/x')), ['x'])
  await bring('10.ab/X', found('X'))
  assert.deepEqual(dataIn(ask('10.ab/x')), ['x'])
})

test('nothing is kept of who has shown who they are, or asks for more than everybody may read', async () => {
  const { bring, ask, asked, recursion } = open()
  await bring('10.1/x', found('mine'), { isPersonal: true })
  await bring('10.1/x', found('hidden'), { isPublic: false, indexes: [3], types: ['A'] })
  assert.equal(recursion.numbers.bytes, 0)
  const { indexes, types, isPublic } = asked[1]?.question ?? {}
  assert.deepEqual({ indexes, types, isPublic }, { indexes: [3], types: ['A'], isPublic: false })
  await bring('10.1/x', found('public'))
  const personal = await bring('10.1/x', found('mine'), { isPersonal: true })
  assert.equal(personal.kind, 'found')
  assert.deepEqual(dataIn(ask('10.1/x')), ['public'])
  const challenged = { kind: 'refused', code: RESPONSE.authenticationNeeded, message: '' } as const
  const answer = await bring('10.1/x', challenged, { isPublic: false })
  assert.equal(codeIn(answer), RESPONSE.unableToAuthenticate)
})

test('who asks for a primary server is not told what is kept, and what that says is', async () => {
  const { bring, ask, asked } = open()
  await bring('10.1/x', found('old'))
  await bring('10.1/x', found('new'), { isAuthoritative: true })
  assert.equal(asked[1]?.question.isAuthoritative, true)
  assert.deepEqual(dataIn(ask('10.1/x')), ['new'])
})

test('a thousand equal questions are one walk, whoever of them goes away', async () => {
  const { ask, asked, recursion } = open()
  const told = Array.from({ length: 1_000 }, (_, i) => ask('10.1/x', { indexes: [i] }))
  assert.equal(asked.length, 1)
  assert.deepEqual(asked[0]?.question.indexes, [], 'the whole record')
  assert.deepEqual([recursion.numbers.walking, recursion.numbers.waiting], [1, 1_000])
  asked[0]?.resolve(found('x'))
  for (const it of await Promise.all(told)) assert.equal(it.kind, 'found')
  assert.deepEqual([recursion.numbers.walking, recursion.numbers.waiting], [0, 0])
})

test('beyond so many walks, and so many that wait, the answer is that the server is busy', async () => {
  const { ask, asked, recursion } = open({ walksMax: 2, waitersMax: 3 })
  const first = [ask('10.1/a'), ask('10.1/b')]
  assert.equal(codeIn(await ask('10.1/c')), RESPONSE.serverBusy, 'walks')
  const joined = ask('10.1/a')
  assert.equal(codeIn(await ask('10.1/a')), RESPONSE.serverBusy, 'waiters')
  for (const it of asked) it.resolve({ kind: 'absent' })
  for (const it of await Promise.all([...first, joined])) assert.equal(it.kind, 'absent')
  assert.equal(recursion.numbers.busy, 2)
  const free = ask('10.1/c')
  assert.equal(asked.length, 3)
  asked[2]?.resolve({ kind: 'absent' })
  await free
})

test('names of one prefix take their part of the walks, and no more', async () => {
  const { ask, asked } = open({ walksPerPrefixMax: 2 })
  const told = [ask('10.a/1'), ask('10.A/2')]
  assert.equal(codeIn(await ask('10.a/3')), RESPONSE.serverBusy)
  told.push(ask('10.b/1'))
  for (const it of asked) it.resolve({ kind: 'absent' })
  for (const it of await Promise.all(told)) assert.equal(it.kind, 'absent')
  const again = ask('10.a/3')
  asked.at(-1)?.resolve({ kind: 'valueless' })
  assert.equal((await again).kind, 'valueless')
})

test('a question goes through so many servers and no further', async () => {
  const { ask, bring, asked } = open()
  const told = ask('10.1/x', { recursionCount: RECURSION_COUNT_MAX })
  assert.equal(codeIn(await told), RESPONSE.recursionTooHigh)
  await bring('10.1/x', found('x'), { recursionCount: RECURSION_COUNT_MAX - 1 })
  assert.equal(asked[0]?.question.recursionCount, RECURSION_COUNT_MAX)
})

test('a walk that takes too long is given up and told so; one that throws is an error of ours', async () => {
  const { ask, asked, failures, errors, recursion } = open({ walkMsMax: 5 })
  assert.equal(codeIn(await ask('10.1/slow')), RESPONSE.error)
  assert.equal(asked[0]?.signal.aborted, true)
  assert.match(failures[0]?.why ?? '', /within 5 ms/)
  assert.equal(recursion.numbers.walking, 1, 'counted for as long as it goes on')
  asked[0]?.reject(new Error('aborted'))
  await settled()
  assert.deepEqual([recursion.numbers.walking, errors.length], [0, 0])
  const broken = open()
  const told = broken.ask('10.1/broken')
  broken.asked[0]?.reject(new Error('a bug'))
  assert.equal(codeIn(await told), RESPONSE.error)
  assert.equal(broken.errors.length, 1)
})

test('servers that do not answer are left alone for a moment', async () => {
  const { clock, ask, bring, asked, failures } = open()
  assert.equal(codeIn(await bring('10.1/x', FAILED)), RESPONSE.error)
  clock.advance(4 * S)
  assert.equal(codeIn(await ask('10.1/x')), RESPONSE.error)
  assert.equal(asked.length, 1)
  clock.advance(2 * S)
  await bring('10.1/x', found('x'))
  assert.equal(failures.length, 1)
})

test('while servers are down what was kept is told past its time, and not for ever', async () => {
  const { clock, ask, bring, asked, failures, recursion } = open()
  await bring('10.1/x', found('x'))
  clock.advance(3_600 * S)
  const stale = await bring('10.1/x', FAILED)
  assert.deepEqual(dataIn(stale), ['x'])
  assert.deepEqual(
    failures.map(({ isCovered }) => isCovered),
    [true],
  )
  assert.equal(recursion.numbers.stale, 1)
  clock.advance(29 * S)
  assert.equal((await ask('10.1/x')).kind, 'found')
  assert.equal(asked.length, 2, 'nobody is asked again so soon')
  clock.advance(1 * S)
  assert.deepEqual(dataIn(await bring('10.1/x', FAILED)), ['x'])
  clock.advance(3_600 * S)
  assert.equal(codeIn(await bring('10.1/x', FAILED)), RESPONSE.error)
})

test('what its own server refuses from now on is not told any more', async () => {
  const { clock, bring } = open()
  await bring('10.1/x', found('x'))
  clock.advance(3_600 * S)
  const refused = { kind: 'refused', code: 401, message: 'no more' } as const
  assert.equal(codeIn(await bring('10.1/x', refused)), 401, 'an answer is an answer')
  assert.equal(codeIn(await bring('10.1/x', FAILED)), RESPONSE.error)
})

test('a clock that is set back makes nothing live longer', async () => {
  const { clock, bring } = open()
  clock.advance(86_400 * S)
  await bring('10.1/x', found('x'))
  clock.advance(-3_600 * S)
  await bring('10.1/x', found('y'))
})

test('servers that are slow are waited for only so long where there is an answer of before', async () => {
  const { clock, ask, bring, asked } = open({ staleWaitMs: 1 })
  await bring('10.1/x', found('old', { ttlS: 100 }))
  clock.advance(101 * S)
  assert.deepEqual(dataIn(await ask('10.1/x')), ['old'])
  assert.equal(asked.length, 2)
  assert.deepEqual(dataIn(await ask('10.1/x')), ['old'])
  assert.equal(asked.length, 2)
  asked[1]?.resolve(found('new', { ttlS: 100 }))
  await settled()
  assert.deepEqual(dataIn(ask('10.1/x')), ['new'], 'it was listened to all the same')
})

test('what is asked for towards its end is fetched before anybody has to wait', async () => {
  const { clock, ask, bring, asked, recursion } = open()
  await bring('10.1/x', found('old', { ttlS: 100 }))
  clock.advance(89 * S)
  assert.deepEqual(dataIn(ask('10.1/x')), ['old'])
  assert.equal(asked.length, 1)
  clock.advance(2 * S)
  for (let i = 0; i < 10; i++) assert.deepEqual(dataIn(ask('10.1/x')), ['old'])
  assert.equal(asked.length, 2)
  assert.equal(recursion.numbers.waiting, 1)
  asked[1]?.resolve(FAILED)
  await settled()
  assert.deepEqual(dataIn(ask('10.1/x')), ['old'], 'a failure takes nothing away')
  assert.equal(asked.length, 2)
})

test('a hundred thousand names stay within the bytes that there are, and so do those that nobody has', () => {
  const bytesMax = 2 ** 20
  const kept = new KeptAnswers({ ...LIMITS, cacheBytesMax: bytesMax })
  const values = [value('https://a.example/')]
  for (let i = 0; i < 100_000; i++) {
    kept.keep(`10.1/${i}`, { kind: 'found', values }, 0)
    assert.ok(kept.bytes <= bytesMax)
  }
  const found = kept.size
  assert.ok(found > 1_000, `${found}`)
  for (let i = 0; i < 20_000; i++) {
    kept.keep(`10.2/${i}`, { kind: 'absent' }, 0)
    assert.ok(kept.bytes <= bytesMax)
  }
  assert.ok(kept.size > found, 'what there is stays')
  assert.equal(kept.find('10.1/99999', 0)?.kind, 'found')
  assert.equal(kept.find('10.2/19999', 0)?.kind, 'absent')
})

test('when the node stops, who waits is answered', async () => {
  const { ask, asked, recursion, failures } = open()
  const told = ask('10.1/x')
  await recursion[Symbol.asyncDispose]()
  assert.equal(codeIn(await told), RESPONSE.error)
  assert.equal(asked[0]?.signal.aborted, true)
  assert.equal(failures.length, 0)
})
