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

/** The same as plain text. */
export function codedText({ chain, code }: CodedProps, language: Language): string {
  const names = chain.map((it) => codeName(it, language)).join(' › ')
  return [names, code].filter((it) => it !== undefined && it !== '').join(' ')
}
