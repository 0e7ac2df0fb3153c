import { CheckOutlined } from '@ant-design/icons'
import { Table } from 'antd'
import { Page as PageFrame } from '../../ui/page.tsx'
import { QueryView } from '../../ui/query-view.tsx'
import { type Roles, useRoles } from './parts.tsx'
import { useTexts } from './texts.ts'

/** What each role may do, side by side. */
export function Page() {
  const t = useTexts()
  const roles = useRoles()
  return (
    <PageFrame title={t('rolesTitle')} lead={t('rolesLead')}>
      <QueryView query={roles}>{(it) => <Matrix roles={it} />}</QueryView>
    </PageFrame>
  )
}

function Matrix({ roles }: { roles: Roles }) {
  const t = useTexts()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard
    <section className="scroll-x" aria-label={t('rolesTitle')} tabIndex={0}>
      <Table
        aria-label={t('rolesTitle')}
        size="middle"
        pagination={false}
        rowKey="right"
        dataSource={roles.permissions.map((right) => ({ right }))}
        columns={[
          {
            key: 'right',
            title: t('right'),
            render: (_, { right }) => <span style={{ minInlineSize: 160 }}>{t(right)}</span>,
          },
          ...groupsOf(roles).map(({ place, items }) => ({
            key: place,
            title: t(place === 'node' ? 'nodeRoles' : 'memberships'),
            children: items.map((it) => ({
              key: it.role,
              title: t(`role_${it.role}`),
              align: 'center' as const,
              render: (_: unknown, { right }: { right: (typeof it.permissions)[number] }) =>
                it.permissions.includes(right) ? (
                  <CheckOutlined aria-label={t('yes')} />
                ) : (
                  <>
                    <span aria-hidden="true">–</span>
                    <span className="visually-hidden">{t('no')}</span>
                  </>
                ),
            })),
          })),
        ]}
      />
    </section>
  )
}

function groupsOf({ items }: Roles) {
  return (['node', 'enterprise'] as const).map((place) => ({
    place,
    items: items.filter((it) => it.place === place),
  }))
}
