import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { Problem, type ProblemCode } from '../lib/problem.ts'
import { openHttp } from './http.ts'
import { logRequests } from './log.ts'
import { problemReplies } from './problems.ts'

test('an error in the log is one of the node: what was only asked wrongly is none', async () => {
  const lines: { level: number; route: string; status: number }[] = []
  const log = pino({ level: 'error' }, { write: (line) => void lines.push(JSON.parse(line)) })
  const { app } = openHttp({ log, trustedProxies: [] })
  problemReplies(app)
  logRequests(app)
  const text = { en: 'x', zh: 'x' }
  const codes: readonly ProblemCode[] = ['not-found', 'unsupported', 'invalid-input', 'unavailable']
  for (const code of codes) {
    app.get(`/${code}`, async () => {
      throw new Problem(code, text)
    })
  }
  app.get('/bug', async () => {
    throw new Error('a bug')
  })
  for (const path of [...codes, 'bug']) await app.inject(`/${path}?token=secret`)
  const failed = lines.filter((it) => 'status' in it).map(({ route, status }) => [route, status])
  assert.deepEqual(failed, [
    ['/unavailable', 503],
    ['/bug', 500],
  ])
  assert.ok(!JSON.stringify(lines).includes('secret'))
  await app.close()
})
