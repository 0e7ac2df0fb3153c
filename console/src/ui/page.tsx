import { useLocation } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef } from 'react'
import { useFrameTexts } from '../frame/frame-texts.ts'

type PageProps = {
  readonly title: string
  /** One sentence: what this page is for. */
  readonly lead?: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** The head every page has. Coming to a page puts the focus on its heading, so that a screen reader reads where one is. */
export function Page({ title, lead, actions, children }: PageProps) {
  const t = useFrameTexts()
  const heading = useRef<HTMLHeadingElement>(null)
  const { pathname } = useLocation()
  const brand = t('brand')
  useEffect(() => {
    document.title = `${title} · ${brand}`
  }, [title, brand])
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each page, not for each title
  useEffect(() => {
    // a field that took the focus by itself keeps it
    if (document.activeElement === document.body) heading.current?.focus({ preventScroll: true })
  }, [pathname])
  return (
    <>
      <header className="page-head">
        <div>
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {lead !== undefined && <p className="page-lead">{lead}</p>}
        </div>
        {actions !== undefined && <div className="page-actions">{actions}</div>}
      </header>
      {children}
    </>
  )
}
