import { test } from 'node:test'
import { FUZZES } from './run.ts'

const IS_LONG = process.env.WAYMARK_TEST_LONG === '1'
const COUNT = IS_LONG ? 1_000_000 : 10_000
const SEED = Number(process.env.WAYMARK_FUZZ_SEED ?? 1)
const WHAT: Readonly<Record<string, string>> = {
  names:
    'identifiers and request targets are read alike everywhere, answered in form, and shown as text',
  blocks: 'damaged blocks are read or refused as broken',
  xlsx: 'damaged workbooks are read or refused',
  wire: 'packets of the Handle protocol are read or refused as malformed',
  client:
    'answers of servers of the Handle protocol come to an outcome, after a bounded number of questions',
  handle: 'packets of the Handle protocol leave a live node whole, and others answered',
  http: 'requests to a live node are answered without a bug, a hang or growing memory',
}

/** Files have a test of their own beside this one, and blocks a short one beside their code. */
const ELSEWHERE = IS_LONG ? ['csv'] : ['csv', 'blocks']

for (const [name, fuzz] of Object.entries(FUZZES)) {
  if (ELSEWHERE.includes(name)) continue
  test(`${COUNT} random ${WHAT[name] ?? name}`, { timeout: 6 * 3_600_000 }, async () => {
    await fuzz(COUNT, SEED)
  })
}
