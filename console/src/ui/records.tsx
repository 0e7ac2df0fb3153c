import { Card } from 'antd'
import type { ReactNode } from 'react'
import { Fallen, isFallen, More, NotRenewed, type Paged } from './pages.tsx'
import { PlainTable } from './plain-table.tsx'
import { useRowsSoon } from './rows-soon.ts'
import { useIsWide } from './wide.ts'

export type Column<T> = {
  readonly key: string
  readonly title: string
  readonly show: (row: T) => ReactNode
  readonly width?: number
  readonly isNumber?: boolean
  /** Left out where the screen is narrow. */
  readonly isMinor?: boolean
}

type RecordsProps<T> = {
  /** Names the table for a screen reader. */
  readonly label: string
  readonly rows: readonly T[]
  readonly keyOf: (row: T) => string
  readonly columns: readonly Column<T>[]
  readonly isLoading?: boolean
  readonly empty: ReactNode
  /** Set where the rows come page after page: tells what loads, what failed and how to go on, while the rows stand. */
  readonly pages?: Paged
}

/** A list as a table at a desk and as cards in a hand. */
export function Records<T>({ pages, ...props }: RecordsProps<T>) {
  const isWide = useIsWide('table')
  if (pages !== undefined && isFallen(pages)) return <Fallen pages={pages} />
  const { isLoading = pages?.isLoading === true, rows, empty } = props
  const shown = { ...props, isLoading }
  const isEmpty = rows.length === 0 && !isLoading
  return (
    <>
      {pages !== undefined && <NotRenewed pages={pages} />}
      {isEmpty ? empty : isWide ? <PlainTable {...shown} /> : <AsCards {...shown} />}
      {pages !== undefined && <More pages={pages} count={rows.length} />}
    </>
  )
}

/** A card is no lower. */
const CARD_PX = 120

function AsCards<T>({ label, rows, keyOf, columns, isLoading }: RecordsProps<T>) {
  const [first, ...rest] = columns
  const drawn = useRowsSoon(rows, CARD_PX)
  if (isLoading === true && rows.length === 0) return <Card loading />
  return (
    <ul className="cards" aria-label={label}>
      {drawn.map((row) => (
        <li key={keyOf(row)}>
          <Card size="small" {...(first && { title: first.show(row) })}>
            <dl className="card-rows">
              {rest
                .filter((it) => it.isMinor !== true)
                .map((it) => (
                  <CardRow key={it.key} title={it.title}>
                    {it.show(row)}
                  </CardRow>
                ))}
            </dl>
          </Card>
        </li>
      ))}
    </ul>
  )
}

function CardRow({ title, children }: { title: string; children: ReactNode }) {
  return (
    <>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </>
  )
}
