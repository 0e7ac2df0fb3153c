import type { Collection, Documents } from './documents.ts'

/**
 * The same documents, with `listener` awaited after each commit that wrote to `collection` and before its writer hears of
 * it: who has written a thing finds what is derived from it up to date. A listener that throws does not undo a commit.
 */
export function announceCommits(
  documents: Documents,
  collection: Collection,
  listener: () => Promise<void>,
): Documents {
  return {
    get: (of, id) => documents.get(of, id),
    query: (of, query) => documents.query(of, query),
    count: (of, where) => documents.count(of, where),
    changes: (after, limit, filter) => documents.changes(after, limit, filter),
    forget: (of, what) => documents.forget(of, what),
    async commit(writes, options) {
      const versions = await documents.commit(writes, options)
      if (writes.some((it) => it.collection.name === collection.name)) {
        await listener().catch(() => undefined)
      }
      return versions
    },
    [Symbol.asyncDispose]: () => documents[Symbol.asyncDispose](),
  }
}
