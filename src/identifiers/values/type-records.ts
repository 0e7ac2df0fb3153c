import { type HandleKey, suffixOf } from '../handle.ts'
import type { IdRecord } from '../record.ts'

/** Prefix of the records of types. */
export const TYPE_RECORDS = '0.TYPE'

/** Types on which this node itself acts, by their folded names; what every other is, its own registry says. */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  HS_ADMIN: 'An administrator of a handle: rights, and whose they are',
  HS_ALIAS: 'Another handle that stands for this one',
  HS_NAMESPACE: 'What holds for the handles under a prefix: XML with status and template',
  HS_NA_DELEGATE: 'A service site of the prefixes below one, as HS_SITE.PREFIX',
  HS_PUBKEY: 'A public key by which somebody proves who they are',
  HS_SECKEY: 'A secret key by which somebody proves who they are; never public',
  HS_SERV: 'The handle of a service, whose record has the sites of a prefix',
  'HS_SERV.PREFIX': 'The handle of a service, whose record has the sites of the prefixes below one',
  HS_SITE: 'A service site of a prefix: its servers, their addresses and keys',
  'HS_SITE.PREFIX': 'A service site of the prefixes below one',
  HS_VLIST: 'A list of values, mostly the administrators in a group',
}

/** The record of a type on which this node acts; undefined for every other. */
export function typeRecord(key: HandleKey): IdRecord | undefined {
  const type = suffixOf(key)
  const data = Object.hasOwn(DESCRIPTIONS, type) ? DESCRIPTIONS[type] : undefined
  if (data === undefined) return undefined
  const never = { version: 1, createdAt: 0, updatedAt: 0, batch: 0 }
  const values = [{ index: 1, type: 'DESC', data, timestamp: 0 }]
  return { key, spelled: key, state: 'registered', held: false, ...never, values }
}
