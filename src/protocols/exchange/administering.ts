import type { Administration } from '../../identifiers/authority/administration.ts'
import { identityKey } from '../../identifiers/authority/identity.ts'
import type { Proven } from '../../identifiers/authority/proof.ts'
import { RIGHT } from '../../identifiers/authority/rights.ts'
import type { ValueReference } from '../../identifiers/record.ts'
import type { ProtectedReads } from '../../identifiers/registration/protected-reads.ts'
import { ClientLimit } from '../../identifiers/resolution/client-limit.ts'
import type { Clock } from '../../lib/clock.ts'
import type { ListingParts } from '../handle/listings.ts'
import type { ServerSigner } from '../handle/login.ts'
import { OP } from '../wire/codes.ts'
import { type Asked, allOf, type Operation } from './asked.ts'
import { Challenges } from './challenges.ts'
import type { Operations } from './exchange.ts'
import { doneTo } from './reply.ts'
import type { ResolvingParts } from './resolution.ts'
import { Sessions } from './sessions.ts'
import { certified, SIGNINGS } from './signing.ts'
import { whoAsks, writingOperations } from './writing.ts'

export type AdministeringParts = {
  readonly administration: Administration
  readonly listing: ListingParts
  readonly protectedReads: ProtectedReads
  readonly clock: Clock
  readonly siteSerial: number
  readonly sign: ServerSigner
}

export type Administering = {
  /** Those that need somebody's name, and those by which one shows it. */
  readonly operations: Operations
  readonly decrypted: Sessions['decrypted']
  /** What resolution asks of them. */
  readonly resolving: Required<Pick<ResolvingParts, 'mayRead' | 'challenge'>>
  /** Gives every operation what all of them share: sessions, identities of connections, signed answers. */
  readonly furnished: (operations: Operations) => Operations
}

/** All that the Handle protocol has for those who can show who they are. */
export function openAdministering(
  parts: AdministeringParts,
  resolve: () => Operation,
): Administering {
  const { administration, listing, protectedReads, siteSerial, sign, clock } = parts
  const { authority } = listing
  const shared = { authority, clock, siteSerial }
  const sessions = new Sessions(shared)
  const challenges = new Challenges({ ...shared, sessionOf: (id) => sessions.find(id) })
  const connections = new WeakMap<object, Proven>()
  const identified = (asked: Asked, proven: Proven): Asked => ({
    ...asked,
    identity: referenceTo(proven),
  })
  const deeds = writingOperations({ administration, listing, challenges, siteSerial })
  const login: Operation = (asked) =>
    challenges.challenge(asked, (again, proven) => {
      // What comes over HTTP may share its connection with others' requests.
      if (again.peer.transport === 'tcp') connections.set(again.peer.connection, proven)
      return doneTo(identified(again, proven), siteSerial)
    })
  const operations: Operations = {
    [OP.createHandle]: deeds.create,
    [OP.deleteHandle]: deeds.delete,
    [OP.addValue]: deeds.add,
    [OP.removeValue]: deeds.remove,
    [OP.modifyValue]: deeds.modify,
    [OP.listHandles]: deeds.list,
    [OP.homePrefix]: deeds.home,
    [OP.unhomePrefix]: deeds.unhome,
    [OP.listHomedPrefixes]: deeds.listHomed,
    [OP.challengeResponse]: challenges.answer,
    [OP.verifyResponse]: challenges.verify,
    [OP.sessionSetup]: sessions.setup,
    [OP.sessionTerminate]: sessions.terminate,
    [OP.loginIdSystem]: login,
  }
  return {
    operations,
    decrypted: sessions.decrypted,
    resolving: {
      challenge: (asked) =>
        challenges.challenge(asked, (again, proven) => resolve()(identified(again, proven))),
      mayRead: async (asked, { record }) => {
        const who = whoAsks(asked)
        if (who === undefined) return false
        const rights = await authority.rightsOver(who, record.key, record.values)
        if ((rights & RIGHT.readValue) === 0) return false
        await protectedReads({ kind: 'handle', id: identityKey(who) }, [record])
        return true
      },
    },
    furnished: (all) => {
      const signings = new ClientLimit(SIGNINGS, clock)
      const furnish = (operation: Operation) => {
        const known = sessions.within(ofConnection(connections, authority, operation))
        return sessions.enciphered(certified(known, { sign, signings, siteSerial }))
      }
      const entries = Object.entries(all).map(([op, it]) => [op, furnish(it)] as const)
      return Object.fromEntries(entries)
    },
  }
}

function referenceTo({ identity: { handle, index } }: Proven): ValueReference {
  return { handle: handle.spelled, index }
}

/** Who has signed in over a connection is known in all that comes over it, as long as the key is there. */
function ofConnection(
  connections: WeakMap<object, Proven>,
  authority: ListingParts['authority'],
  operation: Operation,
): Operation {
  return (asked) => {
    const proven = connections.get(asked.peer.connection)
    if (proven === undefined || asked.identity !== undefined) return operation(asked)
    return (async function* () {
      const isStill = await authority.isStill(proven)
      yield* allOf(operation(isStill ? { ...asked, identity: referenceTo(proven) } : asked))
    })()
  }
}
