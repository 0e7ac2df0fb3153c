import assert from 'node:assert/strict'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { draftOf, randomFrom } from '../../../test/contract/store.contract.ts'
import { openBlock } from '../block/block.ts'
import type { PrefixKey } from '../handle.ts'
import type { FencedBlock } from './leaf.ts'
import { Packer, SLICE_AHEAD } from './pack.ts'
import { PageFit } from './packing.ts'
import type { RecordWrite } from './store.ts'
import { Leaf } from './stretch.ts'
import { openTables, type Tables } from './tables.ts'
import { Writer } from './writer.ts'

const author = { kind: 'system', id: 'test' } as const
const PREFIX = '88.1' as PrefixKey
const random = randomFrom(4)

/** With a note that does not pack, so that few fill a page. */
function created(name: string): RecordWrite {
  const values = [{ index: 1, type: 'NOTE', data: random().toString(36).repeat(2) }]
  return { expected: 0, next: { ...draftOf(name), values } }
}

function commit(writer: Writer, names: readonly string[]): void {
  const batch = { author, at: 1, writes: names.map(created) }
  const [outcome] = writer.commit([{ batch, atomic: false }])
  assert.ok(outcome && 'answer' in outcome && outcome.answer.stale.length === 0)
}

const ground = Array.from({ length: 4_000 }, (_, i) => `88.1/s${10_000 + i * 2}`)
const between = Array.from({ length: 400 }, (_, i) => `88.1/s${10_001 + i * 20}`)

function sizesOf({ engine, blocks }: Tables): { leaves: number; usedShare: number } {
  engine.freshen()
  const leaves = [...blocks.entries({})].map(({ value }) => value.length)
  const used = leaves.reduce((sum, length) => sum + length, 0)
  return { leaves: leaves.length, usedShare: used / (leaves.length * 4_096) }
}

test('leaves that are packed together fill their pages, round after round', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-leaves-'))
  const tables = openTables(folder.path, {})
  await using engine = tables.engine
  const writer = new Writer(tables)
  commit(writer, ground)
  while (writer.pack());
  for (let round = 0; round < 3; round++) {
    commit(
      writer,
      between.map((name) => `${name}r${round}`),
    )
    while (writer.pack());
    const { leaves, usedShare } = sizesOf(tables)
    assert.ok(leaves > 12, `${leaves}`)
    assert.ok(usedShare > 0.75, `${usedShare}`)
  }
  engine.freshen()
  for (const name of [...ground, ...between.map((it) => `${it}r1`)]) {
    const { key } = draftOf(name)
    const stretch = new Leaf(tables, { prefix: PREFIX, key }).stretchOf(key)
    assert.equal(stretch.find(key)?.key, key)
  }
})

test('what was read to be packed is read again where a leaf has come between two of it', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-leaves-'))
  const tables = openTables(folder.path, {})
  await using engine = tables.engine
  const writer = new Writer(tables)
  commit(writer, ground)
  while (writer.pack());
  commit(writer, between)
  let unchanged = 0
  const fences = [...tables.blocks.entries({ limit: 12 })].map(({ key }) => key)
  for (const fence of fences.slice(1, -1)) {
    engine.freshen()
    const plan = new Packer(tables, new PageFit()).plan(SLICE_AHEAD)
    assert.ok(engine.write(() => plan.isStill()))
    const leaf = new Leaf(tables, { prefix: PREFIX, key: draftOf(fence).key })
    const { end } = leaf
    const { bytes } = leaf.blocks.at(-1) as FencedBlock
    const block = openBlock(PREFIX, bytes)
    const { key: last } = block.at(block.count - 1)
    commit(
      writer,
      Array.from({ length: 90 }, (_, i) => `${last.toLowerCase()}x${100 + i}`),
    )
    engine.freshen()
    const isSame = tables.blocks.get(fence)?.equals(leaf.bytes ?? assert.fail()) === true
    if (isSame && end !== tables.blocks.firstKey({ after: fence })) unchanged++
    assert.equal(
      engine.write(() => plan.isStill()),
      false,
    )
  }
  assert.ok(unchanged > 0, 'no leaf came behind one that stayed as it was')
})
