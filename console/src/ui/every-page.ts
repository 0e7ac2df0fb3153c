export const A_PAGE = 200

type Pages<T> = { readonly items: readonly T[]; readonly next?: string }

/** All of a list that is short, page by page. */
export async function everyPage<T>(
  page: (after: string | undefined) => Promise<Pages<T>>,
): Promise<T[]> {
  const found: T[] = []
  for (let after: string | undefined, isMore = true; isMore; ) {
    const { items, next }: Pages<T> = await page(after)
    found.push(...items)
    after = next
    isMore = next !== undefined
  }
  return found
}
