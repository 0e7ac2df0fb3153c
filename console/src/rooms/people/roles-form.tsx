import { PlusOutlined } from '@ant-design/icons'
import { useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Card, Checkbox, Form, Select } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { type Me, meQuery } from '../../api/me.ts'
import { afterRefusal } from '../../api/stale.ts'
import { EnterpriseField } from '../../ui/enterprise.tsx'
import { showProblem } from '../../ui/form-problem.ts'
import { QueryView } from '../../ui/query-view.tsx'
import { Said } from '../../ui/states.tsx'
import {
  ENTERPRISE_ROLES,
  managedBy,
  mayGive,
  type NodeRole,
  type Roles,
  RoleTags,
  type User,
  useRoles,
} from './parts.tsx'
import { useTexts } from './texts.ts'

type Values = { nodeRoles?: NodeRole[]; memberships: User['memberships'] }

/** What somebody is, to be changed by who manages them. */
export function RolesForm({ me, user }: { me: Me; user: User }) {
  const t = useTexts()
  const roles = useRoles()
  const save = useSave(user)
  const [form] = Form.useForm<Values>()
  return (
    <Card title={<h2 className="card-title">{t('rolesOf')}</h2>}>
      <QueryView query={roles}>
        {(it) => (
          <Form
            name="roles"
            form={form}
            layout="vertical"
            requiredMark={false}
            initialValues={{ nodeRoles: user.nodeRoles, memberships: user.memberships }}
            onFinish={(values) => void save.send(values, form)}
          >
            {save.error !== undefined && <Said error={save.error} />}
            {save.other !== undefined && <Changed other={save.other} />}
            {managedBy(me) === 'node' && <NodeRoles me={me} roles={it} />}
            <Memberships me={me} />
            <Button type="primary" htmlType="submit" loading={save.isBusy}>
              {t('saveRoles')}
            </Button>
          </Form>
        )}
      </QueryView>
    </Card>
  )
}

/** Somebody else was faster: what they made of it, and theirs or ours. */
function Changed({ other }: { other: User }) {
  const t = useTexts()
  return (
    <Alert
      type="warning"
      showIcon
      style={{ marginBlockEnd: 16 }}
      title={t('staleTitle')}
      description={
        <>
          <p style={{ margin: '0 0 8px' }}>{t('staleHint')}</p>
          <RoleTags user={other} />
        </>
      }
    />
  )
}

function useSave(user: User) {
  const t = useTexts()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const [other, setOther] = useState<User>()
  /** The version that was seen last; the node's staff alone is told one. */
  const [version, setVersion] = useState(user.version)
  const path = { path: { id: user.id } }
  const send = async (values: Values, form: Parameters<typeof showProblem>[0]) => {
    setIsBusy(true)
    setError(undefined)
    try {
      const body = {
        memberships: values.memberships,
        ...(values.nodeRoles && { nodeRoles: values.nodeRoles }),
        ...(version !== undefined && { version }),
      }
      const now = await answer(api.PATCH('/api/v1/users/{id}', { params: path, body }))
      setVersion(now.version)
      setOther(undefined)
      queries.setQueryData(['user', user.id], now)
      void queries.invalidateQueries({ queryKey: ['users'] })
      void queries.invalidateQueries({ queryKey: meQuery.queryKey })
      void message.success(t('rolesSaved'))
    } catch (thrown) {
      const after = await afterRefusal(thrown, () =>
        answer(api.GET('/api/v1/users/{id}', { params: path })),
      )
      if ('error' in after) return setError(showProblem(form, after.error))
      setOther(after.now)
      setVersion(after.now.version)
    } finally {
      setIsBusy(false)
    }
  }
  return { send, error, isBusy, other }
}

function NodeRoles({ me, roles }: { me: Me; roles: Roles }) {
  const t = useTexts()
  return (
    <Form.Item name="nodeRoles" label={t('nodeRoles')}>
      <Checkbox.Group
        options={roles.items
          .filter((it) => it.place === 'node')
          .map((it) => ({
            value: it.role as NodeRole,
            label: t(`role_${it.role}`),
            disabled: !mayGive(me, it),
          }))}
      />
    </Form.Item>
  )
}

function Memberships({ me }: { me: Me }) {
  const t = useTexts()
  const places = managedBy(me)
  const needed = [{ required: true, message: t('required') }]
  const role = { options: ENTERPRISE_ROLES.map((it) => ({ value: it, label: t(`role_${it}`) })) }
  return (
    <Form.List name="memberships">
      {(rows, { add, remove }) => (
        <fieldset style={{ border: 0, margin: 0, padding: 0 }}>
          <legend style={{ fontSize: 'inherit', border: 0 }}>{t('memberships')}</legend>
          {rows.map((row) => (
            <div key={row.key} style={{ display: 'flex', flexWrap: 'wrap', gap: 8 }}>
              <Form.Item
                name={[row.name, 'enterprise']}
                rules={needed}
                style={{ flex: '1 1 220px' }}
              >
                <EnterpriseField
                  aria-label={t('enterprise')}
                  placeholder={t('enterprise')}
                  {...(places !== 'node' && { among: places })}
                />
              </Form.Item>
              <Form.Item name={[row.name, 'role']} rules={needed} style={{ flex: '1 1 140px' }}>
                <Select aria-label={t('role')} placeholder={t('role')} {...role} />
              </Form.Item>
              <Button
                aria-label={t('removeMembershipOf', { number: row.name + 1 })}
                onClick={() => remove(row.name)}
              >
                {t('removeMembership')}
              </Button>
            </div>
          ))}
          {places === 'node' && (
            <p>
              <Button type="dashed" icon={<PlusOutlined />} onClick={() => add({ role: 'member' })}>
                {t('addMembership')}
              </Button>
            </p>
          )}
        </fieldset>
      )}
    </Form.List>
  )
}
