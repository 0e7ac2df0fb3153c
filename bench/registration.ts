import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { dataSet } from './data-sets.ts'
import type { Measured, Target } from './rows.ts'
import type { BenchOptions } from './run.ts'
import { furnish } from './support/furnish.ts'
import { type MemoryWatch, perCpuNote, startNodeProcess, watchMemory } from './support/node.ts'
import { untilSearchable } from './support/searchable.ts'
import { type FileFormat, upload, writeLines } from './support/upload.ts'

const MB = 1_000_000
const LINES: Record<FileFormat, Target> = {
  csv: { of: 'value', atLeast: 150_000 },
  ndjson: { of: 'value', atLeast: 100_000 },
}
const MEMORY: Target = { of: 'value', atMost: 600 }
/** How much more memory the second half of the lines may take than the first. */
const GROWTH: Target = { of: 'ratio', atMost: 1.2 }

/** The same lines as CSV and as NDJSON, each through the HTTP stream into a node of its own. */
export async function benchRegistration(options: BenchOptions): Promise<Measured[]> {
  const rows: Measured[] = []
  for (const format of ['csv', 'ndjson'] as const) rows.push(...(await measure(format, options)))
  return rows
}

async function measure(
  format: FileFormat,
  { count, set, folder, tell }: BenchOptions,
): Promise<Measured[]> {
  const file = join(folder, `lines.${format}`)
  const dataFolder = join(folder, `node-${format}`)
  const batches = dataSet(set, { count })
  tell(`${format}: writing ${count.toLocaleString('en')} lines`)
  const bytes = await writeLines(file, { format, batches })
  await using node = await startNodeProcess({ dataFolder, isNew: true })
  const key = await furnish(node, batches)
  tell(`${format}: registering`)
  using memory = watchMemory(node)
  const cpuFrom = node.cpuMs() ?? Number.NaN
  const { ms, outcomes, created, refused } = await upload(node, { file, format, key })
  if (outcomes !== count || created !== count || refused !== 0) {
    throw new Error(`of ${count} lines ${created} created, ${refused} refused, ${outcomes} told`)
  }
  const cpuMs = (node.cpuMs() ?? Number.NaN) - cpuFrom
  tell(`${format}: waiting until they are searchable`)
  const env = { WAYMARK_URL: node.url, WAYMARK_API_KEY: key }
  const { countedMs, searchableMs } = await untilSearchable(env, batches)
  const name = format.toUpperCase()
  const perS = (inMs: number) => (count / inMs) * 1_000
  await rm(file)
  return [
    {
      what: `${name}: lines registered, durable, outcome told`,
      value: perS(ms),
      unit: '/s',
      target: LINES[format],
      note: `${(bytes / count).toFixed(0)} bytes a line; ${perCpuNote(count, cpuMs)}`,
    },
    { what: `${name}: lines until counted`, value: perS(ms + countedMs), unit: '/s' },
    { what: `${name}: lines until searchable`, value: perS(ms + searchableMs), unit: '/s' },
    ...memoryRows(name, memory),
  ]
}

function memoryRows(name: string, memory: MemoryWatch): Measured[] {
  const inMb = (bytes: number | undefined) => ({
    value: bytes === undefined ? undefined : bytes / MB,
    unit: 'MB',
  })
  const before = `${name}: server memory, highest in the first half`
  return [
    { what: before, ...inMb(memory.highestBytes(0, 0.5)), target: MEMORY },
    {
      what: `${name}: server memory, highest in the second half`,
      ...inMb(memory.highestBytes(0.5)),
      against: before,
      target: GROWTH,
    },
  ]
}
