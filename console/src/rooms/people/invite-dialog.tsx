import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, Form, Input, Radio, Select } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { mailQuery } from '../../api/mail.ts'
import type { Me } from '../../api/me.ts'
import { useFrameTexts } from '../../frame/frame-texts.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { EnterpriseField } from '../../ui/enterprise.tsx'
import { showProblem } from '../../ui/form-problem.ts'
import { QueryView } from '../../ui/query-view.tsx'
import { Said } from '../../ui/states.tsx'
import { OnceLink } from './once.tsx'
import {
  type EnterpriseRole,
  type Link,
  managedBy,
  mayGive,
  type NodeRole,
  RoleRights,
  type Roles,
  useRoles,
} from './parts.tsx'
import { useTexts } from './texts.ts'

type Values = {
  place: 'node' | 'enterprise'
  enterprise?: string
  role?: EnterpriseRole
  nodeRole?: NodeRole
  note?: string
  mail?: string
}

/** What an invitation ended in: a link to hand on, or a letter. */
type Made = { readonly link?: Pick<Link, 'path' | 'expiresAt'>; readonly mail?: string }

/** A place and a role, and then the link for it. */
export function InviteDialog({ me, onClose }: { me: Me; onClose: () => void }) {
  const t = useTexts()
  const frame = useFrameTexts()
  const queries = useQueryClient()
  const roles = useRoles()
  const [form] = Form.useForm<Values>()
  const [made, setMade] = useState<Made>()
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const make = async ({ place, enterprise, role, nodeRole, note = '', mail = '' }: Values) => {
    setIsBusy(true)
    setError(undefined)
    try {
      const wish =
        place === 'node'
          ? { ...(nodeRole && { nodeRole }) }
          : { ...(enterprise !== undefined && { enterprise }), ...(role && { role }) }
      const to = mail.trim()
      const body = {
        ...wish,
        ...(note.trim() !== '' && { note: note.trim() }),
        ...(to !== '' && { mail: to }),
      }
      const { path, expiresAt } = await answer(api.POST('/api/v1/invitations', { body }))
      setMade(path === undefined ? { mail: to } : { link: { path, expiresAt } })
      void queries.invalidateQueries({ queryKey: ['invitations'] })
    } catch (thrown) {
      setError(showProblem(form, thrown))
    } finally {
      setIsBusy(false)
    }
  }
  return (
    <Dialog
      title={t('invite')}
      okText={made === undefined ? t('makeLink') : frame('close')}
      cancelText={frame('cancel')}
      confirmLoading={isBusy}
      isKept={made !== undefined}
      onClose={onClose}
      onOk={() => (made === undefined ? form.submit() : onClose())}
    >
      {made === undefined ? (
        <>
          <p>{t('inviteLead')}</p>
          {error !== undefined && <Said error={error} />}
          <QueryView query={roles}>
            {(it) => (
              <Form
                name="invite"
                form={form}
                layout="vertical"
                onFinish={(values) => void make(values)}
              >
                <Fields me={me} roles={it} />
              </Form>
            )}
          </QueryView>
        </>
      ) : (
        <MadeView made={made} />
      )}
    </Dialog>
  )
}

function MadeView({ made: { link, mail = '' } }: { made: Made }) {
  const t = useTexts()
  if (link !== undefined) return <OnceLink link={link} />
  return (
    <Alert type="success" showIcon role="status" title={t('inviteMailed', { address: mail })} />
  )
}

/** Within the form of an invitation: only what the person who invites may hand out. */
function Fields({ me, roles }: { me: Me; roles: Roles }) {
  const t = useTexts()
  const places = managedBy(me)
  const sending = useQuery(mailQuery)
  const place = Form.useWatch<Values['place'] | undefined>('place') ?? 'enterprise'
  const role = Form.useWatch<EnterpriseRole | undefined>('role')
  const nodeRole = Form.useWatch<NodeRole | undefined>('nodeRole')
  const needed = [{ required: true, message: t('required') }]
  const optionsFor = (where: 'node' | 'enterprise') =>
    roles.items
      .filter((it) => it.place === where)
      .filter((it) => mayGive(me, it, where === 'node' ? undefined : firstOf(places)))
      .map((it) => ({ value: it.role, label: t(`role_${it.role}`) }))
  return (
    <>
      <Form.Item
        name="place"
        label={t('inviteTo')}
        initialValue="enterprise"
        hidden={places !== 'node'}
      >
        <Radio.Group
          options={[
            { value: 'enterprise', label: t('toEnterprise') },
            { value: 'node', label: t('toNode') },
          ]}
        />
      </Form.Item>
      {place === 'enterprise' ? (
        <>
          <Form.Item
            name="enterprise"
            label={t('enterprise')}
            rules={needed}
            {...(places !== 'node' && { initialValue: places[0] })}
          >
            <EnterpriseField {...(places !== 'node' && { among: places })} />
          </Form.Item>
          <Form.Item name="role" label={t('role')} rules={needed}>
            <Select options={optionsFor('enterprise')} />
          </Form.Item>
          <RoleRights role={role} />
        </>
      ) : (
        <>
          <Form.Item name="nodeRole" label={t('role')} rules={needed}>
            <Select options={optionsFor('node')} />
          </Form.Item>
          <RoleRights role={nodeRole} />
        </>
      )}
      {sending.data?.sends === true && (
        <Form.Item name="mail" label={t('inviteMail')} extra={t('inviteMailHint')}>
          <Input maxLength={254} inputMode="email" autoComplete="off" />
        </Form.Item>
      )}
      <Form.Item name="note" label={t('note')} extra={t('noteHint')}>
        <Input maxLength={500} />
      </Form.Item>
    </>
  )
}

/** Who manages people of the whole node may give every role of any enterprise. */
function firstOf(places: 'node' | readonly string[]): string | undefined {
  return places === 'node' ? undefined : places[0]
}
