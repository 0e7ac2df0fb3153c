import { parentPort } from 'node:worker_threads'
import { failureOf } from '../../lib/asked-thread.ts'
import { letHelpersYield, yieldToOthers } from '../../lib/thread-priority.ts'
import { type BulkRequest, BulkWork } from './work.ts'

/** Answers before simulations: as imports have it. */
const NICE = 10
const HELPERS_NICE = 2

yieldToOthers(NICE)
letHelpersYield(HELPERS_NICE)
const work = new BulkWork()
let last: Promise<void> = Promise.resolve()

parentPort?.on('message', (request: BulkRequest | { readonly kind: 'close' }) => {
  last = last.then(async () => {
    if (request.kind === 'close') parentPort?.postMessage({ kind: 'closed' })
    else parentPort?.postMessage(await work.answer(request).catch(failureOf))
  })
})
