import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JsonCase } from '../src/policy/columns/synthetic.ts'
import type { Rules } from '../src/policy/rules.ts'
import { windowRows } from './policy-window.ts'
import type { Measured } from './rows.ts'
import { startBareServer } from './support/bare.ts'
import { furnish } from './support/furnish.ts'
import { startNodeProcess } from './support/node.ts'
import { admitApplicants } from './support/policy-applicants.ts'
import { openAsker } from './support/policy-asker.ts'

const WARM = 100
const FITS = '/api/v1/policy/fits'
const RAW = 'the same answers from a bare node:http server: p99'

export type NodeWish = {
  readonly rules: Rules
  /** As they are handed in. */
  readonly written: readonly JsonCase[]
  readonly folder: string
  /** How many ask over HTTP what fits. */
  readonly asked: number
  /** How many apply. */
  readonly applicants: number
  /** How long applications come in at the end of a window. */
  readonly windowS: number
  readonly tell: (line: string) => void
}

/** What a node in a process of its own makes of it over HTTP: what fits one applicant, and the last hour of a window. */
export async function nodeRows(wish: NodeWish): Promise<Measured[]> {
  const { folder, written, asked, tell } = wish
  const dataFolder = join(folder, 'desk')
  {
    await using fresh = await startNodeProcess({ dataFolder, isNew: true })
    await furnish(fresh, [])
  }
  tell(`${wish.applicants.toLocaleString('en')} applicants are admitted`)
  const desk = await admitApplicants(dataFolder, wish.applicants)
  await using node = await startNodeProcess({ dataFolder })
  tell('what fits, over HTTP')
  const fits = await fitsRows(node.url, folder, written.slice(0, WARM + asked))
  return [...fits, ...(await windowRows(node, { ...wish, ...desk, dataFolder }))]
}

/** One after the other over one connection; beside what that alone takes. */
async function fitsRows(
  url: string,
  folder: string,
  written: readonly JsonCase[],
): Promise<Measured[]> {
  const asked = written.map(({ facts }) => JSON.stringify({ facts, mode: 'as_if_in_force' }))
  const ours = await asking(url, asked)
  const recorded = join(folder, 'fits.json')
  const headers = ['content-type', 'application/json; charset=utf-8']
  writeFileSync(recorded, JSON.stringify({ headers, bodies: ours.answers }))
  await using bare = await startBareServer(recorded)
  const raw = await asking(`http://127.0.0.1:${bare.port}`, asked)
  const what = 'one applicant, all measures, over HTTP'
  const bytes = ours.answers.reduce((sum, it) => sum + Buffer.byteLength(it), 0)
  const kb = Math.round(bytes / ours.answers.length / 1_000)
  return [
    {
      ...{ what: `${what}: mean`, value: ours.meanMs, unit: 'ms' },
      note: `reasons, bounds, the nearest change and what to ask next; ${kb} kB an answer`,
    },
    {
      ...{ what: `${what}: p99`, value: ours.p99Ms, unit: 'ms', against: RAW },
      target: { of: 'value', atMost: 50 },
    },
    { what: RAW, value: raw.p99Ms, unit: 'ms', note: `mean ${raw.meanMs.toFixed(2)} ms` },
  ]
}

async function asking(url: string, bodies: readonly string[]) {
  using asker = openAsker(url, 1)
  const answers: string[] = []
  const times: number[] = []
  for (const body of bodies) {
    const from = performance.now()
    answers.push(await asker.ask({ method: 'POST', path: FITS, body }))
    times.push(performance.now() - from)
  }
  const sorted = times.slice(WARM).toSorted((a, b) => a - b)
  return {
    answers,
    meanMs: sorted.reduce((a, b) => a + b, 0) / sorted.length,
    p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN,
  }
}
