import { Tooltip } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useFormat } from '../frame/format.ts'

/** Nothing pops up where a pointer merely passes. */
const ASKED_MS = 100

/** A moment: how long ago, and exactly on asking (by pointer or a touch). */
export function When({ at, isExact = false }: { at: string | undefined; isExact?: boolean }) {
  const format = useFormat()
  if (at === undefined) return <span>—</span>
  if (isExact) return <time dateTime={at}>{format.dateTime(at)}</time>
  return <Since at={at} />
}

/** Lists hold one in each row: what pops up is made where it is asked for, as it costs more than all else of a row. */
function Since({ at }: { at: string }) {
  const format = useFormat()
  const [isAsked, setIsAsked] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const leave = () => {
    clearTimeout(timer.current)
    setIsAsked(false)
  }
  return (
    <time
      dateTime={at}
      style={{ position: 'relative' }}
      onMouseEnter={() => {
        timer.current = setTimeout(() => setIsAsked(true), ASKED_MS)
      }}
      onMouseLeave={leave}
    >
      {format.since(at)}
      {isAsked && (
        <Tooltip open title={format.dateTime(at)}>
          <span style={{ position: 'absolute', inset: 0 }} />
        </Tooltip>
      )}
    </time>
  )
}
