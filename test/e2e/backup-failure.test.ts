import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setImmediate as tick } from 'node:timers/promises'
import { readConfig } from '../../src/config/config.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { Gate } from '../../src/lib/gate.ts'
import { Problem } from '../../src/lib/problem.ts'
import { backupNode } from '../../src/node-backup.ts'
import { openDocuments, openNodeEvidence } from '../../src/node-storage.ts'
import { makeDataFolder } from '../../src/server/data-folder.ts'
import { scratchFolder } from '../support/node-process.ts'

test('a copy that fails once it has begun fails the backup, and nothing else', async () => {
  await using scratch = await scratchFolder()
  const clock = systemClock
  const gate = new Gate()
  const folder = makeDataFolder(join(scratch.path, 'data'))
  const config = readConfig({ WAYMARK_DATA: folder.root })
  await using stored = await openDocuments(config, folder, { clock, gate })
  await using evidence = await openNodeEvidence(folder, { clock, gate })
  const unhandled: unknown[] = []
  const note = (error: unknown) => unhandled.push(error)
  process.on('unhandledRejection', note)
  const store = {
    async copyTo(path: string): Promise<void> {
      // there before the backup first looks, as on a fast disk
      mkdirSync(`${path}.partial`)
      writeFileSync(join(`${path}.partial`, 'data.mdb'), 'begun')
      // writers are let through once the backup has seen that the copy has begun
      await gate.through(() => undefined)
      throw new Problem('storage-full', { en: 'full', zh: '满' })
    },
  }
  const parts = { folder, stored, evidence, store, gate, clock }
  await assert.rejects(
    backupNode(parts, join(scratch.path, 'backup')),
    (it) => it instanceof Problem && it.code === 'storage-full',
  )
  for (let turns = 0; turns < 10; turns++) await tick()
  process.off('unhandledRejection', note)
  assert.deepEqual(unhandled, [])
  assert.deepEqual(
    (await readdir(folder.root)).filter((it) => it.startsWith('backup-')),
    [],
    'its copies are gone',
  )
  using _free = await gate.pause()
})
