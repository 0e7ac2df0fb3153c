import { useState } from 'react'
import { useDraft } from './draft.ts'
import { mergeValues } from './overtaken.tsx'

type Versioned = { readonly version: number }
/** What was typed, and what it began with. */
type Kept<V, D> = { readonly values: V; readonly base?: D }
type Options<V, D> = {
  readonly name: string
  /** As it is stored; undefined for what is not yet. */
  readonly now: D | undefined
  readonly valuesOf: (stored: D) => V
}

/**
 * The draft of a form over something that others write too. What is brought back, and what was refused because somebody else was
 * faster, is laid over what is stored by then: what they alone changed is taken over, what both did is named by `both`.
 */
export function useBasedDraft<V extends object, D extends Versioned>(options: Options<V, D>) {
  const { name, now, valuesOf } = options
  const kept = useDraft<Kept<V, D>>(name)
  const lay = ({ values: mine, base }: Kept<V, D>, over: D) =>
    mergeValues<V>({ base: base === undefined ? {} : valuesOf(base), mine, theirs: valuesOf(over) })
  const [begun] = useState(() => {
    const { restored } = kept
    const isOlder = now !== undefined && restored?.base?.version !== now.version
    if (restored === undefined || !isOlder) return { values: restored?.values, both: undefined }
    return lay(restored, now)
  })
  const [base, setBase] = useState(now)
  const [both, setBoth] = useState(begun.both)
  return {
    /** What is brought back; undefined where nothing is. */
    begun: begun.values,
    isRestored: kept.restored !== undefined && both === undefined,
    ...{ base, both, discard: kept.discard },
    keep: (values: V) => kept.keep({ values, ...(base !== undefined && { base }) }),
    /** Answers what the form holds from then on. */
    overtaken: (mine: V, over: D): V => {
      const merged = lay({ values: mine, ...(base !== undefined && { base }) }, over)
      kept.keep({ values: merged.values, base: over })
      setBase(over)
      setBoth(merged.both)
      return merged.values
    },
  }
}
