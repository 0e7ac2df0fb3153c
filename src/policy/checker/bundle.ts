import { canonicalDigest, canonicalJson } from '../../kernel/evidence/canonical.ts'
import { digestOf, type Opening, writeEntry } from '../../kernel/evidence/entry.ts'
import {
  openNote,
  parseBase64,
  parseCheckpoint,
  type Verifier,
} from '../../kernel/evidence/note.ts'
import { provesInclusion } from '../../kernel/evidence/proofs.ts'
import { HASH_BYTES, leafHash } from '../../kernel/evidence/tree.ts'
import { evaluateSlowly, type Question } from './evaluate.ts'
import { isJson } from './facts.ts'
import type { Outcome } from './outcome.ts'
import { type RuleSet, rulesOf } from './rules.ts'

export const BUNDLE_FORMAT = 'waymark-policy-bundle/1'
export const BUNDLE_BYTES_MAX = 16_777_216

/** Of a decision of record: the claim's kind in the evidence log. Its `fields.digests` name what the bundle brings. */
export const POLICY_DECISION = 'policy-decision'

/** SHA-256 of the canonical JSON (RFC 8785) of each part, in hexadecimal. */
export type BundleDigests = Readonly<Record<'rules' | 'readings' | 'facts' | 'result', string>>

/**
 * A decision that outsiders recompute: the entry as the log published it, its opening, the proof that it stands under a signed
 * head, and everything it was decided from.
 */
export type Bundle = {
  readonly format: typeof BUNDLE_FORMAT
  /** Index of the leaf; the hash of the entry before it, base64. */
  readonly entry: { readonly index: number; readonly previous: string }
  readonly opened: Opening
  /** A signed note with the log's head (C2SP tlog-checkpoint). */
  readonly checkpoint: string
  /** Hashes from the leaf's sibling upwards, base64 (RFC 6962 §2.1.1). */
  readonly inclusion: readonly string[]
  readonly measure: string
  readonly mode: Question['mode']
  readonly rules: RuleSet
  readonly readings: readonly unknown[]
  readonly facts: Question['facts']
  readonly result: Outcome
}

export type BundleFault =
  | 'not-a-bundle'
  | 'checkpoint'
  | 'inclusion'
  | 'digest'
  | 'question'
  | 'result'

/** What is wrong, for people; empty where everything is right. */
export type BundleFinding = { readonly fault: BundleFault; readonly detail: string }

/** The digests that a decision's claim carries. */
export function bundleDigests(
  parts: Pick<Bundle, 'rules' | 'readings' | 'facts' | 'result'>,
): BundleDigests {
  return {
    rules: canonicalDigest(parts.rules),
    readings: canonicalDigest(parts.readings),
    facts: canonicalDigest(parts.facts),
    result: canonicalDigest(parts.result),
  }
}

/** Everything about a bundle that can be checked without the node: each step is tried, and all that is wrong is told. */
export function checkBundle(value: unknown, verifier: Verifier): BundleFinding[] {
  if (!isBundle(value)) return [finding('not-a-bundle', `the file is no ${BUNDLE_FORMAT}`)]
  try {
    return [...checkProof(value, verifier), ...checkDigests(value), ...checkResult(value)]
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error
    return [finding('not-a-bundle', error.message)]
  }
}

function checkProof(bundle: Bundle, verifier: Verifier): BundleFinding[] {
  const note = openNote(bundle.checkpoint, verifier)
  if (note.kind === 'refused') return [finding('checkpoint', `the head is not signed: ${note.why}`)]
  const head = parseCheckpoint(note.text)
  if (head === undefined || head.origin !== verifier.name) {
    return [finding('checkpoint', 'the signed note is no head of this log')]
  }
  const previous = parseBase64(bundle.entry.previous)
  const proof = bundle.inclusion.map((it) => parseBase64(it))
  const digest = digestOf(canonicalJson(bundle.opened))
  const isWhole = previous?.length === HASH_BYTES && proof.every((it) => it?.length === HASH_BYTES)
  const leaf = isWhole ? leafHash(writeEntry({ previous, digest })) : undefined
  const hashes = proof.filter((it) => it !== undefined)
  const { index } = bundle.entry
  if (
    leaf !== undefined &&
    provesInclusion(leaf, { index, size: head.size, root: head.root }, hashes)
  ) {
    return []
  }
  return [finding('inclusion', `entry ${index} with this opening is not under the signed head`)]
}

function checkDigests(bundle: Bundle): BundleFinding[] {
  const { kind, fields } = bundle.opened
  const claimed = fields as { digests?: unknown; measure?: unknown; mode?: unknown }
  const findings: BundleFinding[] = []
  if (kind !== POLICY_DECISION) findings.push(finding('question', `the entry is a “${kind}”`))
  if (claimed.measure !== bundle.measure || claimed.mode !== bundle.mode) {
    findings.push(
      finding('question', 'the entry was decided on another measure or in another mode'),
    )
  }
  const digests = (claimed.digests ?? {}) as Partial<BundleDigests>
  for (const [name, digest] of Object.entries(bundleDigests(bundle))) {
    if (digests[name as keyof BundleDigests] !== digest) {
      findings.push(finding('digest', `the ${name} are not those that the entry was decided from`))
    }
  }
  return findings
}

function checkResult({ measure, mode, rules, facts, result }: Bundle): BundleFinding[] {
  const again = evaluateSlowly(rulesOf(rules), { measure, mode, facts })
  if (canonicalJson(plain(again)) === canonicalJson(plain(result))) return []
  return [
    finding(
      'result',
      `recomputed, it is ${JSON.stringify(again)} and not ${JSON.stringify(result)}`,
    ),
  ]
}

/** Through JSON, as what is absent is not there; reasons in no order. */
function plain(outcome: Outcome): unknown {
  return JSON.parse(JSON.stringify({ ...outcome, reasons: [...outcome.reasons].sort() }))
}

function finding(fault: BundleFault, detail: string): BundleFinding {
  return { fault, detail }
}

const OBJECTS = ['entry', 'opened', 'rules', 'facts', 'result'] as const
const TEXTS = ['checkpoint', 'measure', 'mode'] as const
const LISTS = ['inclusion', 'readings'] as const

function isBundle(value: unknown): value is Bundle {
  if (!isJson(value) || value.format !== BUNDLE_FORMAT) return false
  const { entry, rules, result } = value
  return (
    OBJECTS.every((it) => isJson(value[it])) &&
    TEXTS.every((it) => typeof value[it] === 'string') &&
    LISTS.every((it) => Array.isArray(value[it])) &&
    isJson(entry) &&
    typeof entry.previous === 'string' &&
    Number.isSafeInteger(entry.index) &&
    isJson(result) &&
    Array.isArray(result.reasons) &&
    isJson(rules) &&
    ['measures', 'articles', 'prohibitions'].every((it) => Array.isArray(rules[it]))
  )
}
