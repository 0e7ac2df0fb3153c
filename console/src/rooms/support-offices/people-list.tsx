import { Button, Tag } from 'antd'
import { mayOnNode, useMe } from '../../api/me.ts'
import { EnterpriseName } from '../../ui/enterprise.tsx'
import { Go } from '../../ui/go.tsx'
import type { Office } from '../../ui/offices.ts'
import { type Column, Records } from '../../ui/records.tsx'
import { Nothing } from '../../ui/states.tsx'
import type { Post } from './api.ts'
import { useJoined } from './joined.ts'
import { type Ask, useOfficeTitles } from './parts.tsx'
import { useTexts } from './texts.ts'

type ListProps = {
  readonly posts: readonly Post[]
  readonly offices: readonly Office[]
  readonly ask: Ask
}

/** Person by person: what they fill. */
export function PeopleList({ posts, offices, ask }: ListProps) {
  const t = useTexts()
  return (
    <Records
      label={t('byPerson')}
      rows={posts}
      keyOf={(it) => it.user}
      columns={useColumns(offices, ask)}
      empty={
        <Nothing
          title={t('peopleNone')}
          hint={t(ask === undefined ? 'peopleNoneSee' : 'peopleNoneHint')}
          {...(ask && {
            action: <Button onClick={() => ask({ do: 'post' })}>{t('setPerson')}</Button>,
          })}
        />
      }
    />
  )
}

function useColumns(offices: readonly Office[], ask: Ask): readonly Column<Post>[] {
  const t = useTexts()
  const titleOf = useOfficeTitles(offices)
  const joined = useJoined()
  const listed = (names: readonly string[], none: string) =>
    names.length === 0 ? none : joined(names)
  return [
    { key: 'person', title: t('person'), show: (it) => <Person of={it} /> },
    {
      key: 'units',
      title: t('actsFor'),
      show: (it) =>
        listed(
          it.units.map((id) => titleOf('unit', id)),
          t('allUnits'),
        ),
    },
    {
      key: 'approvals',
      title: t('approves'),
      show: (it) =>
        listed(
          it.approvals.map((id) => titleOf('approval', id)),
          '–',
        ),
    },
    { key: 'fields', title: t('expertOf'), show: (it) => listed(it.fields, '–') },
    { key: 'interests', title: t('keepsOut'), show: (it) => <Interests of={it} /> },
    { key: 'do', title: t('deeds'), show: (it) => <Deeds of={it} ask={ask} /> },
  ]
}

function Person({ of }: { of: Post }) {
  const t = useTexts()
  const me = useMe()
  const name = <bdi>{of.name ?? of.user}</bdi>
  return (
    <>
      {mayOnNode(me, 'users.read') ? (
        <Go to={`/users/${encodeURIComponent(of.user)}`}>{name}</Go>
      ) : (
        name
      )}{' '}
      {!of.isActive && <Tag color="warning">{t('disabled')}</Tag>}
    </>
  )
}

function Interests({ of }: { of: Post }) {
  if (of.interests.length === 0) return <>–</>
  return (
    <ul style={{ margin: 0, padding: 0, listStyle: 'none' }}>
      {of.interests.map((it) => (
        <li key={it}>
          <EnterpriseName id={it} />
        </li>
      ))}
    </ul>
  )
}

function Deeds({ of, ask }: { of: Post; ask: Ask }) {
  const t = useTexts()
  const me = useMe()
  const name = of.name ?? of.user
  return (
    <span style={{ display: 'inline-flex', flexWrap: 'wrap', gap: 8, alignItems: 'center' }}>
      {ask !== undefined && (
        <Button
          size="small"
          aria-label={`${t('change')} ${name}`}
          onClick={() => ask({ do: 'post', user: of.user })}
        >
          {t('change')}
        </Button>
      )}
      {mayOnNode(me, 'audit.read') && (
        <Go
          to="/audit"
          search={{ collection: 'policy-posts', id: of.user }}
          aria-label={`${t('history')} ${name}`}
        >
          {t('history')}
        </Go>
      )}
    </span>
  )
}
