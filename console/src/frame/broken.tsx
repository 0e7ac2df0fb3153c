import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { ApiProblem } from '../api/problem.ts'
import { Page } from '../ui/page.tsx'
import { Failed, Loading } from '../ui/states.tsx'
import { useFrameTexts } from './frame-texts.ts'

/** A part of the console that is fetched when it is wanted did not come. */
export class PartMissing extends Error {}

/** As browsers, and the piece of Vite that fetches style sheets, say so. */
const MISSING =
  /dynamically imported module|importing a module script failed|unable to preload css/i

function isPartMissing(error: unknown): boolean {
  return error instanceof PartMissing || (error instanceof Error && MISSING.test(error.message))
}

/** Fetches a page; the router itself would load the whole anew, also where there is no connection to load it by. */
export async function fetched<T>(page: () => Promise<T>): Promise<T> {
  try {
    return await page()
  } catch (cause) {
    throw isPartMissing(cause) ? new PartMissing('a page did not come', { cause }) : cause
  }
}

/** What stands in place of a page that broke. */
export function Broken({ error, reset }: { error: unknown; reset: () => void }) {
  return isPartMissing(error) ? <Missing /> : <Failed error={error} retry={reset} />
}

const RELOADED = 'waymark.reloaded-at'
const RENEWED = 'waymark.renewed'
/** A reload that did not help is not done again by itself. */
const RELOAD_AGAIN_MS = 30_000

/**
 * The node was given another console while this one was open, and knows the parts of the old one no more: all is loaded anew,
 * once, at the address that was wanted. Forms keep drafts. Without a connection it waits for one.
 */
function Missing() {
  const t = useFrameTexts()
  const [mayReload] = useState(
    () => Date.now() - Number(sessionStorage.getItem(RELOADED)) > RELOAD_AGAIN_MS,
  )
  const now = useQuery({
    queryKey: ['console'],
    queryFn: entryOfNode,
    networkMode: 'always',
    retry: false,
    gcTime: 0,
  })
  useEffect(() => {
    if (mayReload && now.data !== undefined) reload(now.data)
  }, [mayReload, now.data])
  let shown: ReactNode = <Loading />
  if (now.isError) shown = <Failed error={now.error} retry={() => void now.refetch()} />
  else if (now.isSuccess && !mayReload) {
    shown = <Failed error={new ApiProblem(0, {})} retry={() => reload(now.data)} />
  }
  return <Page title={t('loading')}>{shown}</Page>
}

function reload(entry: string): void {
  sessionStorage.setItem(RELOADED, String(Date.now()))
  if (entry !== entryHere()) sessionStorage.setItem(RENEWED, '1')
  location.reload()
}

/** Whether this load is of a console newer than the one that was open; said once. */
export function wasRenewed(): boolean {
  const is = sessionStorage.getItem(RENEWED) !== null
  sessionStorage.removeItem(RENEWED)
  return is
}

const ENTRY = /<script type="module"[^>]*src="([^"]+)"/

/** The script that the node's console begins with. */
async function entryOfNode(): Promise<string> {
  const reply = await fetch('/console/', { headers: { accept: 'text/html' }, cache: 'no-store' })
  if (!reply.ok) throw new ApiProblem(reply.status, {})
  return ENTRY.exec(await reply.text())?.[1] ?? ''
}

function entryHere(): string {
  return document.querySelector('script[type=module][src]')?.getAttribute('src') ?? ''
}
