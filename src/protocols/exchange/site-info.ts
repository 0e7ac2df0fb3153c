import { parseAddress } from '../../identifiers/values/address.ts'
import {
  HASH_BY_ALL,
  PROTOCOLS,
  SERVES_ADMIN,
  SERVES_QUERY,
  type Site,
  type SiteInterface,
  writeSite,
} from '../../identifiers/values/site.ts'
import { writeSiteAnswer } from '../wire/bodies.ts'
import { RESPONSE } from '../wire/codes.ts'
import type { Operation } from './asked.ts'
import { OWN_MAJOR, OWN_MINOR, replyTo } from './reply.ts'

export type OwnSite = {
  readonly serial: number
  /** Where clients reach this server, IPv4 or IPv6. */
  readonly address: string
  /** What people call the node. */
  readonly description: string
  /** In the form of HS_PUBKEY; empty where there is none. */
  readonly publicKey: Uint8Array
  /** Ports by protocol; those that are not served are absent. */
  readonly ports: {
    readonly udp?: number
    readonly tcp?: number
    readonly http?: number
    readonly https?: number
  }
}

/** The site record of this server, made of its configuration. Datagrams are for questions alone: they prove nothing of who sends. */
export function ownSite({ serial, address, description, publicKey, ports }: OwnSite): Site {
  const both = SERVES_QUERY | SERVES_ADMIN
  const interfaces: SiteInterface[] = PROTOCOLS.flatMap((name, protocol) => {
    const port = ports[name.toLowerCase() as keyof OwnSite['ports']]
    const type = name === 'UDP' ? SERVES_QUERY : both
    return port === undefined ? [] : [{ type, protocol, port }]
  })
  const server = {
    id: 1,
    address: parseAddress(address) ?? new Uint8Array(ADDRESS_BYTES),
    publicKey,
    interfaces,
  }
  return {
    version: 1,
    major: OWN_MAJOR,
    minor: OWN_MINOR,
    serial,
    primary: true,
    multiPrimary: false,
    hashOption: HASH_BY_ALL,
    hashFilter: '',
    attributes: [{ name: 'desc', value: description }],
    servers: [server],
  }
}

const ADDRESS_BYTES = 16

/** Operation 2. */
export function getSiteInfo(site: () => Promise<Site>): Operation {
  return async (asked) => {
    const own = await site()
    return replyTo(asked, {
      code: RESPONSE.success,
      siteSerial: own.serial,
      body: (digest) => writeSiteAnswer({ ...digest, site: writeSite(own) }),
    })
  }
}
