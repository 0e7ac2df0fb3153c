import { Button } from 'antd'
import { asProblem } from '../api/problem.ts'
import { useFrameTexts } from '../frame/frame-texts.ts'
import { Failed, Said } from './states.tsx'

/** A list that comes page after page, as its query tells of it. */
export type Paged = {
  readonly data: unknown
  readonly error: unknown
  readonly isError: boolean
  readonly isLoading: boolean
  readonly hasNextPage: boolean
  readonly isFetching: boolean
  readonly isFetchingNextPage: boolean
  readonly isFetchNextPageError: boolean
  readonly fetchNextPage: () => Promise<unknown>
  readonly refetch: () => Promise<unknown>
}

/** What is no more theirs to see, or is gone. */
const ENDS: readonly number[] = [401, 403, 404]

/** Whether there is nothing to stand: the list never came, or the person may not read it any more. */
export function isFallen({ data, error, isError }: Paged): boolean {
  return isError && (data === undefined || ENDS.includes(asProblem(error).status))
}

/** Why a list did not come at all. */
export function Fallen({ pages }: { readonly pages: Paged }) {
  return <Failed error={pages.error} retry={() => void pages.refetch()} />
}

/** Above rows that stand, why asking for them again failed. */
export function NotRenewed({ pages }: { readonly pages: Paged }) {
  if (!pages.isError || pages.isFetchNextPageError || isFallen(pages)) return null
  return <Said error={pages.error} retry={() => void pages.refetch()} />
}

type MoreProps = {
  readonly pages: Paged
  /** How many stand. */
  readonly count: number
  /** Where "load more" is called otherwise. */
  readonly label?: string
}

/**
 * The end of a list: its next page comes by a button, so that the keyboard reaches it. Where that failed, the rows stand, it is
 * said why, and the same button, which keeps the focus, tries again.
 */
export function More({ pages, count, label }: MoreProps) {
  const t = useFrameTexts()
  const isFailed = pages.isFetchNextPageError && !isFallen(pages)
  if (!pages.hasNextPage) return null
  return (
    <div style={{ marginBlock: 16 }}>
      {isFailed && <Said error={pages.error} />}
      <p style={{ textAlign: 'center', marginBlock: isFailed ? '12px 0' : 0 }}>
        <Button onClick={() => void pages.fetchNextPage()} loading={pages.isFetchingNextPage}>
          {isFailed ? t('retry') : (label ?? t('more'))}
        </Button>{' '}
        <span className="nums">{t('moreOf', { count })}</span>
      </p>
    </div>
  )
}
