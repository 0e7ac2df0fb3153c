import assert from 'node:assert/strict'
import { mkdtempDisposableSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Problem } from '../lib/problem.ts'
import { lockDataFolder, makeDataFolder } from './data-folder.ts'

test('a data folder serves one node at a time, and the next when that has ended', () => {
  using parent = mkdtempDisposableSync(join(tmpdir(), 'waymark-folder-'))
  const folder = makeDataFolder(join(parent.path, 'node'))
  {
    using _held = lockDataFolder(folder)
    assert.throws(
      () => lockDataFolder(folder),
      (it) => it instanceof Problem && it.text.en.includes(folder.root),
    )
  }
  using _again = lockDataFolder(folder)
})

test('a data folder that cannot be made is a clear problem', () => {
  using parent = mkdtempDisposableSync(join(tmpdir(), 'waymark-folder-'))
  const file = join(parent.path, 'file')
  writeFileSync(file, '')
  assert.throws(
    () => makeDataFolder(join(file, 'node')),
    (it) => it instanceof Problem && it.code === 'unavailable',
  )
})
