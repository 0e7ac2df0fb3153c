import { queryOptions } from '@tanstack/react-query'
import { answer, api, fetchSignedIn, type paths } from '../../api/client.ts'
import { problemOf } from '../../api/problem.ts'
import { formatBase64, isSame, parseBase64 } from '../../proof/bytes.ts'
import { canonicalJson } from '../../proof/canonical.ts'
import {
  type Checkpoint,
  checkSignature,
  parseCheckpoint,
  parseVerifierKey,
  type Signed,
} from '../../proof/note.ts'
import { sha256 } from '../../proof/sha256.ts'
import {
  HASH_BYTES,
  leafHash,
  nodeHash,
  type Peak,
  peaks,
  provesConsistency,
  rootOfPeaks,
  type Step,
  walk,
} from '../../proof/tree.ts'

type EntryPath = paths['/api/v1/evidence/{index}']
export type EntryReply = EntryPath['get']['responses']['200']['content']['application/json']
export type Opened = NonNullable<EntryReply['opened']>

/** The log's head as it is now, and whether its own key signed it. */
export type LogHead = {
  readonly note: string
  readonly key: string
  readonly checkpoint: Checkpoint | undefined
  readonly signed: Signed
}

async function textOf(path: string): Promise<string> {
  const reply = await fetchSignedIn(new Request(path))
  if (!reply.ok) throw problemOf(reply.status, undefined)
  return await reply.text()
}

export const headQuery = queryOptions({
  queryKey: ['evidence', 'head'],
  staleTime: 5000,
  async queryFn(): Promise<LogHead> {
    const [note, key] = await Promise.all([textOf('/evidence/checkpoint'), textOf('/evidence/key')])
    return await readHead(note, key.trim())
  },
})

async function readHead(note: string, key: string): Promise<LogHead> {
  const verifier = await parseVerifierKey(key)
  const signed = verifier === undefined ? 'wrong' : await checkSignature(note, verifier)
  return { note, key, checkpoint: parseCheckpoint(note), signed }
}

/** Everything that was computed here about one entry. */
export type Checked = {
  readonly reply: EntryReply
  readonly signed: Signed
  readonly origin: string
  /** Whether the path from the entry ends at the signed root. */
  readonly isIncluded: boolean
  readonly leaf: Uint8Array
  readonly steps: readonly Step[]
  /** The root in the checkpoint; undefined where that cannot be read. */
  readonly root: Uint8Array | undefined
  /** Whether what is shown is what was sealed; undefined where nothing is shown. */
  readonly isOpened: boolean | undefined
}

export const entryQuery = (index: number) =>
  queryOptions({
    queryKey: ['evidence', 'entry', index],
    async queryFn(): Promise<Checked> {
      const [reply, key] = await Promise.all([
        answer(api.GET('/api/v1/evidence/{index}', { params: { path: { index } } })),
        textOf('/evidence/key'),
      ])
      return await checkEntry(index, reply, key.trim())
    },
  })

/** Nothing of the answer is believed but the signature. */
export async function checkEntry(index: number, reply: EntryReply, key: string): Promise<Checked> {
  const { checkpoint, signed } = await readHead(reply.checkpoint, key)
  const entry = parseBase64(reply.entry) ?? new Uint8Array()
  const leaf = await leafHash(entry)
  const proof = reply.inclusion.map((it) => parseBase64(it) ?? new Uint8Array())
  const place = { index, size: checkpoint?.size ?? 0 }
  const isWhole = proof.every((it) => it.length === HASH_BYTES)
  const walked = isWhole ? await walk(leaf, place, proof) : undefined
  return {
    reply,
    signed,
    origin: checkpoint?.origin ?? '',
    leaf,
    steps: walked?.steps ?? [],
    root: checkpoint?.root,
    isIncluded:
      walked !== undefined && checkpoint !== undefined && isSame(walked.root, checkpoint.root),
    isOpened: reply.opened === undefined ? undefined : await isSealed(reply.opened, entry),
  }
}

const VERSION = 1

/** The last 32 bytes of an entry are the digest of what opens it. */
async function isSealed(opened: Opened, entry: Uint8Array): Promise<boolean> {
  if (entry.length !== 1 + 2 * HASH_BYTES || entry[0] !== VERSION) return false
  const digest = await sha256(new TextEncoder().encode(canonicalJson(opened)))
  return isSame(digest, entry.subarray(1 + HASH_BYTES))
}

/** Whether the log as it is now continues an earlier one. */
export type Continued = {
  readonly from: number
  readonly to: number
  readonly isContinued: boolean
  /** Root of the earlier size, base64. */
  readonly root: string
  readonly proof: readonly string[]
}

/** `before`: a root known from elsewhere; without it, that which the tiles of the log give for the size. */
export async function checkContinuity(
  from: number,
  now: Checkpoint,
  before?: Uint8Array,
): Promise<Continued> {
  const root = before ?? (await rootFromTiles(from, now.size))
  const reply = await answer(
    api.GET('/api/v1/evidence/proofs/consistency', {
      params: { query: { from, to: now.size } },
    }),
  )
  const proof = reply.proof.map((it) => parseBase64(it) ?? new Uint8Array())
  const isContinued = await provesConsistency({ size: from, root }, now, proof)
  return { from, to: now.size, isContinued, root: formatBase64(root), proof: reply.proof }
}

const TILE_HEIGHT = 8
const TILE_WIDTH = 256

/** The root of the tree of the first `size` leaves, from the published tiles of a tree of `whole` leaves. */
async function rootFromTiles(size: number, whole: number): Promise<Uint8Array> {
  const hashes: Uint8Array[] = []
  for (const it of peaks(size)) hashes.push(await peakHash(it, whole))
  return await rootOfPeaks(hashes)
}

async function peakHash({ level, index }: Peak, whole: number): Promise<Uint8Array> {
  const tileLevel = Math.floor(level / TILE_HEIGHT)
  const count = 2 ** (level % TILE_HEIGHT)
  const first = index * count
  const tileIndex = Math.floor(first / TILE_WIDTH)
  const inLevel = Math.floor(whole / TILE_WIDTH ** tileLevel)
  const width = Math.min(TILE_WIDTH, inLevel - tileIndex * TILE_WIDTH)
  const path = `/evidence/tile/${tilePath(tileLevel, tileIndex, width)}`
  const reply = await fetchSignedIn(new Request(path))
  if (!reply.ok) throw problemOf(reply.status, undefined)
  const bytes = new Uint8Array(await reply.arrayBuffer())
  const start = (first - tileIndex * TILE_WIDTH) * HASH_BYTES
  let row: Uint8Array[] = Array.from({ length: count }, (_, i) =>
    bytes.slice(start + i * HASH_BYTES, start + (i + 1) * HASH_BYTES),
  )
  while (row.length > 1) {
    const above: Uint8Array[] = []
    for (let i = 0; i + 1 < row.length; i += 2) {
      above.push(await nodeHash(row[i] ?? new Uint8Array(), row[i + 1] ?? new Uint8Array()))
    }
    row = above
  }
  return row[0] ?? new Uint8Array()
}

/** C2SP tlog-tiles. */
function tilePath(level: number, index: number, width: number): string {
  const digits = String(index)
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? []
  const spelled = groups.map((it, at) => (at < groups.length - 1 ? `x${it}` : it)).join('/')
  return `${level}/${spelled}${width < TILE_WIDTH ? `.p/${width}` : ''}`
}
