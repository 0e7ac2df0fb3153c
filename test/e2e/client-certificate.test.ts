import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { test } from 'node:test'
import { call, must, setUpBy } from '../support/api-client.ts'
import { makeCertificate, skipWithoutOpenssl as skip } from '../support/certificate.ts'
import { scratchFolder, startNodeProcess } from '../support/node-process.ts'

type Client = { readonly cert: Buffer; readonly key: Buffer; readonly pem: string }

/** A certificate that its own holder signed. */
function clientCertificate(
  folder: string,
  name: string,
  kind: readonly string[],
  subject: string,
): Client {
  const [cert, key] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)]
  const args = ['req', '-x509', ...kind, '-nodes', '-days', '2', '-subj', subject]
  execFileSync('openssl', [...args, '-keyout', key, '-out', cert], { stdio: 'ignore' })
  const open = createPublicKey(readFileSync(cert))
  const pem = open.export({ type: 'spki', format: 'pem' }).toString()
  return { cert: readFileSync(cert), key: readFileSync(key), pem }
}

const RSA = ['-newkey', 'rsa:2048']
const EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']
const ED25519 = ['-newkey', 'ed25519']

type Told = { readonly status: number; readonly challenge: string; readonly body: string }

function ask(url: string, method: string, client?: Client, body?: unknown): Promise<Told> {
  const headers = body === undefined ? {} : { 'content-type': 'application/json' }
  const tls = { rejectUnauthorized: false, ...(client && { cert: client.cert, key: client.key }) }
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false, ...tls }, (answer) => {
      let text = ''
      answer.on('data', (piece) => {
        text += piece
      })
      const challenge = String(answer.headers['www-authenticate'] ?? '')
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, challenge, body: text }))
    })
    sent.on('error', reject)
    sent.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

test('who holds the key of a certificate that names an identity administers as that identity, by every process', {
  skip,
}, async () => {
  await using folder = await scratchFolder()
  const server = makeCertificate(folder.path, 'server')
  const plain = await startNodeProcess(join(folder.path, 'data'))
  const headers = await setUpBy(plain.url, plain.setupCode)
  const of = (name: string, kind: readonly string[], subject: string) =>
    clientCertificate(folder.path, name, kind, subject)
  const clients = [
    of('uid', RSA, '/CN=Somebody/UID=300:0.NA\\/88.100'),
    of('cn', EC, '/CN=301:0.na\\/88.100'),
    of('any', ED25519, '/CN=0:0.NA\\/88.100'),
  ]
  const path = '/api/v1/prefixes/88.100/handle-keys'
  for (const { pem } of clients) {
    await must(call(plain.url, 'POST', path, { headers, body: { kind: 'public', key: pem } }))
  }
  await plain.stop()
  await using node = await startNodeProcess(join(folder.path, 'data'), {
    WAYMARK_TLS_CERT: server.cert,
    WAYMARK_TLS_KEY: server.key,
    WAYMARK_TLS_CLIENT_CERTIFICATES: 'true',
    WAYMARK_PROCESSES: '2',
    WAYMARK_RESOLUTIONS_PER_S_MAX: '0',
  })
  const handle = (name: string) => `${node.url}/api/handles/88.100/${name}`
  const values = [
    { index: 1, type: 'PIN', data: { format: 'string', value: '7' }, permissions: '1100' },
  ]
  for (const [at, client] of clients.entries()) {
    const put = await ask(handle(`p-${at}`), 'PUT', client, { values })
    assert.equal(put.status, 201, put.body)
    const read = await ask(handle(`p-${at}`), 'GET', client)
    assert.equal(read.status, 200)
    assert.match(read.body, /"PIN"/, 'an administrator sees what is hidden')
  }
  const [first] = clients
  // With a certificate and without, in turn: the process behind must not take one for the other.
  for (let i = 0; i < 12; i++) {
    assert.match((await ask(handle('p-0'), 'GET', first)).body, /"PIN"/)
    assert.doesNotMatch((await ask(handle('p-0'), 'GET')).body, /"PIN"/)
    const refused = await ask(handle('new'), 'PUT', undefined, { values })
    assert.equal(refused.status, 401, refused.body)
  }
  const wrong = [
    of('other-key', RSA, '/UID=300:0.NA\\/88.100'),
    of('other-index', RSA, '/UID=399:0.NA\\/88.100'),
  ]
  for (const client of wrong) {
    const { status, challenge, body } = await ask(handle('p-0'), 'GET', client)
    assert.deepEqual([status, body], [401, ''])
    assert.match(challenge, /error="/)
  }
  // One that names no identity is none of ours.
  const person = of('person', EC, '/CN=Ann')
  assert.equal((await ask(`${node.url}/health/live`, 'GET', person)).status, 200)
  assert.doesNotMatch((await ask(handle('p-0'), 'GET', person)).body, /"PIN"/)
  assert.equal((await ask(handle('new'), 'PUT', person, { values })).status, 401)
})
