import assert from 'node:assert/strict'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { scratchFolder } from '../support/node-process.ts'
import { ROOT, shell } from '../support/shell.ts'

const TIMEOUT_MS = 240_000
const NO_NETWORK = /EAI_AGAIN|ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED/

type Packed = readonly { readonly filename: string; readonly files: readonly { path: string }[] }[]

test('a packed copy installed in an empty folder runs the whole demo', async (t) => {
  await using folder = await scratchFolder()
  const here = { cwd: folder.path, timeoutMs: TIMEOUT_MS }
  const packing = await shell(`npm pack --silent --json --pack-destination "${folder.path}"`, {
    ...here,
    cwd: ROOT,
  })
  assert.equal(packing.code, 0, packing.stdout + packing.stderr)
  const [packed] = JSON.parse(packing.stdout.slice(packing.stdout.indexOf('['))) as Packed
  const paths = packed?.files.map((it) => it.path) ?? []
  for (const path of [
    'dist/server/main.js',
    'dist/server/main.d.ts',
    'bin/waymark.js',
    'LICENSE',
  ]) {
    assert.ok(paths.includes(path), path)
  }
  const strange = paths.filter((it) =>
    /(^|\/)(src|test|bench)\/|\.test\.|^\.|waymark-data/.test(it),
  )
  assert.deepEqual(strange, [], 'neither sources nor tests are packed')

  const options = '--omit=dev --prefer-offline --no-audit --no-fund'
  const installing = await shell(`npm install ${options} ./${packed?.filename}`, here)
  if (installing.code !== 0 && NO_NETWORK.test(installing.stderr)) {
    const why = 'its packages cannot be fetched: needs the npm registry'
    assert.notEqual(process.env.WAYMARK_TEST_STRICT, '1', why)
    return t.skip(why)
  }
  assert.equal(installing.code, 0, installing.stderr)
  const installed = await readdir(join(folder.path, 'node_modules', 'waymark'))
  assert.ok(!installed.includes('src'))

  const envelope = '0203020b0000000001020304000000000000003a'
  const program = `import { openHandleClient, readEnvelope } from 'waymark/handle'
    const { kind } = await openHandleClient().resolve({ handle: '88.1/x' })
    console.log(readEnvelope(Buffer.from('${envelope}', 'hex')).messageBytes, kind)`
  await writeFile(join(folder.path, 'reads.mjs'), program)
  const codec = await shell('node reads.mjs', here)
  assert.equal(codec.stdout, '58 no-service\n', codec.stderr)

  const help = await shell('npx waymark --help', here)
  assert.equal(help.code, 0, help.stderr)
  assert.match(help.stdout, /^ {2}serve /m)
  const demo = await shell('npx waymark demo --once --json', here)
  assert.equal(demo.code, 0, demo.stderr)
  assert.equal((JSON.parse(demo.stdout) as { ok: boolean }).ok, true)
})
