import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalJson } from './canonical.ts'
import {
  digestOf,
  ENTRY_BYTES,
  openingOf,
  opens,
  parseSealed,
  readEntry,
  sealClaim,
  writeEntry,
} from './entry.ts'
import type { Claim } from './evidence.ts'
import { openNote, parseVerifierKey } from './note.ts'
import { leafHash } from './tree.ts'

test('members are sorted by UTF-16 code units (RFC 8785 §3.2.3)', () => {
  const names = ['\u20ac', '\r', '\ufb33', '1', '\u{1f600}', '\u0080', '\u00f6']
  const sorted = ['\r', '1', '\u0080', '\u00f6', '\u20ac', '\u{1f600}', '\ufb33']
  const text = canonicalJson(Object.fromEntries(names.map((name) => [name, 0])))
  assert.equal(text, `{${sorted.map((name) => `${JSON.stringify(name)}:0`).join(',')}}`)
})

test('numbers and strings are spelled as RFC 8785 says', () => {
  const table: readonly (readonly [unknown, string])[] = [
    [-0, '0'],
    [1e21, '1e+21'],
    [1e-7, '1e-7'],
    [Number('333333333.33333329'), '333333333.3333333'],
    [5e-324, '5e-324'],
    [9007199254740992, '9007199254740992'],
    ['\u20ac$\u000f\nA\'B"\\\\"/', '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'],
    [[1, [true, null], {}], '[1,[true,null],{}]'],
    [{ b: 1, a: { d: 2, c: 3 } }, '{"a":{"c":3,"d":2},"b":1}'],
  ]
  for (const [value, text] of table) assert.equal(canonicalJson(value), text)
})

test('what reads back from canonical text is spelled the same again', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      if (!JSON.stringify(value).isWellFormed()) return
      try {
        const text = canonicalJson(value)
        assert.equal(canonicalJson(JSON.parse(text)), text)
        assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)))
      } catch (error) {
        assert.ok(error instanceof TypeError) // lone surrogates
      }
    }),
  )
})

test('what is no JSON is refused, however deep', () => {
  let deep: unknown = 0
  for (let i = 0; i < 100_000; i++) deep = [deep]
  for (const value of [
    undefined,
    Number.NaN,
    1n,
    () => 0,
    new Date(),
    new Map(),
    new Array(1),
    { a: undefined },
    deep,
  ]) {
    assert.throws(() => canonicalJson(value), TypeError)
  }
})

const claim: Claim = {
  kind: 'enterprise-decision',
  subject: 'e1',
  at: 1_700_000_000_001,
  fields: { decision: 'approved', reviewer: 'u7', fields: [] },
  open: { enterprise: 'e1' },
}
const SALT = Buffer.alloc(32, 5)

test('an opening opens its entry, and with any member changed does not', () => {
  const sealed = sealClaim(claim, SALT)
  const entry = { previous: Buffer.alloc(32, 1), digest: digestOf(sealed) }
  const opening = openingOf(claim, SALT.toString('base64'))
  assert.equal(opening.at, '2023-11-14T22:13:20.001Z')
  assert.ok(opens(opening, entry))
  assert.deepEqual(parseSealed(sealed), { claim, salt: SALT.toString('base64') })
  const changes = [
    { kind: 'enterprise-decisions' },
    { subject: 'e2' },
    { at: '2023-11-14T22:13:20.002Z' },
    { fields: { ...claim.fields, decision: 'returned' } },
    { open: 'public' },
    { salt: Buffer.alloc(32, 6).toString('base64') },
    { more: 1 },
  ]
  for (const change of changes) assert.ok(!opens({ ...opening, ...change }, entry))
  for (const odd of [undefined, null, [], 'x', { a: 1n }]) assert.ok(!opens(odd, entry))
})

test('an entry is 65 bytes of version 1', () => {
  const entry = { previous: Buffer.alloc(32, 1), digest: Buffer.alloc(32, 2) }
  const bytes = writeEntry(entry)
  assert.equal(Buffer.from(bytes).toString('hex'), `01${'01'.repeat(32)}${'02'.repeat(32)}`)
  assert.deepEqual(readEntry(bytes), entry)
  for (let end = 0; end < ENTRY_BYTES; end++)
    assert.equal(readEntry(bytes.subarray(0, end)), undefined)
  assert.equal(readEntry(Buffer.concat([bytes, Buffer.of(0)])), undefined)
  assert.equal(readEntry(Buffer.of(2, ...bytes.subarray(1))), undefined)
})

test('the examples in docs/guide/evidence.md are right', () => {
  const guide = readFileSync(new URL('../../../docs/guide/evidence.md', import.meta.url), 'utf8')
  const found = (pattern: RegExp) => pattern.exec(guide)?.[1] ?? assert.fail(String(pattern))
  const opening = found(/```json\n(.*)\n```/)
  assert.equal(canonicalJson(JSON.parse(opening)), opening)
  const digest = Buffer.from(digestOf(opening))
  assert.equal(digest.toString('hex'), found(/has the digest `(.*?)`/))
  const entry = Buffer.from(writeEntry({ previous: Buffer.alloc(32), digest }))
  assert.equal(entry.toString('hex'), found(/^ {4}(0100.*)$/m))
  assert.equal(Buffer.from(leafHash(entry)).toString('hex'), found(/leaf hash `(.*?)`/))
  const verifier = parseVerifierKey(found(/the example is `(.*?)`/)) ?? assert.fail()
  assert.equal(openNote(found(/```\n(node\.example\/evidence\n.*?)```/s), verifier).kind, 'signed')
})
