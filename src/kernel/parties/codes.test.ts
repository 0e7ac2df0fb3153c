import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { Problem } from '../../lib/problem.ts'
import { type CodeTable, regions, sectors } from './codes.ts'
import { judgeResidentId, residentCheck } from './resident-id.ts'
import {
  formatUscc,
  judgeUscc,
  organisationCheck,
  organisationCodeOf,
  parseUscc,
  regionOfUscc,
  usccCheck,
} from './uscc.ts'

const VALID = '91350100M000100Y43'
const SYMBOLS = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const names = (code: string) =>
  regions()
    .find(code)
    ?.chain.map((it) => it.name)

test('a region is told with its province and city, where there is one', () => {
  assert.deepEqual(names('440306'), ['广东省', '深圳市', '宝安区'])
  assert.deepEqual(names('110101'), ['北京市', '东城区'])
  assert.deepEqual(names('469001'), ['海南省', '五指山市'])
  assert.deepEqual(names('440000'), ['广东省'])
  assert.equal(regions().find('999999'), undefined)
  assert.equal(regions().find('440300')?.level, 'city')
})

test('regions are found by name, by the names above them, and by the beginning of their code', () => {
  const found = (text: string) =>
    regions()
      .search(text, 5)
      .map((it) => it.code)
  assert.equal(found('宝安区')[0], '440306')
  assert.equal(found('深圳 宝安')[0], '440306')
  assert.equal(found('4403')[0], '440300')
  assert.deepEqual(found('no such place'), [])
  assert.equal(regions().search('', 1000).length, 1000)
})

test('the sectors are those of the standard, each with the division and section it stands in', () => {
  const all = sectors().search('', 10_000)
  const count = (level: string) => all.filter((it) => it.level === level).length
  assert.deepEqual(['section', 'division', 'group', 'class'].map(count), [20, 97, 473, 1380])
  assert.deepEqual(
    sectors()
      .find('0111')
      ?.chain.map((it) => it.code),
    ['A', '01', '011', '0111'],
  )
  assert.deepEqual(
    sectors()
      .find('B')
      ?.chain.map((it) => it.code),
    ['B'],
  )
})

test('provinces, cities and all sectors have an English name, and are found by it', () => {
  const unnamed = (table: CodeTable, levels: readonly string[]) =>
    table.search('', 10_000).filter((it) => levels.includes(it.level) && it.nameEn === undefined)
  assert.deepEqual(unnamed(regions(), ['province', 'city']), [])
  assert.deepEqual(unnamed(sectors(), ['section', 'division', 'group', 'class']), [])
  assert.deepEqual(
    regions()
      .find('341503')
      ?.chain.map((it) => it.nameEn),
    ['Anhui', "Lu'an", "Yu'an"],
  )
  assert.equal(sectors().find('3811')?.chain[1]?.nameEn, sectors().find('38')?.nameEn)
  assert.equal(sectors().find('2911')?.nameEn, 'Manufacture of tyres')
  assert.equal(sectors().search('manufacture of tyres', 1)[0]?.code, '2911')
  assert.equal(regions().search("shenzhen bao'an", 1)[0]?.code, '440306')
  assert.equal(sectors().search('electrical machinery', 1)[0]?.code, '38')
})

test('every English name is that of a code of the table, and no code has two', () => {
  for (const [file, table] of [
    ['gb-t-2260-en.csv', regions()],
    ['gb-t-4754-en.csv', sectors()],
  ] as const) {
    const [, ...lines] = readFileSync(join('spec', 'gb', file), 'utf8')
      .trim()
      .split('\n')
    const codes = lines.map((line) => line.slice(0, line.indexOf(',')))
    assert.deepEqual(
      codes.filter((code) => table.find(code) === undefined),
      [],
    )
    assert.equal(new Set(codes).size, codes.length)
  }
})

