import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { call, must, setUpBy } from '../support/api-client.ts'
import { handlePortOf } from '../support/handle-client.ts'
import { run, scratchFolder, setUp, startNodeProcess } from '../support/node-process.ts'

/**
 * Clients that no registry of packages has. Their checkouts lie side by side in a folder that `WAYMARK_TEST_CLIENTS` names; without
 * it these tests say what they miss.
 */
const FOLDER = process.env.WAYMARK_TEST_CLIENTS
const execute = promisify(execFile)
const RUN_MS_MAX = 120_000

function missing(checkout: string, how: string): string | false {
  if (FOLDER !== undefined && existsSync(join(FOLDER, checkout))) return false
  return `WAYMARK_TEST_CLIENTS names no folder that holds ${checkout} (${how})`
}

/** The prefix and the administrator that the Ruby client's own tests name. */
const PREFIX = '10022'
const SECRET = 'a secret for one test 1414'
const ADMIN = `${PREFIX}/ADMIN`
const URL_OF_TEST = 'http://www.columbia.edu/~ba2213/changes.txt'
const admin = {
  ...{ index: 100, type: 'HS_ADMIN' },
  data: { format: 'admin', value: { handle: ADMIN, index: 300, permissions: '111111111111' } },
}
const string = (index: number, type: string, value: string, more: object = {}) => ({
  ...{ index, type, ...more },
  data: { format: 'string', value },
})
const RECORDS = [
  { handle: `0.NA/${PREFIX}`, values: [admin] },
  { handle: ADMIN, values: [admin, string(300, 'HS_SECKEY', SECRET, { permissions: '1100' })] },
  { handle: `${PREFIX}/ba2213`, values: [string(1, 'URL', URL_OF_TEST), admin] },
]

async function moved(folder: string) {
  const node = await startNodeProcess(join(folder, 'data'))
  const file = join(folder, 'records.json')
  await writeFile(file, JSON.stringify(RECORDS))
  const env = { ...node.env, WAYMARK_API_KEY: await setUp(node) }
  const { code, stderr } = await run(['import', file, '--format', 'handle-json'], { env })
  assert.equal(code, 0, stderr)
  return { node, port: await handlePortOf(node.url) }
}

const LOOKUP = `
const [folder, port, name] = process.argv.slice(1)
require(folder).lookup(name, { host: '127.0.0.1', port: Number(port) }, (error, header, values) => {
  if (error) throw error
  console.log(JSON.stringify({ code: header.responseCode, values }))
})
`

test('the JavaScript resolver, which reads until the server closes, is answered', {
  skip: missing('handle-protocol', 'max-mapper/handle-protocol, npm install'),
}, async () => {
  await using folder = await scratchFolder()
  const { node, port } = await moved(folder.path)
  await using stopping = node
  const client = join(FOLDER ?? '', 'handle-protocol')
  const args = ['-e', LOOKUP, client, `${port}`, `${PREFIX}/ba2213`]
  const { stdout } = await execute(process.execPath, args, { timeout: RUN_MS_MAX })
  const told = JSON.parse(stdout)
  assert.ok(stdout.includes(URL_OF_TEST), JSON.stringify(told))
  assert.equal(await stopping.stop(), 0)
})

test('the Ruby client’s own tests create, change, resolve and delete with a secret key', {
  skip: missing('cul-handles', 'cul/cul-handles; apt-get install ruby ruby-test-unit'),
}, async () => {
  await using folder = await scratchFolder()
  const { node, port } = await moved(folder.path)
  await using stopping = node
  const client = join(folder.path, 'cul-handles')
  await cp(join(FOLDER ?? '', 'cul-handles'), client, { recursive: true })
  await mkdir(join(client, 'private'))
  const config = `host: 127.0.0.1\nport: ${port}\nsecret: ${SECRET}\n`
  await writeFile(join(client, 'private', 'config.yml'), config)
  // Its own helper also measures how much of it is covered, by what is not to be had everywhere.
  const helper = join(folder.path, 'helper')
  await mkdir(helper)
  const needed = ['test/unit', 'yaml', 'cul-handles'].map((it) => `require '${it}'\n`)
  await writeFile(join(helper, 'test_helper.rb'), needed.join(''))
  for (const name of ['resolution', 'authn']) {
    const args = ['-W0', '-Ilib', `-I${helper}`, join('test', 'system', `${name}_test.rb`)]
    const options = { cwd: client, timeout: RUN_MS_MAX }
    const { stdout } = await execute('ruby', args, options)
    assert.match(stdout, /\b[1-9]\d* tests, .* 0 failures, 0 errors/, stdout)
  }
  assert.equal(await stopping.stop(), 0)
})

/** Of each kind of key: create, again, add, update, resolve, remove, delete, resolve. */
const STEPS = [1, 101, 1, 1, 1, 1, 1, 100]
const SM2_OPTIONS = ['-pkeyopt', 'ec_paramgen_curve:SM2', '-pkeyopt', 'ec_param_enc:named_curve']

test('a client of industrial identifiers signs in with RSA, SM2 and a secret, and writes', {
  skip: missing('id-pointer-sdk', 'teleinfo-dev/id-pointer-sdk, its jar and those it needs'),
}, async () => {
  await using folder = await scratchFolder()
  await using node = await startNodeProcess(join(folder.path, 'data'))
  const headers = await setUpBy(node.url, node.setupCode)
  const port = `${await handlePortOf(node.url)}`
  const sources = fileURLToPath(new URL('./handle-clients', import.meta.url))
  const classpath = [join(FOLDER ?? '', 'id-pointer-sdk', '*'), folder.path].join(':')
  const program = join(sources, 'Idis.java')
  await execute('javac', ['-nowarn', '-cp', classpath, '-d', folder.path, program])

  const sm2 = join(folder.path, 'sm2.pem')
  await execute('openssl', ['genpkey', '-algorithm', 'EC', ...SM2_OPTIONS, '-out', sm2])
  const { stdout: sm2Public } = await execute('openssl', ['pkey', '-in', sm2, '-pubout'])
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const rsaPublic = rsa.publicKey.export({ type: 'spki', format: 'pem' })
  await writeFile(join(folder.path, 'rsa'), rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }))
  await writeFile(join(folder.path, 'secret'), SECRET)
  const keys = [
    ['RSA', join(folder.path, 'rsa'), { kind: 'public', key: rsaPublic }],
    ['EC', sm2, { kind: 'public', key: sm2Public }],
    ['SECRET', join(folder.path, 'secret'), { kind: 'secret', secret: SECRET }],
  ] as const
  for (const [kind, file, body] of keys) {
    const path = '/api/v1/prefixes/88.100/handle-keys'
    const { index } = await must(call(node.url, 'POST', path, { headers, body }))
    const args = ['-cp', classpath, 'Idis', port, '88.100', `${index}`, kind, file]
    const { stdout } = await execute('java', args, { timeout: RUN_MS_MAX, maxBuffer: 2 ** 24 })
    const codes = [...stdout.matchAll(/^step \w+ (.*)$/gm)].map(([, code]) => Number(code))
    assert.deepEqual(codes, STEPS, `${kind}: ${stdout.replaceAll(/^\d.*\n/gm, '')}`)
  }
  assert.equal(await node.stop(), 0)
})
