import { opens, readEntry } from './entry.ts'
import type { Handover } from './evidence.ts'
import { type Finding, finding } from './findings.ts'
import { HANDOVERS_BYTES_MAX, HANDOVERS_FILE, openHandover, parseHandovers } from './handover.ts'
import {
  type Checkpoint,
  NOTE_BYTES_MAX,
  openNote,
  parseBase64,
  parseCheckpoint,
  parseVerifierKey,
  type Verifier,
} from './note.ts'
import { type Head, provesInclusion } from './proofs.ts'
import { type Published, Unreachable } from './published.ts'
import { HASH_BYTES, type Hash, leafHash, sameHash } from './tree.ts'
import { walkLog } from './walk.ts'

/** An opened entry as the node hands it out (`GET /api/v1/evidence/{index}`); the last two may be left out. */
export type EntryFile = {
  readonly index: number
  readonly opened: unknown
  readonly checkpoint?: string
  readonly inclusion?: readonly string[]
}

export type AuditOptions = {
  /** A checkpoint that was kept from an earlier look: the log must continue it. */
  readonly since?: string
  readonly entry?: EntryFile
  onProgress?(entries: number, of: number): void
}

/** Nothing found: every entry, tile and signature is as it must be. */
export type Audit = {
  readonly findings: readonly Finding[]
  /** The signed head, if its signature is good, and the note it came in. */
  readonly head?: Checkpoint
  readonly note?: string
}

/**
 * Checks a published log from its files alone: signature, every entry and tile, the chain of entries, the root; that it
 * continues the heads it signed before; and that an opened entry is the one in it. Trusts nothing but the key.
 */
export async function auditLog(
  published: Published,
  verifier: Verifier,
  options: AuditOptions = {},
): Promise<Audit> {
  const seen: { head?: Checkpoint; note?: string } = {}
  try {
    const bytes = await published('checkpoint', NOTE_BYTES_MAX)
    if (bytes === undefined) return { findings: [finding('no-checkpoint', 'checkpoint')] }
    seen.note = Buffer.from(bytes).toString()
    const trusted = await trustedHead(published, seen.note, verifier)
    if ('code' in trusted) return { findings: [trusted] }
    const { head, verifiers, handedOver } = trusted
    seen.head = head
    const findings = await auditTree(published, { head, verifiers, handedOver, options })
    return { findings, head, note: seen.note }
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error
    return { ...seen, findings: [finding('unreachable', error.message)] }
  }
}

type Trusted = {
  readonly head: Checkpoint
  /** The key that is trusted, and those it led to. */
  readonly verifiers: readonly Verifier[]
  /** Heads at which one key led to the next. */
  readonly handedOver: readonly Checkpoint[]
}

/** The newest head, signed by the key or by one that follows from it. */
async function trustedHead(
  published: Published,
  note: string,
  verifier: Verifier,
): Promise<Trusted | Finding> {
  const head = readHead(note, verifier, 'checkpoint')
  if (!('code' in head)) return { head, verifiers: [verifier], handedOver: [] }
  if (head.code !== 'unknown-key') return head
  const bytes = await published(HANDOVERS_FILE, HANDOVERS_BYTES_MAX)
  if (bytes === undefined) return head
  const handovers = parseHandovers(Buffer.from(bytes).toString())
  if (handovers === undefined) return finding('malformed-file', HANDOVERS_FILE)
  return followKeys(handovers, note, verifier) ?? head
}

