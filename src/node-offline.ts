import type { Config } from './config/settings.ts'
import { openAccess, type Access } from './kernel/access/access.ts'
import { createResetLink, type IssuedLink } from './kernel/access/links.ts'
import { createSetupCode } from './kernel/access/setup.ts'
import type { Author } from './lib/author.ts'
import { systemClock } from './lib/clock.ts'
import { openDocuments } from './node-storage.ts'
import { makeDataFolder } from './server/data-folder.ts'

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
