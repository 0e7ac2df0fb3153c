import type { Documents } from '../../kernel/documents/documents.ts'
import { walkDocuments } from '../../kernel/documents/walk.ts'
import type { Pack } from '../../kernel/packs/pack.ts'
import { type MeasureSource, placeOf, type RuleSources, readingsOf, sourcesOf } from '../rules.ts'
import { versionOn } from '../versions-in-force.ts'
import { MEASURE_VERSIONS, type MeasureVersion } from './collections.ts'

/** Adopted versions that hold, in the order of their adoption. */
export async function adoptedVersions(documents: Documents): Promise<MeasureVersion[]> {
  const found: MeasureVersion[] = []
  const walk = walkDocuments(documents, MEASURE_VERSIONS, {
    where: { state: 'adopted' },
    order: { by: 'adoptedAt' },
  })
  for await (const { body } of walk) found.push(body)
  return found.sort((a, b) => a.adoptedAt - b.adoptedAt || a.version - b.version)
}

/** What the packs' rules say with the adopted versions laid over them: each stands after the version that it follows. */
export function overlaid(packs: readonly Pack[], versions: readonly MeasureVersion[]): RuleSources {
  const sources = sourcesOf(packs)
  const packOf = new Map(packs.map((it) => [placeOf(it), it]))
  const added = versions.map(({ place, body }): MeasureSource => {
    const pack = packOf.get(place)
    return { place, measure: body, readings: pack === undefined ? [] : readingsOf(body, pack) }
  })
  const byId = Map.groupBy([...sources.measures, ...added], (it) => it.measure.id)
  return { ...sources, measures: [...byId.values()].flat() }
}

/** One version of each measure, as a case of this day (`YYYY-MM-DD`) finds it: what an evaluator without versions takes. */
export function sourcesOn(sources: RuleSources, day: string): RuleSources {
  const byId = Map.groupBy(sources.measures, (it) => it.measure.id)
  const measures = [...byId.values()].flatMap(
    (list) => versionOn(list, day, (it) => it.measure) ?? [],
  )
  return { ...sources, measures }
}
