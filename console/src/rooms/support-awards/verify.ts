import { evaluateSlowly } from '../../../../src/policy/checker/evaluate.ts'
import { type RuleSet, rulesOf } from '../../../../src/policy/checker/rules.ts'
import { formatHex, isSame, parseBase64 } from '../../proof/bytes.ts'
import { canonicalJson } from '../../proof/canonical.ts'
import { checkSignature, parseCheckpoint, parseVerifierKey } from '../../proof/note.ts'
import { sha256 } from '../../proof/sha256.ts'
import { HASH_BYTES, leafHash, nodeHash } from '../../proof/tree.ts'

/** A decision as a node hands it out, `waymark-policy-bundle/1`. */
export type Bundle = {
  readonly format: string
  readonly entry: { readonly index: number; readonly previous: string }
  readonly opened: {
    readonly kind: string
    readonly subject: string
    readonly at: string
    readonly fields: Readonly<Record<string, unknown>>
  }
  readonly checkpoint: string
  readonly inclusion: readonly string[]
  readonly measure: string
  readonly mode: 'live' | 'as_if_in_force'
  readonly rules: RuleSet
  readonly readings: readonly unknown[]
  readonly facts: Readonly<Record<string, unknown>>
  readonly result: { readonly reasons: readonly string[]; readonly amount_fen: number | null }
}

export const BUNDLE_BYTES_MAX = 16_777_216
const FORMAT = 'waymark-policy-bundle/1'
const DECISION = 'policy-decision'
const ENTRY_VERSION = 1
const PARTS = ['rules', 'readings', 'facts', 'result'] as const

export const CHECKS = ['signature', 'inclusion', ...PARTS, 'question', 'recomputed'] as const
export type CheckName = (typeof CHECKS)[number]
export type CheckState = 'good' | 'wrong' | 'unsupported'
export type Verified = Readonly<Record<CheckName, CheckState>>

/** The bundle in a text; undefined for what is none. */
export function parseBundle(text: string): Bundle | undefined {
  try {
    const value = JSON.parse(text) as Partial<Bundle> | null
    const isWhole =
      value?.format === FORMAT &&
      typeof value.checkpoint === 'string' &&
      typeof value.measure === 'string' &&
      typeof value.entry?.previous === 'string' &&
      Number.isSafeInteger(value.entry.index) &&
      Array.isArray(value.inclusion) &&
      Array.isArray(value.readings) &&
      Array.isArray(value.rules?.measures) &&
      Array.isArray(value.rules.articles) &&
      Array.isArray(value.rules.prohibitions) &&
      Array.isArray(value.result?.reasons) &&
      typeof value.opened?.fields === 'object' &&
      typeof value.facts === 'object'
    return isWhole ? (value as Bundle) : undefined
  } catch {
    return undefined
  }
}

/** Everything that can be checked without the node: the checks of the standalone checker, made in this browser. */
export async function verify(bundle: Bundle, verifierKey: string): Promise<Verified> {
  const verifier = await parseVerifierKey(verifierKey)
  const head = parseCheckpoint(bundle.checkpoint)
  const isOurs = verifier !== undefined && head?.origin === verifier.name
  const signature = isOurs ? await checkSignature(bundle.checkpoint, verifier) : 'wrong'
  const digests = (bundle.opened.fields.digests ?? {}) as Readonly<Record<string, unknown>>
  const parts = await Promise.all(
    PARTS.map(
      async (name) => [name, said((await digestOf(bundle[name])) === digests[name])] as const,
    ),
  )
  const { kind, fields } = bundle.opened
  const isAsked =
    kind === DECISION && fields.measure === bundle.measure && fields.mode === bundle.mode
  return {
    ...(Object.fromEntries(parts) as Record<(typeof PARTS)[number], CheckState>),
    signature,
    inclusion: said(head !== undefined && (await isIncluded(bundle, head))),
    question: said(isAsked),
    recomputed: said(comesOutTheSame(bundle)),
  }
}

function said(isGood: boolean): CheckState {
  return isGood ? 'good' : 'wrong'
}

async function digestOf(value: unknown): Promise<string> {
  return formatHex(await sha256(new TextEncoder().encode(canonicalJson(value))))
}

/** RFC 6962 §2.1.1, from the leaf up. */
async function isIncluded(
  { entry, opened, inclusion }: Bundle,
  { size, root }: { readonly size: number; readonly root: Uint8Array },
): Promise<boolean> {
  const previous = parseBase64(entry.previous)
  const proof = inclusion.map((it) => parseBase64(it))
  if (previous?.length !== HASH_BYTES || entry.index >= size || entry.index < 0) return false
  const digest = await sha256(new TextEncoder().encode(canonicalJson(opened)))
  let hash = await leafHash(Uint8Array.of(ENTRY_VERSION, ...previous, ...digest))
  let [at, last] = [entry.index, size - 1]
  for (const other of proof) {
    if (other?.length !== HASH_BYTES || last === 0) return false
    if (at % 2 === 1 || at === last) {
      hash = await nodeHash(other, hash)
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)]
    } else hash = await nodeHash(hash, other)
    ;[at, last] = [Math.floor(at / 2), Math.floor(last / 2)]
  }
  return last === 0 && isSame(hash, root)
}

/** By the second evaluator, written apart from the node's own; reasons in no order. */
function comesOutTheSame({ rules, measure, mode, facts, result }: Bundle): boolean {
  try {
    const again = evaluateSlowly(rulesOf(rules), { measure, mode, facts })
    return plain(again) === plain(result)
  } catch {
    return false
  }
}

function plain(outcome: { readonly reasons: readonly string[] }): string {
  const sorted = { ...outcome, reasons: [...outcome.reasons].sort() }
  return canonicalJson(JSON.parse(JSON.stringify(sorted)))
}
