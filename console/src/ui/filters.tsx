import { Input } from 'antd'
import { type ReactNode, useEffect, useState } from 'react'
import { useEmptying } from './emptying.tsx'
import { SelectSoon } from './select-soon.tsx'

/** What a list is filtered by, in a row. */
export function FilterRow({ children }: { children: ReactNode }) {
  return (
    <search style={{ display: 'flex', flexWrap: 'wrap', gap: 8, marginBlockEnd: 12 }}>
      {children}
    </search>
  )
}

type WordsFilterProps = {
  readonly label: string
  readonly hint?: string
  readonly value: string | undefined
  readonly change: (words: string) => void
  /** As much as the node takes; what is pasted beyond it is cut. */
  readonly charsMax?: number
}

const CHARS_MAX = 100

/** Words to look for, asked about by Enter or the button beside them. */
export function WordsFilter(props: WordsFilterProps) {
  const { label, hint = label, value = '', change, charsMax = CHARS_MAX } = props
  const [typed, setTyped] = useState(value)
  // the address was changed by another hand: a link, or the way back
  useEffect(() => setTyped(value), [value])
  return (
    <Input.Search
      allowClear={useEmptying()}
      style={{ flex: '1 1 240px', maxInlineSize: 400 }}
      aria-label={label}
      placeholder={hint}
      maxLength={charsMax}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      onSearch={(words) => change(words.trim())}
    />
  )
}

type ChoiceFilterProps<T extends string> = {
  readonly label: string
  /** What no choice is called. */
  readonly all: string
  readonly choices: readonly T[]
  readonly nameOf: (choice: T) => string
  readonly value: string | undefined
  readonly change: (choice: string) => void
  readonly width?: number
}

/** One of some states or kinds, or all of them. */
export function ChoiceFilter<T extends string>(props: ChoiceFilterProps<T>) {
  const { label, all, choices, nameOf, value = '', change, width = 150 } = props
  return (
    <SelectSoon
      aria-label={label}
      style={{ minInlineSize: width }}
      value={value}
      onChange={change}
      options={[
        { value: '', label: all },
        ...choices.map((it) => ({ value: it as string, label: nameOf(it) })),
      ]}
    />
  )
}
