import assert from 'node:assert/strict'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { readConfig } from '../../src/config/config.ts'
import { readArchive } from '../../src/kernel/backup/read-archive.ts'
import { FileShelf } from '../../src/kernel/files/shelf.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { Gate } from '../../src/lib/gate.ts'
import { startNode } from '../../src/node.ts'
import { backupNode } from '../../src/node-backup.ts'
import { openDocuments, openNodeEvidence, openSealKey } from '../../src/node-storage.ts'
import { makeDataFolder } from '../../src/server/data-folder.ts'
import { scratchFolder } from '../support/node-process.ts'

const AUTHOR = { kind: 'system', id: 'test' } as const
const WISH = { name: 'licence.txt', enterprise: 'A', kind: 'upload', public: false } as const

async function partNames(archive: string): Promise<string[]> {
  const manifest = await readArchive(archive, async ({ content }) => {
    for await (const _bytes of content()) {
      // read past
    }
  })
  return manifest.parts.map((it) => it.name)
}

test('a file that is removed while it is backed up is in the backup, and goes with a later sweep', async () => {
  await using scratch = await scratchFolder()
  const clock = systemClock
  const gate = new Gate()
  const folder = makeDataFolder(join(scratch.path, 'data'))
  const config = readConfig({ WAYMARK_DATA: folder.root })
  await using stored = await openDocuments(config, folder, { clock, gate })
  await using evidence = await openNodeEvidence(folder, { clock, gate })
  const files = await FileShelf.open({ documents: stored, folder: folder.files, gate })
  await using received = await files.receive(Readable.from([Buffer.from('as registered')]))
  const { digest } = received
  const file = await files.putFile({ ...received, mediaType: 'text/plain' }, WISH, AUTHOR)
  const content = join(folder.files, digest.slice(0, 2), digest)
  const incoming = join(folder.files, 'incoming', 'upload')
  const store = {
    async copyTo(path: string): Promise<void> {
      mkdirSync(`${path}.partial`)
      writeFileSync(join(`${path}.partial`, 'data.mdb'), 'begun')
      // the documents have their moment once writers are let through: they refer to the file
      await gate.through(() => writeFileSync(incoming, 'half'))
      await files.remove(file.id, AUTHOR)
      await rm(`${path}.partial`, { recursive: true })
    },
  }
  await openSealKey(folder)()
  const archive = join(scratch.path, 'backup')
  await backupNode({ folder, stored, evidence, store, files, gate, clock }, archive)
  const names = await partNames(archive)
  assert.ok(names.includes(`files/${digest.slice(0, 2)}/${digest}`), names.join(' '))
  assert.ok(!names.some((it) => it.includes('incoming')), 'what is being received is no part')
  assert.ok(names.includes('keys/cases.key'), 'what is sealed opens after a restore')
  assert.ok(existsSync(content))
  assert.equal(await files.sweepOrphans(undefined, Date.now() + 7_200_000), 1)
  assert.ok(!existsSync(content))
})

test('what a backup left that was cut off is gone after the next start; backups are not', async () => {
  await using scratch = await scratchFolder()
  const folder = makeDataFolder(join(scratch.path, 'data'))
  mkdirSync(join(folder.root, 'backup-x7y8z9', 'identifiers.partial'), { recursive: true })
  writeFileSync(join(folder.root, 'backup-x7y8z9', 'documents.sqlite'), 'half a copy')
  const finished = 'waymark-20260101T000000Z.tar.zst'
  writeFileSync(join(folder.backups, finished), 'whole')
  writeFileSync(join(folder.backups, `${finished}.0d6b.partial`), 'half')
  const config = readConfig({
    WAYMARK_DATA: folder.root,
    WAYMARK_HTTP_PORT: '0',
    WAYMARK_LOG_LEVEL: 'silent',
  })
  {
    await using node = await startNode(config)
    assert.ok(node.url)
  }
  assert.deepEqual(
    (await readdir(folder.root)).filter((it) => it.startsWith('backup-')),
    [],
  )
  assert.deepEqual(await readdir(folder.backups), [finished])
})
