import { Problem } from '../../lib/problem.ts'
import type { Reads, StoredHead } from './database.ts'
import { digestOf, parseSealed, readEntry } from './entry.ts'
import type { AboutOptions, Evidence, LeafIndex, OpenedEntry } from './evidence.ts'
import { readTile, subtreeHash } from './hashes.ts'
import { consistencyRanges, inclusionRanges, type Range, rangeHash } from './proofs.ts'
import { sameHash } from './tree.ts'

export const ABOUT_LIMIT_MAX = 1000

export type LogReading = Omit<Evidence, 'append' | 'erase' | 'verifierKey' | keyof AsyncDisposable>

/** All that is asked of the log, answered from its file. Every answer is of committed state. */
export function readLog(reads: Reads): LogReading {
  const prove = (ranges: readonly Range[]) =>
    ranges.map((range) =>
      Buffer.from(rangeHash(range, (level, i) => subtreeHash(reads, level, i))).toString('base64'),
    )
  return {
    position: async (feed) => reads.position(feed),
    size: async () => headOf(reads).size,
    open: async (index) => openEntry(reads, index),
    async leaf(index) {
      const [entry] = reads.entries(index, index + 1)
      if (entry === undefined) return undefined
      const erased = reads.erasure(index)
      return { index, entry, ...(erased && { erased }) }
    },
    about: async (subject, options) => entriesOf(reads, options, subject),
    recent: async (options) => entriesOf(reads, options),
    handovers: async () => reads.handovers(),
    checkpoint: async () => headOf(reads).note,
    tile: async (path) => readTile(reads, path, headOf(reads).size),
    async inclusionProof(index, size) {
      assertTree(reads, size)
      if (!Number.isSafeInteger(index) || index < 0 || index >= size) throw noSuchTree()
      return prove(inclusionRanges(index, size))
    },
    async consistencyProof(oldSize, newSize) {
      assertTree(reads, newSize)
      if (!Number.isSafeInteger(oldSize) || oldSize < 0 || oldSize > newSize) throw noSuchTree()
      return prove(consistencyRanges(oldSize, newSize))
    },
  }
}

function headOf(reads: Reads): StoredHead {
  const head = reads.head()
  if (head === undefined) throw new Error('evidence: the log has no head')
  return head
}

/** A changed byte in what is stored is an error, never an answer. */
function openEntry(reads: Reads, index: LeafIndex): OpenedEntry | undefined {
  const opening = reads.opening(index)
  if (opening === undefined) return undefined
  const [bytes] = reads.entries(index, index + 1)
  const entry = bytes && readEntry(bytes)
  if (entry === undefined || !sameHash(digestOf(opening), entry.digest)) {
    throw new Error(`evidence: what is stored for entry ${index} does not open it`)
  }
  return { index, ...parseSealed(opening) }
}

/** Of one subject, or of all. */
function entriesOf(reads: Reads, options: AboutOptions, subject?: string): OpenedEntry[] {
  return indexesOf(reads, options, subject).map((index) => {
    const opened = openEntry(reads, index)
    if (opened === undefined) throw new Error(`evidence: entry ${index} cannot be opened`)
    return opened
  })
}

function indexesOf(reads: Reads, options: AboutOptions, subject?: string): LeafIndex[] {
  const { before = Number.MAX_SAFE_INTEGER, limit, kind, openTo } = options
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > ABOUT_LIMIT_MAX) {
    throw new RangeError(`evidence: limit ${limit}`)
  }
  const asked = { subject, before, limit, kind }
  if (openTo === undefined) return reads.about(asked)
  // Each audience is looked up by itself, so that what is hidden costs no time that could be noticed.
  return openTo
    .flatMap((audience) => reads.about({ ...asked, audience }))
    .sort((a, b) => b - a)
    .slice(0, limit)
}

function assertTree(reads: Reads, size: number): void {
  if (!Number.isSafeInteger(size) || size < 0 || size > headOf(reads).size) throw noSuchTree()
}

function noSuchTree(): Problem {
  return new Problem('invalid-input', {
    en: 'The evidence log has no such entry or size',
    zh: '存证日志没有这样的条目或大小',
  })
}
