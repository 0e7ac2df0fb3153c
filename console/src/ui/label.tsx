import type { ReactNode } from 'react'
import './label.css'

/** A word on a coloured ground, as a tag of Ant Design looks: lists hold one in each row, and this costs nothing. */
export function Label({ kind, children }: { kind?: 'success' | 'error'; children: ReactNode }) {
  return <span className={kind === undefined ? 'label' : `label ${kind}`}>{children}</span>
}
