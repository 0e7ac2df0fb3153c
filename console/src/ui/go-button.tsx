import { Button, type ButtonProps } from 'antd'
import type { ReactNode } from 'react'
import { hrefOf, isForHere, type Search, useGo } from './go.tsx'

type GoButtonProps = {
  readonly to: string
  readonly search?: Search
  readonly type?: ButtonProps['type']
  readonly size?: ButtonProps['size']
  readonly children: ReactNode
}

/** A link within the console that looks like a button; it opens in another tab as links do. */
export function GoButton({ to, search = {}, type, size, children }: GoButtonProps) {
  const go = useGo()
  return (
    <Button
      {...(type !== undefined && { type })}
      {...(size !== undefined && { size })}
      href={hrefOf(to, search)}
      onClick={(event) => {
        if (!isForHere(event)) return
        event.preventDefault()
        go(to, search)
      }}
    >
      {children}
    </Button>
  )
}
