import { HASH_BYTES, type Hash } from './tree.ts'

/** Layout of C2SP tlog-tiles: paths stand below `tile/`. */
export const TILE_WIDTH = 256
/** Levels of the tree in one tile: a tile of level `L` holds the nodes of tree level `8·L`. */
export const TILE_HEIGHT = 8
export const TILE_LEVEL_MAX = 63
/** Longer paths name tiles no tree can have. */
const TILE_PATH_CHARS_MAX = 40
/** An entry's length is a uint16. */
export const ENTRY_BYTES_MAX = 65_535

/** `width` is 256 for a full tile, and less at the right edge of the tree. */
export type Tile = {
  readonly kind: number | 'entries'
  readonly index: number
  readonly width: number
}

const TILE_PATH = /^(entries|0|[1-9]\d?)\/((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/

/** Undefined for what is not the one right spelling of a tile's path. */
export function parseTilePath(path: string): Tile | undefined {
  if (path.length > TILE_PATH_CHARS_MAX) return undefined
  const [, kindText = '', indexText = '', widthText] = TILE_PATH.exec(path) ?? []
  const kind = kindText === 'entries' ? kindText : Number(kindText)
  const index = Number(indexText.replaceAll(/[x/]/g, ''))
  const width = widthText === undefined ? TILE_WIDTH : Number(widthText)
  if (kind !== 'entries' && kind > TILE_LEVEL_MAX) return undefined
  if (widthText !== undefined && width >= TILE_WIDTH) return undefined
  const tile: Tile = { kind, index, width }
  return Number.isSafeInteger(index) && formatTilePath(tile) === path ? tile : undefined
}

/** The one right spelling; `parseTilePath` takes no other. */
export function formatTilePath({ kind, index, width }: Tile): string {
  const digits = String(index)
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? []
  const spelled = groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/')
  return `${kind}/${spelled}${width < TILE_WIDTH ? `.p/${width}` : ''}`
}

/** Full tiles of a level in a tree of `size` leaves, and the width of the partial one after them (0: none). */
export function tilesOf(kind: Tile['kind'], size: number): { full: number; partial: number } {
  const hashes = Math.floor(size / TILE_WIDTH ** (kind === 'entries' ? 0 : kind))
  return { full: Math.floor(hashes / TILE_WIDTH), partial: hashes % TILE_WIDTH }
}

/** Hash-tile levels that a tree of `size` leaves has: those with at least one hash. */
export function tileLevels(size: number): number {
  let levels = 0
  while (Math.floor(size / TILE_WIDTH ** levels) > 0) levels++
  return levels
}

/** The bytes of a tile. */
export function joinHashes(hashes: readonly Hash[]): Uint8Array {
  const bytes = new Uint8Array(hashes.length * HASH_BYTES)
  hashes.forEach((it, i) => {
    bytes.set(it, i * HASH_BYTES)
  })
  return bytes
}

/** The hashes of a tile, or undefined if it has not the length of `width` hashes. */
export function splitHashes(bytes: Uint8Array, width: number): Hash[] | undefined {
  if (bytes.length !== width * HASH_BYTES) return undefined
  return Array.from({ length: width }, (_, i) =>
    bytes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES),
  )
}

/** An entry bundle: entries, each after its length as a big-endian uint16. */
export function writeBundle(entries: readonly Uint8Array[]): Uint8Array {
  const bytes = Buffer.alloc(entries.reduce((sum, entry) => sum + 2 + entry.length, 0))
  let offset = 0
  for (const entry of entries) {
    offset = bytes.writeUInt16BE(entry.length, offset)
    bytes.set(entry, offset)
    offset += entry.length
  }
  return bytes
}

/** The entries of a bundle, or undefined if it does not hold exactly `width` whole entries. */
export function readBundle(bundle: Uint8Array, width: number): Uint8Array[] | undefined {
  const view = new DataView(bundle.buffer, bundle.byteOffset, bundle.byteLength)
  const entries: Uint8Array[] = []
  let offset = 0
  while (entries.length < width) {
    if (offset + 2 > bundle.length) return undefined
    const end = offset + 2 + view.getUint16(offset)
    if (end > bundle.length) return undefined
    entries.push(bundle.subarray(offset + 2, end))
    offset = end
  }
  return offset === bundle.length ? entries : undefined
}
