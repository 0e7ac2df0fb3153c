import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { dataSet, type LineBatch } from '../data-sets.ts'
import type { BenchOptions } from '../run.ts'
import { furnish } from './furnish.ts'
import { startNodeProcess } from './node.ts'
import { untilSearchable } from './searchable.ts'
import { upload, writeLines } from './upload.ts'

export type Imported = {
  readonly dataFolder: string
  /** An API key of the node. */
  readonly key: string
  readonly batches: readonly LineBatch[]
  /** Between these two moments the lines came in, milliseconds since 1970. */
  readonly beganAt: number
  readonly endedAt: number
}

/** A data folder of `count` identifiers that came in as a file does, all of them searchable; nothing serves from it. */
export async function importNode(options: BenchOptions): Promise<Imported> {
  const { count, set, folder, tell } = options
  const dataFolder = join(folder, 'node')
  const file = join(folder, 'lines.csv')
  const batches = dataSet(set, { count })
  tell(`writing ${count.toLocaleString('en')} lines`)
  await writeLines(file, { format: 'csv', batches })
  await using node = await startNodeProcess({ dataFolder, isNew: true })
  const key = await furnish(node, batches)
  tell('importing them')
  const beganAt = Date.now()
  const { created } = await upload(node, { file, format: 'csv', key })
  if (created !== count) throw new Error(`of ${count} lines ${created} were registered`)
  const endedAt = Date.now()
  await rm(file)
  tell('waiting until all are searchable')
  await untilSearchable({ WAYMARK_URL: node.url, WAYMARK_API_KEY: key }, batches)
  return { dataFolder, key, batches, beganAt, endedAt }
}
