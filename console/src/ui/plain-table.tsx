import { memo, type ReactNode } from 'react'
import { useRowsSoon } from './rows-soon.ts'
import { Loading } from './states.tsx'
import './plain-table.css'

export type PlainColumn<T> = {
  readonly key: string
  readonly title: ReactNode
  readonly show: (row: T) => ReactNode
  readonly width?: number
  readonly isNumber?: boolean
}

type PlainTableProps<T> = {
  readonly label: string
  readonly columns: readonly PlainColumn<T>[]
  readonly rows: readonly T[]
  readonly keyOf: (row: T) => string
  readonly isLoading?: boolean
  readonly heightMax?: number
}

/** Of a row, where it is not drawn yet: what lies below stands about where it will. */
const ROW_PX = 45

/** A table and nothing else: Ant Design's own is a sixth of what a page may weigh, for filters and menus that ours do not have. */
export function PlainTable<T>(props: PlainTableProps<T>) {
  const { label, columns, rows, keyOf, isLoading = false, heightMax } = props
  const drawn = useRowsSoon(rows, ROW_PX)
  return (
    <section
      className="plain-table-box"
      aria-label={label}
      aria-busy={isLoading}
      // what is wider than the window is scrolled by the keyboard too
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must take the focus
      tabIndex={0}
      {...(heightMax !== undefined && { style: { maxBlockSize: heightMax, overflowY: 'auto' } })}
    >
      <table className="plain-table" aria-label={label}>
        <thead>
          <tr>
            {columns.map((it) => (
              <th
                key={it.key}
                scope="col"
                {...(it.isNumber === true && { className: 'nums' })}
                {...(it.width !== undefined && { style: { inlineSize: it.width } })}
              >
                {it.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {drawn.map((row) => (
            <Row key={keyOf(row)} row={row} columns={columns} />
          ))}
        </tbody>
      </table>
      {drawn.length < rows.length && (
        <div style={{ blockSize: (rows.length - drawn.length) * ROW_PX }} />
      )}
      {isLoading && rows.length === 0 && <Loading />}
    </section>
  )
}

type RowProps<T> = { readonly row: T; readonly columns: readonly PlainColumn<T>[] }

/** Drawn again only where it or its columns are others: keep these from one drawing to the next. */
const Row = memo(function Row<T>({ row, columns }: RowProps<T>) {
  return (
    <tr>
      {columns.map((it) => (
        <td key={it.key} {...(it.isNumber === true && { className: 'nums' })}>
          {it.show(row)}
        </td>
      ))}
    </tr>
  )
}) as <T>(props: RowProps<T>) => ReactNode
