import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Problem } from '../../lib/problem.ts'
import type { Evidence, Handover } from './evidence.ts'
import { formatHandovers, HANDOVERS_FILE } from './handover.ts'
import { syncFolder } from './node-key.ts'
import {
  type Checkpoint,
  openNote,
  parseBase64,
  parseCheckpoint,
  parseVerifierKey,
} from './note.ts'
import { provesConsistency } from './proofs.ts'
import { formatTilePath, TILE_WIDTH, type Tile, tileLevels, tilesOf } from './tiles.ts'

/** What of a log is published; on the machine that keeps it, or asked of a node. */
export type PublishedLog = Pick<
  Evidence,
  'checkpoint' | 'tile' | 'consistencyProof' | 'verifierKey' | 'handovers'
>

/**
 * Writes the log as static files that any web server can serve: `checkpoint`, `key`, `tile/…`, `handovers.json` where a key
 * has ended. Called again on the same
 * folder it adds what is new. The checkpoint comes last, so that the folder is whole at every moment. Throws `wrong-state`
 * if the folder holds a log that this one does not continue: what was published is never overwritten by another history.
 */
export async function publishLog(
  evidence: PublishedLog,
  folder: string,
  signal?: AbortSignal,
): Promise<{ readonly size: number; readonly filesWritten: number }> {
  const note = await evidence.checkpoint()
  const head = signedHead(note, evidence)
  if (head === undefined) throw new Error('evidence: the log’s own head does not verify')
  const handovers = await evidence.handovers()
  const from = await publishedSize(folder, { note, head, evidence, handovers })
  let filesWritten = 0
  for (const tile of newTiles(from, head.size)) {
    signal?.throwIfAborted()
    const path = formatTilePath(tile)
    const bytes = await evidence.tile(path)
    if (bytes === undefined) throw new Error(`evidence: tile ${path} is missing`)
    const file = join(folder, 'tile', ...path.split('/'))
    await writeWhole(file, bytes)
    if (tile.width === TILE_WIDTH) await rm(`${file}.p`, { recursive: true, force: true })
    filesWritten++
  }
  if (handovers.length > 0) {
    const path = join(folder, HANDOVERS_FILE)
    await writeWhole(path, Buffer.from(formatHandovers(handovers)))
    filesWritten++
  }
  await writeWhole(join(folder, 'key'), Buffer.from(`${evidence.verifierKey}\n`))
  await writeWhole(join(folder, 'checkpoint'), Buffer.from(note))
  return { size: head.size, filesWritten: filesWritten + 2 }
}

/** Tiles and bundles that a tree of `to` leaves has and one of `from` leaves has not, hashes before entries. */
function* newTiles(from: number, to: number): Iterable<Tile> {
  const kinds: Tile['kind'][] = [...Array(tileLevels(to)).keys(), 'entries']
  for (const kind of kinds) {
    const { full, partial } = tilesOf(kind, to)
    for (let index = tilesOf(kind, from).full; index < full; index++) {
      yield { kind, index, width: TILE_WIDTH }
    }
    if (partial > 0) yield { kind, index: full, width: partial }
  }
}

type Present = {
  readonly note: string
  readonly head: Checkpoint
  readonly evidence: PublishedLog
  readonly handovers: readonly Handover[]
}

/** Size of the log in the folder, 0 where there is none. */
async function publishedSize(folder: string, present: Present): Promise<number> {
  const { head, evidence } = present
  const note = await readIfThere(join(folder, 'checkpoint'))
  if (note === undefined) return 0
  const before = (await keysOf(folder, present))
    .map((verifierKey) => signedHead(note, { verifierKey }))
    .find((it) => it !== undefined)
  if (before === undefined || before.size > head.size) throw otherLog(folder)
  const proof = await evidence.consistencyProof(before.size, head.size)
  const hashes = proof.map((it) => parseBase64(it) ?? Buffer.alloc(0))
  if (!provesConsistency(before, head, hashes)) throw otherLog(folder)
  return before.size
}

/** Keys that the log in the folder may be signed by: the present ones, and those that led to them. */
async function keysOf(folder: string, { note, evidence, handovers }: Present): Promise<string[]> {
  const keys = [evidence.verifierKey, ...handovers.map((it) => it.ended)]
  // Of two keys that sign beside one another, the folder may know the one that was there first.
  const own = (await readIfThere(join(folder, 'key')))?.trim() ?? ''
  return signedHead(note, { verifierKey: own }) === undefined ? keys : [...keys, own]
}

async function readIfThere(path: string): Promise<string | undefined> {
  return await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  })
}

function signedHead(
  note: string,
  { verifierKey }: Pick<Evidence, 'verifierKey'>,
): Checkpoint | undefined {
  const verifier = parseVerifierKey(verifierKey)
  const opened = verifier && openNote(note, verifier)
  return opened?.kind === 'signed' ? parseCheckpoint(opened.text) : undefined
}

/** Under a temporary name first: a reader finds the whole file or none, and so does a start after a power cut. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const temporary = `${path}.new`
  {
    await using file = await open(temporary, 'w', 0o644)
    await file.writeFile(bytes)
    await file.sync()
  }
  await rename(temporary, path)
  await syncFolder(dirname(path))
}

function otherLog(folder: string): Problem {
  return new Problem('wrong-state', {
    en: `${folder} holds a published log that this one does not continue; publish into an empty folder`,
    zh: `${folder} 中已发布的日志与本日志不连续，请发布到空目录`,
  })
}
