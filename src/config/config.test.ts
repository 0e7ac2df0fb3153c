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

test('a secret never shows, neither right nor wrong', () => {
  const config = readConfig({ WAYMARK_DATABASE_URL: 'postgres://u:hush@127.0.0.1/w' })
  assert.equal(config.databaseUrl?.reveal(), 'postgres://u:hush@127.0.0.1/w')
  assert.doesNotMatch(`${inspect(config)} ${JSON.stringify(config)} ${config.databaseUrl}`, /hush/)
  assert.throws(
    () => readConfig({ WAYMARK_DATABASE_URL: 'mysql://u:hush@x/w' }),
    (it) => it instanceof Problem && !JSON.stringify(it.fields).includes('hush'),
  )
})
