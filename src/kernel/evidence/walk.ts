import { ENTRY_BYTES, FIRST_PREVIOUS, readEntry } from './entry.ts'
import { FINDINGS_MAX, type Finding, type FindingCode, finding } from './findings.ts'
import type { Checkpoint } from './note.ts'
import type { Published } from './published.ts'
import {
  formatTilePath,
  joinHashes,
  readBundle,
  splitHashes,
  TILE_HEIGHT,
  TILE_WIDTH,
  type Tile,
  tilesOf,
} from './tiles.ts'
import { Edge, HASH_BYTES, type Hash, leafHash, sameHash, sha256 } from './tree.ts'

/** Bundles asked for ahead of the one being checked. */
const AHEAD = 8
const TILE_BYTES_MAX = TILE_WIDTH * HASH_BYTES
const BUNDLE_BYTES_MAX = TILE_WIDTH * (2 + ENTRY_BYTES)

export type WalkOptions = {
  /** Called with the root of every size the walk passes that is asked for here. */
  readonly sizes: ReadonlySet<number>
  onRoot(size: number, root: Hash): void
  onEntry(index: number, entry: Uint8Array): void
  onProgress?(entries: number): void
}

type Block = {
  readonly from: number
  readonly bundle: { readonly tile: Tile; readonly parts: Uint8Array[] | FindingCode }
  readonly hashes: { readonly tile: Tile; readonly parts: Hash[] | FindingCode }
}

/**
 * Reads every entry of a published log once, in order, and compares every tile with what the entries say. Memory does not
 * grow with the log. Goes on after a wrong tile, so that the root can tell whether tile or entry was altered; stops where an
 * entry cannot be read.
 */
export async function walkLog(
  head: Checkpoint,
  published: Published,
  options: WalkOptions,
): Promise<Finding[]> {
  const walk = new Walk(published, options)
  const { full, partial } = tilesOf('entries', head.size)
  const blocks = full + (partial > 0 ? 1 : 0)
  const block = (index: number) => fetchBlock(published, index, index < full ? TILE_WIDTH : partial)
  for await (const fetched of inOrder(blocks, block)) {
    if (!(await walk.take(fetched)) || walk.findings.length >= FINDINGS_MAX) return walk.findings
    options.onProgress?.(walk.size)
  }
  await walk.finish(head)
  return walk.findings
}

class Walk {
  readonly findings: Finding[] = []
  readonly #published: Published
  readonly #options: WalkOptions
  readonly #edge = new Edge()
  /** Hashes of the tile being filled, by level; level 0 is compared with the bundle itself. */
  readonly #rows: Hash[][] = []
  /** Levels whose tile has just become full. */
  readonly #filled: { readonly tile: Tile; readonly hashes: Hash[] }[] = []
  #previous: Hash = FIRST_PREVIOUS

  constructor(published: Published, options: WalkOptions) {
    this.#published = published
    this.#options = options
    this.#passed()
  }

  get size(): number {
    return this.#edge.size
  }

