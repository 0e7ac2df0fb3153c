import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Problem } from './problem.ts'
import { parseXml, XML_LIMITS } from './xml.ts'

function reasonOf(text: string): string {
  try {
    parseXml(text)
  } catch (error) {
    assert.ok(error instanceof Problem)
    return error.fields[0]?.reason.en ?? ''
  }
  return 'taken'
}

test('a document is read with its attributes, texts and places, whatever stands before it', () => {
  const text = `\ufeff<?xml version="1.0"?>\n<!-- a -->\n<a b='1' c="&lt;&#20013;&#x4e2d;">x<![CDATA[<y>]]>\n<d/><!-- e --></a>`
  const root = parseXml(text)
  assert.deepEqual([root.name, root.line], ['a', 3])
  assert.deepEqual({ ...root.attributes }, { b: '1', c: '<中中' })
  assert.equal(root.text, 'x<y>\n')
  assert.deepEqual(
    root.children.map(({ name, line }) => [name, line]),
    [['d', 4]],
  )
})

const BAD: readonly (readonly [string, RegExp])[] = [
  ['', /^Line 1, column/],
  ['<a>', /^Line 1, column 3: .*unclosed tag/],
  ['<a>\n<b></a>', /^Line 2/],
  ['<a b="1" b="2"/>', /well-formed/],
  ['<a b=1/>', /well-formed/],
  ['<a/><b/>', /well-formed/],
  ['<a>&b;</a>', /well-formed/],
  ['<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', /document type/],
  ['<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', /document type/],
  [`<a>${'x'.repeat(XML_LIMITS.charsMax)}</a>`, /at most 65536 characters/],
  ['<a>'.repeat(33), /at most 32 deep/],
  [`<a>${'<b/>'.repeat(2_000)}</a>`, /at most 2000 elements/],
  [
    `<a ${Array.from({ length: 17 }, (_, i) => `b${i}="1"`).join(' ')}/>`,
    /more than 16 attributes/,
  ],
]
for (const [text, reason] of BAD) {
  test(`refused, and told where: ${text.slice(0, 40)}`, () => assert.match(reasonOf(text), reason))
}

test('every cut of a document is refused', () => {
  const text = '<a b="1"><c>&amp;</c></a>'
  for (let end = 0; end < text.length; end++) {
    assert.notEqual(reasonOf(text.slice(0, end)), 'taken', text.slice(0, end))
  }
})
