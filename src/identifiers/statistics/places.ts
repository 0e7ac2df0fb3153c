import { addSums, noSums, type Sums } from './window.ts'

export type PlaceOf = 'regions' | 'sectors'

/** Where an enterprise is and what it does, by the widest level of each table. */
export type Place = {
  readonly enterprise: string
  readonly region: Named
  readonly sector: Named
}

type Named = { readonly code: string; readonly name: string; readonly nameEn?: string }

export type PlaceSums = Named & { enterprises: number; registered: number } & Sums

/** Sums of what the enterprises of each region or sector hold; those with the most identifiers first. */
export async function placeSums(
  places: AsyncIterable<Place>,
  held: ReadonlyMap<string, readonly { readonly registered: number; readonly sums: Sums }[]>,
  of: PlaceOf,
): Promise<readonly PlaceSums[]> {
  const found = new Map<string, PlaceSums>()
  for await (const { enterprise, region, sector } of places) {
    const named = of === 'regions' ? region : sector
    const known = found.get(named.code) ?? { ...named, enterprises: 0, registered: 0, ...noSums() }
    found.set(named.code, known)
    known.enterprises++
    for (const { registered, sums } of held.get(enterprise) ?? []) {
      known.registered += registered
      addSums(known, sums)
    }
  }
  return [...found.values()].toSorted(
    (a, b) =>
      b.registered - a.registered || b.enterprises - a.enterprises || (a.code < b.code ? -1 : 1),
  )
}
