import type { ReactNode } from 'react'
import { Copy } from './copy.tsx'
import './named.css'

type NamedProps = {
  readonly id: string
  /** Absent: the id is all that is known, or all that this person may know. */
  readonly name?: ReactNode
  /** With a button that copies the id; in lists a click on it chooses the whole. */
  readonly isCopied?: boolean
}

/** A thing by its name, its id beside it. */
export function Named({ id, name, isCopied = false }: NamedProps) {
  const spelled = (
    <bdi className="mono named-id" lang="zxx">
      {id}
    </bdi>
  )
  const copy = isCopied && <Copy text={id} />
  if (name === undefined) {
    return (
      <span className="named">
        {spelled}
        {copy}
      </span>
    )
  }
  return (
    <span className="named">
      <bdi>{name}</bdi>{' '}
      <small>
        {spelled}
        {copy}
      </small>
    </span>
  )
}
