import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, renameSync, rmSync } from 'node:fs'
import { cp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { makeCertificate } from '../support/certificate.ts'
import { run, scratchFolder, setUp, startNodeProcess } from '../support/node-process.ts'

/** PYHANDLE with the integration tests that it brings along, untouched. */
const PROJECT = fileURLToPath(new URL('./pyhandle', import.meta.url))
/** Ignored by Git. */
const LIBRARIES = join(PROJECT, 'build', 'lib')
const FETCH_MS_MAX = 180_000
const missing = missingHere()
const skip = process.env.WAYMARK_TEST_STRICT === '1' ? false : (missing ?? false)

/** Named in the records of its tests. */
const PREFIX = '21.T14999'
const USER = `${PREFIX}/B2HANDLE_INTEGRATION_TESTS`
const PASSWORD = 'a secret for one test 1618'
const CASES = ['read', 'write'].map(
  (it) => `pyhandle.tests.testcases.handleclient_${it}_integration_test`,
)
/**
 * Fail wherever they are run: three forms that the client itself has given up, one that sends what is no value, and one that asks
 * the world. What they are about is in `story.py`.
 */
const OUTDATED = [
  'test_delete_handle_inexistent',
  'test_generate_and_register_handle',
  'test_global_resolve',
  'test_instantiate_with_credentials',
  'test_instantiate_with_credentials_config',
  'test_instantiate_with_credentials_config_override',
  'test_instantiate_with_credentials_inexistentuser',
  'test_register_handle',
]
const string = (index: number, type: string, value: string, more: object = {}) => ({
  ...{ index, type, ...more },
  data: { format: 'string', value },
})
const admin = (permissions: string) => ({
  ...{ index: 100, type: 'HS_ADMIN' },
  data: { format: 'admin', value: { handle: USER, index: 300, permissions } },
})
const RECORDS = [
  { handle: `0.NA/${PREFIX}`, values: [admin('111111111111')] },
  {
    handle: USER,
    values: [admin('111111111111'), string(300, 'HS_SECKEY', PASSWORD, { permissions: '1100' })],
  },
  {
    handle: `${PREFIX}/READ`,
    values: [
      string(4, 'TEST4', 'val4'),
      admin('011111110011'),
      string(111, 'TEST1', 'val1'),
      string(333, 'TEST3', 'val3'),
      string(2222, 'TEST2', 'val2'),
    ],
  },
]

test('PYHANDLE reads and writes over HTTPS, as its own integration tests do', {
  skip,
}, async () => {
  assert.equal(missing, undefined)
  await using folder = await scratchFolder()
  const data = join(folder.path, 'data')
  await loadRecords(folder.path, data)
  const { cert, key } = makeCertificate(folder.path, 'node')
  await using node = await startNodeProcess(data, {
    WAYMARK_TLS_CERT: cert,
    WAYMARK_TLS_KEY: key,
    WAYMARK_HTTP_HOST: '127.0.0.1',
  })
  const library = join(folder.path, 'library')
  await cp(LIBRARIES, library, { recursive: true })
  const python = pythonWith(library, cert)
  await writeTestValues(library, node.url)
  const said = await python(['-m', 'unittest', '-v', ...CASES])
  assert.match(said, /^Ran (2[5-9]|3\d) tests in /m, said)
  const failed = [...said.matchAll(/^(?:ERROR|FAIL): (\w+) /gm)].map(([, name]) => name)
  assert.deepEqual(failed.sort(), OUTDATED, said)
  const story = join(PROJECT, 'story.py')
  const told = await python([story, node.url, `300:${USER}`, PASSWORD, PREFIX])
  assert.equal(told.trim(), 'told')
  assert.equal(await node.stop(), 0)
})

async function loadRecords(folder: string, data: string): Promise<void> {
  await using node = await startNodeProcess(data)
  const file = join(folder, 'records.json')
  await writeFile(file, JSON.stringify(RECORDS))
  const env = { ...node.env, WAYMARK_API_KEY: await setUp(node) }
  const { code, stderr } = await run(['import', file, '--format', 'handle-json'], { env })
  assert.equal(code, 0, stderr)
  assert.equal(await node.stop(), 0)
}

async function writeTestValues(library: string, url: string): Promise<void> {
  const values = {
    ...{ user: `300:${USER}`, password: PASSWORD, HTTPS_verify: true },
    ...{ handle_server_url_read: url, handle_server_url_write: url },
    url_extension_REST_API: '/api/handles/',
    handle_for_read_tests: `${PREFIX}/READ`,
    handle_globally_resolvable: `${PREFIX}/READ`,
    handle_to_be_created: `${PREFIX}/CREATED`,
    handle_to_be_modified: `${PREFIX}/MODIFIED`,
  }
  const name = 'testvalues_for_integration_tests_IGNORE.json'
  const file = join(library, 'pyhandle', 'tests', 'resources', name)
  await writeFile(file, JSON.stringify(values))
}

/** Answers what a program says, on either of its outputs. */
function pythonWith(library: string, cert: string) {
  const env = { ...process.env, PYTHONPATH: library, REQUESTS_CA_BUNDLE: cert }
  return async (args: readonly string[]): Promise<string> => {
    const child = spawn('python3', args, { cwd: library, env, stdio: ['ignore', 'pipe', 'pipe'] })
    const closed = once(child, 'close')
    const [out, error] = await Promise.all([text(child.stdout), text(child.stderr), closed])
    return out + error
  }
}

function missingHere(): string | undefined {
  const pip = ['-m', 'pip']
  if (spawnSync('python3', [...pip, '--version']).status !== 0) {
    return 'Python is not installed: apt-get install -y python3-pip'
  }
  if (existsSync(LIBRARIES)) return undefined
  const part = `${LIBRARIES}-${process.pid}`
  const wanted = ['-r', join(PROJECT, 'requirements.txt')]
  const install = [...pip, 'install', '-q', '--target', part, ...wanted]
  if (spawnSync('python3', install, { timeout: FETCH_MS_MAX }).status === 0) {
    renameSync(part, LIBRARIES)
    return undefined
  }
  rmSync(part, { recursive: true, force: true })
  return 'PYHANDLE cannot be fetched: python3 -m pip install --target build/lib -r requirements.txt'
}
