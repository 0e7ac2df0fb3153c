import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Counting, Counts } from './counts.ts'

/** Counts one thing in each slice, by a clock that only its slices move. */
function counted(things: number, clock: { ms: number }): Counting & { readonly slices: number } {
  let slices = 0
  return {
    goOn(ms) {
      clock.ms += ms
      slices++
    },
    get isDone() {
      return slices >= things
    },
    count: () => ({ total: slices, exact: slices >= things, asOf: { sequence: 7 } }),
    get slices() {
      return slices
    },
  }
}

function opened() {
  const clock = { ms: 0 }
  const errors: unknown[] = []
  const counts = new Counts({ onError: (error) => errors.push(error), now: () => clock.ms })
  return { clock, errors, counts }
}

const NOTHING_YET = { total: 0, exact: false, asOf: { sequence: 7 } }

test('a count that takes long goes on where it stood when it is asked for again, to its end', async () => {
  const { clock, errors, counts } = opened()
  const first = counted(12_000, clock)
  const told: number[] = []
  for (let asked = 0; asked < 3; asked++) {
    told.push(
      counts.settle('pump', asked === 0 ? first : counted(12_000, clock), NOTHING_YET).total,
    )
    await counts.idle()
  }
  // twenty seconds of four milliseconds each time
  assert.deepEqual(told, [0, 5_000, 10_000])
  const settled = counts.settle('pump', counted(12_000, clock), NOTHING_YET)
  assert.deepEqual(settled, { total: 12_000, exact: true, asOf: { sequence: 7 } })
  assert.equal(first.slices, 12_000, 'nothing was counted twice')
  assert.deepEqual(errors, [])
})

test('what nobody asked for in a minute is counted anew', async () => {
  const { clock, counts } = opened()
  counts.settle('pump', counted(12_000, clock), NOTHING_YET)
  await counts.idle()
  clock.ms += 60_000
  const anew = counted(12_000, clock)
  assert.equal(counts.settle('pump', anew, NOTHING_YET).total, 0)
  await counts.idle()
  assert.equal(anew.slices, 5_000)
})

test('of questions whose counting is paused only some are kept, the newest', async () => {
  const { clock, counts } = opened()
  for (let at = 0; at < 9; at++) {
    counts.settle(`q${at}`, counted(6_000, clock), NOTHING_YET)
    await counts.idle()
    // within the minute, whatever the others took
    clock.ms -= 20_000
  }
  assert.equal(counts.settle('q8', counted(6_000, clock), NOTHING_YET).total, 5_000)
  assert.equal(counts.settle('q0', counted(6_000, clock), NOTHING_YET).total, 0)
  await counts.close()
})
