import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testClock } from '../../../test/support/test-clock.ts'
import type { Documents } from '../../kernel/documents/documents.ts'
import { openMemoryDocuments } from '../../kernel/documents/memory.ts'
import { Problem } from '../../lib/problem.ts'
import { type HandleKey, type PrefixKey, parseHandle } from '../handle.ts'
import type { IdRecord } from '../record.ts'
import type { Resolver } from '../resolution/resolution.ts'
import { Authority } from './authority.ts'
import { parseIdentity } from './identity.ts'
import { HANDLE_KEY_USES, HandleKeyUses } from './key-uses.ts'

const PREFIX = '88.1' as PrefixKey
const RECORD = '0.NA/88.1' as HandleKey
const HOUR_MS = 3_600_000

async function openUses() {
  const clock = testClock()
  const documents = await openMemoryDocuments({ clock })
  const disk = { full: false, commits: 0 }
  const commit: Documents['commit'] = async (writes, options) => {
    if (disk.full) throw new Problem('storage-full', { en: 'full', zh: '满' })
    disk.commits++
    return await documents.commit(writes, options)
  }
  const get: Documents['get'] = (of, id) => documents.get(of, id)
  return { clock, documents, disk, uses: new HandleKeyUses({ get, commit }, clock) }
}

test('a key that is used all the time is written down once an hour', async () => {
  const { clock, disk, uses } = await openUses()
  await uses.flush()
  const began = clock()
  const before = disk.commits
  for (let i = 0; i < 59; i++) {
    uses.note({ handle: RECORD, index: 300, mark: 'm' })
    await uses.flush()
    clock.advance(60_000)
  }
  assert.deepEqual([disk.commits - before, await uses.lastUsedAt(PREFIX, 300)], [1, began])
  clock.advance(60_000)
  uses.note({ handle: RECORD, index: 300, mark: 'm' })
  await uses.flush()
  assert.equal(await uses.lastUsedAt(PREFIX, 300), began + HOUR_MS)
  assert.equal(await uses.began(), began)
})

test('a key in the place of another is noted at once', async () => {
  const { clock, uses } = await openUses()
  uses.note({ handle: RECORD, index: 300, mark: 'm' })
  clock.advance(1)
  uses.note({ handle: RECORD, index: 300, mark: 'n' })
  await uses.flush()
  assert.equal(await uses.lastUsedAt(PREFIX, 300), clock())
})

test('what could not be written down is kept, and told meanwhile', async () => {
  const { disk, documents, uses } = await openUses()
  disk.full = true
  uses.note({ handle: RECORD, index: 300, mark: 'm' })
  await assert.rejects(uses.flush(), Problem)
  assert.ok(await uses.lastUsedAt(PREFIX, 300))
  disk.full = false
  await uses[Symbol.asyncDispose]()
  assert.equal(
    await documents.count(HANDLE_KEY_USES),
    2,
    'the use, and since when they are recorded',
  )
  assert.deepEqual(await documents.changes(0, 10), [], 'nobody follows that')
})

test('keys that stand elsewhere are none of a prefix', async () => {
  const { documents, uses } = await openUses()
  uses.note({ handle: '88.1/ROBOT' as HandleKey, index: 300, mark: 'm' })
  uses.note({ handle: RECORD, index: 1, mark: 'm' })
  await uses.flush()
  assert.equal(await documents.count(HANDLE_KEY_USES), 1)
})

test('who proves a key and goes on in a session uses it, who fails does not', async () => {
  const { clock, uses } = await openUses()
  const values = [{ index: 301, type: 'HS_SECKEY', data: 'secret', permissions: 4 }]
  const record = { key: RECORD, values } as unknown as IdRecord
  const resolve: Resolver = () => ({ kind: 'found', record })
  const authority = new Authority({ resolve, clock, uses })
  const claimed = parseIdentity(`0:${parseHandle('0.NA/88.1').spelled}`)
  assert.ok(claimed)
  const by = (secret: string) => ({ type: 'secret', secret: Buffer.from(secret) }) as const
  assert.equal(await authority.prove(claimed, by('guess'), '192.0.2.1'), undefined)
  assert.equal(await uses.lastUsedAt(PREFIX, 301), undefined)
  const proven = await authority.prove(claimed, by('secret'), '192.0.2.1')
  assert.ok(proven)
  assert.equal(await uses.lastUsedAt(PREFIX, 301), clock())
  clock.advance(5 * HOUR_MS)
  assert.ok(await authority.isStill(proven))
  assert.equal(await uses.lastUsedAt(PREFIX, 301), clock())
})
