/**
 * Every fuzz, as long as one likes: `node test/fuzz/run.ts [--count 1000000] [--seed 1] [NAME…]`. Ends with 1 at the first
 * thing found, which says what it was; the same seed finds it again.
 */
import { parseArgs } from 'node:util'
import { fuzzBlocks } from './blocks.ts'
import { fuzzClient } from './client.ts'
import { fuzzCsv } from './csv.ts'
import { fuzzHandle } from './handle.ts'
import { fuzzHttp } from './http.ts'
import { fuzzNames } from './names.ts'
import { fuzzWire } from './wire.ts'
import { fuzzXlsx } from './xlsx.ts'

/** By name: what is tried so many times with a seed. Throws what it finds. */
export const FUZZES: Readonly<Record<string, (count: number, seed: number) => unknown>> = {
  names: fuzzNames,
  blocks: fuzzBlocks,
  csv: fuzzCsv,
  xlsx: fuzzXlsx,
  wire: fuzzWire,
  client: fuzzClient,
  http: fuzzHttp,
  handle: fuzzHandle,
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    options: {
      count: { type: 'string', default: '1000000' },
      seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    },
    allowPositionals: true,
  })
  for (const name of positionals.length > 0 ? positionals : Object.keys(FUZZES)) {
    const fuzz = FUZZES[name]
    if (fuzz === undefined) throw new Error(`no such fuzz: ${name}`)
    const start = performance.now()
    console.log(`${name}: ${values.count} with seed ${values.seed}`)
    const told = await fuzz(Number(values.count), Number(values.seed))
    const seconds = ((performance.now() - start) / 1000).toFixed(1)
    console.log(`${name}: nothing found in ${seconds} s`, told ?? '')
  }
}
