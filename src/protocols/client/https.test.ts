import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtempDisposable } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeCertificate, skipWithoutOpenssl as skip } from '../../../test/support/certificate.ts'
import { found, framedAnswer, readAsked, value } from '../../../test/support/scripted-servers.ts'
import type { Site } from '../../identifiers/values/site.ts'
import * as wire from '../wire/index.ts'
import { type ClientOptions, openHandleClient } from './client.ts'
import { siteAt } from './sites.ts'

test('over HTTPS a server is believed by the key of its record, and one that nobody vouches for is told nothing', {
  skip,
}, async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'https-'))
  const own = makeCertificate(folder.path, 'own')
  const other = makeCertificate(folder.path, 'other')
  let asked = 0
  const server = createServer(
    { cert: readFileSync(own.cert), key: readFileSync(own.key) },
    (request, response) => {
      const pieces: Buffer[] = []
      request.on('data', (it: Buffer) => pieces.push(it))
      request.on('end', () => {
        asked++
        const bytes = Buffer.concat(pieces)
        const message = Uint8Array.from(bytes.subarray(wire.ENVELOPE_BYTES))
        const it = readAsked(wire.readEnvelope(bytes), message)
        response.end(framedAnswer(it, found('88.1/x', value(1, 'URL', 'u'))))
      })
    },
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const site = siteAt({ address: '127.0.0.1', port, protocols: ['HTTPS'] })
  const outcomeOf = async (sites: Site, more: ClientOptions = {}) => {
    using client = openHandleClient({ sitesForAll: [sites], ...more })
    for (let i = 0; i < 2; i++) await client.resolve({ handle: '88.1/x' })
    const outcome = await client.resolve({ handle: '88.1/x' })
    return outcome.kind === 'unreachable' ? outcome.tried.map((it) => it.reason) : outcome.kind
  }
  const keyed = (cert: string): Site => {
    const { publicKey } = new X509Certificate(readFileSync(cert))
    const pem = Buffer.from(publicKey.export({ type: 'spki', format: 'pem' }))
    return { ...site, servers: site.servers.map((it) => ({ ...it, publicKey: pem })) }
  }
  assert.equal(await outcomeOf(keyed(own.cert)), 'found')
  assert.equal(asked, 3)
  assert.deepEqual(await outcomeOf(keyed(other.cert)), ['wrong-certificate'])
  assert.deepEqual(await outcomeOf(site), ['wrong-certificate'], 'nobody vouches for it')
  assert.deepEqual(await outcomeOf(site, { hostOf: () => 'a.example' }), ['wrong-certificate'])
  assert.equal(asked, 3, 'nothing is said to who is not believed')
  server.closeAllConnections()
  server.close()
})
