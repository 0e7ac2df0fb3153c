import { Button, Card } from 'antd'
import type { ReactNode } from 'react'
import { useFrameTexts } from '../frame/frame-texts.ts'
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
  /** Set where there is another page. */
  readonly onMore?: (() => void) | undefined
  readonly isLoadingMore?: boolean
}

/** A list as a table at a desk and as cards in a hand; the next page comes by a button, so that the keyboard reaches it. */
export function Records<T>(props: RecordsProps<T>) {
  const t = useFrameTexts()
  const isWide = useIsWide('table')
  const isEmpty = props.rows.length === 0 && props.isLoading !== true
  if (isEmpty) return props.empty
  return (
    <>
      {isWide ? <PlainTable {...props} /> : <AsCards {...props} />}
      {props.onMore !== undefined && (
        <p style={{ textAlign: 'center', marginBlock: 16 }}>
          <Button onClick={props.onMore} loading={props.isLoadingMore === true}>
            {t('more')}
          </Button>{' '}
          <span className="nums">{t('moreOf', { count: props.rows.length })}</span>
        </p>
      )}
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
