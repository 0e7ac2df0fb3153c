import { type KeyObject, sign as signBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { Administration } from './identifiers/authority/administration.ts'
import { Authority } from './identifiers/authority/authority.ts'
import type { HomingParts } from './identifiers/authority/homing.ts'
import { type PrefixKey, parsePrefix } from './identifiers/handle.ts'
import { act, allot, derive, read } from './identifiers/prefixes/allotment.ts'
import { getNodeSettings } from './identifiers/prefixes/node-settings.ts'
import { parentOf } from './identifiers/prefixes/prefix.ts'
import type { ProtectedReads } from './identifiers/registration/protected-reads.ts'
import type { Resolver } from './identifiers/resolution/resolution.ts'
import type { Site } from './identifiers/values/site.ts'
import type { Author } from './lib/author.ts'
import type { Rooms } from './node-rooms.ts'
import type { ListingParts } from './protocols/handle/listings.ts'
import { Logins, type ServerSigner } from './protocols/handle/login.ts'
import type { HandleAccess } from './protocols/handle/routes.ts'

/** What clients of the Handle protocol can do once they have shown who they are, by whichever protocol they ask. */
export type HandleAuthority = {
  readonly administration: Administration
  readonly listing: ListingParts
  readonly protectedReads: ProtectedReads
}

export function openHandleAuthority(rooms: Rooms, resolve: Resolver): HandleAuthority {
  const { registry, book, store, clock, prefixDeps, keyUses } = rooms
  const authority = new Authority({ resolve, clock, uses: keyUses })
  const deriving = async (prefix: PrefixKey, author: Author) => {
    const parent = parentOf(parsePrefix(prefix))
    if (parent === undefined) return
    const segment = prefix.slice(prefix.lastIndexOf('.') + 1)
    const made = await derive(prefixDeps, await read(prefixDeps, parent), { segment, author })
    book.note(made.id as PrefixKey, made.version, made.body)
  }
  const homing = homingBy(rooms)
  const administration = new Administration({ authority, registry, book, derive: deriving, homing })
  const { protectedReads } = rooms
  return { administration, listing: { authority, store, book }, protectedReads }
}

/** Prefixes that the node's operators have it answer for, by the Handle protocol: they are the node's own. */
function homingBy({ documents, book, prefixDeps }: Rooms): HomingParts {
  return {
    nodePrefix: async () => (await getNodeSettings(documents))?.body.nodePrefix,
    home: async (prefix, author) => {
      const made = await allot(prefixDeps, { prefix }, { author })
      book.note(made.id as PrefixKey, made.version, made.body)
    },
    unhome: async (prefix, author) => {
      const release = { act: 'release', reason: 'Unhomed by the Handle protocol' } as const
      await act(prefixDeps, prefix, { act: release, author })
    },
  }
}

/** What of this server clients see and check. */
export type ServerIdentity = {
  readonly site: () => Promise<Site>
  readonly key: Promise<KeyObject>
}

export function openHandleAccess(
  { clock }: Pick<Rooms, 'clock'>,
  { administration, listing }: HandleAuthority,
  { site, key }: ServerIdentity,
): HandleAccess {
  const logins = new Logins({ authority: listing.authority, clock, sign: signerBy(key) })
  return { logins, administration, listing, site }
}

/** Signs by the server's key, beside this thread. */
export function signerBy(key: Promise<KeyObject>): ServerSigner {
  return async (bytes) => ({
    algorithm: 'SHA-256',
    signature: await signed('sha256', bytes, await key),
  })
}

const signed = promisify(signBytes)
