import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { csvCell } from '../../lib/csv-cell.ts'
import type { FieldProblem } from '../../lib/problem.ts'
import { guardCell, readCell } from './cell.ts'
import { csvReader, judgeDelimiter } from './csv-reader.ts'
import { LINE_BYTES_MAX } from './limits.ts'
import type { FileReader, LineSink } from './lines.ts'
import { ndjsonReader } from './ndjson-reader.ts'

type Told = { columns: readonly string[]; rows: unknown[]; refused: [number, string][] }

function listen(): LineSink & Told {
  const told: Told = { columns: [], rows: [], refused: [] }
  return Object.assign(told, {
    header(columns: readonly string[]) {
      told.columns = columns
    },
    row(line: number, cells: readonly string[]) {
      told.rows.push([line, ...cells])
    },
    object(line: number, value: unknown) {
      told.rows.push([line, value])
    },
    refuse(line: number, problem: FieldProblem) {
      told.refused.push([line, problem.reason.en])
    },
  })
}

function read(
  bytes: Buffer,
  open: (sink: LineSink) => FileReader,
  chunkBytes = bytes.length || 1,
): Told & { reader: FileReader } {
  const told = listen()
  const reader = open(told)
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    reader.push(Uint8Array.from(bytes.subarray(at, at + chunkBytes)))
  }
  reader.end()
  return { columns: told.columns, rows: told.rows, refused: told.refused, reader }
}

const csv = (bytes: Buffer | string, chunkBytes?: number) =>
  read(Buffer.from(bytes), (sink) => csvReader(sink), chunkBytes)

/** 标识,名称 / 1,离心泵 / 2,阀门 in GB 18030. */
const GB = Buffer.from('b1eacab62cc3fbb3c60a312cc0ebd0c4b1c30a322cb7a7c3c50a', 'hex')

test('records of RFC 4180 and of spreadsheets are read as they were meant', () => {
  const cases: [name: string, text: string, rows: unknown[]][] = [
    ['plain', 'a,b\n1,2\n', [[2, '1', '2']]],
    ['no line end at the end', 'a,b\n1,2', [[2, '1', '2']]],
    ['CRLF', 'a,b\r\n1,2\r\n', [[2, '1', '2']]],
    [
      'CR alone',
      'a,b\r1,2\r3,4',
      [
        [2, '1', '2'],
        [3, '3', '4'],
      ],
    ],
    ['byte order mark', '\ufeffa,b\n1,2\n', [[2, '1', '2']]],
    ['quotes', 'a,b\n"1,1","say ""x"""\n', [[2, '1,1', 'say "x"']]],
    [
      'line ends in quotes',
      'a,b\n"1\n\r\n2",x\n3,4\n',
      [
        [2, '1\n\r\n2', 'x'],
        [5, '3', '4'],
      ],
    ],
    ['empty quotes', 'a,b\n"",""\n"",x\n', [[3, '', 'x']]],
    ['a quote inside a bare cell', 'a,b\n5" pipe,x"y"\n', [[2, '5" pipe', 'x"y"']]],
    ['semicolons', 'a;b\n1,5;2\n', [[2, '1,5', '2']]],
    ['tabs', 'a\tb\n1\t2\n', [[2, '1', '2']]],
    ['sep= line', 'sep=;\na;b,c\n1;2\n', [[3, '1', '2']]],
    ['blank lines and rows of delimiters', 'a,b\n\n,\n1,2\n\n', [[4, '1', '2']]],
    [
      'one column',
      'a\n1\n2\n',
      [
        [2, '1'],
        [3, '2'],
      ],
    ],
    ['empty last cell', 'a,b\n1,\n', [[2, '1', '']]],
    ['surplus empty cells', 'a,b\n1,2,,\n', [[2, '1', '2', '', '']]],
    ['digits kept as text', 'a,b\n="00123",\'=1+1\n', [[2, '00123', '=1+1']]],
    ['Chinese', '标识,名称\n1,离心泵\n', [[2, '1', '离心泵']]],
  ]
  for (const [name, text, rows] of cases) {
    const whole = csv(text)
    assert.deepEqual(whole.rows, rows, name)
    assert.deepEqual(whole.refused, [], name)
    for (let chunkBytes = 1; chunkBytes < 8; chunkBytes++) {
      assert.deepEqual(csv(text, chunkBytes).rows, rows, `${name} in pieces of ${chunkBytes}`)
    }
  }
})