  /** False where the walk cannot go on. */
  async take({ from, bundle, hashes }: Block): Promise<boolean> {
    if (!Array.isArray(bundle.parts)) {
      this.#found(bundle.parts, pathOf(bundle.tile))
      return false
    }
    const leaves = bundle.parts.map((entry, i) => this.#entry(from + i, entry))
    this.#compare(hashes.tile, hashes.parts, leaves)
    for (const { tile, hashes: expected } of this.#filled.splice(0)) {
      this.#compare(tile, (await fetchHashes(this.#published, tile)).parts, expected)
    }
    return true
  }

  async finish(head: Checkpoint): Promise<void> {
    for (const [level, hashes] of this.#rows.entries()) {
      const width = hashes?.length ?? 0
      if (level === 0 || width === 0) continue
      const tile = { kind: level, index: tilesOf(level, head.size).full, width }
      this.#compare(tile, (await fetchHashes(this.#published, tile)).parts, hashes)
    }
    if (!sameHash(this.#edge.root(), head.root)) this.#found('wrong-root', 'checkpoint')
  }

  #entry(index: number, bytes: Uint8Array): Hash {
    const entry = readEntry(bytes)
    if (entry === undefined) this.#found('malformed-entry', `entry ${index}`)
    else if (!sameHash(entry.previous, this.#previous))
      this.#found('broken-chain', `entry ${index}`)
    this.#previous = sha256(bytes)
    this.#options.onEntry(index, bytes)
    const leaf = leafHash(bytes)
    this.#edge.append(leaf, (node) => {
      if (node.level > 0 && node.level % TILE_HEIGHT === 0) {
        this.#fill(node.level / TILE_HEIGHT, node.index, node.hash)
      }
    })
    this.#passed()
    return leaf
  }

  #fill(level: number, index: number, hash: Hash): void {
    const row = this.#rows[level] ?? []
    this.#rows[level] = row
    row.push(hash)
    if (row.length < TILE_WIDTH) return
    const tile = { kind: level, index: Math.floor(index / TILE_WIDTH), width: TILE_WIDTH }
    this.#filled.push({ tile, hashes: row.splice(0) })
  }

  #passed(): void {
    const { sizes, onRoot } = this.#options
    if (sizes.has(this.#edge.size)) onRoot(this.#edge.size, this.#edge.root())
  }

  #compare(tile: Tile, hashes: Hash[] | FindingCode, expected: readonly Hash[]): void {
    if (!Array.isArray(hashes)) {
      this.#found(hashes, pathOf(tile))
      return
    }
    if (Buffer.compare(joinHashes(hashes), joinHashes(expected)) === 0) return
    const at = hashes.findIndex((hash, i) => !sameHash(hash, expected[i] ?? hash))
    this.#found('wrong-hash', pathOf(tile), `hash ${at}`)
  }

  #found(code: FindingCode, where: string, more?: string): void {
    if (this.findings.length < FINDINGS_MAX) this.findings.push(finding(code, where, more))
  }
}

async function fetchBlock(published: Published, index: number, width: number): Promise<Block> {
  const [bundle, hashes] = await Promise.all([
    fetchParts(published, { kind: 'entries', index, width }, BUNDLE_BYTES_MAX, readBundle),
    fetchHashes(published, { kind: 0, index, width }),
  ])
  return { from: index * TILE_WIDTH, bundle, hashes }
}

function fetchHashes(published: Published, tile: Tile): Promise<Block['hashes']> {
  return fetchParts(published, tile, TILE_BYTES_MAX, splitHashes)
}

/** A log may drop a partial tile once the full one is there (C2SP tlog-tiles, “Partial Tiles”): then its beginning serves. */
async function fetchParts(
  published: Published,
  tile: Tile,
  bytesMax: number,
  read: (bytes: Uint8Array, width: number) => Uint8Array[] | undefined,
): Promise<{ tile: Tile; parts: Uint8Array[] | FindingCode }> {
  const bytes = await published(pathOf(tile), bytesMax)
  if (bytes !== undefined) return { tile, parts: read(bytes, tile.width) ?? 'malformed-file' }
  if (tile.width === TILE_WIDTH) return { tile, parts: 'missing-file' }
  const full = await published(pathOf({ ...tile, width: TILE_WIDTH }), bytesMax)
  if (full === undefined) return { tile, parts: 'missing-file' }
  return { tile, parts: read(full, TILE_WIDTH)?.slice(0, tile.width) ?? 'malformed-file' }
}

/** Fetches ahead, hands over in order. */
async function* inOrder<T>(
  count: number,
  fetchOne: (index: number) => Promise<T>,
): AsyncIterable<T> {
  const ahead: Promise<T>[] = []
  for (let next = 0; next < count || ahead.length > 0; ) {
    while (next < count && ahead.length < AHEAD) {
      const fetched = fetchOne(next++)
      fetched.catch(() => undefined) // awaited in its turn; until then a failure is nobody's surprise
      ahead.push(fetched)
    }
    const first = ahead.shift()
    if (first !== undefined) yield await first
  }
}

function pathOf(tile: Tile): string {
  return `tile/${formatTilePath(tile)}`
}
