import assert from 'node:assert/strict'
import { mkdtempDisposableSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Site, writeSite } from '../../identifiers/values/site.ts'
import { Problem } from '../../lib/problem.ts'
import { ownSite } from '../exchange/site-info.ts'
import { siteJson } from '../handle/value-json.ts'
import { readSiteFiles, readSites } from './site-files.ts'

const SITE: Site = ownSite({
  ...{ serial: 7, address: '192.0.2.1', description: '根', publicKey: new Uint8Array(0) },
  ports: { udp: 2641, tcp: 2641, http: 8000 },
})
const json = siteJson(SITE)
const asJson = (it: unknown) => Buffer.from(JSON.stringify(it))

test('a site is read in every form in which servers give theirs', () => {
  const value = { index: 3, type: 'HS_SITE', data: { format: 'site', value: json } }
  const admin = { index: 100, type: 'HS_ADMIN', data: 'x' }
  const forms: readonly [string, Uint8Array, number][] = [
    ['binary', writeSite(SITE), 1],
    ['alone', asJson(json), 1],
    ['of /api/site', asJson({ responseCode: 1, site: json }), 1],
    ['several', asJson([json, json]), 2],
    ['a record', asJson({ handle: '0.NA/0.NA', values: [admin, value, value] }), 2],
    ['indented', Buffer.from(`\n ${JSON.stringify(json, null, 2)}\n`), 1],
  ]
  for (const [name, bytes, count] of forms) {
    const sites = readSites(bytes)
    assert.equal(sites.length, count, name)
    for (const it of sites) assert.deepEqual(writeSite(it), writeSite(SITE), name)
  }
})

test('what is no site says so, with its file and its place', () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'waymark-sites-'))
  const file = (name: string, content: string | Uint8Array) => {
    const path = join(folder.path, name)
    writeFileSync(path, content)
    return path
  }
  const paths = [
    file('good.json', asJson(json)),
    file('cut.bin', writeSite(SITE).subarray(0, 60)),
    file('broken.json', '{"site":'),
    file('text', 'nothing'),
    file('address.json', asJson({ servers: [{ serverId: 1, address: 'nowhere' }] })),
    file('empty.json', '[]'),
    join(folder.path, 'absent'),
  ]
  assert.throws(
    () => readSiteFiles(paths, 'ROOTS'),
    (it) => {
      assert.ok(it instanceof Problem)
      const told = it.fields.map(({ path }) => path)
      for (const path of paths.slice(1))
        assert.ok(
          told.some((one) => one.includes(path)),
          path,
        )
      assert.ok(!told.some((one) => one.includes('good.json')))
      assert.ok(
        told.some((one) => one.endsWith('address.json /value/servers/0/address')),
        `${told}`,
      )
      return true
    },
  )
  assert.equal(readSiteFiles(paths.slice(0, 1), 'ROOTS').length, 1)
})
