import { useCallback } from 'react'
import type { Me } from '../../api/me.ts'
import './audit.css'
import { useNote } from './member-texts.ts'
import { useTexts } from './texts.ts'
import type { Action, Entry } from './trail.ts'

export const COLLECTIONS = [
  'users',
  'sessions',
  'keys',
  'links',
  'mail-addresses',
  'passkeys',
  'second-factors',
  'setup-codes',
  'personal-reads',
  'enterprises',
  'enterprise-cases',
  'enterprise-codes',
  'prefixes',
  'prefix-requests',
  'templates',
  'identifiers',
  'imports',
  'files',
  'identifier-orders',
  'settings',
] as const

/** The words for a kind of thing; one of a room that came later is shown as it is. */
export function useCollectionName(): (name: string) => string {
  const t = useTexts()
  return useCallback(
    (name) =>
      COLLECTIONS.includes(name as (typeof COLLECTIONS)[number])
        ? t(`collection.${name}` as 'collection.users')
        : name,
    [t],
  )
}

/** What was done; lists hold one in each row, and a style is enough for its mark. */
export function ActionTag({ action }: { action: Action }) {
  const t = useTexts()
  return <span className={`action ${action}`}>{t(`action.${action}`)}</span>
}

const DEEDS = ['registered', 'updated', 'retired', 'restored', 'held', 'lifted'] as const

/** Why something was done: of the node's own acts in words, otherwise what its author wrote. */
export function Why({ of: { collection, note = '' } }: { of: Pick<Entry, 'collection' | 'note'> }) {
  const t = useTexts()
  const deed = collection === 'identifiers' ? DEEDS.find((it) => it === note) : undefined
  const told = useNote()(note)
  if (deed !== undefined) return t(`deed.${deed}`)
  if (told === undefined) return <bdi lang="zxx">{note}</bdi>
  if (told.more === '') return told.why
  return (
    <>
      {told.why}
      {t('colon')}
      <bdi lang="zxx">{told.more}</bdi>
    </>
  )
}

type AuthorProps = { readonly author: Entry['author']; readonly me: Me }

/** Who it was, as far as the viewer (`me`) may know. */
export function Author({ author, me }: AuthorProps) {
  const t = useTexts()
  if (author.kind === 'system') return <span>{t('system')}</span>
  if (author.id === 'node') return <span>{t('theNode')}</span>
  if (author.kind === 'user' && author.id === me.id) {
    return (
      <span>
        <bdi>{me.displayName ?? me.name}</bdi>
        {t('aside', { text: t('you') })}
      </span>
    )
  }
  const name = author.name ?? author.id
  return (
    <span>
      <bdi>{name}</bdi>
      {author.kind === 'key' && t('aside', { text: t('byKey') })}
      {author.kind === 'handle' && t('aside', { text: t('byHandle') })}
    </span>
  )
}
