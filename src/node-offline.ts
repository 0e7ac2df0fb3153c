import { join } from 'node:path'
import type { Config } from './config/settings.ts'
import { openLmdbStore } from './identifiers/store/lmdb.ts'
import { type Access, openAccess } from './kernel/access/access.ts'
import { createResetLink, type IssuedLink } from './kernel/access/links.ts'
import { createSetupCode } from './kernel/access/setup.ts'
import { EVIDENCE_KEY, evidenceKeyClaim } from './kernel/evidence/handover.ts'
import { loadOrCreateNodeKey, replaceNodeKey } from './kernel/evidence/node-key.ts'
import type { Author } from './lib/author.ts'
import { systemClock } from './lib/clock.ts'
import { Gate } from './lib/gate.ts'
import { backupNode, clearUnfinishedBackups } from './node-backup.ts'
import { NEXT_KEY_FILE, NODE_KEY_FILE, openDocuments, openNodeEvidence } from './node-storage.ts'
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

/**
 * Makes another key for the evidence log, which signs beside the present one from the next start. Answers its verifier key.
 * Asked again, it answers the same. Throws `unavailable` while a node serves from the folder.
 */
export async function newEvidenceKey(config: Config): Promise<{ readonly key: string }> {
  const folder = makeDataFolder(config.data)
  using _lock = lockDataFolder(folder)
  // A key that has ended, in a command that was cut off, is put away first.
  await (await openNodeEvidence(folder, { clock: systemClock }))[Symbol.asyncDispose]()
  // On the disk before the log tells of it.
  await loadOrCreateNodeKey(join(folder.keys, NEXT_KEY_FILE))
  await using evidence = await openNodeEvidence(folder, { clock: systemClock })
  const key = evidence.verifierKey
  const told = await evidence.about('node', { kind: EVIDENCE_KEY, limit: 1 })
  if (told[0]?.claim.fields.key !== key) {
    await evidence.append([evidenceKeyClaim(key, 'begun', systemClock())])
  }
  return { key }
}

/**
 * Ends the older of two keys of the evidence log and throws it away. Answers the verifier key of the other. Throws
 * `wrong-state` where there is one key, `unavailable` while a node serves from the folder.
 */
export async function endEvidenceKey(config: Config): Promise<{ readonly key: string }> {
  const folder = makeDataFolder(config.data)
  using _lock = lockDataFolder(folder)
  await using evidence = await openNodeEvidence(folder, { clock: systemClock })
  if (!evidence.hasEnded) {
    await evidence.endKey()
    await replaceNodeKey(join(folder.keys, NODE_KEY_FILE), join(folder.keys, NEXT_KEY_FILE))
  }
  return { key: evidence.verifierKey }
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
