import { Alert, Button } from 'antd'
import type { ReactNode } from 'react'
import { useText } from '../frame/language.ts'

const WORDS = {
  title: { zh: '他人刚刚保存过此内容', en: 'Somebody else saved this meanwhile' },
  hint: {
    zh: '您填写的内容仍在此处，再次保存即以其为准。',
    en: 'What you typed is still here; save again to have it stand.',
  },
  both: {
    zh: '双方都改过、目前为您填写的：',
    en: 'Changed by both, now as you typed it: ',
  },
  and: { zh: '、', en: ', ' },
  take: { zh: '改用对方的内容', en: 'Take theirs' },
} as const

type OvertakenProps = {
  /** What both have changed, by the names of the fields. */
  readonly both?: readonly string[]
  /** As it is now. */
  readonly children?: ReactNode
  /** Where theirs can stand instead of what was typed. */
  readonly take?: () => void
}

/** Somebody else was faster: what stands now, and theirs or ours. Nothing typed is lost until one is chosen. */
export function Overtaken({ both = [], children, take }: OvertakenProps) {
  const text = useText()
  return (
    <Alert
      type="warning"
      showIcon
      style={{ marginBlockEnd: 16 }}
      title={text(WORDS.title)}
      description={
        <>
          {children}
          <p style={{ margin: '0 0 8px' }}>{text(WORDS.hint)}</p>
          {both.length > 0 && (
            <p style={{ margin: '0 0 8px' }}>
              {text(WORDS.both)}
              {both.join(text(WORDS.and))}
            </p>
          )}
          {take !== undefined && <Button onClick={take}>{text(WORDS.take)}</Button>}
        </>
      }
    />
  )
}

type Three<T> = { readonly base: Partial<T>; readonly mine: T; readonly theirs: Partial<T> }

/** What they alone changed is taken over; what both changed stays as it was typed here, and is named. */
export function mergeValues<T extends object>({
  base,
  mine,
  theirs,
}: Three<T>): {
  readonly values: T
  readonly both: readonly (keyof T)[]
} {
  const values = { ...mine }
  const both: (keyof T)[] = []
  for (const name of Object.keys(mine) as (keyof T)[]) {
    const isTheirs = !isSame(base[name], theirs[name])
    if (!isTheirs || isSame(mine[name], theirs[name])) continue
    if (isSame(base[name], mine[name])) values[name] = theirs[name] as T[keyof T]
    else both.push(name)
  }
  return { values, both }
}

/** An input that is empty holds nothing, however it says so. */
function isSame(one: unknown, other: unknown): boolean {
  const plain = (it: unknown) => JSON.stringify(it === undefined || it === null ? '' : it)
  return plain(one) === plain(other)
}
