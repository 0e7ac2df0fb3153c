import { Select, type SelectProps } from 'antd'
import { startTransition, useEffect, useState } from 'react'
import './select-soon.css'

/** A choice from a list. It is seen at once, and can be opened as soon as the page around it is seen: it takes as long to draw as twenty rows. */
export function SelectSoon<T extends string>(props: SelectProps<T>) {
  const [isTime, setIsTime] = useState(false)
  useEffect(() => startTransition(() => setIsTime(true)), [])
  if (isTime) return <Select {...props} />
  const { options = [], value, style } = props
  return (
    <span className="select-soon" style={style}>
      {options.find((it) => it.value === value)?.label}
    </span>
  )
}