/** Undefined where the key does not lead to one that signed the note. */
function followKeys(
  handovers: readonly Handover[],
  note: string,
  trusted: Verifier,
): Trusted | Finding | undefined {
  const verifiers = [trusted]
  const handedOver: Checkpoint[] = []
  // In their order: each is opened by the key that the one before it named.
  for (const handover of handovers) {
    const ending = verifiers.at(-1) ?? trusted
    const ended = parseVerifierKey(handover.ended)
    if (ended === undefined || !ended.keyId.equals(ending.keyId)) continue
    const opened = openHandover(handover.note, ending)
    if (opened === undefined) return finding('wrong-handover', HANDOVERS_FILE, handover.ended)
    verifiers.push(opened.successor)
    handedOver.push(opened.head)
  }
  if (handedOver.length === 0) return undefined
  const head = readHead(note, verifiers.at(-1) ?? trusted, 'checkpoint')
  return 'code' in head ? head : { head, verifiers, handedOver }
}

type Task = Trusted & { readonly options: AuditOptions }

async function auditTree(
  published: Published,
  { head, verifiers, handedOver, options }: Task,
): Promise<Finding[]> {
  const { since, entry } = options
  const earlier: { readonly head: Head; readonly where: string }[] = []
  const findings: Finding[] = []
  const expect = (note: string, where: string): Checkpoint | undefined => {
    const before = readAnyHead(note, verifiers, where)
    if ('code' in before) findings.push(before)
    else if (before.size > head.size) findings.push(finding('rolled-back', where))
    else earlier.push({ head: before, where })
    return 'code' in before ? undefined : before
  }
  for (const before of handedOver) {
    if (before.size > head.size) findings.push(finding('rolled-back', HANDOVERS_FILE))
    else earlier.push({ head: before, where: HANDOVERS_FILE })
  }
  if (since !== undefined) expect(since, 'since')
  const proved = entry?.checkpoint === undefined ? undefined : expect(entry.checkpoint, 'entry')
  if (entry !== undefined && entry.index >= head.size) {
    findings.push(finding('no-such-entry', `entry ${entry.index}`))
  }
  const walked = await walkLog(head, published, {
    sizes: new Set(earlier.map((it) => it.head.size)),
    onRoot(size, root) {
      for (const { head: before, where } of earlier) {
        if (before.size !== size || sameHash(before.root, root)) continue
        findings.push(finding('split-view', where, `size ${size}`))
      }
    },
    onEntry(index, bytes) {
      if (index === entry?.index) findings.push(...auditEntry(entry, bytes, proved))
    },
    onProgress: (entries) => options.onProgress?.(entries, head.size),
  })
  return [...findings, ...walked]
}

function auditEntry(file: EntryFile, bytes: Uint8Array, proved: Head | undefined): Finding[] {
  const where = `entry ${file.index}`
  const findings: Finding[] = []
  const entry = readEntry(bytes)
  if (entry === undefined || !opens(file.opened, entry)) {
    findings.push(finding('wrong-opening', where))
  }
  if (proved === undefined || file.inclusion === undefined) return findings
  const proof = file.inclusion.map(parseHash)
  const whole = proof.every((it) => it !== undefined)
  if (!whole || !provesInclusion(leafHash(bytes), { index: file.index, ...proved }, proof)) {
    findings.push(finding('wrong-proof', where))
  }
  return findings
}

function parseHash(text: string): Hash | undefined {
  const bytes = parseBase64(text)
  return bytes?.length === HASH_BYTES ? bytes : undefined
}

/** By the newest key that signed it; where none did, what the first says. */
function readAnyHead(
  note: string,
  verifiers: readonly Verifier[],
  where: string,
): Checkpoint | Finding {
  const read = verifiers.map((it) => readHead(note, it, where))
  return read.findLast((it) => !('code' in it)) ?? read[0] ?? finding('unknown-key', where)
}

function readHead(note: string, verifier: Verifier, where: string): Checkpoint | Finding {
  const opened = openNote(note, verifier)
  if (opened.kind === 'refused') {
    return finding(opened.why === 'malformed' ? 'malformed-checkpoint' : opened.why, where)
  }
  const head = parseCheckpoint(opened.text)
  if (head === undefined) return finding('malformed-checkpoint', where)
  return head.origin === verifier.name ? head : finding('wrong-origin', where, head.origin)
}
