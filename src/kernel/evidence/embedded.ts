import { createPublicKey, type KeyObject } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { backup, type DatabaseSync } from 'node:sqlite'
import type { Clock } from '../../lib/clock.ts'
import { Gate } from '../../lib/gate.ts'
import { Problem } from '../../lib/problem.ts'
import type { Signers } from './appending.ts'
import { openReader, openWriter, prepareReads } from './database.ts'
import type { Evidence } from './evidence.ts'
import { readLog } from './log-reader.ts'
import { LogWriter } from './log-writer.ts'
import { syncFolder } from './node-key.ts'
import { isKeyName, noteSigner } from './note.ts'
import { sha256 } from './tree.ts'

export const EVIDENCE_FILE = 'evidence.sqlite'

export type EvidenceOptions = {
  /** Private to the log; made if it is not there. */
  readonly folder: string
  /** Ed25519 private key, see `loadOrCreateNodeKey`. The log is bound to it until it ends. */
  readonly key: KeyObject
  /** Another that signs beside it, and alone once the first has ended. */
  readonly nextKey?: KeyObject | undefined
  /**
   * Origin of a new log: a name that no other log has, best its public address without the scheme
   * (`node.example.cn/evidence`). An existing log keeps the name it was made with. Default: derived from the key.
   */
  readonly name?: string
  readonly clock: Clock
  /** Lets a backup stop the writing. */
  readonly gate?: Gate
}

/** The log on this machine, and what only the node's own program does with it. */
export interface EmbeddedEvidence extends Evidence {
  /** The log's name, first line of every checkpoint. */
  readonly origin: string
  /** The log goes on under `nextKey` alone: `key` had ended before it was opened. */
  readonly hasEnded: boolean
  /**
   * Ends the first of two keys; the second goes on alone. Throws `wrong-state` where there is no second.
   */
  endKey(): Promise<void>
  /** A consistent copy of the log's file while it is in use. To restore, put it at `EVIDENCE_FILE` in an empty folder. */
  backup(path: string): Promise<void>
}

/**
 * Opens or makes the log in `folder`: at once, whatever its length. Throws `wrong-state` if the folder holds the log of
 * another key, or one whose newest leaves do not give the root that was signed.
 */
export async function openEvidence(options: EvidenceOptions): Promise<EmbeddedEvidence> {
  await mkdir(options.folder, { recursive: true, mode: 0o700 })
  const path = join(options.folder, EVIDENCE_FILE)
  using stack = new DisposableStack()
  const db = stack.adopt(openWriter(path), close)
  await syncFolder(options.folder)
  // Closed before the writer, which then leaves the one file alone behind.
  const readDb = stack.adopt(openReader(path), close)
  return embeddedLog({ db, readDb, connections: stack }, options)
}

/** The same log in memory, gone when it is closed. */
export function openMemoryEvidence(options: Omit<EvidenceOptions, 'folder'>): EmbeddedEvidence {
  using stack = new DisposableStack()
  const db = stack.adopt(openWriter(':memory:'), close)
  return embeddedLog({ db, readDb: db, connections: stack }, options)
}

type Connections = {
  readonly db: DatabaseSync
  readonly readDb: DatabaseSync
  /** Taken over by the log once it is open. */
  readonly connections: DisposableStack
}

function embeddedLog(
  { db, readDb, connections }: Connections,
  { key, nextKey, name, clock, gate = new Gate() }: Omit<EvidenceOptions, 'folder'>,
): EmbeddedEvidence {
  const reads = prepareReads(readDb)
  const origin = reads.log()?.origin ?? name ?? nameOf(key)
  if (!isKeyName(origin)) throw badName()
  const next = nextKey && noteSigner(origin, nextKey)
  // Where the first has ended and the program did not come to throw it away, the log is bound to the second.
  const hasEnded = next !== undefined && reads.log()?.verifierKey === next.verifierKey
  const current = hasEnded ? next : noteSigner(origin, key)
  const signers: Signers = next === undefined || hasEnded ? [current] : [current, next]
  const writer = new LogWriter(db, { signers, clock, gate, yields: readDb !== db })
  const owned = connections.move()
  return {
    ...readLog(reads),
    origin,
    verifierKey: (next ?? current).verifierKey,
    hasEnded,
    endKey: () => writer.endKey(),
    append: (claims, reached) => writer.append(claims, reached),
    erase: (index, why) => writer.erase(index, why),
    async backup(path) {
      await backup(readDb, path)
    },
    async [Symbol.asyncDispose]() {
      await writer[Symbol.asyncDispose]()
      owned.dispose()
    },
  }
}

function close(db: DatabaseSync): void {
  db.close()
}

/** A name nobody else has, for a log that was given none. */
function nameOf(key: KeyObject): string {
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' })
  return `waymark/${Buffer.from(sha256(spki)).toString('hex', 0, 8)}`
}

function badName(): Problem {
  return new Problem('invalid-input', {
    en: 'The name of an evidence log has neither spaces nor “+” and at most 255 characters',
    zh: '存证日志名称不能含空格或“+”，最长 255 个字符',
  })
}
