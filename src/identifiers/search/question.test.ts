import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Dice } from '../../../test/support/records.ts'
import { foldAscii, parseHandle } from '../handle.ts'
import type { IdRecord } from '../record.ts'
import { Matcher, PIECES_MAX, parseQuestion, rankOf } from './question.ts'
import { canonical, endingOf, lastWord, tokensOf } from './words.ts'

const QUESTIONS = Number(process.env.WAYMARK_FUZZ ?? 10_000)
const BITS = [
  '"',
  '“',
  '”',
  ' ',
  '\u3000',
  '\0',
  '-',
  '，',
  '。',
  'TT4999',
  '4999',
  'ＴＴ４９９９',
  '轴承',
  '承',
  'é',
  'e\u0301',
  '𠮷',
  '\ud800',
  '\udc00',
  'ß',
  'İ',
  '½',
  '٣',
  '2026-01-05T08:30',
  'x'.repeat(70),
  '\u200b',
  'ﷺ',
  '/',
  '88.1/',
  '@',
]

function record(name: string, ...texts: string[]): IdRecord {
  const { key, spelled } = parseHandle(name)
  const values = texts.map((data, i) => ({ index: i + 1, type: 'T', data }))
  const times = { createdAt: 0, updatedAt: 0, batch: 1, version: 1 }
  return { key, spelled, state: 'registered', held: false, values, ...times }
}

function finds(q: string, it: IdRecord): boolean {
  return new Matcher(parseQuestion(q), false).matches(it)
}

test('any question is either understood or refused as one', () => {
  const dice = new Dice(11)
  const some = record('88.1/TT4999', 'e\u0301 轴承 ½ ٣ 2026-01-05T08:30', 'ＴＴ４９９９')
  for (let n = 0; n < QUESTIONS; n++) {
    const q = Array.from({ length: 1 + dice.below(24) }, () =>
      dice.chance(70) ? dice.pick(BITS) : String.fromCharCode(dice.below(0x10000)),
    ).join('')
    let pieces: ReturnType<typeof parseQuestion>
    try {
      pieces = parseQuestion(q)
    } catch (error) {
      assert.equal((error as { code?: string }).code, 'invalid-input', JSON.stringify(q))
      continue
    }
    assert.ok(pieces.length > 0 && pieces.length <= PIECES_MAX)
    assert.equal(typeof new Matcher(pieces, true).matches(some), 'boolean')
    assert.ok([0, 1, 2].includes(rankOf(some.key, pieces)))
    for (const { phrase, starts } of pieces) {
      if (phrase !== undefined) assert.match(phrase, /^ \S+( \S+)* $/u, JSON.stringify(q))
      for (const start of starts) assert.equal(foldAscii(start), start)
    }
  }
})

test('the last word of an ending is that of the name, whatever comes before', () => {
  const dice = new Dice(12)
  for (let n = 0; n < QUESTIONS; n++) {
    const name = dice.letters('aB01-', dice.chance(10) ? 80 : 14)
    const ending = endingOf(name)
    if (ending === '') continue
    const last = tokensOf(canonical(name)).at(-1) ?? ''
    assert.equal(lastWord(ending), last.length < 4 ? '' : last, name)
  }
})

test('letters and digits are words of their own, and a code of many parts is one', () => {
  const sensor = record('88.1/SENSOR-1', 'Level switch TT4999, panel A12B; key 9f86d081884c7d65')
  for (const q of [
    'TT',
    '4999',
    'tt4999',
    'TT-4999',
    'a12b',
    '12',
    '9f86d081884c7d65',
    'ＴＴ４９９９',
  ]) {
    assert.ok(finds(q, sensor), q)
  }
  for (const q of ['T', '499', '999', '86', 'tt4999a', '9f86']) assert.ok(!finds(q, sensor), q)
})

test('a name is found by its last four or more letters and digits, and by its words', () => {
  const plate = record('88.1/SN-2024-A00042')
  for (const q of ['0042', '00042', 'A00042', '4-A00042', '-a00042', '2024', 'sn', 'SN-2024']) {
    assert.ok(finds(q, plate), q)
  }
  for (const q of ['042', '42', '0004', '/0042', '24-A0004']) assert.ok(!finds(q, plate), q)
  assert.ok(!finds('1/SN-2024-A00042', plate), 'an ending goes no further than the prefix')
})

test('every word has to be found, and words between quotes together', () => {
  const pump = record('88.1/P', '高压 齿轮泵，型号 GP 40', 'made in Jinan')
  for (const q of ['jinan 齿轮', '"型号 GP"', '“made in”', '"gp40"', 'in "齿轮泵 型号"']) {
    assert.ok(finds(q, pump), q)
  }
  for (const q of ['jinan 电机', '"GP 型号"', '"in made"', '"40 made"'])
    assert.ok(!finds(q, pump), q)
})
