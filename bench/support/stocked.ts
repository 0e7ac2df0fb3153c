import { openLmdbStore } from '../../src/identifiers/store/lmdb.ts'
import type { RecordDraft, RecordWrite } from '../../src/identifiers/store/store.ts'
import { dataFolder as placesIn } from '../../src/server/data-folder.ts'
import { dataSet, type LineBatch, sortedDrafts } from '../data-sets.ts'
import type { BenchOptions } from '../run.ts'
import { furnish } from './furnish.ts'
import { startNodeProcess } from './node.ts'
import { randomFrom } from './random.ts'

const COMMIT_WRITES = 20_000

export type Stock = Omit<BenchOptions, 'folder'> & {
  /** How many paths to pick. */
  readonly paths: number
  /** What will be registered later: its prefixes are made too. */
  readonly later?: readonly LineBatch[]
}

export type Stocked = {
  readonly dataFolder: string
  /** An API key of the node. */
  readonly key: string
  /** Paths of so many identifiers, each equally likely, in no order. */
  readonly paths: readonly string[]
}

/** A data folder with operator, prefixes, template and `count` identifiers, as after an import; nothing serves from it. */
export async function stockNode(
  dataFolder: string,
  { count, set, tell, paths: wanted, later = [] }: Stock,
): Promise<Stocked> {
  const batches = dataSet(set, { count })
  let key: string
  {
    await using node = await startNodeProcess({ dataFolder, isNew: true })
    key = await furnish(node, [...batches, ...later])
  }
  tell(`storing ${count.toLocaleString('en')} identifiers`)
  await using store = await openLmdbStore({ path: placesIn(dataFolder).identifiers })
  const commit = async (drafts: readonly RecordDraft[]) => {
    const writes = drafts.map((next): RecordWrite => ({ expected: 0, next }))
    await store.commit({ author: { kind: 'system', id: 'bench' }, at: Date.now(), writes })
  }
  const random = randomFrom(5)
  const paths: string[] = []
  let seen = 0
  let drafts: RecordDraft[] = []
  for (const draft of sortedDrafts(batches)) {
    const place = seen++ < wanted ? paths.length : Math.floor(random() * seen)
    if (place < wanted) paths[place] = `/api/handles/${draft.spelled}`
    drafts.push(draft)
    if (drafts.length < COMMIT_WRITES) continue
    await commit(drafts)
    drafts = []
  }
  if (drafts.length > 0) await commit(drafts)
  return { dataFolder, key, paths }
}
