import { Problem } from '../../lib/problem.ts'
import type { OpenRules } from '../desk/rules-shelf.ts'
import { MEASURE_VERSIONS } from '../versions/collections.ts'
import { MEASURE_DRAFTS, type MeasureDraft } from './collections.ts'
import type { DraftBody, EditorDeps } from './drafts.ts'

type Vector = { readonly measure?: unknown }

/** A draft that says what a measure (`ID`) or a version of it (`ID~N`) says, with the vectors that there are of it. */
export async function copyOf(
  deps: EditorDeps,
  name: string,
): Promise<DraftBody & { readonly from: NonNullable<MeasureDraft['from']> }> {
  const open = await deps.rules.open()
  const [id = '', asked] = name.split('~')
  const adopted = await deps.documents.query(MEASURE_VERSIONS, {
    where:
      asked === undefined
        ? { measure: id, state: 'adopted' }
        : { measure: id, version: Number(asked) || 0 },
    order: { by: 'version', descending: true },
    limit: 1,
  })
  const [version] = adopted.items
  const source =
    version === undefined
      ? open.sources.measures.findLast((it) => it.measure.id === id)
      : { measure: version.body.body, place: version.body.place }
  if (source === undefined || (asked !== undefined && asked !== '0' && version === undefined)) {
    throw new Problem('not-found', {
      en: `there is no measure “${name}”`,
      zh: `没有措施“${name}”`,
    })
  }
  const draft = version && (await deps.documents.get(MEASURE_DRAFTS, version.body.draft))
  const { evidence, ambiguities, paper, vectors = vectorsOf(open, id) } = draft?.body ?? {}
  return {
    place: source.place,
    body: source.measure,
    from: { measure: id, version: version?.body.version ?? 0 },
    ...(evidence !== undefined && { evidence }),
    ...(ambiguities !== undefined && { ambiguities }),
    ...(paper !== undefined && { paper }),
    ...(vectors !== undefined && { vectors }),
  }
}

/** The vectors of the packs that ask about this measure alone, as a file of their form; absent where there are none. */
function vectorsOf({ packs }: OpenRules, id: string): string | undefined {
  const vectors = packs.flatMap((pack) =>
    pack.vectors.flatMap((file) => {
      const { vectors: list = [] } = JSON.parse(file.text) as { readonly vectors?: Vector[] }
      return list.filter((it) => it.measure === id)
    }),
  )
  return vectors.length === 0 ? undefined : JSON.stringify({ vectors }, null, 2)
}
