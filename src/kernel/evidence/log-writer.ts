import type { DatabaseSync } from 'node:sqlite'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '../../lib/clock.ts'
import type { Gate } from '../../lib/gate.ts'
import { Problem } from '../../lib/problem.ts'
import {
  type Appending,
  advance,
  appendAll,
  type Request,
  type SealedClaim,
  type Signers,
  sealAll,
  staleFeed,
  storeHead,
} from './appending.ts'
import { prepareReads, prepareWrites, type Writes } from './database.ts'
import { CLAIMS_PER_APPEND_MAX, type Claim, type FeedPosition, type LeafIndex } from './evidence.ts'
import { evidenceKeyClaim, HANDOVERS_MAX, writeHandover } from './handover.ts'
import { readEdge } from './hashes.ts'
import { openNote, parseCheckpoint, parseVerifierKey, type Signer } from './note.ts'
import { Edge, sameHash } from './tree.ts'

export const ERASURE_REASON_CHARS_MAX = 500
export const FEED_CHARS_MAX = 200
const SQLITE_BUSY = 5
const SQLITE_FULL = 13

type WriterOptions = {
  readonly signers: Signers
  readonly clock: Clock
  readonly gate: Gate
  /** Others read on a connection of their own, so that a long append may give them turns. */
  readonly yields: boolean
}

/**
 * The one writer of the log in this process. Appends that come while a commit runs share the next one. Disposing it
 * finishes what was asked; the connection is its owner's to close.
 */
export class LogWriter implements AsyncDisposable {
  readonly #db: DatabaseSync
  #appending: Appending
  readonly #writes: Writes
  readonly #clock: Clock
  readonly #gate: Gate
  readonly #waiting: Request[] = []
  /** The right edge as of the last commit. */
  #edge = new Edge()
  /** The last write begun; the next one waits for it. */
  #writing: Promise<unknown> = Promise.resolve()
  #draining: Promise<void> | undefined
  /** Erased bytes may still lie in the write-ahead log. */
  #unscrubbed = false
  #closed = false

  /** Throws `wrong-state` where the log is of another key, or does not give the root that was signed. */
  constructor(db: DatabaseSync, { signers, clock, gate, yields }: WriterOptions) {
    this.#db = db
    this.#writes = prepareWrites(db)
    this.#appending = { reads: prepareReads(db), writes: this.#writes, signers, yields }
    this.#clock = clock
    this.#gate = gate
    this.#begin(signers)
  }

  async append(
    claims: readonly Claim[],
    reached: FeedPosition | undefined,
  ): Promise<readonly LeafIndex[]> {
    if (this.#closed) throw closed()
    if (claims.length > CLAIMS_PER_APPEND_MAX) throw tooMany()
    if (reached !== undefined) assertFeed(reached)
    if (claims.length === 0 && reached === undefined) return []
    const answer = Promise.withResolvers<readonly LeafIndex[]>()
    this.#waiting.push({ claims, reached, answer })
    this.#draining ??= this.#drain()
    return answer.promise
  }

  async erase(index: LeafIndex, why: string): Promise<void> {
    if (this.#closed) throw closed()
    if (why === '' || why.length > ERASURE_REASON_CHARS_MAX) throw badReason()
    await this.#alone(() => {
      const { reads } = this.#appending
      if (reads.entries(index, index + 1).length === 0) throw noSuchLeaf(index)
      if (reads.erasure(index) !== undefined) return
      this.#transact(() => this.#writes.erase(index, this.#clock(), why))
      this.#unscrubbed = true
    })
  }

