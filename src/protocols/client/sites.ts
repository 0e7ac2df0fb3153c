import { createHash } from 'node:crypto'
import { foldAscii, suffixOf } from '../../identifiers/handle.ts'
import { parseAddress } from '../../identifiers/values/address.ts'
import { hasType } from '../../identifiers/values/known-types.ts'
import {
  HASH_BY_ALL,
  PROTOCOLS,
  readSite,
  SERVES_ADMIN,
  SERVES_QUERY,
  type Site,
  type SiteServer,
} from '../../identifiers/values/site.ts'
import { SERIAL_UNKNOWN } from '../wire/message.ts'
import type { WireValue } from '../wire/value.ts'
import { canonicalAddress, type Endpoint, type Protocol, protocolOf } from './endpoint.ts'
import type { Place } from './trace.ts'

/** What this client speaks, and what servers are spoken to in whose version is not known. */
export const OWN_MAJOR = 2
export const OWN_MINOR = 11
export const FIRST_MINOR = 3

const HASH_BY_PREFIX = 0
const HASH_BY_SUFFIX = 1
const HASH_BYTES_AT = 12

/**
 * The server of a site that answers for a handle (RFC 3651 §3.2.2, as deployed: the last four bytes of the digest, as a signed
 * number). Undefined where the site has none.
 */
export function serverFor(site: Site, handle: string): SiteServer | undefined {
  const { servers } = site
  return servers.length <= 1 ? servers[0] : servers[serverNumber(site, handle)]
}

export function serverNumber({ hashOption, servers }: Site, handle: string): number {
  return numberOf(hashOf(hashedPart(handle, hashOption)), servers.length)
}

/** −2^31 has no positive form in four bytes, where deployed clients fail for want of one; here it has. */
export function numberOf(hash: number, servers: number): number {
  return Math.abs(hash) % servers
}

function hashedPart(handle: string, option: number): string {
  const folded = foldAscii(handle)
  if (option === HASH_BY_PREFIX) return folded.slice(0, folded.indexOf('/'))
  return option === HASH_BY_SUFFIX ? suffixOf(folded) : folded
}

/** −2^31 … 2^31−1. */
export function hashOf(text: string): number {
  return createHash('md5').update(text).digest().readInt32BE(HASH_BYTES_AT)
}

/** Where a server is, and how it may be asked. */
export type Whereabouts = {
  /** IPv4 or IPv6. */
  readonly address: string
  readonly port: number
  /** Those of one port; TCP and UDP where absent. */
  readonly protocols?: readonly Protocol[]
}

/** The record of a server of which nothing is known but where it is: it is spoken to in the version that every server knows. */
export function siteAt({ address, port, protocols = ['UDP', 'TCP'] }: Whereabouts): Site {
  const bytes = parseAddress(address)
  if (bytes === undefined) throw new TypeError(`${address} is no IP address`)
  const interfaces = protocols.map((it) => ({
    type: SERVES_QUERY | SERVES_ADMIN,
    protocol: PROTOCOLS.indexOf(it),
    port,
  }))
  return {
    ...{ version: 1, major: OWN_MAJOR, minor: FIRST_MINOR, serial: SERIAL_UNKNOWN },
    ...{ primary: true, multiPrimary: false, hashOption: HASH_BY_ALL, hashFilter: '' },
    attributes: [],
    servers: [{ id: 1, address: bytes, publicKey: new Uint8Array(), interfaces }],
  }
}

/** One way to ask a server, and what its site says of it. */
export type Target = {
  readonly site: Site
  readonly server: SiteServer
  readonly endpoint: Endpoint
}

export type TargetWish = {
  /** Something is to be changed, or read by who may change it. */
  readonly isAdministration: boolean
  /** In the order they are tried; those that are not named are not. */
  readonly protocols: readonly Protocol[]
}

/** The ways to ask the site's server for a handle, the best first. */
export function targetsIn(site: Site, handle: string, wish: TargetWish): Target[] {
  const server = serverFor(site, handle)
  if (server === undefined) return []
  const bit = wish.isAdministration ? SERVES_ADMIN : SERVES_QUERY
  const address = canonicalAddress(server.address)
  const { publicKey } = server
  const targets = server.interfaces.flatMap(({ type, protocol: number, port }) => {
    const protocol = protocolOf(number)
    const isWanted = protocol !== undefined && wish.protocols.includes(protocol)
    if ((type & bit) === 0 || !isWanted || port < 1 || port > PORT_MAX) return []
    const key = publicKey.length === 0 ? {} : { publicKey }
    return [{ site, server, endpoint: { address, port, protocol, ...key } }]
  })
  const rank = ({ endpoint }: Target) => wish.protocols.indexOf(endpoint.protocol)
  return targets.sort((a, b) => rank(a) - rank(b))
}

const PORT_MAX = 65_535

export function placeOf({ site, server, endpoint }: Target): Place {
  const { address, port, protocol } = endpoint
  return { address, port, protocol, site: nameOf(site), server: server.id }
}

export function nameOf({ attributes }: Site): string {
  return attributes.find((it) => it.name === 'desc')?.value ?? ''
}

/** A site and its servers, for a person to read. */
export function formatSite(site: Site): string {
  const addresses = site.servers.map((it) => canonicalAddress(it.address))
  const name = nameOf(site)
  return name === '' ? addresses.join(' ') : `${name} (${addresses.join(' ')})`
}

/** The sites that stand in values of a type; what is none is passed over. */
export function sitesIn(values: readonly WireValue[], type: string): Site[] {
  return values.flatMap((it) => (foldAscii(it.type) === type ? (siteIn(it) ?? []) : []))
}

function siteIn({ data }: WireValue): Site | undefined {
  try {
    return readSite(data)
  } catch {
    return undefined
  }
}

/** The handles that stand in values of a type. */
export function namesIn(values: readonly WireValue[], type: string): string[] {
  return values
    .filter((it) => foldAscii(it.type) === type)
    .map((it) => Buffer.from(it.data).toString('utf8'))
    .filter((it) => it !== '')
}

export function isSiteType(type: string): boolean {
  return hasType(type, 'HS_SITE') || hasType(type, 'HS_NA_DELEGATE')
}
