import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { type IncomingMessage, request } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { ImportSummary } from '../../src/cli/client.ts'
import { csvChunks, type LineBatch, ndjsonChunks } from '../data-sets.ts'
import { NODE_PREFIX, TEMPLATE_NAME } from './furnish.ts'
import type { NodeProcess } from './node.ts'

export type FileFormat = 'csv' | 'ndjson'

const TYPES: Record<FileFormat, string> = { csv: 'text/csv', ndjson: 'application/x-ndjson' }
const TAIL_BYTES = 65_536
const NEWLINE = 0x0a

/** Writes the lines of the batches to a file beforehand, so that making them costs the measured time nothing. */
export async function writeLines(
  path: string,
  { format, batches }: { readonly format: FileFormat; readonly batches: readonly LineBatch[] },
): Promise<number> {
  await using file = await open(path, 'w')
  let bytes = 0
  for (const chunk of format === 'csv' ? csvChunks(batches) : ndjsonChunks(batches)) {
    await file.write(chunk)
    bytes += chunk.length
  }
  return bytes
}

export type Uploaded = {
  readonly ms: number
  /** Outcomes that came over the wire, one for each line. */
  readonly outcomes: number
  readonly created: number
  readonly refused: number
}

export type Upload = {
  readonly file: string
  readonly format: FileFormat
  readonly key: string
  /** By which the lines are read; the data set's where nothing is said. */
  readonly template?: string
  readonly signal?: AbortSignal
}

/** Streams a file in and its outcomes out; resolves with the summary when the node has sent all of them. */
export async function upload(node: NodeProcess, it: Upload): Promise<Uploaded> {
  const from = performance.now()
  const query = new URLSearchParams({
    format: it.format,
    prefix: NODE_PREFIX,
    template: it.template ?? TEMPLATE_NAME,
    outcomes: 'all',
  })
  const sending = request(`${node.url}/api/v1/imports?${query}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${it.key}`,
      'content-type': TYPES[it.format],
      accept: 'application/x-ndjson',
    },
  })
  const answered = Promise.withResolvers<IncomingMessage>()
  sending.on('response', answered.resolve)
  sending.on('error', answered.reject)
  const sent = pipeline(createReadStream(it.file, { highWaterMark: 262_144 }), sending, {
    ...(it.signal && { signal: it.signal }),
  })
  const [answer] = await Promise.all([answered.promise.then(readOutcomes), sent])
  return { ...answer, ms: performance.now() - from }
}

/** Counts the lines of the answer; the last one is the summary. */
async function readOutcomes(response: IncomingMessage) {
  let newlines = 0
  let tail = Buffer.alloc(0)
  for await (const chunk of response as AsyncIterable<Buffer>) {
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, at + 1)) newlines++
    tail = Buffer.concat([tail, chunk]).subarray(-TAIL_BYTES)
  }
  const text = tail.toString().trimEnd()
  if (response.statusCode !== 200) throw new Error(`${response.statusCode}: ${text}`)
  const last = JSON.parse(text.slice(text.lastIndexOf('\n') + 1)) as { summary?: ImportSummary }
  if (last.summary?.state !== 'done') throw new Error(`the import ended: ${text.slice(-2_000)}`)
  const { created, refused } = last.summary
  return { outcomes: newlines - 1, created, refused }
}
