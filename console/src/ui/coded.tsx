import { Fragment } from 'react'
import { type Language, useLanguage } from '../frame/language.ts'

/** A code of a national table; its English name is there for some. */
export type NamedCode = { readonly code: string; readonly name: string; readonly nameEn?: string }

/** The name in the reader's language, or the Chinese one where there is no other. */
export function codeName({ name, nameEn }: Omit<NamedCode, 'code'>, language: Language): string {
  return language === 'zh' ? name : (nameEn ?? name)
}

type CodedProps = {
  /** From the widest down. */
  readonly chain: readonly NamedCode[]
  readonly code?: string
}

/** A code by its names, from the widest down; what is named in Chinese alone says so to who reads it aloud. */
export function Coded({ chain, code }: CodedProps) {
  const language = useLanguage()
  return (
    <>
      {chain.map((it, at) => (
        <Fragment key={it.code}>
          {at > 0 && ' › '}
          {language === 'zh' || it.nameEn !== undefined ? (
            codeName(it, language)
          ) : (
            <span lang="zh-CN">{it.name}</span>
          )}
        </Fragment>
      ))}
      {chain.length > 0 && code !== undefined && ' '}
      {code}
    </>
  )
}

/** The narrowest name alone; where it is Chinese alone, a reader of English is told the narrowest English one before it. */
export function CodedBriefly({ chain, code }: CodedProps & { readonly code: string }) {
  const language = useLanguage()
  const last = chain.at(-1)
  if (last === undefined) return code
  const above =
    language === 'en' && last.nameEn === undefined
      ? chain.findLast((it) => it.nameEn !== undefined)
      : undefined
  return <Coded chain={above === undefined ? [last] : [above, last]} />
}
