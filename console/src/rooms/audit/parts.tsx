import { Badge } from 'antd'
import { useMe } from '../../api/me.ts'
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
  return (name) =>
    COLLECTIONS.includes(name as (typeof COLLECTIONS)[number])
      ? t(`collection.${name}` as 'collection.users')
      : name
}

const STATUS = {
  created: 'success',
  changed: 'processing',
  deleted: 'error',
  read: 'warning',
} as const

export function ActionTag({ action }: { action: Action }) {
  const t = useTexts()
  return <Badge status={STATUS[action]} text={t(`action.${action}`)} />
}

/** Who it was, as far as the viewer may know. */
export function Author({ author }: { author: Entry['author'] }) {
  const t = useTexts()
  const me = useMe()
  if (author.kind === 'system') return <span>{t('system')}</span>
  if (author.id === 'node') return <span>{t('theNode')}</span>
  if (author.kind === 'user' && author.id === me.id) {
    return (
      <span>
        <bdi>{me.displayName ?? me.name}</bdi> ({t('you')})
      </span>
    )
  }
  const name = author.name ?? author.id
  return (
    <span>
      <bdi>{name}</bdi>
      {author.kind === 'key' && ` (${t('byKey')})`}
      {author.kind === 'handle' && ` (${t('byHandle')})`}
    </span>
  )
}