  /**
   * Ends the first of two keys: the log says so, and the key signs for the last time, naming the second, which alone signs
   * from then on. Throws `wrong-state` where there is no second.
   */
  async endKey(): Promise<void> {
    if (this.#closed) throw closed()
    const [ending, successor] = this.#appending.signers
    if (successor === undefined) throw noSuccessor()
    await this.#alone(async () => {
      if (this.#appending.reads.handovers().length >= HANDOVERS_MAX) throw tooManyKeys()
      const claim = evidenceKeyClaim(ending.verifierKey, 'ended', this.#clock())
      const sealed = await sealAll([claim], this.#appending.yields)
      await this.#extend(async (edge) => {
        await appendAll(sealed, edge, this.#appending)
        const head = { origin: ending.name, size: edge.size, root: edge.root() }
        this.#writes.handover(writeHandover(head, ending, successor), successor.verifierKey)
      })
      this.#appending = { ...this.#appending, signers: [successor] }
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    await this.#draining
    await this.#writing.catch(() => undefined)
  }

  #begin(signers: Signers): void {
    const [signer] = signers
    const { reads } = this.#appending
    this.#transact(() => {
      if (reads.log() !== undefined) return
      this.#writes.log({ origin: signer.name, verifierKey: signer.verifierKey })
      storeHead(this.#edge, this.#appending)
    })
    if (reads.log()?.verifierKey !== signer.verifierKey) throw otherKey()
    const head = reads.head()
    const verifier = parseVerifierKey(signer.verifierKey)
    const note = head && verifier && openNote(head.note, verifier)
    const signed = note?.kind === 'signed' ? parseCheckpoint(note.text) : undefined
    if (signed === undefined || signed.size !== head?.size) throw damaged()
    this.#edge = readEdge(reads, signed.size)
    if (!sameHash(this.#edge.root(), signed.root)) throw damaged()
    const isSignedByAll = signers.every((it) => isSigned(head?.note, it))
    if (!isSignedByAll) this.#transact(() => storeHead(this.#edge, this.#appending))
  }

  async #drain(): Promise<void> {
    await nextTurn() // whoever appends in this turn shares the commit
    while (this.#waiting.length > 0) {
      const group = this.#nextGroup()
      try {
        await this.#alone(() => this.#commit(group))
      } catch (error) {
        for (const { answer } of group) answer.reject(translated(error))
      }
    }
    this.#draining = undefined
  }

  #nextGroup(): Request[] {
    const [first, ...others] = this.#waiting
    if (first === undefined) return []
    const group = [first]
    let claims = first.claims.length
    for (const request of others) {
      claims += request.claims.length
      if (claims > CLAIMS_PER_APPEND_MAX) break
      group.push(request)
    }
    this.#waiting.splice(0, group.length)
    return group
  }

  async #commit(group: readonly Request[]): Promise<void> {
    const sealed: { readonly request: Request; readonly claims: readonly SealedClaim[] }[] = []
    for (const request of group) {
      try {
        const claims = await sealAll(request.claims, this.#appending.yields)
        sealed.push({ request, claims })
      } catch (error) {
        request.answer.reject(error)
      }
    }
    const answers: (() => void)[] = []
    await this.#extend(async (edge) => {
      for (const { request, claims } of sealed) {
        const { reached, answer } = request
        if (reached !== undefined && !advance(reached, this.#appending)) {
          answers.push(() => answer.reject(staleFeed(reached)))
          continue
        }
        const indexes = await appendAll(claims, edge, this.#appending)
        answers.push(() => answer.resolve(indexes))
      }
    })
    for (const settle of answers) settle()
  }

  /** One transaction; what lengthened the tree in it is signed. */
  async #extend(work: (edge: Edge) => Promise<void>): Promise<void> {
    this.#db.exec('BEGIN IMMEDIATE')
    try {
      const edge = this.#edgeNow()
      const before = edge.size
      await work(edge)
      if (edge.size > before) storeHead(edge, this.#appending)
      this.#db.exec('COMMIT')
      this.#edge = edge
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
      throw error
    }
  }

  /** Another process of this node may have appended since: the file, not our memory, is the truth. */
  #edgeNow(): Edge {
    const { reads } = this.#appending
    const size = reads.head()?.size ?? 0
    return size === this.#edge.size ? this.#edge.copy() : readEdge(reads, size)
  }

