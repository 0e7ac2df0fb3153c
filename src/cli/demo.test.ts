import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import { regions, sectors } from '../kernel/parties/codes.ts'
import { judgeUscc } from '../kernel/parties/uscc.ts'
import { packageRoot } from '../lib/package-root.ts'
import { CAST, DISTRICT, ownerOf, usccOf } from './demo-cast.ts'
import { identify } from './demo-import.ts'
import { advisoryUrl, formatList, readProducts, slugOf, suffixFor } from './demo-list.ts'
import { Story } from './demo-story.ts'

const PREFIXES = new Map(CAST.map((it, at) => [it.account, `88.100.${at + 1}`]))

test('the list is read as published, and written back the same but for what is added', async () => {
  const listed = await identify(PREFIXES)
  assert.equal(listed.length, 7614)
  const published = readFileSync(join(packageRoot(), 'examples/industrial-products.csv'), 'utf8')
  const [, ...rows] = formatList(listed).trimEnd().split('\r\n')
  const bare = rows.map((row, at) => {
    const { handle = '', url = '' } = listed[at] ?? {}
    assert.ok(row.startsWith(`${handle},`) && row.endsWith(`,${url}`), row)
    return row.slice(handle.length + 1, -url.length - 1)
  })
  // blanks at the edge are quoted here and not there
  const plain = (line: string) => line.replaceAll('"', '')
  assert.deepEqual(bare.map(plain), published.trimEnd().split('\r\n').slice(1).map(plain))
})

test('no two products share an identifier, whatever its letters’ case, and order does not matter', async () => {
  const products = await readProducts()
  const listed = await identify(PREFIXES)
  assert.equal(new Set(listed.map((it) => it.handle.toUpperCase())).size, products.length)
  for (const { handle } of listed) assert.match(handle, /^88\.100\.\d\/[a-z0-9-]{6,47}$/)
  const [first] = products
  assert.ok(first !== undefined)
  assert.equal(`${PREFIXES.get('district')}/${suffixFor(first)}`, listed[0]?.handle)
})

test('slugs keep what can be typed', () => {
  assert.equal(slugOf('  Überspannungs-Ableiter (µF)\u00a0V2 '), 'uberspannungs-ableiter-f-v2')
  assert.equal(slugOf('路标'), '')
  assert.equal(slugOf(`${'x'.repeat(39)} y`), 'x'.repeat(39))
})

test('every advisory has an address of its kind', () => {
  const site = 'https://www.cisa.gov/news-events'
  assert.equal(advisoryUrl('ICSA-23-082-02'), `${site}/ics-advisories/icsa-23-082-02`)
  assert.equal(advisoryUrl('ICSMA-20-1-01'), `${site}/ics-medical-advisories/icsma-20-1-01`)
  assert.match(advisoryUrl('VA-24-201-01'), /^https:\/\/github\.com\/.*\/2024\/va-24-201-01\.json$/)
})

test('the enterprises of the demo have right and different codes, known regions and sectors', async () => {
  const codes = CAST.map(usccOf)
  assert.deepEqual(
    codes.flatMap((it) => judgeUscc(it)),
    [],
  )
  assert.equal(new Set(codes).size, CAST.length)
  for (const { account, region, sector } of CAST) {
    assert.ok(regions().find(region) && sectors().find(sector), account)
  }
  const counts = Map.groupBy(await readProducts(), ownerOf)
  for (const it of CAST) assert.ok((counts.get(it)?.length ?? 0) > 50, it.account)
  assert.equal(CAST.at(-1), DISTRICT)
})

test('a check that does not hold is told with what was seen instead', () => {
  let told = ''
  const to = new Writable({
    write(chunk, _encoding, done) {
      told += String(chunk)
      done()
    },
  })
  const story = new Story(to, 'en')
  story.check({ en: 'fine', zh: '好' }, true, 'not shown')
  story.check({ en: 'retired: 410', zh: '已注销：410' }, false, 404)
  assert.equal(told, '   ✓ fine\n   ✗ retired: 410: 404\n')
  assert.deepEqual(story.failures, [{ what: 'retired: 410', holds: false, seen: '404' }])
})
