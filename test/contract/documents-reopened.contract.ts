import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Collection, Documents } from '../../src/kernel/documents/documents.ts'
import { Problem } from '../../src/lib/problem.ts'
import { accounts, author, del, pumps, put, walk } from './documents.contract.ts'

/** Opens the same place again and again; a place not opened before is empty. */
export type OpenAt = (place: string) => Promise<Documents>

const { maker: _, ...fewer } = pumps.indexes
/** The same documents as a later release declares them: one index gone, one new, one unique that was not. */
const later = {
  ...pumps,
  indexes: { ...fewer, note: 'text' },
  unique: ['note'],
} as const satisfies Collection

/** What every driver that keeps documents promises when it is closed and opened again. */
export function documentsReopenedContract(driver: string, openAt: OpenAt): void {
  test(`${driver}: everything is there when it is opened again, and goes on from there`, async () => {
    {
      await using documents = await openAt('again')
      await documents.commit([put('a', { serial: 'A' }), put('b', { serial: 'B' })], { author })
      await documents.commit([del('b')], { author })
    }
    await using documents = await openAt('again')
    assert.deepEqual((await documents.get(pumps, 'a'))?.body, { serial: 'A' })
    assert.equal(await documents.count(pumps, { serial: 'A' }), 1)
    const before = await documents.changes(0, 10)
    assert.equal(before.length, 3)
    assert.deepEqual(await documents.commit([put('b', { serial: 'B' }, 0)], { author }), [3])
    const [next] = await documents.changes(before.at(-1)?.sequence ?? 0, 10)
    assert.equal(next?.id, 'b')
  })

  test(`${driver}: indexes declared otherwise by a later release are built anew`, async () => {
    {
      await using documents = await openAt('later')
      const many = Array.from({ length: 1_234 }, (_, at) =>
        put(`p${at}`, { serial: `S${at}`, maker: 'anta', ...(at % 2 && { note: `n${at}` }) }),
      )
      await documents.commit(many, { author })
    }
    {
      await using documents = await openAt('later')
      assert.equal(await documents.count(later, { note: { startsWith: 'n12' } }), 5 + 17)
      // n12x: 121, 123, …, 129; n12xx: 1201, 1203, …, 1233.
      assert.equal(await documents.count(later, { serial: 'S7' }), 1)
      const page = await documents.query(later, {
        order: { by: 'note', descending: true },
        limit: 1,
      })
      assert.equal(page.items[0]?.body.note, 'n999')
      await assert.rejects(documents.count(later, { maker: 'anta' }), Problem)
      const twice = { collection: later, id: 'x', put: { serial: 'S1', note: 'n1' } }
      await assert.rejects(documents.commit([twice], { author }), { code: 'already-exists' })
      await documents.commit([{ ...twice, put: { serial: 'S1' } }], { author })
    }
    await using documents = await openAt('later')
    await assert.rejects(documents.count(pumps), { code: 'wrong-state' }, 'S1 is there twice now')
    await documents.commit([{ collection: plain, id: 'p', put: 1 }], { author })
    assert.equal((await walk(documents, { limit: 100 }, later)).length, 1_235)
  })

  test(`${driver}: what a later release declares secret is taken out of the feed that was`, async () => {
    const { secret: _, quiet: _quiet, ...open } = accounts
    const account = (at: number, password: string) => ({
      collection: open,
      id: `a${at % 7}`,
      put: { name: 'n', password },
    })
    {
      await using documents = await openAt('secrets')
      for (let from = 0; from < 1_200; from += 7) {
        const writes = [0, 1, 2, 3, 4, 5, 6].map((at) => account(from + at, `hunter${from + at}`))
        await documents.commit(writes, { author })
      }
      assert.match(JSON.stringify(await documents.changes(0, 1_000)), /hunter/)
      await documents.commit([put('p', { serial: 'hunter’s pump' })], { author })
    }
    {
      await using documents = await openAt('secrets')
      assert.equal((await documents.get(accounts, 'a0'))?.body.password, 'hunter1197')
      const changes = [
        ...(await documents.changes(0, 1_000)),
        ...(await documents.changes(1_000, 1_000)),
      ]
      assert.equal(changes.length, 1_205)
      assert.deepEqual(changes[0]?.after, { name: 'n', password: '[secret]' })
      assert.deepEqual(changes[7]?.before, { name: 'n', password: '[former secret]' })
      const told = changes.filter((it) => JSON.stringify(it).includes('hunter'))
      assert.deepEqual(
        told.map((it) => it.id),
        ['p'],
      )
    }
    await using documents = await openAt('secrets')
    assert.equal(await documents.count(accounts), 7)
    const written = await documents.commit(
      [{ ...account(0, 'hunter9999'), collection: accounts }],
      {
        author,
      },
    )
    assert.deepEqual(written, [173])
  })

  test(`${driver}: once closed it says so`, async () => {
    const documents = await openAt('closed')
    await documents.count(pumps)
    const last = documents.commit([put('a', { serial: 'A' })], { author })
    await Promise.all([last, documents[Symbol.asyncDispose]()])
    await assert.rejects(documents.get(pumps, 'a'), { code: 'unavailable' })
    await assert.rejects(documents.query(pumps, { limit: 1 }), { code: 'unavailable' })
    const late = documents.commit([put('b', { serial: 'B' })], { author })
    await assert.rejects(late, { code: 'unavailable' })
  })

  test(`${driver}: a collection declared in two ways at once is a bug that is told`, async () => {
    await using documents = await openAt('twice')
    await documents.count(pumps)
    await assert.rejects(documents.count(later), TypeError)
  })
}

const plain = { name: 'plain', schema: {}, indexes: {} } as const satisfies Collection