  #transact(write: () => void): void {
    this.#db.exec('BEGIN IMMEDIATE')
    try {
      write()
      this.#db.exec('COMMIT')
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
      throw error
    }
  }

  /** One write after the other, none while a backup holds the gate. */
  async #alone(write: () => void | Promise<void>): Promise<void> {
    const turn = this.#writing.then(() =>
      this.#gate.through(async () => {
        await write()
        if (this.#unscrubbed) this.#scrub()
      }),
    )
    this.#writing = turn.catch(() => undefined)
    try {
      await turn
    } catch (error) {
      throw translated(error)
    }
  }

  /** Moves the write-ahead log into the file and empties it; not possible while somebody reads, then the next write does it. */
  #scrub(): void {
    const row = this.#db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()
    this.#unscrubbed = Number(row?.busy) !== 0
  }
}

function isSigned(note: string | undefined, { verifierKey }: Signer): boolean {
  const verifier = parseVerifierKey(verifierKey)
  return note !== undefined && verifier !== undefined && openNote(note, verifier).kind === 'signed'
}

function noSuccessor(): Problem {
  return new Problem('wrong-state', {
    en: 'The evidence log has one key; a key ends only when another signs beside it already',
    zh: '存证日志只有一把密钥；须先有另一把密钥共同签名，才能终止原密钥',
  })
}

function tooManyKeys(): Problem {
  return new Problem('too-large', {
    en: `At most ${HANDOVERS_MAX} keys of an evidence log may end`,
    zh: `存证日志最多可更换 ${HANDOVERS_MAX} 次密钥`,
  })
}

function assertFeed({ feed, position }: FeedPosition): void {
  if (
    feed === '' ||
    feed.length > FEED_CHARS_MAX ||
    !Number.isSafeInteger(position) ||
    position < 1
  ) {
    throw new Problem('invalid-input', {
      en: `A feed’s position is a whole number of 1 and more, its name 1 … ${FEED_CHARS_MAX} characters`,
      zh: `数据流位置须为不小于 1 的整数，名称为 1～${FEED_CHARS_MAX} 个字符`,
    })
  }
}

function translated(error: unknown): unknown {
  if (!(error instanceof Error) || !('errcode' in error)) return error
  const primary = Number(error.errcode) & 0xff
  if (primary === SQLITE_FULL) {
    const text = { en: 'The disk of the evidence log is full', zh: '存证日志所在磁盘已满' }
    return new Problem('storage-full', text, { cause: error })
  }
  if (primary === SQLITE_BUSY) {
    const text = {
      en: 'The evidence log is being written elsewhere',
      zh: '存证日志正被其他进程写入',
    }
    return new Problem('unavailable', text, { cause: error, retryAfterS: 1 })
  }
  return error
}

function closed(): Problem {
  return new Problem('unavailable', { en: 'The evidence log is closed', zh: '存证日志已关闭' })
}

function tooMany(): Problem {
  return new Problem('too-large', {
    en: `At most ${CLAIMS_PER_APPEND_MAX} claims in one append`,
    zh: `一次最多追加 ${CLAIMS_PER_APPEND_MAX} 条存证`,
  })
}

function badReason(): Problem {
  return new Problem('invalid-input', {
    en: `Say why in 1 … ${ERASURE_REASON_CHARS_MAX} characters`,
    zh: `请说明删除原因（1～${ERASURE_REASON_CHARS_MAX} 个字符）`,
  })
}

function noSuchLeaf(index: LeafIndex): Problem {
  return new Problem('not-found', {
    en: `The evidence log has no entry ${index}`,
    zh: `存证日志中没有第 ${index} 条`,
  })
}

function otherKey(): Problem {
  return new Problem('wrong-state', {
    en: 'The evidence log was signed with another key or name than this node’s; restore its key',
    zh: '存证日志由另一把密钥或名称签名，与本节点不符，请恢复原密钥',
  })
}

function damaged(): Problem {
  return new Problem('wrong-state', {
    en: 'The evidence log is damaged: its newest entries do not give the root that was signed',
    zh: '存证日志已损坏：最新条目与已签名的树根不一致',
  })
}
