import type { Claim, Handover } from './evidence.ts'
import {
  type Checkpoint,
  formatCheckpoint,
  openNote,
  parseCheckpoint,
  parseVerifierKey,
  type Signer,
  signNote,
  type Verifier,
} from './note.ts'

/** How a log goes from one key to the next: both sign for a while, then the first names the second and ends. */

export const EVIDENCE_KEY = 'evidence-key'
/** Of keys one after the other; a published list of them is no longer than this. */
export const HANDOVERS_MAX = 64
export const HANDOVERS_BYTES_MAX = 262_144
/** Where they are published, below the log's address. */
export const HANDOVERS_FILE = 'handovers.json'

const SUCCESSOR = /^successor (\S+)$/

/** That a key begins or ends, for everybody to read in the log itself. */
export function evidenceKeyClaim(key: string, state: 'begun' | 'ended', at: number): Claim {
  return { kind: EVIDENCE_KEY, subject: 'node', at, fields: { key, state }, open: 'public' }
}

/** The last head that `ending` signs, with the name of `successor`, who signs it too: nobody is named without knowing. */
export function writeHandover(head: Checkpoint, ending: Signer, successor: Signer): Handover {
  const text = `${formatCheckpoint(head)}successor ${successor.verifierKey}\n`
  return { ended: ending.verifierKey, note: signNote(text, [ending, successor]) }
}

export type OpenedHandover = { readonly head: Checkpoint; readonly successor: Verifier }

/** Undefined unless `ending` signed it, the successor too, and both are keys of the same log. */
export function openHandover(note: string, ending: Verifier): OpenedHandover | undefined {
  const opened = openNote(note, ending)
  const text = opened.kind === 'signed' ? opened.text : ''
  const head = parseCheckpoint(text)
  const named = text.split('\n').flatMap((it) => SUCCESSOR.exec(it)?.[1] ?? [])
  const successor = named.length === 1 ? parseVerifierKey(named[0] ?? '') : undefined
  if (head === undefined || successor === undefined) return undefined
  if (head.origin !== ending.name || successor.name !== ending.name) return undefined
  return openNote(note, successor).kind === 'signed' ? { head, successor } : undefined
}

/** Undefined for what is no published list of handovers. */
export function parseHandovers(json: string): readonly Handover[] | undefined {
  let list: unknown
  try {
    list = JSON.parse(json)
  } catch {
    return undefined
  }
  if (!Array.isArray(list) || list.length > HANDOVERS_MAX) return undefined
  return list.every(isHandover) ? list : undefined
}

function isHandover(value: unknown): value is Handover {
  const { ended, note } = (value ?? {}) as Partial<Record<keyof Handover, unknown>>
  return typeof ended === 'string' && typeof note === 'string'
}

/** As it is published. */
export function formatHandovers(handovers: readonly Handover[]): string {
  return `${JSON.stringify(handovers)}\n`
}
