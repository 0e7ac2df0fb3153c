import assert from 'node:assert/strict'
import { renameSync } from 'node:fs'
import { request } from 'node:https'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeCertificate, skipWithoutOpenssl as skip } from '../support/certificate.ts'
import { PASSWORD, scratchFolder, setUp, startNodeProcess } from '../support/node-process.ts'

function nameServed(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(`${url}/health/live`, { rejectUnauthorized: false, agent: false })
    asked.on('response', (response) => {
      const { socket } = response as unknown as { socket: import('node:tls').TLSSocket }
      resolve(String(socket.getPeerCertificate().subject.CN))
      response.resume()
    })
    asked.on('error', reject)
    asked.end()
  })
}

test('a new certificate is in force without a restart, one that cannot be read is not', {
  skip,
}, async () => {
  await using folder = await scratchFolder()
  const first = makeCertificate(folder.path, 'first')
  const second = makeCertificate(folder.path, 'second')
  await using node = await startNodeProcess(join(folder.path, 'data'), {
    WAYMARK_TLS_CERT: first.cert,
    WAYMARK_TLS_KEY: first.key,
    WAYMARK_HTTP_HOST: '127.0.0.1',
  })
  assert.match(node.url, /^https:/)
  assert.equal(await nameServed(node.url), 'first')
  renameSync(second.key, first.key)
  renameSync(second.cert, first.cert)
  const until = Date.now() + 120_000
  while ((await nameServed(node.url)) !== 'second') {
    assert.ok(Date.now() < until, 'the new certificate was not taken up')
    await sleep(250)
  }
})

const signIn = (url: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/api/v1/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ name: 'ops', password: PASSWORD }),
  })

const whoAmI = async (url: string, key: string, headers: Record<string, string> = {}) => {
  const reply = await fetch(`${url}/api/v1/me`, {
    headers: { authorization: `Bearer ${key}`, ...headers },
  })
  return { status: reply.status, detail: ((await reply.json()) as { detail?: string }).detail }
}

test('an API key counts on this machine, or through a trusted proxy that was encrypted; in clear text it is refused as exposed', async () => {
  await using folder = await scratchFolder()
  const elsewhere = Object.values(networkInterfaces())
    .flatMap((it) => it ?? [])
    .find((it) => !it.internal && it.family === 'IPv4')?.address
  await using node = await startNodeProcess(folder.path, { WAYMARK_HTTP_HOST: '0.0.0.0' })
  const key = await setUp(node)
  const from = { 'x-forwarded-for': '203.0.113.9' }
  assert.equal((await whoAmI(node.url, key)).status, 200)
  const refused = [await whoAmI(node.url, key, from)]
  if (elsewhere !== undefined) {
    const own = node.url.replace('localhost', elsewhere)
    refused.push(await whoAmI(own, key))
    // Nobody needs a key for what is public.
    assert.equal((await fetch(`${own}/api/handles/88.100/none`)).status, 404)
  }
  for (const { status, detail } of refused) {
    assert.equal(status, 403)
    assert.match(detail ?? '', /consider it exposed.*WAYMARK_TLS_CERT/)
  }
  await node.stop()

  await using proxied = await startNodeProcess(folder.path, {
    WAYMARK_TRUSTED_PROXIES: '127.0.0.0/8',
  })
  const over = (scheme: string) =>
    whoAmI(proxied.url, key, { ...from, 'x-forwarded-proto': scheme })
  assert.equal((await over('https')).status, 200)
  assert.equal((await over('http')).status, 403)
})

test('unencrypted sign-in is for this machine alone, or through a trusted proxy that was encrypted', async () => {
  await using folder = await scratchFolder()
  await using node = await startNodeProcess(folder.path)
  await setUp(node)
  assert.equal((await signIn(node.url)).status, 200)
  const forwarded = await signIn(node.url, { 'x-forwarded-for': '203.0.113.9' })
  assert.equal(forwarded.status, 403, 'somebody forwards who is not trusted')
  assert.match(((await forwarded.json()) as { detail: string }).detail, /WAYMARK_TRUSTED_PROXIES/)
  await node.stop()

  await using proxied = await startNodeProcess(folder.path, {
    WAYMARK_TRUSTED_PROXIES: '127.0.0.0/8',
  })
  const from = { 'x-forwarded-for': '203.0.113.9' }
  const encrypted = await signIn(proxied.url, { ...from, 'x-forwarded-proto': 'https' })
  assert.equal(encrypted.status, 200)
  assert.match(encrypted.headers.get('set-cookie') ?? '', /^__Host-waymark=.*Secure/)
  const plain = await signIn(proxied.url, { ...from, 'x-forwarded-proto': 'http' })
  assert.equal(plain.status, 403)
})
