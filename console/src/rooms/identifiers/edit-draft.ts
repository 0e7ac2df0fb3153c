import { useState } from 'react'
import { useDraft } from '../../ui/draft.ts'
import type { RecordValues } from '../../ui/record-value.ts'
import type { Identifier } from './records.ts'

/** What is edited, and what of the record it began with: a draft may be older than the record by now. */
type Draft = {
  readonly version: number
  readonly began: RecordValues
  readonly values: RecordValues
}

/**
 * The contents of a record while they are edited, kept on this device until they are saved or discarded. A draft of an
 * earlier version is saved against that version, so that what somebody else changed since is merged and not undone.
 */
export function useEditDraft(record: Identifier, now: RecordValues) {
  const draft = useDraft<Draft>(`edit.${record.handle}`)
  const [isRestored, setIsRestored] = useState(draft.restored !== undefined)
  const [state, setState] = useState<Draft>(
    () => draft.restored ?? { version: record.version, began: now, values: now },
  )
  const set = (next: Draft) => {
    setState(next)
    draft.keep(next)
  }
  return {
    ...state,
    isRestored,
    edit: (values: RecordValues) => set({ ...state, values }),
    /** What it is from now on compared with. */
    rebase: (version: number, began: RecordValues, values: RecordValues) =>
      set({ version, began, values }),
    /** Saved, or not wanted: nothing is brought back. */
    forget: () => draft.discard(),
    discard: () => {
      draft.discard()
      setIsRestored(false)
      setState({ version: record.version, began: now, values: now })
    },
  }
}
