import type { Body, Collection, Documents, Query, Stored } from '../documents/documents.ts'

const PAGE = 1_000

/** Every document that a query finds, page by page; what changes meanwhile is seen as its page finds it. */
export async function* walkDocuments<C extends Collection>(
  documents: Documents,
  collection: C,
  query: Pick<Query, 'where' | 'order'>,
): AsyncGenerator<Stored<Body<C>>> {
  for (let after: string | undefined; ; ) {
    const page = await documents.query(collection, {
      ...query,
      limit: PAGE,
      ...(after !== undefined && { after }),
    })
    yield* page.items
    after = page.next
    if (after === undefined) return
  }
}
