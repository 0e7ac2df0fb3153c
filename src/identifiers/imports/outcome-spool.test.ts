import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtempDisposable, readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { OUTCOMES_AHEAD_BYTES_MAX } from './limits.ts'
import { OutcomeSpool } from './outcome-spool.ts'

const PIECE_BYTES = 100_000
const PIECES = Math.ceil((OUTCOMES_AHEAD_BYTES_MAX * 3) / PIECE_BYTES)

function piece(i: number): Uint8Array {
  return new Uint8Array(PIECE_BYTES).fill(i % 251)
}

async function readAll(spool: OutcomeSpool, pauseAfter: (bytes: number) => boolean) {
  let bytes = 0
  for await (const chunk of spool) {
    for (const [i, byte] of chunk.entries()) {
      // Each byte tells which piece it is of: order and completeness at once.
      if (byte !== Math.floor((bytes + i) / PIECE_BYTES) % 251) assert.fail(`byte ${bytes + i}`)
    }
    bytes += chunk.length
    if (pauseAfter(bytes)) await turn()
  }
  return bytes
}

test('a client that reads nothing before all is written gets everything, in order, and no file is left', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-spool-'))
  {
    await using spool = new OutcomeSpool(join(folder.path, 'spool'))
    for (let i = 0; i < PIECES; i++) spool.write(piece(i))
    spool.end()
    let isFiled = false
    const bytes = await readAll(spool, (it) => {
      isFiled ||= it > OUTCOMES_AHEAD_BYTES_MAX && existsSync(join(folder.path, 'spool'))
      return false
    })
    assert.equal(bytes, PIECES * PIECE_BYTES)
    assert.ok(isFiled)
  }
  assert.deepEqual(await readdir(folder.path), [])
})

test('where outcomes cannot be put aside the client is told, and nobody waits for ever', async () => {
  await using spool = new OutcomeSpool('/dev/null/no/folder')
  for (let i = 0; i < PIECES; i++) spool.write(piece(i))
  spool.end()
  await assert.rejects(
    readAll(spool, () => false),
    { code: 'ENOTDIR' },
  )
})

test('a client that reads now faster, now slower than is written gets everything in order', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-spool-'))
  await using spool = new OutcomeSpool(join(folder.path, 'spool'))
  const writing = (async () => {
    for (let i = 0; i < PIECES * 2; i++) {
      spool.write(piece(i))
      // Bursts beyond what memory holds, then pauses in which the reader catches up.
      if (i % 70 === 69) for (let turns = 0; turns < 50; turns++) await turn()
    }
    spool.end()
  })()
  const bytes = await readAll(spool, (it) => it % 3 === 0)
  await writing
  assert.equal(bytes, PIECES * 2 * PIECE_BYTES)
})