test('a broken line is refused with its number and costs no other line', () => {
  const cases: [name: string, bytes: Buffer | string, refused: number[], kept: number[]][] = [
    ['text after a closing quote', 'a,b\n"1"x,2\n3,4\n', [2], [3]],
    ['a quote never closed', 'a,b\n"1,2\n3,4\n5,6\n', [2], [3, 4]],
    ['too few cells', 'a,b\n1\n3,4\n', [2], [3]],
    ['too many cells', 'a,b\n1,2,3\n3,4\n', [2], [3]],
    ['NUL', 'a,b\n1,\0\n3,4\n', [2], [3]],
    ['overlong UTF-8', Buffer.from('a,b\n1,\xc0\xaf\n3,4\n', 'latin1'), [2], [3]],
    ['a lone surrogate in UTF-8', Buffer.from('a,b\n1,\xed\xa0\x80\n3,4\n', 'latin1'), [2], [3]],
    [
      'GB 18030 amid UTF-8',
      Buffer.concat([Buffer.from('a,b\n离,心\n泵,阀\n'), GB.subarray(10, 18), Buffer.from('x\n')]),
      [4],
      [2, 3],
    ],
    ['UTF-8 amid GB 18030', Buffer.concat([GB, Buffer.from('3,离心泵\n4,x\n')]), [4], [2, 3, 5]],
  ]
  for (const [name, bytes, refused, kept] of cases) {
    for (const chunkBytes of [1, 3, 1000]) {
      const told = csv(bytes, chunkBytes)
      const lines = told.rows.map((row) => (row as unknown[])[0])
      assert.deepEqual(
        told.refused.map(([line]) => line),
        refused,
        `${name}, by ${chunkBytes}`,
      )
      assert.deepEqual(lines, kept, `${name}, by ${chunkBytes}`)
    }
  }
})

test('GB 18030 and UTF-16 are recognised and read', () => {
  const text = '标识,名称\n1,离心泵\n2,阀门𠀀\n'
  const utf16le = Buffer.from(`\ufeff${text}`, 'utf16le')
  const utf16be = Buffer.from(utf16le).swap16()
  for (const chunkBytes of [1, 2, 5, 1000]) {
    const gb = csv(GB, chunkBytes)
    assert.deepEqual(gb.columns, ['标识', '名称'])
    assert.deepEqual(gb.rows, [
      [2, '1', '离心泵'],
      [3, '2', '阀门'],
    ])
    assert.equal(gb.reader.form()?.encoding, 'gb18030')
    for (const [bytes, encoding] of [
      [utf16le, 'utf-16le'],
      [utf16be, 'utf-16be'],
    ] as const) {
      const told = csv(bytes, chunkBytes)
      assert.deepEqual(told.rows, [
        [2, '1', '离心泵'],
        [3, '2', '阀门𠀀'],
      ])
      assert.equal(told.reader.form()?.encoding, encoding)
      assert.equal(told.reader.position().bytes, bytes.length)
    }
  }
})

test('a line of the longest length is read, one byte more is refused, and a gigabyte is not kept', () => {
  const open = (sink: LineSink) => csvReader(sink)
  for (const chunkBytes of [65_536, 3_000_000]) {
    for (const end of ['\n', '\r\n']) {
      const longest = `a,b\n1,${'x'.repeat(LINE_BYTES_MAX - 2)}${end}3,4\n`
      assert.equal(read(Buffer.from(longest), open, chunkBytes).rows.length, 2)
      const longer = `a,b\n1,${'x'.repeat(LINE_BYTES_MAX - 1)}${end}3,4\n`
      const told = read(Buffer.from(longer), open, chunkBytes)
      assert.deepEqual(told.rows, [[3, '3', '4']])
      assert.deepEqual(told.refused, [[2, 'The line is longer than 1 MiB']])
    }
    const open1 = `a,b\n"1,${'x\n'.repeat(LINE_BYTES_MAX)}\n3,4\n`
    const told = read(Buffer.from(open1), open, chunkBytes)
    assert.equal(told.refused[0]?.[1], 'A quotation mark is opened and never closed')
    assert.deepEqual(told.rows, [[LINE_BYTES_MAX + 3, '3', '4']])
  }
})

