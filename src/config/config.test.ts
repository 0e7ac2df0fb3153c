import assert from 'node:assert/strict'
import { mkdtempDisposableSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { Problem } from '../lib/problem.ts'
import { readConfig } from './config.ts'

test('without any setting the defaults hold', () => {
  const config = readConfig({})
  assert.equal(config.httpHost, '127.0.0.1')
  assert.equal(config.httpPort, 8080)
  assert.equal(config.databaseUrl, undefined)
})

test('the environment goes over the file, the file over the defaults', () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'waymark-config-'))
  const path = join(folder.path, 'node.json')
  writeFileSync(path, JSON.stringify({ httpPort: 9000, logLevel: 'warn' }))
  const config = readConfig({ WAYMARK_CONFIG: path, WAYMARK_HTTP_PORT: '9001' })
  assert.equal(config.httpPort, 9001)
  assert.equal(config.logLevel, 'warn')
})

test('every error is told at once, each with its place', () => {
  const env = {
    WAYMARK_HTTP_PORT: '70000',
    WAYMARK_LOG_LEVEL: 'loud',
    WAYMARK_HTPP_HOST: 'x',
    WAYMARK_TLS_CERT: 'absent.pem',
    WAYMARK_UPLOAD_BYTES_MAX: '1000',
  }
  assert.throws(
    () => readConfig(env),
    (it) => {
      assert.ok(it instanceof Problem)
      assert.deepEqual(it.fields.map((field) => field.path).toSorted(), [
        'WAYMARK_HTPP_HOST',
        'WAYMARK_HTTP_PORT',
        'WAYMARK_LOG_LEVEL',
        'WAYMARK_TLS_CERT',
        'WAYMARK_TLS_KEY',
        'WAYMARK_UPLOAD_BYTES_MAX',
      ])
      return true
    },
  )
})

test('of lists each entry that is wrong is told', () => {
  const env = {
    WAYMARK_TRUSTED_PROXIES: '10.0.0.0/33',
    WAYMARK_RECURSION_CLIENTS: '10.0.0.0/8, 10.0.0.256, ::1/128,fd00::/129',
    WAYMARK_RECURSION_PRIVATE: '127.0.0.1',
    WAYMARK_RECURSION_ROOTS: 'absent.json,package.json',
  }
  assert.throws(
    () => readConfig(env),
    (it) => {
      assert.ok(it instanceof Problem)
      const told = it.fields.map(({ path, reason }) => `${path} ${reason.en}`)
      assert.deepEqual(told, [
        'WAYMARK_TRUSTED_PROXIES 10.0.0.0/33 is no address or CIDR range',
        'WAYMARK_RECURSION_CLIENTS 10.0.0.256 is no address or CIDR range',
        'WAYMARK_RECURSION_CLIENTS fd00::/129 is no address or CIDR range',
        'WAYMARK_RECURSION_ROOTS There is no file absent.json',
      ])
      return true
    },
  )
})

test('a secret never shows, neither right nor wrong', () => {
  const config = readConfig({ WAYMARK_DATABASE_URL: 'postgres://u:hush@127.0.0.1/w' })
  assert.equal(config.databaseUrl?.reveal(), 'postgres://u:hush@127.0.0.1/w')
  assert.doesNotMatch(`${inspect(config)} ${JSON.stringify(config)} ${config.databaseUrl}`, /hush/)
  assert.throws(
    () => readConfig({ WAYMARK_DATABASE_URL: 'mysql://u:hush@x/w' }),
    (it) => it instanceof Problem && !JSON.stringify(it.fields).includes('hush'),
  )
})

const MAIL = {
  WAYMARK_SMTP_URL: 'smtps://u:hush@mail.example:465',
  WAYMARK_SMTP_FROM: '路标节点 <node@waymark.example>',
  WAYMARK_PUBLIC_URL: 'https://node.example',
}

test('mail has a server, a sender and the address its links lead to, and its password never shows', () => {
  const config = readConfig(MAIL)
  assert.equal(config.smtpUrl?.reveal(), MAIL.WAYMARK_SMTP_URL)
  assert.doesNotMatch(`${inspect(config)} ${JSON.stringify(config)} ${config.smtpUrl}`, /hush/)
  const { WAYMARK_SMTP_URL: url } = MAIL
  assert.deepEqual(wrongIn({ WAYMARK_SMTP_URL: url }), ['WAYMARK_SMTP_FROM', 'WAYMARK_PUBLIC_URL'])
  assert.deepEqual(wrongIn({ ...MAIL, WAYMARK_SMTP_URL: '' }), ['WAYMARK_SMTP_URL'])
  for (const it of [
    'http://u:hush@x',
    'smtp://u:hush@',
    'smtp://%zz:hush@x',
    'smtp://u:hush@x:99999',
  ]) {
    assert.deepEqual(wrongIn({ ...MAIL, WAYMARK_SMTP_URL: it }), ['WAYMARK_SMTP_URL'], it)
  }
  for (const it of ['nobody', 'a@b\r\nBcc: c@d', 'A <a@b>\nBcc: c@d', 'a@b, c@d']) {
    assert.deepEqual(wrongIn({ ...MAIL, WAYMARK_SMTP_FROM: it }), ['WAYMARK_SMTP_FROM'], it)
  }
})

/** Where the configuration is wrong; what it tells shows no secret. */
function wrongIn(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env)
    return []
  } catch (problem) {
    assert.ok(problem instanceof Problem)
    assert.doesNotMatch(JSON.stringify(problem.fields), /hush/)
    return problem.fields.map((it) => it.path)
  }
}
