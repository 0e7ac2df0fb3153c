import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { pino } from 'pino'
import { openHttp } from './http.ts'
import { logRequests } from './log.ts'
import { problemReplies } from './problems.ts'

test('a client that goes away within its body is no error of the node; a lost peer of ours is', async () => {
  const lines: string[] = []
  const failed = new Set<string>()
  const log = pino({ level: 'error' }, { write: (line) => void lines.push(line) })
  const { app } = openHttp({ log, trustedProxies: [] })
  problemReplies(app)
  logRequests(app)
  const over = Promise.withResolvers<void>()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))
  app.post('/read', async ({ raw }) => {
    try {
      for await (const _piece of raw);
      return 'all of it'
    } finally {
      over.resolve()
    }
  })
  const begun = Promise.withResolvers<void>()
  const late = Promise.withResolvers<boolean>()
  app.post('/late', async ({ raw }) => {
    const gone = once(raw.socket, 'close')
    begun.resolve()
    await gone
    try {
      for await (const _piece of raw);
    } finally {
      late.resolve(raw.complete)
    }
  })
  const told = Promise.withResolvers<void>()
  app.post('/stream', async ({ raw }) => {
    const gone = once(raw.socket, 'close')
    told.resolve()
    await gone
    return Readable.from(['nobody ', 'hears ', 'this'])
  })
  app.addHook('onError', async ({ url }) => void failed.add(url))
  app.get('/peer', async () => {
    throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const head =
    'POST /read HTTP/1.1\r\nhost: x\r\ncontent-type: text/csv\r\ncontent-length: 9\r\n\r\n'
  const socket = connect({ host: '127.0.0.1', port })
  socket.write(`${head}some`, () => setTimeout(() => socket.destroy(), 50))
  await over.promise
  const whole = connect({ host: '127.0.0.1', port })
  whole.write(`${head.replace('/read', '/late')}all of it`)
  await begun.promise
  whole.destroy()
  assert.equal(await late.promise, true)
  const asking = connect({ host: '127.0.0.1', port })
  asking.write(
    `${head.replace('/read', '/stream').replace('text/csv', 'application/json')}{"a": 10}`,
  )
  await told.promise
  asking.destroy()
  // The errors are on their way from the handlers to the edge.
  while (failed.size < 3) await turn()
  assert.deepEqual([...failed], ['/read', '/late', '/stream'])
  assert.deepEqual(lines, [])
  assert.equal((await app.inject('/peer')).statusCode, 500)
  assert.match(lines.join(''), /ECONNRESET/)
  await app.close()
})