test('a right social credit code is taken in every spelling', () => {
  for (const text of [
    VALID,
    VALID.toLowerCase(),
    ' 91350100 M000100Y4-3 ',
    '９１３５０１００Ｍ０００１００Ｙ４３',
  ]) {
    assert.equal(parseUscc(text), VALID)
  }
  const code = parseUscc(VALID)
  assert.equal(organisationCodeOf(code), 'M000100Y4')
  assert.equal(regionOfUscc(code), '350100')
  assert.equal(formatUscc(code), '91 350100 M000100Y4 3')
})

test('a wrong social credit code is refused with the character and what would be right', () => {
  const table: readonly [string, RegExp][] = [
    ['91350100M000100Y44', /character 18 is “4”; the others call for “3”/],
    ['91350100M000100Y4', /17 characters instead of 18/],
    ['', /0 characters/],
    ['9135O100M000100Y43', /character 5, “O”.*perhaps “0”/],
    ['91350100M00010IY43', /character 15, “I”.*perhaps “1”/],
    ['91350100M000100Z43', /“Z”/],
    ['9135010AM000100Y43', /must be digits/],
    ['91350100M000101Y43', /neither/],
    [`91350100M000100Y5${usccCheck('91350100M000100Y5')}`, /character 17 is “5”.*“4”/],
    ['9135010\u0000M000100Y43', /character 8/],
    ['统一社会信用代码统一社会信用代码九一', /character 1,/],
    ['x'.repeat(100_000), /100 characters/],
  ]
  for (const [text, reason] of table) {
    assert.match(judgeUscc(text)[0]?.reason.en ?? 'no problem', reason, text.slice(0, 30))
    assert.throws(() => parseUscc(text), Problem)
  }
  for (const letter of 'IOSVZ') assert.notDeepEqual(judgeUscc(`91350100M00010${letter}Y43`), [])
})

const codes = fc
  .tuple(
    fc.string({ unit: fc.constantFrom(...SYMBOLS), minLength: 2, maxLength: 2 }),
    fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 6, maxLength: 6 }),
    fc.string({ unit: fc.constantFrom(...SYMBOLS), minLength: 8, maxLength: 8 }),
  )
  .map(([head, region, body]) => {
    const first17 = head + region + body + organisationCheck(body)
    return first17 + usccCheck(first17)
  })

test('every code made by the rule is right, and any one other character or swap of neighbours is noticed', () => {
  fc.assert(
    fc.property(codes, fc.nat(17), fc.nat(30), (code, at, value) => {
      assert.deepEqual(judgeUscc(code), [])
      const other = SYMBOLS[value] ?? '0'
      const changed = code.slice(0, at) + other + code.slice(at + 1)
      if (other !== code[at]) assert.notDeepEqual(judgeUscc(changed), [])
      const swapped =
        code.slice(0, at) + (code[at + 1] ?? '') + (code[at] ?? '') + code.slice(at + 2)
      if (swapped !== code) assert.notDeepEqual(judgeUscc(swapped), [])
    }),
  )
})

test('a resident identity number has a date and a check digit', () => {
  assert.deepEqual(judgeResidentId('11010519491231002X'), [])
  assert.deepEqual(judgeResidentId('11010519491231002x'), [])
  assert.deepEqual(judgeResidentId('１１０１０５１９４９１２３１００２Ｘ'), [])
  assert.match(judgeResidentId('110105194912310021')[0]?.reason.en ?? '', /check digit/)
  const noDay = '11010519490231002'
  assert.match(judgeResidentId(noDay + residentCheck(noDay))[0]?.reason.en ?? '', /date/)
  for (const text of ['', '11010519491231002', 'X'.repeat(18), '1101051949123100٢X']) {
    assert.equal(judgeResidentId(text).length, 1, text)
    assert.doesNotMatch(JSON.stringify(judgeResidentId(text)), /110105/)
  }
})

test('any one wrong digit of an identity number is noticed', () => {
  const number = '11010519491231002X'
  for (let at = 0; at < 17; at++) {
    for (const digit of '0123456789') {
      if (digit === number[at]) continue
      assert.notDeepEqual(judgeResidentId(number.slice(0, at) + digit + number.slice(at + 1)), [])
    }
  }
})
