import { openBlock } from '../block/block.ts'
import { prefixOf } from '../handle.ts'
import type { IdRecord } from '../record.ts'
import type { Moment } from './engine.ts'
import { PageFit, type Pages, pack } from './packing.ts'
import { firstName, sequenceKey, type Tables } from './tables.ts'

/*
 * Versions that were replaced stand under the batch that replaced them, packed like all others. The batch of a version
 * therefore leads to the version before it, and history is only ever appended to.
 */

/** Versions stand in pages with their keys, two of them in a page at least: larger ones would take pages of their own. */
const HISTORY_PAGES: Pages = { besideBytes: 48, blocksMin: 2 }

/** Encodes versions that batch `sequence` replaces, in key order; what it answers stores them, within a write. */
export function putReplaced(
  tables: Tables,
  sequence: number,
  replaced: readonly IdRecord[],
): () => void {
  const fit = new PageFit(HISTORY_PAGES)
  const packed = [...Map.groupBy(replaced, ({ key }) => prefixOf(key))].flatMap(
    ([prefix, records]) => pack(records, { prefix, fit, append: true }),
  )
  return () => {
    for (const { first, bytes } of packed) {
      tables.history.append(sequenceKey(sequence, first.key), bytes)
    }
  }
}

/** The version that `record` took the place of. */
export function readPrevious(
  tables: Tables,
  { key, version, batch }: IdRecord,
  moment?: Moment,
): IdRecord | undefined {
  if (version === 1) return undefined
  const prefix = prefixOf(key)
  const least = sequenceKey(batch, firstName(prefix))
  const bytes = tables.history.peekFloor(sequenceKey(batch, key), least, moment)
  if (bytes === undefined) return undefined
  const block = openBlock(prefix, bytes)
  const position = block.find(key)
  return position < 0 ? undefined : block.at(position)
}

/** Every version up to `current`, oldest first. */
export function readHistory(
  tables: Tables,
  current: IdRecord | undefined,
  moment?: Moment,
): IdRecord[] {
  const versions: IdRecord[] = []
  for (let it = current; it !== undefined; it = readPrevious(tables, it, moment)) versions.push(it)
  return versions.reverse()
}

/** Whether batch `sequence` wrote `current` or a version before it. */
export function wroteVersion(
  tables: Tables,
  it: { current: IdRecord; sequence: number; moment?: Moment },
): boolean {
  let version: IdRecord | undefined = it.current
  while (version !== undefined && version.batch > it.sequence) {
    version = readPrevious(tables, version, it.moment)
  }
  return version?.batch === it.sequence
}
