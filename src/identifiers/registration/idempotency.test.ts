import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openMemoryDocuments } from '../../kernel/documents/memory.ts'
import { Problem } from '../../lib/problem.ts'
import { IDEMPOTENCY_KEYS, KEY_LIFE_MS, once } from './idempotency.ts'

const AUTHOR = { kind: 'user', id: 'u' } as const
const DONE = { handle: '88.1/A', version: 1, status: 201 }
const request = { key: 'k', author: AUTHOR, asked: { a: 1 } }

async function setting() {
  const clock = { now: 1_000_000 }
  const documents = await openMemoryDocuments({ clock: () => clock.now })
  const deps = { documents, clock: () => clock.now }
  const tally = { performed: 0, recovered: 0 }
  const work = {
    perform: async () => {
      tally.performed++
      return DONE
    },
    recover: async () => {
      tally.recovered++
      return undefined
    },
  }
  return { clock, documents, deps, tally, work }
}

/** Leaves the key as a process does that dies between its work and its answer. */
async function dieInside(deps: Awaited<ReturnType<typeof setting>>['deps']): Promise<void> {
  const dead = once(deps, request, {
    perform: () => new Promise(() => {}),
    recover: async () => undefined,
  })
  dead.catch(() => {})
  while ((await deps.documents.count(IDEMPOTENCY_KEYS)) === 0) await new Promise(setImmediate)
}

test('after a crash the work is looked for before it is done again', async () => {
  const { clock, deps, tally, work } = await setting()
  await dieInside(deps)
  await assert.rejects(once(deps, request, work), isProblem('wrong-state'))
  clock.now += 31_000
  const found = { ...work, recover: async (at: number) => ({ ...DONE, version: at }) }
  assert.equal((await once(deps, request, found)).version, 1_000_000, 'looked for since it began')
  assert.equal((await once(deps, request, work)).version, 1_000_000, 'and remembered')
  assert.equal(tally.performed, 0)
})

test('what a crash left undone is done by the repeat', async () => {
  const { clock, deps, tally, work } = await setting()
  await dieInside(deps)
  clock.now += 31_000
  assert.deepEqual(await once(deps, request, work), DONE)
  assert.deepEqual(tally, { performed: 1, recovered: 1 })
})

test('keys are remembered for a day and removed after their life', async () => {
  const { clock, documents, deps, tally, work } = await setting()
  await once(deps, request, work)
  clock.now += 24 * 3_600_000
  await once(deps, request, work)
  assert.equal(tally.performed, 1)
  clock.now += KEY_LIFE_MS
  await once(deps, { ...request, key: 'other' }, work)
  assert.equal(await documents.count(IDEMPOTENCY_KEYS), 1)
  await once(deps, { ...request, asked: { a: 2 } }, work)
  assert.equal(tally.performed, 3, 'a key past its life may be used for something else')
})

test('keys are short visible text', async () => {
  const { deps, work } = await setting()
  for (const key of ['', ' ', 'a b', 'é', 'x'.repeat(256)]) {
    await assert.rejects(once(deps, { ...request, key }, work), isProblem('invalid-input'))
  }
  await once(deps, { ...request, key: 'x'.repeat(255) }, work)
})

function isProblem(code: string) {
  return (error: unknown) => error instanceof Problem && error.code === code
}
