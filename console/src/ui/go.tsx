import { useNavigate, useRouter } from '@tanstack/react-router'
import { type CSSProperties, type MouseEvent, type ReactNode, useEffect, useRef } from 'react'
import { stringifySearch } from '../frame/search.ts'

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

/**
 * A link within the console. Rooms hang their routes in at run time, so addresses are plain strings here. The router's own
 * link follows every change of address and costs more than all else of a list's row.
 */
export function Go({ to, search, onClick, ...rest }: GoProps) {
  const router = useRouter()
  const soon = useRef<ReturnType<typeof setTimeout>>(undefined)
  const forget = () => clearTimeout(soon.current)
  useEffect(() => () => clearTimeout(soon.current), [])
  const target = { to, search: search ?? {} } as unknown as Parameters<typeof router.navigate>[0]
  const fetchPage = () => void router.preloadRoute(target as never).catch(() => {})
  return (
    <a
      {...rest}
      href={hrefOf(to, search)}
      onMouseEnter={() => {
        soon.current = setTimeout(fetchPage, MEANT_MS)
      }}
      onMouseLeave={forget}
      onTouchStart={fetchPage}
      onClick={(event) => {
        onClick?.()
        if (!isForHere(event)) return
        event.preventDefault()
        forget()
        void router.navigate(target)
      }}
    />
  )
}

/** A pointer that stays on a link so long means it: its page is fetched. */
const MEANT_MS = 50

/** The browser itself opens it in another tab or window, where that is asked for. */
export function isForHere(event: MouseEvent): boolean {
  return !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0)
}

export function hrefOf(to: string, search: Search = {}): string {
  return `/console${to}${stringifySearch(search)}`
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
