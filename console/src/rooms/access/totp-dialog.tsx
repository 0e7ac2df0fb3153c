import { Form, Input, Modal } from 'antd'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { useFrameTexts } from '../../frame/frame-texts.ts'
import { Copy } from '../../ui/copy.tsx'
import { showProblem } from '../../ui/form-problem.ts'
import { Said } from '../../ui/states.tsx'
import { AskPassword } from './ask-password.tsx'
import { useFactorTexts } from './factor-texts.ts'
import { QrCode } from './qr-code.tsx'

type Secret = { readonly secret: string; readonly uri: string }

type TotpDialogProps = {
  readonly onClose: () => void
  readonly onDone: (recovery: readonly string[]) => void
}

/** Password, QR code, first code. */
export function TotpDialog({ onClose, onDone }: TotpDialogProps) {
  const t = useFactorTexts()
  const [secret, setSecret] = useState<Secret>()
  if (secret !== undefined) return <Scan secret={secret} onClose={onClose} onDone={onDone} />
  return (
    <AskPassword
      title={t('setUpTitle')}
      lead={t('passwordLead')}
      verb={t('go')}
      onClose={onClose}
      onPassword={async (password) =>
        setSecret(await answer(api.POST('/api/v1/me/second-factor/totp', { body: { password } })))
      }
    />
  )
}

function Scan({ secret, onClose, onDone }: TotpDialogProps & { secret: Secret }) {
  const t = useFactorTexts()
  const frame = useFrameTexts()
  const [form] = Form.useForm<{ code: string }>()
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const send = async (body: { code: string }) => {
    setIsBusy(true)
    setError(undefined)
    try {
      onDone((await answer(api.POST('/api/v1/me/second-factor/totp/confirm', { body }))).recovery)
    } catch (thrown) {
      setError(showProblem(form, thrown))
      setIsBusy(false)
    }
  }
  return (
    <Modal
      open
      title={t('setUpTitle')}
      okText={t('finish')}
      cancelText={frame('cancel')}
      confirmLoading={isBusy}
      mask={{ closable: false }}
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      <p>{t('scan')}</p>
      <p style={{ textAlign: 'center' }}>
        <QrCode text={secret.uri} label={t('qr')} />
      </p>
      <p>
        {t('secret')}
        <br />
        <code style={{ wordBreak: 'break-all' }}>{secret.secret}</code>{' '}
        <Copy text={secret.secret} />
      </p>
      {error !== undefined && <Said error={error} />}
      <Form
        name="totp"
        form={form}
        layout="vertical"
        requiredMark={false}
        onFinish={(it) => void send(it)}
      >
        <Form.Item
          name="code"
          label={t('code')}
          rules={[{ required: true, whitespace: true, message: t('codeNeeded') }]}
        >
          <Input
            size="large"
            className="mono"
            inputMode="numeric"
            maxLength={12}
            autoComplete="one-time-code"
          />
        </Form.Item>
      </Form>
    </Modal>
  )
}
