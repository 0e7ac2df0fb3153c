import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Alert, Card, Descriptions } from 'antd'
import { answer, api } from '../../api/client.ts'
import { type Me, useMe } from '../../api/me.ts'
import { Page as PageFrame } from '../../ui/page.tsx'
import { QueryView } from '../../ui/query-view.tsx'
import { When } from '../../ui/when.tsx'
import { managedBy, RoleTags, StateTag, type User } from './parts.tsx'
import { RolesForm } from './roles-form.tsx'
import { useTexts } from './texts.ts'
import { UserAccess } from './user-access.tsx'

export function Page() {
  const { id } = useParams({ strict: false }) as { id: string }
  const t = useTexts()
  const me = useMe()
  const user = useQuery({
    queryKey: ['user', id],
    queryFn: () => answer(api.GET('/api/v1/users/{id}', { params: { path: { id } } })),
  })
  return (
    <PageFrame title={user.data?.displayName ?? t('usersTitle')}>
      <QueryView query={user}>{(it) => <UserView me={me} user={it} />}</QueryView>
    </PageFrame>
  )
}

function UserView({ me, user }: { me: Me; user: User }) {
  const t = useTexts()
  const mayChange = manages(me, user)
  return (
    <div className="cards" style={{ maxInlineSize: 800 }}>
      {user.id === me.id && <Alert type="info" showIcon title={t('yourself')} />}
      <Card title={<h2 className="card-title">{t('about')}</h2>}>
        <Descriptions
          column={1}
          size="small"
          items={[
            { key: 'name', label: t('name'), children: <bdi>{user.name}</bdi> },
            { key: 'state', label: t('state'), children: <StateTag state={user.state} /> },
            ...(mayChange
              ? []
              : [{ key: 'roles', label: t('roles'), children: <RoleTags user={user} /> }]),
            ...(user.createdAt === undefined
              ? []
              : [
                  {
                    key: 'at',
                    label: t('createdAt'),
                    children: <When at={user.createdAt} isExact />,
                  },
                ]),
          ]}
        />
      </Card>
      {mayChange && <RolesForm me={me} user={user} />}
      {mayChange && <UserAccess me={me} user={user} />}
    </div>
  )
}

function manages(me: Me, user: User): boolean {
  const places = managedBy(me)
  return places === 'node' || user.memberships.some((it) => places.includes(it.enterprise))
}
