import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { chmod, mkdtempDisposable, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Problem } from '../../lib/problem.ts'
import { loadOrCreateNodeKey } from './node-key.ts'

const publicPem = (key: KeyObject) =>
  createPublicKey(key).export({ format: 'pem', type: 'spki' }).toString()
const scratch = () => mkdtempDisposable(join(tmpdir(), 'node-key-'))

test('a key is made once, readable by its owner alone, and found again', async () => {
  await using folder = await scratch()
  const path = join(folder.path, 'node-key.pem')
  const made = await loadOrCreateNodeKey(path)
  assert.equal(made.asymmetricKeyType, 'ed25519')
  assert.equal((await stat(path)).mode & 0o777, 0o600)
  assert.match(await readFile(path, 'utf8'), /^-----BEGIN PRIVATE KEY-----/)
  assert.equal(publicPem(await loadOrCreateNodeKey(path)), publicPem(made))
  assert.deepEqual(await readdir(folder.path), ['node-key.pem'])
})

test('of many that make the key at once, all get the same', async () => {
  await using folder = await scratch()
  const path = join(folder.path, 'node-key.pem')
  const keys = await Promise.all(Array.from({ length: 20 }, () => loadOrCreateNodeKey(path)))
  assert.equal(new Set(keys.map(publicPem)).size, 1)
  assert.deepEqual(await readdir(folder.path), ['node-key.pem'])
})

test('a key that others may read is made private', {
  skip: process.platform === 'win32',
}, async () => {
  await using folder = await scratch()
  const path = join(folder.path, 'node-key.pem')
  const made = await loadOrCreateNodeKey(path)
  await chmod(path, 0o644)
  assert.equal(publicPem(await loadOrCreateNodeKey(path)), publicPem(made))
  assert.equal((await stat(path)).mode & 0o777, 0o600)
})

test('what is no Ed25519 key is refused and left as it is', async () => {
  await using folder = await scratch()
  const path = join(folder.path, 'node-key.pem')
  const rsa = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const wrong = [
    '',
    'nonsense',
    String(rsa.export({ format: 'pem', type: 'pkcs8' })),
    'x'.repeat(5000),
  ]
  for (const content of wrong) {
    await writeFile(path, content, { mode: 0o600 })
    await assert.rejects(
      loadOrCreateNodeKey(path),
      (error) => error instanceof Problem && error.code === 'wrong-state',
    )
    assert.equal(await readFile(path, 'utf8'), content)
  }
})