test('a gigabyte without a line end is dropped as it comes', () => {
  const told = listen()
  const reader = csvReader(told)
  reader.push(Buffer.from('a,b\n'))
  const chunk = Buffer.alloc(4_194_304, 'x')
  const before = process.memoryUsage().arrayBuffers
  for (let i = 0; i < 256; i++) reader.push(chunk)
  assert.ok(process.memoryUsage().arrayBuffers - before < 64_000_000)
  reader.push(Buffer.from('\n1,2\n'))
  reader.end()
  assert.deepEqual(told.refused, [[2, 'The line is longer than 1 MiB']])
  assert.deepEqual(told.rows, [[3, '1', '2']])
})

test('the header names the delimiter', () => {
  assert.equal(judgeDelimiter('a,b;c;d\n', '\n'), ';')
  assert.equal(judgeDelimiter('"a;;;;",b,c\n', '\n'), ',')
  assert.equal(judgeDelimiter('sep=|\na,b,c|d\n', '\n'), '|')
  assert.equal(judgeDelimiter('one', '\n'), ',')
})

test('a file without a header, and one whose header is broken, are refused as a whole', () => {
  assert.throws(() => csv(''), { code: 'unreadable-input' })
  assert.throws(() => csv('"a,b\n1,2\n'), { code: 'unreadable-input' })
  assert.throws(() => csv(`${'a,'.repeat(1000)}b\n`), { code: 'too-large' })
})

test('what we write we read again, whatever the text, cut anywhere', () => {
  const cell = fc.string({
    unit: fc.constantFrom(
      'a',
      '1',
      '离',
      '"',
      "'",
      ',',
      ';',
      '=',
      '+',
      '@',
      '\n',
      '\r',
      '\t',
      ' ',
      '𠀀',
    ),
    maxLength: 8,
  })
  const rows = fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { maxLength: 8 })
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 40 }), (given, chunkBytes) => {
      const lines = given.map((row) => row.map((it) => csvCell(guardCell(it))).join(','))
      const told = csv(['x,y,z', ...lines, ''].join('\r\n'), chunkBytes)
      const back = told.rows.map((row) => (row as unknown[]).slice(1))
      assert.deepEqual(
        back,
        given.filter((row) => row.some((it) => it !== '')),
      )
      assert.deepEqual(told.refused, [])
    }),
    { numRuns: 500 },
  )
})

test('reading goes on from any position it stated', () => {
  const utf8 = Buffer.from('标识;名称\r\n1;"离心\n泵"\r\n2;"a""b"\r\n3;阀\r\n4;x\r\n')
  const utf16 = Buffer.from(`\ufeff${utf8.toString()}`, 'utf16le')
  for (const bytes of [utf8, utf16, GB]) {
    const whole = csv(bytes).rows
    for (let cut = 12; cut < bytes.length; cut++) {
      const first = listen()
      const reader = csvReader(first)
      reader.push(bytes.subarray(0, cut))
      reader.idle()
      const form = reader.form()
      if (form === undefined) continue
      const rest = listen()
      const resumed = csvReader(rest, { ...form, ...reader.position() })
      resumed.push(bytes.subarray(reader.position().bytes))
      resumed.end()
      assert.deepEqual([...first.rows, ...rest.rows], whole, `cut at ${cut}`)
    }
  }
})

test('lines of JSON are read one by one, and digits are not lost', () => {
  const text = '{"a":1}\n\n{"a":12345678901234567890,"b":[0.12345678901234567]}\nnope\n{"a":"12"}'
  for (const chunkBytes of [1, 7, 1000]) {
    const told = read(Buffer.from(text), (sink) => ndjsonReader(sink), chunkBytes)
    assert.deepEqual(told.rows, [
      [1, { a: 1 }],
      [3, { a: '12345678901234567890', b: ['0.12345678901234567'] }],
      [5, { a: '12' }],
    ])
    assert.deepEqual(told.refused, [[4, 'The line is not JSON']])
  }
})

test('a cell that is guarded for writing reads as its text', () => {
  for (const text of ["'00123", "'=1", "''x", "'a", '="00"', '-5', "'"]) {
    assert.equal(
      readCell(
        csvCell(guardCell(text))
          .replace(/^"(.*)"$/s, '$1')
          .replaceAll('""', '"'),
      ),
      text,
    )
  }
})
