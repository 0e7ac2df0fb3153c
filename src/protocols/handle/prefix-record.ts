import { prefixRecordName, prefixValues } from '../../identifiers/authority/prefix-values.ts'
import type { HandleKey, PrefixKey } from '../../identifiers/handle.ts'
import type { PrefixAnswer } from '../../identifiers/prefixes/book.ts'
import type { Site as PrefixSite } from '../../identifiers/prefixes/prefix.ts'
import type { HandleValue, IdRecord } from '../../identifiers/record.ts'
import type { Delegated } from '../../identifiers/resolution/resolution.ts'
import { parseAddress } from '../../identifiers/values/address.ts'
import {
  HASH_BY_ALL,
  PROTOCOLS,
  SERVES_ADMIN,
  SERVES_QUERY,
  type SiteServer,
  writeSite,
} from '../../identifiers/values/site.ts'

const SITE_INDEX = 1
const PORT_DEFAULT = 2641
const WEB_PORT_DEFAULT = 8000
const TCP = 1

/**
 * The record of a prefix of this node: what is stored of it (keys, groups), always an administrator, and where it is answered when
 * that is elsewhere. Records without an HS_ADMIN of their own inherit its one; it governs rights and is not added to answers.
 */
export function madePrefixRecord(
  prefix: PrefixKey,
  state: PrefixAnswer,
  stored?: IdRecord,
): IdRecord {
  const values = prefixValues(prefix, stored?.values)
  if (state.kind !== 'delegated') return { ...(stored ?? unstored(prefix)), values }
  const leading: HandleValue[] = []
  // Those below are answered there too, as long as nobody here has them.
  for (const value of [...leadingValues(state), ...leadingValues(state, '.PREFIX')]) {
    leading.push(besides([...leading, ...values], value))
  }
  return { ...(stored ?? unstored(prefix)), values: [...leading, ...values] }
}

export type Leading = Pick<Delegated, 'sites' | 'service' | 'stored'>

/**
 * What leads from here to those who answer for a delegated prefix: their sites, the service in whose record these are.
 *
 * @param below `.PREFIX` where it is said of the prefixes below one
 */
export function leadingValues(
  { sites, service, stored }: Leading,
  below: '' | '.PREFIX' = '',
): readonly HandleValue[] {
  if (stored !== undefined) return stored
  const site = siteValue(sites)
  const found: HandleValue[] = site === undefined ? [] : [{ ...site, type: `${site.type}${below}` }]
  if (service !== undefined) {
    found.push({ index: found.length + SITE_INDEX, type: `HS_SERV${below}`, data: service })
  }
  return found
}

function unstored(prefix: PrefixKey): Omit<IdRecord, 'values'> {
  const name = prefixRecordName(prefix)
  const never = { version: 1, createdAt: 0, updatedAt: 0, batch: 0 }
  return { key: name as HandleKey, spelled: name, state: 'registered', held: false, ...never }
}

/** The value at its index, or at the next that is free. */
function besides(values: readonly HandleValue[], value: HandleValue): HandleValue {
  const taken = new Set(values.map((it) => it.index))
  let { index } = value
  while (taken.has(index)) index++
  return { ...value, index }
}

/** The servers of a delegated prefix as HS_SITE; undefined when none has an address of the Handle protocol. */
export function siteValue(sites: readonly PrefixSite[]): HandleValue | undefined {
  const servers = sites.flatMap((it, i) => serverOf(it, i + 1) ?? [])
  if (servers.length === 0) return undefined
  const flags = { primary: true, multiPrimary: false, hashOption: HASH_BY_ALL, hashFilter: '' }
  const site = { version: 1, major: 2, minor: 11, serial: 1, ...flags, attributes: [], servers }
  return { index: SITE_INDEX, type: 'HS_SITE', data: writeSite(site) }
}

/** The record that leads from here; nothing where its values are told as they stand there, as deployed servers do. */
export function referredPrefix({ at, stored }: Delegated): string {
  return stored === undefined ? prefixRecordName(at) : ''
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
