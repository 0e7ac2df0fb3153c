import { ADDRESS_BYTES } from './address.ts'
import { Reader, Writer } from './bytes.ts'

/** A service site (RFC 3651 §3.2.2) as deployed: HS_SITE, HS_SITE.PREFIX, and HS_NA_DELEGATE of older records. */
export type Site = {
  readonly version: number
  readonly major: number
  readonly minor: number
  readonly serial: number
  readonly primary: boolean
  readonly multiPrimary: boolean
  /** 0 hashes the prefix, 1 the suffix, 2 the whole handle. */
  readonly hashOption: number
  readonly hashFilter: string
  readonly attributes: readonly { readonly name: string; readonly value: string }[]
  readonly servers: readonly SiteServer[]
}

export type SiteServer = {
  readonly id: number
  /** 16 bytes, see `address.ts`. */
  readonly address: Uint8Array
  /** In the form of HS_PUBKEY; may be empty. */
  readonly publicKey: Uint8Array
  readonly interfaces: readonly SiteInterface[]
}

export type SiteInterface = {
  /** Bits: 1 administration, 2 query (the RFC numbers them the other way round). */
  readonly type: number
  /** Its place in `PROTOCOLS`. */
  readonly protocol: number
  readonly port: number
}

export const SERVES_ADMIN = 1
export const SERVES_QUERY = 2
export const HASH_BY_ALL = 2
/** By their numbers in an interface. */
export const PROTOCOLS: readonly string[] = ['UDP', 'TCP', 'HTTP', 'HTTPS']
const PRIMARY = 0x80
const MULTI_PRIMARY = 0x40
const ATTRIBUTE_BYTES_MIN = 8
const SERVER_BYTES_MIN = 4 + ADDRESS_BYTES + 4 + 4
const INTERFACE_BYTES = 6

export function readSite(bytes: Uint8Array): Site {
  const r = new Reader(bytes)
  const version = r.u16()
  const major = r.i8()
  const minor = r.i8()
  const serial = r.u16()
  const mask = r.u8()
  const site = {
    version,
    major,
    minor,
    serial,
    primary: (mask & PRIMARY) !== 0,
    multiPrimary: (mask & MULTI_PRIMARY) !== 0,
    hashOption: r.i8(),
    hashFilter: r.text(),
    attributes: r.list(ATTRIBUTE_BYTES_MIN, (it) => ({ name: it.text(), value: it.text() })),
    servers: r.list(SERVER_BYTES_MIN, readServer),
  }
  r.end()
  return site
}

function readServer(r: Reader): SiteServer {
  return {
    id: r.i32(),
    address: r.bytes(ADDRESS_BYTES),
    publicKey: r.counted(),
    interfaces: r.list(INTERFACE_BYTES, (it) => ({
      type: it.i8(),
      protocol: it.i8(),
      port: it.i32(),
    })),
  }
}

export function writeSite(site: Site): Uint8Array {
  const mask = (site.primary ? PRIMARY : 0) | (site.multiPrimary ? MULTI_PRIMARY : 0)
  return new Writer()
    .u16(site.version)
    .u8(site.major)
    .u8(site.minor)
    .u16(site.serial)
    .u8(mask)
    .u8(site.hashOption)
    .text(site.hashFilter)
    .list(site.attributes, (w, it) => {
      w.text(it.name).text(it.value)
    })
    .list(site.servers, (w, server) => {
      w.u32(server.id).bytes(server.address).counted(server.publicKey)
      w.list(server.interfaces, (it, { type, protocol, port }) => {
        it.u8(type).u8(protocol).u32(port)
      })
    })
    .done()
}
