import { parseCheckpoint } from '../../proof/note.ts'

const KEPT_AS = 'waymark.evidence'

export type KeptHead = { readonly note: string; readonly at: string }

/** The head of the log that this browser saw last. */
export function keptHead(origin: string): KeptHead | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT_AS) ?? '{}') as Record<string, KeptHead>
    const found = kept[origin]
    return found !== undefined && parseCheckpoint(found.note) !== undefined ? found : undefined
  } catch {
    return undefined
  }
}

/** Only a head that was signed and continues the one before is kept. */
export function keepHead(origin: string, note: string): void {
  const kept: KeptHead = { note, at: new Date().toISOString() }
  localStorage.setItem(KEPT_AS, JSON.stringify({ [origin]: kept }))
}
