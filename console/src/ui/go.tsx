import { Link, useNavigate } from '@tanstack/react-router'
import { type ComponentProps, type CSSProperties, type ReactNode, useEffect, useRef } from 'react'

export type Search = Readonly<Record<string, string | undefined>>

type GoProps = {
  readonly to: string
  readonly search?: Search
  readonly children: ReactNode
  readonly className?: string
  readonly style?: CSSProperties
  readonly onClick?: () => void
  readonly 'aria-label'?: string
  readonly 'aria-current'?: 'page'
}

/** A link within the console. Rooms hang their routes in at run time, so addresses are plain strings here. */
export function Go({ to, search, ...rest }: GoProps) {
  return (
    <Link {...({ to, search: search ?? {}, ...rest } as unknown as ComponentProps<typeof Link>)} />
  )
}

/** Goes to an address within the console. */
export function useGo(): (to: string, search?: Search, options?: { replace?: boolean }) => void {
  const navigate = useNavigate()
  return (to, search = {}, options = {}) =>
    void navigate({ to, search, ...options } as unknown as Parameters<typeof navigate>[0])
}

/** Goes on once, in place of the page that draws it. */
export function GoOn({ to, search }: { to: string; search?: Search }) {
  const go = useGo()
  const isGone = useRef(false)
  useEffect(() => {
    if (isGone.current) return
    // while the next page is fetched this one is drawn again, at the address of the next
    isGone.current = true
    go(to, search, { replace: true })
  })
  return null
}
