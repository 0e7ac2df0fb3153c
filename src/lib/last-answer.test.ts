import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { test } from 'node:test'
import { endWith } from './last-answer.ts'

/** A server that answers only when told to, refuses what is not HTTP, and a client's whole conversation with it. */
async function talk(said: string, onRequest?: (answer: (text: string) => void) => void) {
  const server = createServer((_request, response) => {
    onRequest?.((text) => response.write(text))
  })
  server.on('clientError', (_error, socket) => endWith(socket, 'HTTP/1.1 400 Bad Request\r\n\r\n'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  // a client that keeps its own half open for as long as it is let
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  let got = ''
  socket.on('data', (chunk) => {
    got += chunk
  })
  socket.write(said)
  await once(socket, 'end')
  await new Promise((resolve) => server.close(resolve))
  socket.destroy()
  return got
}

const ASK = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'

test('garbage after requests that are still being answered ends the connection and lets the server close', async () => {
  assert.match(await talk(`${ASK}${ASK}${ASK}garbage\r\n\r\n`), /^HTTP\/1\.1 400 /)
})

test('an answer that is half sent is not continued by another one', async () => {
  const got = await talk(`${ASK}garbage\r\n\r\n`, (answer) => {
    answer('the first half')
  })
  assert.ok(!got.includes('400'), got)
})

test('a client that keeps sending after its garbage still reads why', async () => {
  assert.match(await talk(`garbage\r\n\r\n${'x'.repeat(500_000)}`), /^HTTP\/1\.1 400 /)
})
