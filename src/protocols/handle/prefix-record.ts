import type { HandleKey, PrefixKey } from '../../identifiers/handle.ts'
import type { PrefixAnswer } from '../../identifiers/prefixes/book.ts'
import type { Site as PrefixSite } from '../../identifiers/prefixes/prefix.ts'
import type { HandleValue, IdRecord } from '../../identifiers/record.ts'
import { parseAddress } from '../../identifiers/values/address.ts'
import { ADMIN_PERMISSIONS_ALL, writeAdmin } from '../../identifiers/values/admin.ts'
import {
  HASH_BY_ALL,
  PROTOCOLS,
  SERVES_ADMIN,
  SERVES_QUERY,
  type SiteServer,
  writeSite,
} from '../../identifiers/values/site.ts'

const SITE_INDEX = 1
const ADMIN_INDEX = 100
const KEY_INDEX = 300
const PORT_DEFAULT = 2641
const WEB_PORT_DEFAULT = 8000
const TCP = 1

/**
 * The record of a prefix of this node that has none stored: who administers it, and where it is answered when that is
 * elsewhere. Records without an HS_ADMIN of their own inherit this one; it governs rights and is not added to answers.
 */
export function madePrefixRecord(prefix: PrefixKey, state: PrefixAnswer): IdRecord {
  const name = `0.NA/${prefix}`
  const admin = writeAdmin({
    permissions: ADMIN_PERMISSIONS_ALL,
    admin: { handle: name, index: KEY_INDEX },
    legacy: false,
  })
  const values: HandleValue[] = [{ index: ADMIN_INDEX, type: 'HS_ADMIN', data: admin }]
  const site = state.kind === 'delegated' ? siteValue(state.sites) : undefined
  return {
    key: name as HandleKey,
    spelled: name,
    version: 1,
    state: 'registered',
    held: false,
    createdAt: 0,
    updatedAt: 0,
    batch: 0,
    values: site === undefined ? values : [site, ...values],
  }
}

/** The servers of a delegated prefix as HS_SITE; undefined when none has an address of the Handle protocol. */
export function siteValue(sites: readonly PrefixSite[]): HandleValue | undefined {
  const servers = sites.flatMap((it, i) => serverOf(it, i + 1) ?? [])
  if (servers.length === 0) return undefined
  const flags = { primary: true, multiPrimary: false, hashOption: HASH_BY_ALL, hashFilter: '' }
  const site = { version: 1, major: 2, minor: 11, serial: 1, ...flags, attributes: [], servers }
  return { index: SITE_INDEX, type: 'HS_SITE', data: writeSite(site) }
}

function serverOf(
  { address = '', port, protocol }: PrefixSite,
  id: number,
): SiteServer | undefined {
  const bytes = parseAddress(address)
  if (bytes === undefined) return undefined
  const named = protocol === undefined ? TCP : PROTOCOLS.indexOf(protocol.toUpperCase())
  const usual = named > TCP ? WEB_PORT_DEFAULT : PORT_DEFAULT
  const type = SERVES_QUERY | SERVES_ADMIN
  const interfaces = [{ type, protocol: named, port: port ?? usual }]
  return { id, address: bytes, publicKey: new Uint8Array(), interfaces }
}
