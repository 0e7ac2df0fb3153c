import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Choosing, locationOf } from './locations.ts'

const PLACES = `<locations>
  <location id="0" href="https://a.example/0" country="gb" weight="0"/>
  <location id="1" href="https://a.example/1" weight="1"/>
  <location id="2" href="https://a.example/2" weight="3" view="mobile"/>
  <location id="3" href="javascript:alert(1)" weight="100"/>
  <other href="https://a.example/4"/>
</locations>`
const ANYBODY: Choosing = { wishes: [], country: undefined, random: () => 0 }

function choose(xml: string, by: Partial<Choosing> = {}): string | undefined {
  const value = { index: 1, type: '10320/loc', data: xml }
  const lead = locationOf([value], { ...ANYBODY, ...by })
  return lead && `${lead.status} ${lead.to.href}`
}

const CHOSEN: readonly (readonly [string, Partial<Choosing>, string])[] = [
  ['the lowest chance', { random: () => 0 }, '1'],
  ['chance within the first weight', { random: () => 0.24 }, '1'],
  ['chance within the second', { random: () => 0.25 }, '2'],
  ['the highest chance', { random: () => 0.999 }, '2'],
  ['a wish', { wishes: ['id:1'], random: () => 0.9 }, '1'],
  ['a wish in other case', { wishes: ['view:MOBILE'] }, '2'],
  ['a wish for a weight of none', { wishes: ['id:0'] }, '0'],
  ['two wishes', { wishes: ['view:mobile', 'id:2'] }, '2'],
  ['a wish for what cannot be', { wishes: ['id:3'] }, '1'],
  ['a wish that is none', { wishes: ['mobile'] }, '1'],
  ['a country', { country: 'GB' }, '0'],
  ['another country', { country: 'CN' }, '1'],
]
for (const [what, by, expected] of CHOSEN) {
  test(`by ${what}: ${expected}`, () => {
    assert.equal(choose(PLACES, by), `302 https://a.example/${expected}`)
  })
}

test('a list says how it is chosen from, and with which status', () => {
  const list = (attributes: string) =>
    `<locations ${attributes}><location href="https://a.example/1" score="1"/>
      <location href="https://a.example/2" score="7" http_sc="303"/>
      <location href="https://a.example/3" http_sc="200"/></locations>`
  assert.equal(choose(list('chooseby="score"')), '303 https://a.example/2')
  assert.equal(choose(list('chooseby=""'), { random: () => 0.9 }), '302 https://a.example/1')
  assert.equal(
    choose(list('chooseby="weighted"'), { random: () => 0.9 }),
    '302 https://a.example/3',
  )
  assert.equal(choose(list('chooseby="unheard-of,score"')), '303 https://a.example/2')
})

test('what is broken, hidden or of another type leads nowhere', () => {
  assert.equal(choose('<locations>'), undefined)
  assert.equal(choose('<locations/>'), undefined)
  assert.equal(
    choose('<!DOCTYPE a><locations><location href="https://a.example/"/></locations>'),
    undefined,
  )
  const data = '<locations><location href="https://a.example/"/></locations>'
  const hidden = { index: 1, type: '10320/loc', data, permissions: 0x0c }
  assert.equal(locationOf([hidden, { index: 2, type: 'URL', data }], ANYBODY), undefined)
})
