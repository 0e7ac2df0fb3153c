import { Tooltip } from 'antd'
import { useFormat } from '../frame/format.ts'

/** A moment: how long ago, and exactly on asking (by pointer, keyboard or screen reader). */
export function When({ at, isExact = false }: { at: string | undefined; isExact?: boolean }) {
  const format = useFormat()
  if (at === undefined) return <span>—</span>
  const exact = format.dateTime(at)
  if (isExact) return <time dateTime={at}>{exact}</time>
  return (
    <Tooltip title={exact}>
      <time dateTime={at}>{format.since(at)}</time>
    </Tooltip>
  )
}
