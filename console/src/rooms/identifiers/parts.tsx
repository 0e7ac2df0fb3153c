import { Button } from 'antd'
import { type ReactNode, useCallback, useState } from 'react'
import { useFormat } from '../../frame/format.ts'
import { useText } from '../../frame/language.ts'
import { Label } from '../../ui/label.tsx'
import type { Described, Identifier } from './records.ts'
import { useTexts } from './texts.ts'

const CHARS_SHOWN_MAX = 400
const CHARS_IN_CELL_MAX = 40

export function StateTags({ record }: { record: Pick<Identifier, 'state' | 'held'> }) {
  const t = useTexts()
  return (
    <>
      {record.state === 'retired' ? (
        <Label>{t('retired')}</Label>
      ) : (
        <Label kind="success">{t('registered')}</Label>
      )}
      {record.held && <Label kind="error">{t('held')}</Label>}
    </>
  )
}

/** The first few words of a text that may be long, in a cell of a table. */
export function Clipped({ text }: { text: string }) {
  const isLong = text.length > CHARS_IN_CELL_MAX
  return <bdi>{isLong ? `${text.slice(0, CHARS_IN_CELL_MAX)}…` : text}</bdi>
}

/** A text of any length: the beginning, and all of it on asking. */
export function LongText({ text, isMono = false }: { text: string; isMono?: boolean }) {
  const t = useTexts()
  const format = useFormat()
  const [isAll, setIsAll] = useState(false)
  const isLong = text.length > CHARS_SHOWN_MAX
  const shown = isLong && !isAll ? `${text.slice(0, CHARS_SHOWN_MAX)}…` : text
  return (
    <>
      <bdi {...(isMono && { className: 'mono' })} style={{ whiteSpace: 'pre-wrap' }}>
        {shown}
      </bdi>
      {isLong && (
        <>
          {' '}
          <Button type="link" size="small" aria-expanded={isAll} onClick={() => setIsAll(!isAll)}>
            {isAll ? t('showLess') : t('showAll', { count: format.number(text.length) })}
          </Button>
        </>
      )}
    </>
  )
}

/** What a field holds as one text, in the reader's language. */
export function useFieldText(): (field: Described) => string {
  const t = useTexts()
  const textOf = useText()
  return useCallback(
    ({ value, choice, choices, unit }) => {
      const word = (it: unknown) =>
        typeof it === 'boolean' ? t(it ? 'yes' : 'no') : it === null ? '' : String(it)
      if (choice !== undefined) return textOf(choice)
      if (choices !== undefined) return choices.map(textOf).join('; ')
      const text = Array.isArray(value) ? value.map(word).join('; ') : word(value)
      return unit === undefined ? text : `${text} ${unit}`
    },
    [t, textOf],
  )
}

/** What a field holds, with what can be followed as links. */
export function FieldValue({ field }: { field: Described }) {
  const fieldText = useFieldText()
  if (Array.isArray(field.value) && field.choices === undefined) {
    return (
      <ul style={{ margin: 0, paddingInlineStart: 18 }}>
        {field.value.map((it, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: elements may be equal, and only their place tells them apart
          <li key={at}>
            <Linked text={String(it)} type={field.type} />
          </li>
        ))}
      </ul>
    )
  }
  return <Linked text={fieldText(field)} type={field.type} />
}

function Linked({ text, type }: { text: string; type: string }): ReactNode {
  const isWeb = (type === 'url' || type === 'list') && /^https?:\/\//i.test(text)
  if (!isWeb || !URL.canParse(text)) return <LongText text={text} />
  return (
    <a href={text} target="_blank" rel="noreferrer noopener nofollow">
      <LongText text={text} />
    </a>
  )
}

/** An identifier in full, breaking where it must. */
export function Handle({ children }: { children: string }) {
  return (
    <bdi className="mono" dir="ltr">
      {children}
    </bdi>
  )
}
