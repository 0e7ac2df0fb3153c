import { Tag } from 'antd'
import { useMe } from '../../api/me.ts'
import { useTexts } from './texts.ts'
import type { Action, Entry } from './trail.ts'

export const COLLECTIONS = [
  'users',
  'sessions',
  'keys',
  'links',
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
  'orders',
  'node-settings',
] as const

/** The words for a kind of thing; one of a room that came later is shown as it is. */
export function useCollectionName(): (name: string) => string {
  const t = useTexts()
  return (name) =>
    COLLECTIONS.includes(name as (typeof COLLECTIONS)[number])
      ? t(`collection.${name}` as 'collection.users')
      : name
}

const COLOURS = { created: 'green', changed: 'blue', deleted: 'red', read: 'gold' } as const

export function ActionTag({ action }: { action: Action }) {
  const t = useTexts()
  return <Tag color={COLOURS[action]}>{t(`action.${action}`)}</Tag>
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
    </span>
  )
}
