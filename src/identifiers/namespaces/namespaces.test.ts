import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Problem } from '../../lib/problem.ts'
import { type HandleValue, PERMISSIONS_PROTECTED, TTL_S_DEFAULT } from '../record.ts'
import { type Computed, compute } from './compute.ts'
import { type Namespace, parseNamespace, parseReferred } from './namespace.ts'

const BASE: readonly HandleValue[] = [
  { index: 1, type: 'URL', data: 'https://e.cn/1' },
  { index: 2, type: 'EMAIL', data: 'a@b', ttl: 99 },
  { index: 5, type: 'url', data: 'https://e.cn/2', permissions: PERMISSIONS_PROTECTED },
]

type Vector = {
  readonly shows: string
  readonly xml: string
  readonly extension: string
  readonly base?: false
  readonly answer: 'no template' | 'not found' | readonly (readonly unknown[])[]
}

const VECTORS = JSON.parse(
  readFileSync(
    fileURLToPath(new URL('../../../spec/handle/templates.json', import.meta.url)),
    'utf8',
  ),
) as readonly Vector[]

function computed({ template }: Namespace, extension: string, values = BASE): Computed | undefined {
  if (template === undefined) return undefined
  assert.equal(template.body.kind, 'steps')
  const steps = template.body.kind === 'steps' ? template.body.steps : []
  const base = '88.1/base'
  const handle = `${base}${template.delimiter}${extension}`
  return compute(steps, { handle, base, extension, values })
}

function answerOf(xml: string, extension: string, values = BASE): Vector['answer'] | 'too much' {
  const made = computed(parseNamespace(xml), extension, values)
  if (made === undefined) return 'no template'
  if (made.kind === 'not-found') return 'not found'
  if (made.kind === 'too-much') return 'too much'
  return made.values.map(({ index, type, data, ttl = TTL_S_DEFAULT, permissions }) => [
    ...[index, type, data, ttl],
    permissions === undefined,
  ])
}

test('templates make what the deployed ones make', async (t) => {
  assert.ok(VECTORS.length > 100)
  for (const { shows, xml, extension, base, answer } of VECTORS) {
    await t.test(shows, () => {
      assert.deepEqual(answerOf(xml, extension, base === false ? [] : BASE), answer)
    })
  }
})

const template = (body: string) =>
  `<namespace>\n<template delimiter="@">\n${body}\n</template>\n</namespace>`

const REFUSED: readonly (readonly [string, RegExp])[] = [
  ['<namespace><template', /^Line 1, column 20: this is no well-formed XML: unclosed tag/],
  ['<!DOCTYPE a [<!ENTITY b "c">]><namespace/>', /document type/],
  [template('<value data="&b;"/>'), /^Line 3.*undefined entity/],
  [template('<zzz/>'), /^Line 3, <zzz>: no element of templates/],
  [template('<Value/>'), /^Line 3, <Value>: no element/],
  [template('<value type="T"><value/></value>'), /^Line 3, <value>: a value holds no elements/],
  [template('<else/>'), /^Line 3, <else>: an else stands right behind/],
  [template('<if expression="a"/>\n<value/><else/>'), /^Line 4, <else>/],
  [template('<if expression="a"/><else/><else/>'), /<else>/],
  [template('<if value="base"/>'), /<if>: say the expression/],
  [template('<if test="like" expression="a"/>'), /<if>: test is equals or matches/],
  [
    template('<if test="matches" expression="(("/>'),
    /<if>: the expression cannot be used: a group/,
  ],
  [template('<if test="matches" expression="(a)\\1"/>'), /references back/],
  [template('<def/>'), /<def>: say the parameter/],
  ['<namespace><template/></namespace>', /<template>: say the delimiter/],
  ['<namespace><template delimiter=""/></namespace>', /1 to 64 characters/],
  [
    '<namespace><template delimiter="@" ref="88.1/t"/></namespace>',
    /<template>: ref names a value/,
  ],
]
for (const [xml, reason] of REFUSED) {
  test(`refused, with the line and the element: ${xml.replaceAll('\n', '').slice(0, 70)}`, () => {
    assert.throws(
      () => parseNamespace(xml),
      (error) => error instanceof Problem && reason.test(error.fields[0]?.reason.en ?? ''),
    )
  })
}

test('a status of inactive stops what is under the prefix, with what people are told', () => {
  assert.deepEqual(parseNamespace('<n><status> inactive </status></n>'), { stopped: {} })
  assert.deepEqual(
    parseNamespace('<n><status>inactive</status><statusmsg> gone </statusmsg></n>'),
    { stopped: { message: 'gone' } },
  )
  assert.deepEqual(parseNamespace('<n><status>active</status></n>'), {})
})

test('a template that stands elsewhere is that of its root, or of the namespace it is in', () => {
  for (const xml of [
    '<template><notfound/></template>',
    '<n><template><notfound/></template></n>',
  ]) {
    assert.deepEqual(parseReferred(xml), { kind: 'steps', steps: [{ kind: 'not-found' }] })
  }
  assert.throws(() => parseReferred('<value/>'), Problem)
})

test('what is hidden does not come out by a definition', () => {
  const xml = template(
    '<def parameter="p"><foreach><if value="index" expression="5"><value/></if></foreach></def>' +
      `<value type="T" data="[\${p}]"/>`,
  )
  assert.deepEqual(answerOf(xml, 'x'), [[1, 'T', '[]', TTL_S_DEFAULT, true]])
})

test('bytes that are no text are written in hexadecimal, and stay as they are where nothing is written', () => {
  const values = [{ index: 1, type: 'BIN', data: Uint8Array.of(0, 255) }]
  assert.deepEqual(answerOf(template(`<foreach><value data="\${data}"/></foreach>`), '', values), [
    [1, 'BIN', '00FF', TTL_S_DEFAULT, true],
  ])
  const made = computed(parseNamespace(template('<foreach><value/></foreach>')), '', values)
  assert.deepEqual(made, { kind: 'values', values })
})

test('the work for one name is bounded: values, bytes and steps', () => {
  const many = Array.from({ length: 2_048 }, (_, i) => ({ index: i + 1, type: 'T', data: 'x' }))
  const each = '<foreach><value/></foreach>'
  assert.equal((answerOf(template(each), '', many) as readonly unknown[]).length, 2_048)
  assert.equal(answerOf(template(`${each}<value type="T" data="1"/>`), '', many), 'too much')
  const large = many.slice(0, 5).map((it) => ({ ...it, data: 'x'.repeat(262_144) }))
  assert.equal(answerOf(template(each), '', large.slice(0, 4)).length, 4)
  assert.equal(answerOf(template(each), '', large), 'too much')
  const doubled = `<value type="T" data="${`\${extension}`.repeat(600)}"/>`
  assert.equal(answerOf(template(doubled), 'x'.repeat(2_000)), 'too much')
  const slow = '<if test="matches" expression="(a*)*(a*)*(a|a)*b"/>'
  assert.equal(answerOf(template(slow.repeat(100)), 'a'.repeat(2_000)), 'too much')
  const deep = `${'<if expression="x" negate="true">'.repeat(20)}${'</if>'.repeat(20)}`
  assert.equal(answerOf(template(`<foreach>${deep.repeat(50)}</foreach>`), '', many), 'too much')
})
