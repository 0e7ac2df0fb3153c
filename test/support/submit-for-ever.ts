/**
 * Hands in applications to the SQLite file named by the first argument until it is killed, and tells the case and receipt of each on
 * standard output once it is acknowledged. The second argument is the first key's number.
 */
import { randomBytes } from 'node:crypto'
import { writeSync } from 'node:fs'
import { openCall, submit } from '../../src/kernel/cases/calls.ts'
import { publishProcedure } from '../../src/kernel/cases/desk.ts'
import { openSqliteDocuments } from '../../src/kernel/documents/sqlite.ts'
import { isStale } from '../contract/quotas.races.ts'
import { APPLICANT_OF, OFFICER, PROCEDURE, SEAL_KEY } from './case-world.ts'

const [path = '', first = '0'] = process.argv.slice(2)
const documents = await openSqliteDocuments({ path, clock: Date.now })
const calendars = new Map()
const desk = {
  documents,
  clock: Date.now,
  calendars: () => calendars,
  chance: randomBytes,
  sealKey: async () => SEAL_KEY,
}
let next = Number(first)

await publishProcedure(desk, PROCEDURE, OFFICER.author)
const { id, version } = PROCEDURE
const call = {
  title: { en: 'Call', zh: '通知' },
  opensAt: 0,
  closesAt: Date.parse('2100-01-01'),
  pins: { procedure: { id, version }, form: { id: 'form', version: '1' } },
  perApplicantMax: 1,
}
await openCall(desk, 'call', call, OFFICER).catch((error: unknown) => {
  if (!isStale(error)) throw error
})

async function submitForEver(): Promise<never> {
  for (;;) {
    const enterprise = `e${next++}`
    const answer = await submit(desk, APPLICANT_OF(enterprise), {
      key: 'k',
      applicant: enterprise,
      under: { call: 'call' },
      form: { name: enterprise },
    })
    if (answer.kind === 'refused') throw new Error('refused')
    writeSync(1, `${answer.case} ${answer.receipt} ${enterprise}\n`)
  }
}

await Promise.all(Array.from({ length: 8 }, submitForEver))
