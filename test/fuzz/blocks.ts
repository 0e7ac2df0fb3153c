import { setImmediate as nextTurn } from 'node:timers/promises'
import { crc32 } from 'node:zlib'
import { BrokenBlock, encodeBlock, openBlock, PlainRow } from '../../src/identifiers/block/block.ts'
import type { HandleKey, PrefixKey } from '../../src/identifiers/handle.ts'
import { Dice, randomRecords } from '../support/records.ts'

/**
 * Changes blocks at random, puts the digest right again, and reads all of what is left. Anything but an answer or
 * `BrokenBlock` is thrown on. Answers how many were refused.
 */
export async function fuzzBlocks(count: number, seed: number): Promise<number> {
  const dice = new Dice(seed)
  let refused = 0
  let sample: { prefix: PrefixKey; bytes: Uint8Array; key: HandleKey } | undefined
  for (let n = 0; n < count; n++) {
    // What zlib leaves to the end of the turn where it fails would be kept until all are read.
    if (n % 64 === 0) await nextTurn()
    if (sample === undefined || n % 64 === 0) sample = newSample(dice) ?? sample
    if (sample === undefined) continue
    const bytes = damaged(sample.bytes, dice)
    seal(bytes, sample.prefix)
    if (!readable(sample.prefix, bytes, sample.key)) refused++
  }
  return refused
}

function newSample(dice: Dice) {
  const { prefix, records } = randomRecords({
    seed: dice.below(2 ** 31),
    count: 1 + dice.below(40),
  })
  const [first] = records
  return first && { prefix, bytes: encodeBlock(prefix, records), key: first.key }
}

function damaged(bytes: Uint8Array, dice: Dice): Buffer {
  let copy = Buffer.from(bytes)
  for (let changes = 1 + dice.below(4); changes > 0; changes--) {
    const at = dice.below(copy.length)
    const cut = at + dice.below(8)
    switch (dice.below(4)) {
      case 0:
        copy[at] = dice.below(256)
        break
      case 1:
        copy[at] = dice.pick([0, 1, 127, 128, 254, 255])
        break
      case 2:
        copy = Buffer.concat([copy.subarray(0, at), copy.subarray(cut)])
        break
      default:
        copy = Buffer.concat([copy.subarray(0, cut), copy.subarray(at)])
    }
  }
  return copy
}

function seal(bytes: Buffer, prefix: PrefixKey): void {
  if (bytes.length < 5) return
  const end = bytes.length - 4
  bytes[0] = 1
  bytes.writeUInt32LE(crc32(bytes.subarray(0, end), crc32(prefix)), end)
}

function readable(prefix: PrefixKey, bytes: Uint8Array, key: HandleKey): boolean {
  try {
    const block = openBlock(prefix, bytes)
    block.find(key)
    block.find(`${prefix}/` as HandleKey)
    for (let i = 0; i < block.count; i++) block.at(i)
    const found = block.seek(key)
    if (found instanceof PlainRow)
      for (const place of found.form.areSimple.keys()) found.text(place)
    return true
  } catch (problem) {
    if (problem instanceof BrokenBlock) return false
    throw problem
  }
}

if (import.meta.main) {
  const count = Number(process.argv[2] ?? 1_000_000)
  const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31)
  console.log(
    `seed ${seed}: ${await fuzzBlocks(count, seed)} of ${count} damaged blocks were refused`,
  )
}
