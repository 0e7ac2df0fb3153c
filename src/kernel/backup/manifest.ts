import { type Static, Type } from 'typebox'

/** Of the archive's own form; what is in it has its own. */
export const ARCHIVE_FORMAT = 1
export const PARTS_MAX = 2_000_000
const NAME_BYTES_MAX = 1_000
export const JSON_BYTES_MAX = 1024 * 1024 * 1024

export const HEADER_NAME = 'WAYMARK-BACKUP.json'
export const MANIFEST_NAME = 'MANIFEST.json'
export const DIGEST_NAME = 'MANIFEST.json.sha256'

export const Header = Type.Object({
  format: Type.Integer({ minimum: 1 }),
  program: Type.Literal('waymark'),
  programVersion: Type.String(),
  /** The one moment everything in the archive is of; RFC 3339. */
  at: Type.String(),
})

export const Manifest = Type.Object({
  ...Header.properties,
  parts: Type.Array(
    Type.Object({
      name: Type.String(),
      bytes: Type.Integer({ minimum: 0 }),
      sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    }),
  ),
})

export type ArchiveHeader = Static<typeof Header>
export type ArchiveManifest = Static<typeof Manifest>

/** A named piece of a backup, e.g. `documents.sqlite` or `files/ab/abcdef`. Its content is read once. */
export type ArchivePart = {
  readonly name: string
  readonly sizeBytes: number
  content(): AsyncIterable<Uint8Array>
}

/** Names are relative paths that stay where they are unpacked. */
export function isPartName(name: string): boolean {
  const steps = name.split('/')
  const stays = steps.every((it) => it !== '' && it !== '.' && it !== '..')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const isPlain = name.isWellFormed() && !/[\u0000-\u001f\u007f\\:]/.test(name)
  const isOurs = [HEADER_NAME, MANIFEST_NAME, DIGEST_NAME].includes(name)
  return stays && isPlain && !isOurs && Buffer.byteLength(name) <= NAME_BYTES_MAX
}

/** As it is written and digested: the same value, the same bytes. */
export function toJson(value: object): Buffer {
  return Buffer.from(`${JSON.stringify(value, undefined, 1)}\n`)
}
