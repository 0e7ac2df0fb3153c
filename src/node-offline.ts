import type { Config } from './config/settings.ts'
import { openLmdbStore } from './identifiers/store/lmdb.ts'
import { type Access, openAccess } from './kernel/access/access.ts'
import { createResetLink, type IssuedLink } from './kernel/access/links.ts'
import { createSetupCode } from './kernel/access/setup.ts'
import type { Author } from './lib/author.ts'
import { systemClock } from './lib/clock.ts'
import { Gate } from './lib/gate.ts'
import { backupNode, clearUnfinishedBackups } from './node-backup.ts'
import { openDocuments, openNodeEvidence } from './node-storage.ts'
import { lockDataFolder, makeDataFolder } from './server/data-folder.ts'

/** What whoever can write the data folder may do without signing in, whether the node serves or not. */
const AUTHOR: Author = { kind: 'system', id: 'command-line' }

/** Another setup code; the one before stops working. Throws `wrong-state` when there is an operator. */
export async function newSetupCode(config: Config): Promise<{ readonly code: string }> {
  return await withAccess(config, async (access) => ({ code: await createSetupCode(access) }))
}

/** A one-time link's token for a user who lost the password. Throws `not-found`, `wrong-state`. */
export async function newResetLink(config: Config, name: string): Promise<IssuedLink> {
  return await withAccess(config, (access) => createResetLink(access, name, AUTHOR))
}

async function withAccess<T>(config: Config, work: (access: Access) => Promise<T>): Promise<T> {
  const folder = makeDataFolder(config.data)
  await using documents = await openDocuments(config, folder, { clock: systemClock })
  return await work(openAccess({ documents, clock: systemClock }))
}

/** The whole node to one file while nobody serves from the folder. Throws `unavailable` when somebody does. */
export async function backupOffline(config: Config, path: string): Promise<void> {
  const clock = systemClock
  const gate = new Gate()
  const folder = makeDataFolder(config.data)
  using _lock = lockDataFolder(folder)
  await (await clearUnfinishedBackups(folder)).done
  await using stored = await openDocuments(config, folder, { clock, gate })
  await using evidence = await openNodeEvidence(folder, { clock, gate })
  await using store = await openLmdbStore({ path: folder.identifiers, gate })
  await backupNode({ folder, stored, evidence, store, gate, clock }, path)
}
