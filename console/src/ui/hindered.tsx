import { type CSSProperties, type ReactNode, useId } from 'react'

type Described = { readonly disabled: true; readonly 'aria-describedby': string }

type HinderedProps = {
  /** Why it cannot be done now. */
  readonly why: string
  /** The button, with what it is given. */
  readonly children: (described: Described) => ReactNode
}

const STACK: CSSProperties = {
  display: 'inline-flex',
  flexDirection: 'column',
  alignItems: 'flex-start',
  maxInlineSize: '24em',
}

/** A button that cannot be pressed now, with why beside it for whoever has no pointer to rest on it. */
export function Hindered({ why, children }: HinderedProps) {
  const id = useId()
  return (
    <span style={STACK}>
      {children({ disabled: true, 'aria-describedby': id })}
      <small id={id} style={{ fontSize: 13, color: 'var(--ant-color-text-secondary)' }}>
        {why}
      </small>
    </span>
  )
}
