import assert from 'node:assert/strict'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { draftOf, randomFrom } from '../../../test/contract/store.contract.ts'
import type { HandleKey } from '../handle.ts'
import { type LmdbStore, openLmdbStore } from './lmdb.ts'

const LONG = process.env.WAYMARK_TEST_LONG === '1'
const ROUNDS = LONG ? 4_000 : 150
const author = { kind: 'system', id: 'test' } as const
const NAMES = 6_000
/** Of most commits: names that are written again as soon as they are packed. */
const HOT_NAMES = 3
/** From what stands by itself to what goes into runs, and into blocks at once. */
const SIZES = [1, 2, 30, 130, 600, 2_000]

for (const seed of LONG ? [1, 2, 3, 4] : [Date.now() % 1e6]) {
  test(`two writers and their packers, all at once, lose nothing that was acknowledged (seed ${seed})`, async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-several-'))
    const open = () => openLmdbStore({ path: folder.path, writing: 'thread' })
    await using left = await open()
    await using right = await open()
    const stores = [left, right]
    // Each has its own names, which lie between those of the other.
    const known = stores.map(() => new Map<number, number>())
    const work = [
      ...stores.map((store, side) =>
        write(store, { side, random: randomFrom(seed + side), known }),
      ),
      ...stores.map((store) => packing(store)),
    ]
    for (const it of await Promise.allSettled(work)) {
      assert.ok(it.status === 'fulfilled', String('reason' in it && it.reason))
    }
    for (const phase of ['as they wait', 'packed']) {
      for await (const { where, why } of right.verify()) assert.fail(`${phase}: ${where}: ${why}`)
      for (const [side, versions] of known.entries()) {
        for (const [number, version] of versions) {
          assert.equal(left.get(nameOf(side, number))?.version, version, phase)
        }
      }
      await left.pack()
    }
    assert.equal(left.sizes().recentRecords, 0)
  })
}

type Writing = {
  readonly side: number
  readonly random: () => number
  readonly known: readonly Map<number, number>[]
}

/** Commits of all sizes, scattered and in order, new names and known ones; each is looked up as soon as it is there. */
async function write(store: LmdbStore, { side, random, known }: Writing): Promise<void> {
  const versions = known[side] as Map<number, number>
  const below = (count: number) => Math.floor(random() * count)
  for (let at = 1; at <= ROUNDS; at++) {
    const isHot = random() < 0.8
    const size = isHot ? 1 : (SIZES[below(SIZES.length)] as number)
    const from = isHot ? below(HOT_NAMES) : below(NAMES)
    const inOrder = isHot || random() < 0.5
    const numbers = new Set(
      Array.from({ length: size }, (_, i) => (inOrder ? (from + i) % NAMES : below(NAMES))),
    )
    const writes = [...numbers].map((number) => ({
      expected: versions.get(number) ?? 0,
      next: draftOf(nameOf(side, number)),
    }))
    const { stale } = await store.commit({ author, at, writes })
    assert.deepEqual(stale, [], `round ${at} of ${side}, ${size} names`)
    for (const number of numbers) versions.set(number, (versions.get(number) ?? 0) + 1)
    const [first = from] = numbers
    assert.equal(store.get(nameOf(side, first))?.version, versions.get(first))
  }
}

async function packing(store: LmdbStore): Promise<void> {
  for (let i = 0; i < ROUNDS * 2; i++) {
    await store.pack()
    await new Promise(setImmediate)
  }
}

function nameOf(side: number, number: number): HandleKey {
  return `88.1/N${100_000 + number * 2 + side}` as HandleKey
}
