import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { PERMISSIONS } from '../../src/kernel/access/permissions.ts'
import { type Call, call, keyBy, must, setUpBy } from '../support/api-client.ts'
import { scratchFolder, startNodeProcess } from '../support/node-process.ts'
import { upload } from '../support/upload.ts'

const execute = promisify(execFile)
const DISK = '48m'
/** Left of the disk when the node is asked to write: less than any of its stores needs for one more page or two. */
const LEFT_BYTES = 8_192
const PREFIX = '88.100'
const label = { en: 'Product', zh: '产品' }

/** A disk so small that it can be filled; undefined, and the test skipped, without the right to mount one. */
async function smallDisk(t: TestContext, path: string): Promise<AsyncDisposable | undefined> {
  await mkdir(path)
  try {
    await execute('mount', ['-t', 'tmpfs', '-o', `size=${DISK}`, 'tmpfs', path])
  } catch (error) {
    if (process.env.WAYMARK_TEST_STRICT === '1' && process.getuid?.() === 0) throw error
    t.skip('needs the right to mount a small disk: run as root')
    return undefined
  }
  return { [Symbol.asyncDispose]: async () => void (await execute('umount', ['-l', path])) }
}

async function fill(disk: string, filler: string): Promise<void> {
  const { bavail, bsize } = await statfs(disk)
  const bytes = Math.max(0, bavail * bsize - LEFT_BYTES)
  await writeFile(join(disk, filler), Buffer.alloc(bytes)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOSPC') throw error
  })
}

test('a full disk refuses what would be written with 507 and a reason, answers everything else, and takes writes again once there is room', async (t) => {
  await using folder = await scratchFolder()
  const disk = join(folder.path, 'disk')
  await using mounted = await smallDisk(t, disk)
  if (mounted === undefined) return
  await using node = await startNodeProcess(join(disk, 'data'))
  const { url } = node
  const headers = await keyBy(url, await setUpBy(url, node.setupCode, PREFIX), {
    scopes: PERMISSIONS,
  })
  const ask = (method: string, path: string, more: Call = {}) =>
    call(url, method, path, { ...more, headers: { ...headers, ...more.headers } })
  const fields = [{ name: 'name', type: 'text', label, required: true }]
  await must(
    ask('POST', '/api/v1/templates', { body: { prefix: PREFIX, name: 'p', label, fields } }),
  )
  await must(ask('POST', `/api/v1/templates/${PREFIX}/p/1/publish`, { body: {} }))
  const wish = (suffix: string, name = 'x') => ({
    body: { handle: `${PREFIX}/${suffix}`, template: 'p', fields: { name } },
  })
  await must(ask('POST', '/api/v1/identifiers', wish('kept')))
  await fill(disk, 'filler')

  const registered: string[] = []
  let refused = await ask('POST', '/api/v1/identifiers', wish('S0', 'y'.repeat(4_000)))
  for (let n = 1; refused.status === 201 && n < 200; n++) {
    registered.push(`S${n - 1}`)
    refused = await ask('POST', '/api/v1/identifiers', wish(`S${n}`, 'y'.repeat(4_000)))
  }
  assert.equal(refused.status, 507, refused.text)
  assert.equal(refused.json.code, 'storage-full')
  assert.match(refused.json.detail, /full/)
  await fill(disk, 'filler-2')

  const rows = Array.from({ length: 20_000 }, (_, i) => `I${i},${'z'.repeat(100)} ${i * 7919}`)
  const body = Buffer.from(`suffix,name\n${rows.join('\n')}\n`)
  const path = `/api/v1/imports?prefix=${PREFIX}&template=p`
  const imported = await upload(url, { path, headers, body })
  const told = imported.summary?.problem ?? JSON.parse(imported.text || '{}')
  assert.equal(
    told.code,
    'storage-full',
    JSON.stringify([imported.status, imported.text, imported.summary]),
  )
  const workbook = await ask('POST', `${path}&format=xlsx`, { body: new Uint8Array(1_000_000) })
  assert.equal(workbook.status, 507, workbook.text)
  const template = { prefix: PREFIX, name: 'q', label, fields }
  for (let n = 0; n < 100; n++) {
    const reply = await ask('POST', '/api/v1/templates', { body: { ...template, name: `q${n}` } })
    if (reply.status === 201) continue
    assert.equal(reply.status, 507, reply.text)
    break
  }

  for (const name of ['kept', ...registered]) {
    assert.equal((await call(url, 'GET', `/api/handles/${PREFIX}/${name}`)).status, 200, name)
  }
  for (const read of [
    `/${PREFIX}/kept?show`,
    `/api/v1/identifiers/${PREFIX}/kept`,
    `/api/v1/identifiers?prefix=${PREFIX}`,
    `/api/v1/history/${PREFIX}/kept`,
    `/api/v1/exports?prefix=${PREFIX}&format=ndjson`,
    '/api/v1/templates',
    '/api/v1/me',
    '/evidence/checkpoint',
    '/health/live',
  ]) {
    const reply = await ask('GET', read)
    assert.equal(reply.status, 200, `${read}: ${reply.text} ${node.out.stderr.slice(-3000)}`)
  }

  await rm(join(disk, 'filler'))
  await rm(join(disk, 'filler-2'), { force: true })
  await must(ask('POST', '/api/v1/identifiers', wish('after')))
  const { summary } = await upload(url, { path, headers, body })
  assert.equal(summary?.state, 'done', JSON.stringify(summary))
  assert.equal(summary.created + summary.unchanged, rows.length)
  assert.equal((await ask('GET', '/health/ready')).status, 200)
  assert.equal(await node.stop(), 0)
})
