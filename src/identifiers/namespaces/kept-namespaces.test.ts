import assert from 'node:assert/strict'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type HandleKey, type PrefixKey, parseHandle } from '../handle.ts'
import type { PrefixAnswer } from '../prefixes/book.ts'
import { resolveLocally } from '../resolution/resolution.ts'
import { openLmdbStore } from '../store/lmdb.ts'

const P = '88.1.7' as PrefixKey
const template = (says: string) =>
  `<n><template delimiter="@"><value type="T" data="${says} \${extension}"/></template></n>`

test('what was kept of a namespace is never followed once it has changed, its own or that above', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-namespaces-'))
  await using store = await openLmdbStore({ path: folder.path })
  let state: PrefixAnswer = { kind: 'hosted' }
  let above: readonly PrefixKey[] = ['88.1' as PrefixKey]
  let reads = 0
  const resolve = resolveLocally({
    store: {
      get: (key) => store.get(key),
      turn: {
        get: (key, prefix) => {
          if (key.startsWith('0.NA/')) reads++
          return store.turn.get(key, prefix)
        },
        seek: (key, prefix) => store.turn.seek(key, prefix),
        sequence: () => store.turn.sequence(),
        changes: (after, limit) => store.turn.changes(after, limit),
      },
    },
    prefixState: () => state,
    prefixRecord: () => assert.fail('not asked for'),
    lineage: (prefix) => [prefix, ...above],
  })
  const put = async (name: string, type: string, data: string) => {
    const handle = parseHandle(name)
    const before = await store.get(handle.key)
    const next = {
      ...handle,
      state: 'registered' as const,
      held: false,
      values: [{ index: 10, type, data }],
    }
    const writes = [{ expected: before?.version ?? 0, next }]
    await store.commit({ author: { kind: 'system', id: 'test' }, at: 1, writes })
  }
  const told = () => {
    const found = resolve(`${P}/A@X` as HandleKey, P, `${P}/a@x`)
    assert.ok(!(found instanceof Promise))
    return found.kind === 'found' ? found.record.values[0]?.data : found.kind
  }
  const seen = () => {
    const found = resolve.seek?.(`${P}/A` as HandleKey, P)
    assert.ok(found && !(found instanceof Promise))
    return 'kind' in found ? found.kind : 'plain'
  }
  await put(`${P}/a`, 'URL', 'https://a.example/')
  assert.equal(told(), 'absent')
  assert.equal(seen(), 'found')
  await put('0.NA/88.1', 'HS_NAMESPACE', template('above'))
  assert.equal(told(), 'above x')
  await put(`0.NA/${P}`, 'HS_NAMESPACE', template('own'))
  assert.equal(told(), 'own x')
  const before = reads
  const edition = resolve.editionOf?.(P)
  assert.ok(edition)
  await put(`${P}/b`, 'URL', 'https://b.example/')
  for (let i = 0; i < 50; i++) assert.equal(told(), 'own x')
  assert.equal(reads, before, 'what is written under the prefix itself changes nothing of it')
  await put(`0.NA/${P}`, 'HS_NAMESPACE', '<n><status>inactive</status></n>')
  assert.equal(seen(), 'suspended')
  assert.equal(resolve.editionOf?.(P), undefined, 'nothing that was kept is answered')
  await put(`0.NA/${P}`, 'HS_NAMESPACE', '<n/>')
  assert.equal(seen(), 'found')
  assert.equal(told(), 'above x')
  above = []
  state = { kind: 'hosted' }
  assert.equal(told(), 'absent', 'who has a prefix may have changed')
})
