import { opens, readEntry } from './entry.ts'
import { type Finding, finding } from './findings.ts'
import {
  type Checkpoint,
  NOTE_BYTES_MAX,
  openNote,
  parseBase64,
  parseCheckpoint,
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
    const head = readHead(seen.note, verifier, 'checkpoint')
    if ('code' in head) return { findings: [head] }
    seen.head = head
    const findings = await auditTree(published, { head, verifier, options })
    return { findings, head, note: seen.note }
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error
    return { ...seen, findings: [finding('unreachable', error.message)] }
  }
}

type Task = {
  readonly head: Checkpoint
  readonly verifier: Verifier
  readonly options: AuditOptions
}

async function auditTree(
  published: Published,
  { head, verifier, options }: Task,
): Promise<Finding[]> {
  const { since, entry } = options
  const earlier: { readonly head: Head; readonly where: string }[] = []
  const findings: Finding[] = []
  const expect = (note: string, where: string): Checkpoint | undefined => {
    const before = readHead(note, verifier, where)
    if ('code' in before) findings.push(before)
    else if (before.size > head.size) findings.push(finding('rolled-back', where))
    else earlier.push({ head: before, where })
    return 'code' in before ? undefined : before
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

function readHead(note: string, verifier: Verifier, where: string): Checkpoint | Finding {
  const opened = openNote(note, verifier)
  if (opened.kind === 'refused') {
    return finding(opened.why === 'malformed' ? 'malformed-checkpoint' : opened.why, where)
  }
  const head = parseCheckpoint(opened.text)
  if (head === undefined) return finding('malformed-checkpoint', where)
  return head.origin === verifier.name ? head : finding('wrong-origin', where, head.origin)
}
