import { useQueryClient } from '@tanstack/react-query'
import { Checkbox, Form, Input, Select } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { type Me, may, mayOnNode, type Permission } from '../../api/me.ts'
import { useFrameTexts } from '../../frame/frame-texts.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { EnterpriseField } from '../../ui/enterprise.tsx'
import { showProblem } from '../../ui/form-problem.ts'
import { QueryView } from '../../ui/query-view.tsx'
import { Said } from '../../ui/states.tsx'
import { Once } from './once.tsx'
import { type Roles, useRoles } from './parts.tsx'
import { useTexts } from './texts.ts'

const DAY_MS = 86_400_000
const DAYS = [30, 90, 365, 1_096] as const
const DAYS_FIRST = 90

type Values = { label: string; enterprise?: string; scopes: Permission[]; days: number }

/** What a program may do and for how long, and then its key. */
export function KeyDialog({ me, onClose }: { me: Me; onClose: () => void }) {
  const t = useTexts()
  const frame = useFrameTexts()
  const queries = useQueryClient()
  const roles = useRoles()
  const [form] = Form.useForm<Values>()
  const [token, setToken] = useState<string>()
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const make = async ({ label, enterprise, scopes, days }: Values) => {
    setIsBusy(true)
    setError(undefined)
    try {
      // a minute less: the node's clock may be behind this one, and has the last word on the longest
      const expiresAt = new Date(Date.now() + days * DAY_MS - 60_000).toISOString()
      const place = enterprise === undefined ? {} : { enterprise }
      const body = { label: label.trim(), scopes, expiresAt, ...place }
      setToken((await answer(api.POST('/api/v1/keys', { body }))).token)
      void queries.invalidateQueries({ queryKey: ['keys'] })
    } catch (thrown) {
      setError(showProblem(form, thrown))
    } finally {
      setIsBusy(false)
    }
  }
  return (
    <Dialog
      title={t('createKey')}
      okText={token === undefined ? t('createKey') : frame('close')}
      cancelText={frame('cancel')}
      confirmLoading={isBusy}
      isKept={token !== undefined}
      onClose={onClose}
      onOk={() => (token === undefined ? form.submit() : onClose())}
    >
      {token === undefined ? (
        <QueryView query={roles}>
          {(it) => (
            <Form name="key" form={form} layout="vertical" onFinish={(values) => void make(values)}>
              {error !== undefined && <Said error={error} />}
              <Fields me={me} roles={it} />
            </Form>
          )}
        </QueryView>
      ) : (
        <Once title={t('keyReady')} hint={t('keyOnce')} label={t('token')} text={token} />
      )}
    </Dialog>
  )
}

/** Within the form of a key: only rights that its maker has there. */
function Fields({ me, roles }: { me: Me; roles: Roles }) {
  const t = useTexts()
  const onNode = mayOnNode(me, 'keys.write')
  const own = me.memberships
    .filter((it) => it.permissions.includes('keys.write'))
    .map((it) => it.enterprise)
  const enterprise = Form.useWatch<string | undefined>('enterprise')
  const place = enterprise ?? (onNode ? undefined : own[0])
  const needed = [{ required: true, message: t('required') }]
  const missing = () => Promise.reject(new Error(t('required')))
  const rights = roles.permissions.filter((it) =>
    place === undefined ? mayOnNode(me, it) : may(me, it, place),
  )
  return (
    <>
      <Form.Item
        name="label"
        label={t('keyLabel')}
        extra={t('keyLabelHint')}
        rules={[{ required: true, whitespace: true, message: t('required') }]}
      >
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item
        name="enterprise"
        label={t('keyFor')}
        {...(onNode
          ? { extra: t('keyForHint') }
          : { initialValue: own[0], rules: needed, hidden: own.length < 2 })}
      >
        <EnterpriseField {...(!onNode && { among: own })} />
      </Form.Item>
      <Form.Item
        name="scopes"
        label={t('scopes')}
        extra={t('scopesHint')}
        // not `required`, which would be told of a group, where ARIA has no such thing
        rules={[
          { validator: (_, it?: Permission[]) => (it?.length ? Promise.resolve() : missing()) },
        ]}
      >
        <Checkbox.Group
          style={{ display: 'grid', gap: 4 }}
          options={rights.map((it) => ({ value: it, label: t(it) }))}
        />
      </Form.Item>
      <Form.Item name="days" label={t('validity')} initialValue={DAYS_FIRST} rules={needed}>
        <Select options={DAYS.map((it) => ({ value: it, label: t('days', { count: it }) }))} />
      </Form.Item>
    </>
  )
}
