import assert from 'node:assert/strict'
import { mkdtempDisposableSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { PRODUCT } from '../../../test/support/identifier-world.ts'
import { type ImportWorld, openImportWorld } from '../../../test/support/import-world.ts'

const FIELDS = [
  { name: 'name', label: { en: 'Name', zh: '名称' }, type: 'text', public: true },
  { name: 'mark', label: { en: 'Mark', zh: '标记' }, type: 'text', public: true, unique: true },
]

/** A second template under the prefix, with a unique field of its own. */
async function addPart(world: ImportWorld): Promise<void> {
  const body = { ...PRODUCT, name: 'part', fields: FIELDS }
  const steps = [
    ['/api/v1/templates', body],
    ['/api/v1/templates/88.100.1/part/1/publish', undefined],
  ] as const
  for (const [path, body] of steps) {
    const answer = await world.call('ann', 'POST', path, body)
    assert.ok(answer.ok, await answer.text())
  }
}

async function outcomes(world: ImportWorld, query: string, body: string): Promise<string[]> {
  const answer = await world.call('ann', 'POST', `/api/v1/imports?prefix=88.100.1${query}`, body)
  const lines = (await answer.text()).trimEnd().split('\n')
  return lines.slice(0, -1).map((it) => JSON.parse(it).outcome)
}

for (const place of ['in this process', 'on a thread']) {
  test(`what another template claimed is free once an import overwrites its record, ${place}`, async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), 'waymark-claims-'))
    await using world = await openImportWorld(place === 'on a thread' ? folder.path : undefined)
    await addPart(world)
    const product = (rows: string) =>
      outcomes(world, '&template=product', `suffix,name,serial\n${rows}\n`)
    const part = (rows: string) => outcomes(world, '&template=part', `suffix,name,mark\n${rows}\n`)
    assert.deepEqual(await product('a,n,S1\nb,n,S2'), ['created', 'created'])
    assert.deepEqual(await product('c,n,S1'), ['refused'])
    assert.deepEqual(await part('a,n,M1'), ['updated'])
    assert.deepEqual(await product('c,n,S1'), ['created'], 'by another template')
    assert.deepEqual(await part('d,n,M1'), ['refused'], 'and claims its own')
    const values = '[{"index":1,"type":"URL","data":"https://x.example/"}]'
    const plain = (name: string) => `{"handle":"88.100.1/${name}","values":${values}}\n`
    assert.deepEqual(await outcomes(world, '&format=ndjson', plain('a') + plain('b')), [
      'updated',
      'updated',
    ])
    assert.deepEqual(await part('d,n,M1'), ['created'], 'by plain values')
    assert.deepEqual(await product('e,n,S2\nf,n,S1'), ['created', 'refused'])
    const dry = await outcomes(
      world,
      '&template=part&dryRun=true',
      'suffix,name,mark\nc,n,M1\nd,n,M3\n',
    )
    assert.deepEqual(dry, ['refused', 'updated'])
  })
}
