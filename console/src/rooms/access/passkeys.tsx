import { Alert, App, Button, Form, Input, Modal } from 'antd'
import { useState } from 'react'
import { answer, api, type paths } from '../../api/client.ts'
import { asProblem } from '../../api/problem.ts'
import { useFrameTexts } from '../../frame/frame-texts.ts'
import { useConfirm } from '../../ui/confirm.tsx'
import { When } from '../../ui/when.tsx'
import { AskPassword } from './ask-password.tsx'
import { useFactorTexts } from './factor-texts.ts'
import { isCancelled, passkeysWork } from './passkeys-work.ts'

type Passkey =
  paths['/api/v1/me/second-factor']['get']['responses']['200']['content']['application/json']['passkeys'][number]
type Done = (said: string, recovery?: readonly string[]) => void

/** One's passkeys: added by this device, named, removed. */
export function Passkeys({ items, onDone }: { items: readonly Passkey[]; onDone: Done }) {
  const t = useFactorTexts()
  const [isAdding, setIsAdding] = useState(false)
  const [isCut, setIsCut] = useState(false)
  const [renamed, setRenamed] = useState<Passkey>()
  const remove = useRemove(onDone)
  const add = async (password: string, label = '') => {
    setIsCut(false)
    try {
      const { makePasskey } = await import('./passkey.ts')
      const recovery = await makePasskey({ password, label: label.trim() })
      setIsAdding(false)
      onDone(t('passkeyAdded'), recovery)
    } catch (thrown) {
      if (!isCancelled(thrown)) throw thrown
      setIsAdding(false)
      setIsCut(true)
    }
  }
  return (
    <section aria-label={t('passkeys')}>
      <h3 style={{ fontSize: 'inherit' }}>{t('passkeys')}</h3>
      <p>{passkeysWork() ? t('passkeysLead') : t('passkeysNot')}</p>
      {isCut && <Alert type="info" showIcon title={t('passkeyCancelled')} />}
      {items.length === 0 && <p>{t('passkeysNone')}</p>}
      <ul className="cards" style={{ marginBlockEnd: 12 }}>
        {items.map((it) => (
          <li key={it.id} style={{ display: 'flex', flexWrap: 'wrap', gap: '4px 16px' }}>
            <span style={{ flex: '1 1 200px' }}>
              <strong>
                <bdi>{it.label}</bdi>
              </strong>{' '}
              <span className="mono">{it.host}</span>
              <br />
              {t('addedAt')} <When at={it.createdAt} /> · {t('lastUsedAt')}{' '}
              <When at={it.lastUsedAt} />
            </span>
            <Button
              size="small"
              aria-label={t('renameOf', { label: it.label })}
              onClick={() => setRenamed(it)}
            >
              {t('rename')}
            </Button>
            <Button
              size="small"
              danger
              aria-label={t('removeOf', { label: it.label })}
              onClick={() => void remove(it)}
            >
              {t('remove')}
            </Button>
          </li>
        ))}
      </ul>
      {passkeysWork() && <Button onClick={() => setIsAdding(true)}>{t('passkeyAdd')}</Button>}
      {isAdding && (
        <AskPassword
          title={t('passkeyAdd')}
          lead={t('passkeyAddLead')}
          verb={t('go')}
          onClose={() => setIsAdding(false)}
          onPassword={(password, { label }) => add(password, label)}
        >
          <LabelItem />
        </AskPassword>
      )}
      {renamed !== undefined && (
        <Rename item={renamed} onClose={() => setRenamed(undefined)} onDone={onDone} />
      )}
    </section>
  )
}

function LabelItem() {
  const t = useFactorTexts()
  return (
    <Form.Item
      name="label"
      label={t('label')}
      extra={t('labelHint')}
      rules={[{ required: true, whitespace: true, message: t('labelNeeded') }]}
    >
      <Input size="large" maxLength={100} dir="auto" />
    </Form.Item>
  )
}

function useRemove(onDone: Done) {
  const t = useFactorTexts()
  const confirm = useConfirm()
  const { message } = App.useApp()
  return async ({ id, label }: Passkey) => {
    const answered = await confirm({
      title: t('removeTitle', { label }),
      consequence: t('removeConsequence'),
      verb: t('remove'),
      isDestructive: true,
    })
    if (answered === undefined) return
    try {
      await answer(api.DELETE('/api/v1/me/passkeys/{id}', { params: { path: { id } } }))
      onDone(t('removed'))
    } catch (thrown) {
      void message.error(asProblem(thrown).message)
    }
  }
}

function Rename({ item, onClose, onDone }: { item: Passkey; onClose: () => void; onDone: Done }) {
  const t = useFactorTexts()
  const frame = useFrameTexts()
  const { message } = App.useApp()
  const [form] = Form.useForm<{ label: string }>()
  const save = async ({ label }: { label: string }) => {
    try {
      const params = { path: { id: item.id } }
      const body = { label: label.trim() }
      await answer(api.PATCH('/api/v1/me/passkeys/{id}', { params, body }))
      onClose()
      onDone(t('renamed'))
    } catch (thrown) {
      void message.error(asProblem(thrown).message)
    }
  }
  return (
    <Modal
      open
      title={t('rename')}
      okText={frame('save')}
      cancelText={frame('cancel')}
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      <Form
        name="passkey"
        form={form}
        layout="vertical"
        initialValues={{ label: item.label }}
        onFinish={(it) => void save(it)}
      >
        <LabelItem />
      </Form>
    </Modal>
  )
}
