/** The messages of the Handle protocol and what stands in them, as plain functions over bytes; part of `waymark/handle`. */
export type { HandleValue, ValueReference } from '../../identifiers/record.ts'
export { type AdminRecord, readAdmin, writeAdmin } from '../../identifiers/values/admin.ts'
export { MalformedBytes, Reader, Writer } from '../../identifiers/values/bytes.ts'
export {
  type PublicKey,
  readPublicKey,
  writePublicKey,
} from '../../identifiers/values/public-key.ts'
export { readReferences, writeReferences } from '../../identifiers/values/references.ts'
export {
  PROTOCOLS,
  readSite,
  type Site,
  type SiteInterface,
  type SiteServer,
  writeSite,
} from '../../identifiers/values/site.ts'
export * from './bodies.ts'
export * from './codes.ts'
export * from './covered.ts'
export * from './digest.ts'
export * from './envelope.ts'
export * from './message.ts'
export * from './packets.ts'
export * from './proofs.ts'
export * from './sessions.ts'
export * from './value.ts'
