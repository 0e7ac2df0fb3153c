import assert from 'node:assert/strict'
import { test } from 'node:test'
import { handleJsonReader } from './handle-json-reader.ts'
import { LINE_BYTES_MAX } from './limits.ts'

type Told = { readonly objects: unknown[]; readonly refused: number[] }

function read(text: string | Buffer, pieceBytes: number): Told {
  const told: Told = { objects: [], refused: [] }
  const reader = handleJsonReader({
    header: () => assert.fail('no table'),
    row: () => assert.fail('no table'),
    object: (line, value) => told.objects.push([line, value]),
    refuse: (line) => told.refused.push(line),
  })
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    reader.push(bytes.subarray(at, at + pieceBytes))
  }
  reader.end()
  return told
}

const RECORDS = [
  { handle: '88.1/a', values: [{ index: 1, type: 'URL', data: 'https://a/?x={"[' }] },
  { handle: '88.1/引"号\\', values: [] },
  { handle: '88.1/]},{[', values: [{ index: 2, type: 'X', data: '\\"},"handleRecords":[' }] },
]
const BY_NAME = Object.fromEntries(RECORDS.map((it) => [it.handle, it]))
const NUMBERED = RECORDS.map((it, i) => [i + 1, it])

const FORMS: Readonly<Record<string, unknown>> = {
  'an array': RECORDS,
  'an object with records': { meta: { records: ['none'] }, records: RECORDS, after: [1, { a: 2 }] },
  'a dump of a server': { homedPrefixes: ['0.NA/88.1', 'handleRecords'], handleRecords: BY_NAME },
}

for (const [name, form] of Object.entries(FORMS)) {
  test(`records of ${name} are told one by one, however the file is cut into pieces`, () => {
    for (const spaces of [0, 2]) {
      const text = `${JSON.stringify(form, null, spaces)}\n`
      for (const pieceBytes of [1, 2, 3, 7, 64, 1e6]) {
        assert.deepEqual(read(text, pieceBytes), { objects: NUMBERED, refused: [] })
      }
    }
  })
}

test('one record over several lines is a file of one, with or without a mark of its encoding', () => {
  const text = JSON.stringify(RECORDS[0], null, 2)
  assert.deepEqual(read(text, 5).objects, [[1, RECORDS[0]]])
  assert.deepEqual(read(`\ufeff${text}`, 5).objects, [[1, RECORDS[0]]])
})

test('what is no record is told as it is; what is no JSON or too long is refused, and the next one is read', () => {
  const long = JSON.stringify({ handle: '88.1/l', values: ['x'.repeat(LINE_BYTES_MAX)] })
  const text = `[\n12, "text" , null,{"handle":}, ${long}, {"handle":"88.1/b"}]`
  const told = read(text, 100_000)
  assert.deepEqual(told.objects, [
    ...[12, 'text', null].map((it, i) => [i + 1, it]),
    [6, { handle: '88.1/b' }],
  ])
  assert.deepEqual(told.refused, [4, 5])
})

test('a file that is cut off, or holds no records, is refused as a whole', () => {
  const whole = JSON.stringify({ records: RECORDS }, null, 1)
  for (const cut of [1, 2, 20, 60, whole.length - 1]) {
    assert.throws(() => read(whole.slice(0, cut), 16), /not JSON records/, `${cut}`)
  }
  for (const text of ['', '{"a":1}', '{}', '12', '"text"', '{"records":7}', '[1]]', '[] []']) {
    assert.throws(() => read(text, 3), /not JSON records/, text)
  }
})
