import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { csvCell, csvLine } from './csv-cell.ts'

test('what would run as a formula is neutralised and quoted', () => {
  for (const sign of ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
    assert.equal(csvCell(`${sign}1+1`), `"'${sign}1+1"`, JSON.stringify(sign))
  }
})

test('plain text and numbers stay as they are', () => {
  assert.equal(csvCell('泵 PUMP-7'), '泵 PUMP-7')
  assert.equal(csvCell(-5), '-5')
  assert.equal(csvCell(true), 'true')
  assert.equal(csvCell(undefined), '')
  assert.equal(csvCell(null), '')
})

test('separators, quotes and line ends are quoted', () => {
  assert.equal(csvLine(['a,b', 'say "x"', 'two\nlines']), '"a,b","say ""x""","two\nlines"\r\n')
})

test('no cell begins like a formula, quoted or not, and a reader gets the text back', () => {
  const text = fc.string({
    unit: fc.constantFrom('=', '+', '-', '@', '"', ',', '\r', '\t', 'a', ' '),
  })
  fc.assert(
    fc.property(text, (given) => {
      const cell = csvCell(given)
      const read = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell
      assert.doesNotMatch(read, /^[=+\-@\t\r]/)
      assert.equal(/^[=+\-@\t\r]/.test(given) ? read.slice(1) : read, given)
      assert.equal(/[",\r\n]/.test(cell) ? cell.startsWith('"') && cell.endsWith('"') : true, true)
    }),
  )
})
