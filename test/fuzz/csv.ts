import assert from 'node:assert/strict'
import { csvReader } from '../../src/identifiers/imports/csv-reader.ts'
import { handleJsonReader } from '../../src/identifiers/imports/handle-json-reader.ts'
import type { FileReader, LineSink } from '../../src/identifiers/imports/lines.ts'
import { ndjsonReader } from '../../src/identifiers/imports/ndjson-reader.ts'
import { Problem } from '../../src/lib/problem.ts'

type Random = () => number

/** Bytes that mean something to one of the readers, and pieces that break characters of several encodings. */
const PIECES = [
  ...[
    '"',
    '""',
    ',',
    ';',
    '\t',
    '\n',
    '\r',
    '\r\n',
    '=',
    "'",
    'a',
    '1',
    ' ',
    '\0',
    'sep=;',
    '{',
    '}',
  ],
  ...['[', ']', '{"handle":"a/b"}', ':', '\\', 'null', '1e999', '标识', '𠀀', '\ufeff', '\u2028'],
].map((it) => Buffer.from(it))
const BAD = ['c0af', 'eda080', 'ff', 'fe', 'f4908080', 'b1ea', '81308130', '80', 'c3'].map((it) =>
  Buffer.from(it, 'hex'),
)
const ENCODED_SHARE = 0.1

/**
 * Reads `count` random files with every reader, each once whole and once in random pieces: the lines must be the same,
 * come in rising order, and nothing but a Problem may be thrown.
 */
export function fuzzCsv(count: number, seed = 1): void {
  const random = randomFrom(seed)
  for (let i = 0; i < count; i++) {
    const file = randomFile(random)
    for (const open of [csvReader, ndjsonReader, handleJsonReader]) {
      const whole = heard(open, file, [file.length])
      const pieces = heard(open, file, randomCuts(random, file.length))
      assert.deepEqual(pieces, whole, `${open.name} on ${file.toString('hex')}`)
    }
  }
}

function heard(
  open: (sink: LineSink) => FileReader,
  file: Buffer,
  cuts: readonly number[],
): unknown[] {
  const told: unknown[] = []
  let last = 0
  const tell = (line: number, what: unknown) => {
    assert.ok(line > last, 'lines rise')
    last = line
    told.push([line, what])
  }
  try {
    const reader = open({
      header: (columns) => told.push(columns),
      row: (line, cells) => tell(line, cells),
      object: (line, value) => tell(line, value),
      refuse: (line, { reason }) => tell(line, reason.en),
    })
    let from = 0
    for (const to of cuts) {
      reader.push(Uint8Array.from(file.subarray(from, to)))
      from = to
    }
    reader.push(Uint8Array.from(file.subarray(from)))
    reader.end()
    // Half a code unit at the end of UTF-16 counts as one.
    assert.ok(reader.position().bytes <= file.length + 1)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    told.push(error.message)
  }
  return told
}

function randomFile(random: Random): Buffer {
  const bad = random() < 0.5 ? BAD : []
  const all = [...PIECES, ...bad]
  const parts = Array.from({ length: Math.floor(random() * 60) }, () => pick(random, all))
  const file = Buffer.concat(parts)
  if (random() > ENCODED_SHARE) return file
  const utf16 = Buffer.from(`\ufeff${file.toString()}`, 'utf16le')
  return random() < 0.5 ? utf16 : utf16.swap16()
}

function randomCuts(random: Random, length: number): number[] {
  const cuts = Array.from({ length: Math.floor(random() * 8) }, () => Math.floor(random() * length))
  return cuts.sort((a, b) => a - b)
}

function pick<T>(random: Random, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)] as T
}

/** mulberry32: numbers from 0 to 1, exclusive. */
function randomFrom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let x = Math.imul(state ^ (state >>> 15), state | 1)
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61)
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32
  }
}
