import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openSiteSerial } from './handle-site-serial.ts'

const keyPair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey

test('the serial goes up with address, port and key, and with nothing else; it never says that it is not known', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'waymark-serial-'))
  const [first, second] = [keyPair(), keyPair()]
  const serialOf = async (key = first, place = '192.0.2.1 2641') => {
    const { serial, saved } = await openSiteSerial(
      { keys: folder.path },
      Promise.resolve(key),
      place,
    )
    await saved
    return serial
  }
  assert.equal(await serialOf(), 1)
  assert.equal(await serialOf(), 1)
  assert.equal(await serialOf(first, '192.0.2.2 2641'), 2)
  assert.equal(await serialOf(first, '192.0.2.2 2641'), 2)
  assert.equal(await serialOf(second, '192.0.2.2 2641'), 3)
  assert.equal(await serialOf(), 4)
  const path = join(folder.path, 'handle-site.json')
  const known = JSON.parse(await readFile(path, 'utf8'))
  await writeFile(path, JSON.stringify({ ...known, serial: 0xfffe }))
  assert.equal(await serialOf(second), 1)
  await writeFile(path, '{')
  assert.equal(await serialOf(second), 1)
})
