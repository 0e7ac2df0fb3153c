import { parentPort, workerData } from 'node:worker_threads'
import { type Failure, failureOf } from '../../lib/asked-thread.ts'
import type { HandleKey } from '../handle.ts'
import type { Looked } from './look-ahead.ts'
import { type PackedBatch, unpackBatch } from './packed-writes.ts'
import type { CommitAnswer } from './store.ts'
import { openTables } from './tables.ts'
import { Writer } from './writer.ts'

/** One thread commits; another packs, by itself and when asked. */
export type WriterData = { readonly path: string; readonly task: 'commit' | 'pack' }

export type PackedRequest = {
  readonly batch: PackedBatch
  readonly atomic: boolean
  /** Absent where they were sent before, to be looked up. */
  readonly keys?: readonly HandleKey[]
}

/** What the thread is asked for, one after the other. */
export type WriterRequest =
  | { readonly kind: 'look'; readonly keys: readonly HandleKey[] }
  | { readonly kind: 'commit'; readonly group: readonly PackedRequest[] }
  | { readonly kind: 'pack' }
  | { readonly kind: 'close' }

export type WriterAnswer =
  | { readonly kind: 'committed'; readonly outcomes: readonly (CommitAnswer | Failure)[] }
  | { readonly kind: 'packed'; readonly left: boolean }
  | { readonly kind: 'closed' }

const port = parentPort
if (port !== null) {
  const { path, task } = workerData as WriterData
  const tables = openTables(path, {})
  const writer = new Writer(tables)
  const ending = new AbortController()
  const packing = task === 'pack' ? writer.keepPacked(ending.signal) : undefined

  /** Of the commit that comes next. */
  let ahead: { readonly keys: readonly HandleKey[]; readonly looked: Looked | null } | undefined

  const answerTo = async (request: WriterRequest): Promise<WriterAnswer | undefined> => {
    switch (request.kind) {
      case 'look':
        ahead = { keys: request.keys, looked: writer.look(request.keys) }
        return undefined
      case 'commit': {
        const isAhead = request.group[0]?.keys === undefined
        const group = request.group.map(({ batch, atomic, keys = ahead?.keys ?? [] }) => ({
          batch: unpackBatch(batch, keys),
          atomic,
        }))
        const outcomes = writer.commit(group, isAhead ? ahead?.looked : undefined)
        ahead = undefined
        const answers = outcomes.map((it) => ('answer' in it ? it.answer : failureOf(it.error)))
        return { kind: 'committed', outcomes: answers }
      }
      case 'pack':
        return { kind: 'packed', left: writer.pack() }
      case 'close':
        ending.abort()
        await packing
        await tables.engine[Symbol.asyncDispose]()
        return { kind: 'closed' }
    }
  }

  port.on('message', async (request: WriterRequest) => {
    const answer = await answerTo(request).catch(failureOf)
    if (answer !== undefined) port.postMessage(answer)
    if (request.kind === 'close') port.close()
  })
}
