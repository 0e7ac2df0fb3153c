import type { Documents } from '../../kernel/documents/documents.ts'
import { openingOf, readEntry } from '../../kernel/evidence/entry.ts'
import type { Evidence } from '../../kernel/evidence/evidence.ts'
import { openNote, parseCheckpoint, parseVerifierKey } from '../../kernel/evidence/note.ts'
import { Problem } from '../../lib/problem.ts'
import type { BUNDLE_FORMAT, Bundle } from '../checker/bundle.ts'
import { DECISION_KIND } from './claims.ts'
import { POLICY_DECISIONS } from './collections.ts'

const FORMAT: typeof BUNDLE_FORMAT = 'waymark-policy-bundle/1'

/** Where a decision stands in the evidence log; undefined: it is not written there yet. */
export async function entryOfAward(evidence: Evidence, award: string): Promise<number | undefined> {
  const [entry] = await evidence.about(award, { limit: 1, kind: DECISION_KIND, openTo: ['public'] })
  return entry?.index
}

/**
 * Everything an outsider needs to recompute an award offline, with the proof that it stands in the log.
 * @throws Problem `not-found`; `unavailable` for the moments until the decision is in the log
 */
export async function bundleOf(
  { documents, evidence }: { readonly documents: Documents; readonly evidence: Evidence },
  award: string,
): Promise<Bundle> {
  const stored = await documents.get(POLICY_DECISIONS, award)
  if (stored === undefined) {
    throw new Problem('not-found', { en: 'There is no such award', zh: '没有该项决定' })
  }
  const { measure, mode, rules, readings, facts, result } = stored.body
  return {
    format: FORMAT,
    ...(await proofOf(evidence, award)),
    ...{ measure, mode, readings, facts },
    rules: rules as unknown as Bundle['rules'],
    result: result as unknown as Bundle['result'],
  }
}

type Proof = Pick<Bundle, 'entry' | 'opened' | 'checkpoint' | 'inclusion'>

async function proofOf(evidence: Evidence, award: string): Promise<Proof> {
  const index = await entryOfAward(evidence, award)
  if (index === undefined) throw notYet()
  const checkpoint = await evidence.checkpoint()
  const size = signedSize(checkpoint, evidence.verifierKey)
  const [opened, leaf] = await Promise.all([evidence.open(index), evidence.leaf(index)])
  const entry = leaf && readEntry(leaf.entry)
  if (index >= size || opened === undefined || entry === undefined) throw notYet()
  return {
    entry: { index, previous: Buffer.from(entry.previous).toString('base64') },
    opened: openingOf(opened.claim, opened.salt),
    checkpoint,
    inclusion: [...(await evidence.inclusionProof(index, size))],
  }
}

function signedSize(checkpoint: string, verifierKey: string): number {
  const verifier = parseVerifierKey(verifierKey)
  const note = verifier && openNote(checkpoint, verifier)
  const head = note?.kind === 'signed' ? parseCheckpoint(note.text) : undefined
  if (head === undefined) throw new Error('evidence: the log’s own head does not verify')
  return head.size
}

function notYet(): Problem {
  const text = {
    en: 'The decision is being written to the evidence log; ask again in a few seconds',
    zh: '该决定正在写入存证日志，请数秒后再试',
  }
  return new Problem('unavailable', text, { retryAfterS: 5 })
}
