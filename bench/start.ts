import { once } from 'node:events'
import { request } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Measured, Target } from './rows.ts'
import type { BenchOptions } from './run.ts'
import { startNodeProcess } from './support/node.ts'
import { stockNode } from './support/stocked.ts'

const STARTS = 5
const SHARE = 0.1
const ONE: Target = { of: 'value', atMost: 1_000 }
const FLAT: Target = { of: 'ratio', atMost: 1.2 }

/** From the start of the process to its first right answer, with a tenth of the identifiers and with all. */
export async function benchStart(options: BenchOptions): Promise<Measured[]> {
  const { count, folder, tell } = options
  const few = Math.max(1, Math.round(count * SHARE))
  const stocks = []
  for (const stored of [few, count]) {
    const place = join(folder, `node-${stored}`)
    stocks.push({
      stored,
      ...(await stockNode(place, { ...options, count: stored, paths: STARTS })),
    })
  }
  const times = stocks.map((): Started[] => [])
  for (let round = 0; round < STARTS; round++) {
    for (const [i, { stored, dataFolder, paths }] of stocks.entries()) {
      tell(`start with ${stored.toLocaleString('en')}`)
      times[i]?.push(await timeStart(dataFolder, paths[round] ?? ''))
    }
  }
  const [ofFew = [], ofAll = []] = times
  const name = (stored: number) => `start to first answer with ${stored.toLocaleString('en')}`
  return [
    { what: name(few), value: median(ofFew), unit: 'ms', target: ONE, note: listed(ofFew) },
    { what: name(count), value: median(ofAll), unit: 'ms', target: ONE, note: listed(ofAll) },
    {
      what: 'the same, beside that with a tenth',
      value: median(ofAll),
      unit: 'ms',
      against: name(few),
      target: FLAT,
    },
  ]
}

async function timeStart(dataFolder: string, path: string): Promise<Started> {
  const from = performance.now()
  const answered = Promise.withResolvers<number>()
  await using node = await startNodeProcess({
    dataFolder,
    onReady: (url) => void askOnce(url + path, from).then(answered.resolve, answered.reject),
  })
  const ms = await answered.promise
  return { ms, cpuMs: node.cpuMs() ?? Number.NaN }
}

type Started = { readonly ms: number; readonly cpuMs: number }

async function askOnce(url: string, from: number): Promise<number> {
  const [response] = await once(request(url, { agent: false }).end(), 'response')
  const body = JSON.parse(await text(response))
  const ms = performance.now() - from
  const asked = new URL(url).pathname.slice('/api/handles/'.length)
  if (body.responseCode !== 1 || body.handle !== asked) throw new Error(`wrong answer to ${url}`)
  return ms
}

function median(times: readonly Started[]): number {
  const sorted = times.map((it) => it.ms).toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

function listed(times: readonly Started[]): string {
  const all = times.map((it) => Math.round(it.ms)).join(', ')
  return `median of ${all}; ${Math.min(...times.map((it) => it.cpuMs))} ms of CPU at least`
}
